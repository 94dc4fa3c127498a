"""Mail says what is true in the reader's language, in two forms, and how to have no more of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest
from babel.messages.pofile import read_po

from notices.bounces import stopped_mailboxes
from notices.documents import day_document, sum_up_batch, sum_up_day
from notices.door import answer
from notices.mail import compose_mail
from notices.messages import Text, day_text, payment_text
from notices.words import WORDS
from payments.addressee import Addressee, NoticeKind
from payments.events import History
from payments.money import Money
from payments.payee import Payee, PayeeId
from roster.keys import LANGUAGES
from testkit.factories import (
    BAKERY,
    NOW,
    make_event,
    make_evidence,
    make_payee,
    make_payment,
    make_payment_id,
)
from tests.infra.templates import INFRA

URL = "https://door.example/stop/" + "t" * 32


def mail(text: Text) -> EmailMessage:
    found = compose_mail(
        text, sender=Address("Town, “Bakery”.", addr_spec="pay@example.org"),
        mailbox="usha@example.org",
        notice_id="town-bakery_x_0", unsubscribe_url=URL,
    )  # fmt: skip
    assert found.isascii()
    read = message_from_bytes(found, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_there_are_words_in_every_language_of_the_pages() -> None:
    assert set(WORDS) == LANGUAGES
    assert all(text for words in WORDS.values() for text in words.values())


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_of_money_that_did_not_come_mail_says_what_the_pages_say(language: str) -> None:
    """Never “reversed” or “returned”, as if there had been money."""
    with (INFRA.parent / f"templates/catalogs/{language}.po").open(encoding="utf-8") as file:
        found = {str(message.string or message.id) for message in read_po(file)}
    assert WORDS[language]["reversed"] in found


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_only_said_is_called_so(language: str) -> None:
    history = History(make_payment(reason="<b>Lunch</b> & tea"))
    text = payment_text(NoticeKind.RECORDED, history, "Town Bakery", language)
    assert WORDS[language]["said"] in text.title
    assert WORDS[language]["not_money"] in text.plain
    assert WORDS[language]["confirmed"] not in text.title + text.plain


def test_both_forms_say_the_same_and_escape_what_payers_typed() -> None:
    history = History(make_payment(payer_id="Áśha", reason="<b>Lunch</b> & tea"))
    read = mail(payment_text(NoticeKind.RECORDED, history, "Town Bakery", "hi"))
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain
    assert html
    assert "Áśha" in plain.get_content()
    assert "<b>Lunch</b> & tea" in plain.get_content()
    assert "&lt;b&gt;Lunch&lt;/b&gt; &amp; tea" in html.get_content()
    assert 'lang="hi"' in html.get_content()


def test_a_click_ends_it_as_rfc_8058_says() -> None:
    read = mail(payment_text(NoticeKind.RECORDED, History(make_payment()), "Bakery", "en"))
    assert read["List-Unsubscribe"] == f"<{URL}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["X-Notice-Id"] == "town-bakery_x_0"
    assert read["References"] == "<town-bakery_x_0@payee-pages.invalid>"
    assert str(read["From"]) == '"Town, “Bakery”." <pay@example.org>'
    assert read["To"] == "usha@example.org"


def test_no_line_of_a_name_becomes_a_header() -> None:
    text = replace(
        payment_text(NoticeKind.RECORDED, History(make_payment()), "A", "en"),
        title="A\r\nBcc: x@y.z",
    )
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail(text)


def test_a_day_adds_up_what_was_said_confirmed_and_is_open() -> None:
    evening = NOW + timedelta(hours=3)
    today, yesterday = NOW, NOW - timedelta(days=2)

    def history(random: int, recorded: datetime, *events: str, minor: int = 5000) -> History:
        payment_id = make_payment_id(recorded, random)
        payment = make_payment(payment_id, recorded_at=recorded, money=Money(minor, "INR"))
        return History(
            payment,
            tuple(
                make_event(payment_id, number=n, status=status, recorded_at=NOW)
                for n, status in enumerate(events, 1)
            ),
        )

    histories = [
        history(1, today),
        history(2, today, "confirmed", minor=2000),
        history(3, yesterday, "confirmed", minor=1000),
        history(4, yesterday),
        history(5, today, "reversed"),
        history(6, today, "confirmed", "undone"),
        history(7, evening + timedelta(hours=1)),
    ]
    day = sum_up_day(BAKERY, histories, evening - timedelta(days=1), evening)
    named = {
        "said": day.said, "confirmed": day.confirmed, "reversed": day.reversed, "open": day.open
    }  # fmt: skip
    sums = {name: (one.payments, str(one)) for name, one in named.items()}
    assert sums == {
        "said": (4, "170.00 INR"),
        "confirmed": (2, "30.00 INR"),
        "reversed": (1, "50.00 INR"),
        "open": (3, "150.00 INR"),
    }
    document = day_document(day)
    assert document["type"] == "payee.day"
    text = day_text(day, "Town Bakery", "en")
    assert "Says paid: 170.00 INR (Payments: 4)" in text.plain
    assert "Not confirmed yet: 150.00 INR (Payments: 3)" in text.plain
    assert [what for _, what in text.lines[:2]][1] == WORDS["en"]["not_money"], "of what was said"


def test_a_batch_is_what_stands_of_it() -> None:
    def settled(random: int, *, undone: bool = False, batch: str = "b1") -> History:
        payment_id = make_payment_id(random=random)
        why = f"reference; batch {batch}"
        events = [make_event(payment_id, status="confirmed", why=why, evidence=make_evidence())]
        if undone:
            events.append(make_event(payment_id, number=2, status="undone"))
        return History(make_payment(payment_id), tuple(events))

    found = sum_up_batch(
        BAKERY, "b1", [settled(1), settled(2), settled(3, undone=True), settled(4, batch="b2")]
    )
    assert found
    assert found.confirmed.payments == 2
    assert sum_up_batch(BAKERY, "b3", [settled(1)]) is None


@pytest.mark.parametrize(
    ("event", "stopped"),
    [
        (
            {"eventType": "Bounce", "bounce": {"bounceType": "Permanent",
             "bouncedRecipients": [{"emailAddress": "Usha <usha@example.org>"}]}},
            ["usha@example.org"],
        ),
        (
            {"notificationType": "Complaint", "complaint": {
             "complainedRecipients": [{"emailAddress": "usha@example.org"}]}},
            ["usha@example.org"],
        ),
        (
            {"eventType": "Bounce", "bounce": {"bounceType": "Transient",
             "bouncedRecipients": [{"emailAddress": "usha@example.org"}]}},
            [],
        ),
        ({"eventType": "Delivery"}, []),
    ],
)  # fmt: skip
def test_what_bounced_for_good_stops(event: dict[str, object], stopped: list[str]) -> None:
    """As SES documents its events."""
    assert [mailbox for mailbox, _ in stopped_mailboxes(event)] == stopped


class Stops:
    def __init__(self) -> None:
        self.stopped: list[tuple[PayeeId, str]] = []

    def whose_token(self, token: str) -> tuple[PayeeId, str] | None:
        return (BAKERY, "usha@example.org") if token == "t" * 32 else None

    def stop_mail(self, payee_id: PayeeId, mailbox: str, now: datetime) -> None:
        assert now.tzinfo is UTC
        self.stopped.append((payee_id, mailbox))


class OnePayee:
    def find(self, _: PayeeId) -> Payee | None:
        told = Addressee("mailto:usha@example.org", (NoticeKind.DAY,), language="ar")
        return replace(make_payee(name="<i>Bakery"), notify=(told,))


def ask(method: str, path: str, stops: Stops) -> dict[str, str | int]:
    event = {"rawPath": path, "requestContext": {"http": {"method": method}}}
    return answer(event, stops, OnePayee(), NOW)


def test_looking_at_a_mails_link_stops_nothing_and_a_post_does() -> None:
    stops = Stops()
    looked = ask("GET", "/stop/" + "t" * 32, stops)
    assert looked["statusCode"] == 200
    assert stops.stopped == []
    assert '<html lang="ar" dir="rtl">' in str(looked["body"])
    assert "&lt;i&gt;Bakery" in str(looked["body"])
    assert ask("POST", "/stop/" + "t" * 32, stops)["statusCode"] == 200
    assert stops.stopped == [(BAKERY, "usha@example.org")]


@pytest.mark.parametrize("path", ["/", "/stop/", "/stop/short", "/stop/" + "x" * 32, "/etc/passwd"])
def test_a_door_that_is_guessed_at_tells_nothing(path: str) -> None:
    stops = Stops()
    assert ask("POST", path, stops)["statusCode"] == 404
    assert stops.stopped == []
