"""A payment page of somebody else's, such as a hosted payment link: its address, into which the
payment's values are put where the roster says so."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from payments.money import Money
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from rails.account import (
    Account,
    InvalidAccount,
    Reading,
    filled,
    make_account,
    refuse_unknown_keys,
    take_text,
)

KIND: Final = "link"
CURRENCIES: Final = None
OPTIONS: Final = {"holder": "the name that the payment page shows"}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"
WORDS: Final = (
    "rail_link",
    "rail_link_how",
    "row_link",
    "row_holder",
    "row_amount",
    "row_reference",
)

_MOST = 500
_PLACE = re.compile(r"\{(\w*)\}", re.ASCII)
_PLACES = ("reference", "amount", "amount_minor", "currency")
_URL = re.compile(
    r"https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?", re.ASCII
)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    template = take_text(mapping, KIND, _MOST)
    for place in _PLACE.findall(template):
        if place not in _PLACES:
            known = ", ".join(f"{{{name}}}" for name in _PLACES)
            raise InvalidAccount(KIND, f"{{{place}}} stands for nothing: it knows {known}")
    address = _PLACE.sub("0", template)
    if not address.lower().startswith("https://"):
        raise InvalidAccount(KIND, "begin it with https://, so that nobody can read or change it")
    if not _URL.fullmatch(address) or not _host(address):
        raise InvalidAccount(KIND, "is no web address: copy it from the browser's address bar")
    if _PLACE.search(template.partition("://")[2].partition("/")[0].partition("?")[0]):
        raise InvalidAccount(KIND, "a value can't stand in the host: put it after the first slash")
    return make_account(KIND, template, take_text(mapping, "holder", 99))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def code_text(
    account: Account, money: Money | None = None, reference: str = "", _text: str = ""
) -> str:
    """The address with the payment's values in their places. Raises InvalidValue."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,200}", reference, re.ASCII):
        raise InvalidValue("a reference in a link has up to 200 letters, digits, _ and -")
    amount = money.amount if money and money.amount_minor else ""
    values = {
        "reference": reference,
        "amount": amount,
        "amount_minor": str(money.amount_minor) if money and amount else "",
        "currency": money.currency if money else "",
    }
    return _PLACE.sub(lambda place: values[place[1]], account.address)


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    return payment_id.reference, ""


def link(
    account: Account, money: Money | None = None, reference: str = "", text: str = ""
) -> str | None:
    return code_text(account, money, reference, text)


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    reference = payment_id.reference if payment_id else ""
    return filled(
        ("row_link", code_text(account, money, reference)),
        ("row_holder", account.holder),
        ("row_amount", money),
        ("row_reference", reference),
    )


def read(_text: str) -> Reading | None:
    """No address says by itself whether it is one to pay at: `pays_at` knows for an account."""


def pays_at(account: Account, text: str) -> bool:
    """Whether `text` is the account's address with some values in it."""
    fixed = map(re.escape, _PLACE.split(account.address)[::2])
    return re.fullmatch(r"[A-Za-z0-9._-]*".join(fixed), text) is not None
