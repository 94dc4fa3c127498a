"""The notices' own address on the web: where a mail's reader says that it is enough.

It knows nobody, and answers one who guesses like one who is late.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Protocol

from notices.words import words_of
from payments.payee import Payee, PayeeId

_STOP = re.compile(r"/stop/([A-Za-z0-9_-]{20,64})")
_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Stops(Protocol):
    def whose_token(self, token: str) -> tuple[PayeeId, str] | None: ...

    def stop_mail(self, payee_id: PayeeId, mailbox: str, now: datetime) -> None: ...


class Payees(Protocol):
    def find(self, payee_id: PayeeId) -> Payee | None: ...


def answer(event: Mapping[str, Any], stops: Stops, payees: Payees, now: datetime) -> dict[str, Any]:
    """A request in the form in which an HTTP API hands it over, and its answer. To look at a mail's
    link stops nothing: mail programs look at links by themselves."""
    method = event["requestContext"]["http"]["method"]
    path = str(event.get("rawPath", ""))
    found = _STOP.search(path)
    whose = stops.whose_token(found[1]) if found else None
    if whose is None:
        return _page(404, "en", "There is nothing here.")
    payee_id, mailbox = whose
    payee = payees.find(payee_id)
    language = _language(payee, mailbox)
    words = words_of(language)
    name = payee.name if payee else payee_id
    if method == "POST":
        stops.stop_mail(payee_id, mailbox, now)
        return _page(200, language, f"{name}: {words['stopped']}")
    if method == "GET":
        form = f'<form method="post"><button>{escape(words["stop"])}</button></form>'
        return _page(200, language, f"{name}: {words['ask_stop']}", form)
    return _page(405, "en", "Only GET and POST.")


def _language(payee: Payee | None, mailbox: str) -> str:
    told = payee.notify if payee else ()
    return next((one.language for one in told if one.to == f"mailto:{mailbox}"), "en")


def _page(status: int, language: str, text: str, form: str = "") -> dict[str, Any]:
    direction = "rtl" if language == "ar" else "ltr"
    return {
        "statusCode": status,
        "headers": _HEADERS,
        "body": f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(text)}</title>'
        f"<p>{escape(text)}</p>{form}</html>",
    }
