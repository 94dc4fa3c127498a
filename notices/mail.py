"""A notice as mail: text and HTML that say the same, and a way to have no more of them."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from notices.messages import Text
from notices.words import words_of

_RIGHT_TO_LEFT = {"ar"}
_SEVEN_BITS = SMTP.clone(cte_type="7bit")  # not every relay on the way takes eight


def compose_mail(
    text: Text, *, sender: Address, mailbox: str, notice_id: str, unsubscribe_url: str
) -> bytes:
    """RFC 5322, with what RFC 8058 asks of a list: a click ends it. The notice's id, the same
    whenever it is told, has a header of its own, since SES gives each mail a new Message-ID; and
    by `References` a mail program lays a second telling beside the first."""
    mail = EmailMessage(policy=_SEVEN_BITS)
    mail["From"], mail["To"], mail["Subject"] = sender, mailbox, text.title
    mail["X-Notice-Id"] = notice_id
    mail["References"] = f"<{notice_id}@payee-pages.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    stop = words_of(text.language)["stop"]
    mail.set_content(f"{text.plain}\n\n{stop}: {unsubscribe_url}\n")
    mail.add_alternative(_html(text, stop, unsubscribe_url), subtype="html")
    return mail.as_bytes()


def _html(text: Text, stop: str, url: str) -> str:
    direction = "rtl" if text.language in _RIGHT_TO_LEFT else "ltr"
    rows = "".join(
        f"<tr><td>{escape(label)}</td><td><bdi>{escape(what)}</bdi></td></tr>"
        if label
        else f'<tr><td colspan="2"><bdi>{escape(what)}</bdi></td></tr>'
        for label, what in text.lines
    )
    return (
        f'<!doctype html><html lang="{text.language}" dir="{direction}"><body>'
        f"<h1 style='font-size:1.2em'>{escape(text.title)}</h1><table cellpadding='4'>{rows}"
        f'</table><p><a href="{escape(url)}">{escape(stop)}</a></p></body></html>'
    )
