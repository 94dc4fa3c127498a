"""Switzerland and Liechtenstein: SIX's QR-bill, Implementation Guidelines 2.4 (in force since 14
November 2026; 2.3, whose codes look the same, is valid for another year).

Nothing is spelled in other letters: the name must be the account holder's.
"""

import re
from collections.abc import Mapping
from typing import Final

from payments.money import Money, parse_money
from payments.payment_id import PaymentId
from payments.references import parse_reference, qr_reference, rf_reference
from payments.refusals import InvalidValue
from rails.account import (
    Account,
    InvalidAccount,
    Reading,
    amount_of,
    filled,
    make_account,
    refuse_too_long,
    refuse_unknown_keys,
    take_holder,
    take_text,
)
from rails.iban import has_check_digits, is_qr_iban, take_iban

KIND: Final = "swiss"
CURRENCIES: Final = frozenset({"CHF", "EUR"})
OPTIONS: Final = {
    "holder": "the name as the bank has it",
    "street": "the holder's street",
    "house": "the house number",
    "postcode": "the postcode",
    "city": "the town",
    "country": "two letters of the holder's country; else that of the account",
}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"
WORDS: Final = (
    *("rail_swiss", "rail_swiss_how", "row_holder", "row_iban", "row_address", "row_amount"),
    *("row_reference", "row_note"),
)

_MOST_MINOR = 99_999_999_999
_HOLDER_MOST = 70
_ADDRESS_MOST = {"street": 70, "house": 16, "postcode": 16, "city": 35}
_MESSAGE_MOST = 140
_LETTERS = re.compile(r"[\x20-\x7e\u00a0-\u017fȘșȚț€]*")  # IG 2.4, 4.1.1
_LINES = range(31, 35)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    iban = take_iban(mapping, KIND)
    if iban[:2] not in ("CH", "LI"):
        raise InvalidAccount(
            KIND,
            f"takes accounts of CH and LI only: for one of {iban[:2]} write sepa: in its place",
        )
    address = {key: take_text(mapping, key, most) for key, most in _ADDRESS_MOST.items()}
    country = (take_text(mapping, "country", 3) or iban[:2]).upper()
    if not re.fullmatch(r"[A-Z]{2}", country, re.ASCII):
        raise InvalidAccount("country", "is the two letters of ISO 3166, such as CH")
    for key in ("postcode", "city"):
        if not address[key]:
            raise InvalidAccount(key, f"is missing: a Swiss code names the holder's {key}")
    holder = take_holder(mapping, _HOLDER_MOST)
    for key, text in (("holder", holder), *address.items()):
        if not _LETTERS.fullmatch(text):
            raise InvalidAccount(
                key, "has letters that Swiss codes do not know: write it in Latin ones, as the bank"
            )
    return make_account(KIND, iban, holder, country=country, **address)


def code_text(
    account: Account,
    money: Money | None = None,
    reference: str = "",
    text: str = "",
) -> str:
    """`reference` is QRR for a QR-IBAN, else one of ISO 11649 or "". Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    currency = money.currency if money else "CHF"
    if money and money.amount_minor > _MOST_MINOR:
        raise InvalidValue(f"a Swiss code has at most {currency} 999999999.99")
    if is_qr_iban(account.address):
        _refuse_no_qr_reference(reference, currency)
        kind = "QRR"
    elif reference and not (reference.startswith("RF") and has_check_digits(reference)):
        raise InvalidValue("an IBAN that is no QR-IBAN takes a reference that begins with RF")
    else:
        kind = "SCOR" if reference else "NON"
    refuse_too_long("the reference", reference, 27)
    refuse_too_long("the message", text, _MESSAGE_MOST)
    if not _LETTERS.fullmatch(text):
        raise InvalidValue("the message has letters that Swiss codes do not know")
    holder = [account.option(key) for key in (*_ADDRESS_MOST, "country")]
    lines = [
        *("SPC", "0200", "1", account.address, "S", account.holder, *holder),
        *[""] * 7,  # the ultimate creditor, for future use
        *(amount, currency),
        *[""] * 7,  # the debtor: each payer fills in their own
        *(kind, reference, text, "EPD"),
    ]
    return "\n".join(lines)


def _refuse_no_qr_reference(reference: str, currency: str) -> None:
    if currency != "CHF":
        raise InvalidValue("a QR-IBAN takes CHF only: give the account's other IBAN for EUR")
    if len(reference) != 27 or not reference.isdigit():
        raise InvalidValue(
            "a QR-IBAN demands a reference of 27 digits in each payment: for a code without one "
            "give the account's other IBAN"
        )
    parse_reference(reference)


def remittance(account: Account, payment_id: PaymentId) -> tuple[str, str]:
    form = qr_reference if is_qr_iban(account.address) else rf_reference
    return form(payment_id), payment_id.reference


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """No bank's app is opened by a link."""


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    street = " ".join(filter(None, (account.option("street"), account.option("house"))))
    place = f"{account.option('postcode')} {account.option('city')}"
    return filled(
        ("row_iban", account.address),
        ("row_holder", account.holder),
        ("row_address", ", ".join(filter(None, (street, place)))),
        ("row_amount", money),
        ("row_reference", payment_id and remittance(account, payment_id)[0]),
    )


def read(text: str) -> Reading | None:
    separator = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(separator)
    if len(lines) not in _LINES or any("\n" in line or "\r" in line for line in lines):
        return None
    head, creditor, ultimate, (amount, currency) = (
        lines[:4],
        lines[4:11],
        lines[11:18],
        lines[18:20],
    )
    kind, reference, message, trailer = lines[27:31]
    if (
        (head[:3], creditor[0], trailer) != (["SPC", "0200", "1"], "S", "EPD")
        or any(ultimate)
        or kind not in ("QRR", "SCOR", "NON")
    ):
        return None
    keys = ("holder", *_ADDRESS_MOST, "country")
    try:
        account = parse_account({KIND: head[3], **dict(zip(keys, creditor[1:], strict=True))})
        money = parse_money(amount, currency) if amount else None
        amount_of(KIND, money or Money(0, currency), CURRENCIES)
    except InvalidValue:
        return None
    return Reading(account, money, reference, message)
