"""Czechia and Slovakia: Short Payment Descriptor 1.0 of the Czech Banking Association.

Written in capitals without marks, so that the QR code can be of the small, alphanumeric kind.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

from payments.money import Money, parse_money
from payments.payment_id import PaymentId
from payments.references import ten_digits
from payments.refusals import InvalidValue
from rails.account import (
    Account,
    Reading,
    amount_of,
    filled,
    make_account,
    readable,
    refuse_too_long,
    refuse_unknown_keys,
    take_text,
)
from rails.iban import parse_bic, parse_iban, refuse_qr_iban, take_bic, take_iban
from rails.latin import fold_to_ascii

KIND: Final = "spayd"
CURRENCIES: Final = frozenset({"CZK", "EUR"})
OPTIONS: Final = {"holder": "the name as the bank has it", "bic": "the bank's BIC"}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "ten digits"
WORDS: Final = (
    *("rail_spayd", "rail_spayd_how", "row_iban", "row_holder", "row_amount", "row_symbol"),
    "row_note",
)

_HOLDER_MOST = 35
_MESSAGE_MOST = 60
_SYMBOL = re.compile(r"[0-9]{0,10}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?", re.ASCII)
_KEPT = "".join(chr(c) for c in range(0x20, 0x7F) if chr(c) not in "%+*")


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    iban, bic = take_iban(mapping, KIND), take_bic(mapping)
    refuse_qr_iban(KIND, iban)
    return make_account(KIND, iban, take_text(mapping, "holder", 99), bic=bic)


def code_text(
    account: Account,
    money: Money | None = None,
    reference: str = "",
    text: str = "",
) -> str:
    """`reference` is the variable symbol. Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    if len(amount) > 10:
        raise InvalidValue("a SPAYD code has at most 9999999.99")
    if not _SYMBOL.fullmatch(reference):
        raise InvalidValue("a variable symbol has at most 10 digits")
    message = fold_to_ascii(text, 1000)
    refuse_too_long("the message", message, _MESSAGE_MOST)
    bic = account.option("bic")
    parts = {
        "ACC": f"{account.address}+{bic}" if bic else account.address,
        "AM": amount,
        "CC": money.currency if money else "CZK",
        "RN": _escape(fold_to_ascii(account.holder, _HOLDER_MOST)),
        "MSG": _escape(message),
        "X-VS": reference,
    }
    return "*".join(["SPD*1.0", *(f"{key}:{value}" for key, value in parts.items() if value)])


def _escape(text: str) -> str:
    return quote(text.upper(), safe=_KEPT)


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    return ten_digits(payment_id), payment_id.reference


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """Banks' apps read the code; none of them is known to be opened by a link."""


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return filled(
        ("row_iban", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
        ("row_symbol", payment_id and ten_digits(payment_id)),
        ("row_note", payment_id),
    )


def read(text: str) -> Reading | None:
    head = re.match(r"SPD\*1\.[0-9]\*", text, re.ASCII)
    if not head:
        return None
    pairs = text[head.end() :].removesuffix("*").split("*")
    values: dict[str, str] = {}
    for pair in pairs:
        key, colon, value = pair.partition(":")
        if not (key and colon and value) or key in values:
            return None
        values[key] = unquote(value)
    iban, _, bic = values.get("ACC", "").partition("+")
    amount, currency = values.get("AM", ""), values.get("CC", "CZK")
    if (amount and not _AMOUNT.fullmatch(amount)) or not _SYMBOL.fullmatch(values.get("X-VS", "")):
        return None
    try:
        address = parse_iban(iban)
        bic = parse_bic(bic) if bic else ""
        money = parse_money(amount, currency) if amount else None
    except InvalidValue:
        return None
    account = make_account(KIND, address, readable(values.get("RN", "")), bic=bic)
    return Reading(account, money, values.get("X-VS", ""), readable(values.get("MSG", "")))
