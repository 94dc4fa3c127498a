"""UPI, India: NPCI's linking specification 1.6 (2017).

It sets no lengths for `tr` and `tn`: 35 is that of the reference in the UPI message, 50 what
providers take for a note. Apps refuse references with anything but letters, digits, `_` and `-`.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from payments.money import Money, parse_money
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from rails.account import (
    MERCHANT,
    Account,
    InvalidAccount,
    Reading,
    amount_of,
    filled,
    make_account,
    readable,
    refuse_too_long,
    refuse_unknown_keys,
    take_holder,
    take_text,
)

KIND: Final = "upi"
CURRENCIES: Final = frozenset({"INR"})
OPTIONS: Final = {
    "holder": "the name as the bank has it, which the payer's app shows",
    "merchant": "true for a merchant address: apps open links with an amount only for these",
}
ASKS_BANK_NUMBER: Final = True
STATEMENT_HAS: Final = ""  # the note is often lost; the bank's own number always is there
WORDS: Final = ("rail_upi", "rail_upi_how", "row_upi", "row_holder", "row_amount", "row_note")

_NAME = re.compile(r"[A-Za-z0-9._-]{2,256}", re.ASCII)
_HANDLE = re.compile(r"[A-Za-z][A-Za-z0-9]{1,63}|[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*\.npci", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    address = take_text(mapping, KIND, 320)
    if message := _fault(address):
        raise InvalidAccount(KIND, message)
    merchant = take_text(mapping, "merchant", 5)
    if merchant not in ("", MERCHANT, "false"):
        raise InvalidAccount("merchant", f"is true or false, not {merchant}")
    holder = take_holder(mapping, 99)
    return make_account(KIND, address, holder, merchant=merchant if merchant == MERCHANT else "")


def _fault(address: str) -> str:
    """What is wrong with a UPI address, and what to do; "" if nothing is."""
    name, at, handle = address.partition("@")
    if not at:
        return "has no @ with a handle: write all of it, such as mahantesh@examplebank"
    if not handle:
        return "ends with the @: add the handle after it, such as mahantesh@examplebank"
    if len(name) < 2:
        return "has too little before the @, at least 2 characters: copy it from the UPI app"
    if not _NAME.fullmatch(name):
        return "before the @ stand only letters, digits and . _ -: copy it from the UPI app"
    return "" if _HANDLE.fullmatch(handle) else _fault_of_handle(handle)


def _fault_of_handle(handle: str) -> str:
    if "@" in handle:
        return "has two @: keep the name, one @ and the handle"
    if "." in handle:
        return "looks like an e-mail address: a UPI handle, such as examplebank, has no dot"
    return "after the @ stand only letters and digits: copy it from the UPI app"


def code_text(
    account: Account, money: Money | None = None, reference: str = "", text: str = ""
) -> str:
    """A code to scan, and the link that opens an app. Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    refuse_too_long("the reference", reference, 35)
    refuse_too_long("the note", text, 50)
    if not _REFERENCE.fullmatch(reference):
        raise InvalidValue("a UPI reference has letters, digits, _ and - only")
    values = {
        "pn": account.holder,
        "am": amount,
        "cu": "INR",
        "tr": reference,
        "tn": text,
    }
    written = [f"{name}={quote(value, safe='')}" for name, value in values.items() if value]
    return "&".join([f"upi://pay?pa={account.address}", *written])


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    """The reference is the note too, for some statements have only that."""
    return payment_id.reference, payment_id.reference


def link(
    account: Account, money: Money | None = None, reference: str = "", text: str = ""
) -> str | None:
    """None for a person's address: apps refuse links with an amount to these."""
    if account.option("merchant") != MERCHANT:
        return None
    return code_text(account, money, reference, text)


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return filled(
        ("row_upi", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
        ("row_note", payment_id),
    )


def read(text: str) -> Reading | None:
    try:
        url = urlsplit(text)
        pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return None
    values = {name: "" if value == "null" else value for name, value in pairs}
    address = values.get("pa", "")
    is_payment = (url.scheme, url.netloc.lower(), url.path) == ("upi", "pay", "")
    if not is_payment or len(values) < len(pairs) or _fault(address):
        return None
    amount = values.get("am", "")
    if values.get("cu", "") not in ("", "INR"):
        return None
    try:
        money = parse_money(amount, "INR") if amount else None
    except InvalidValue:
        return None
    account = make_account(KIND, address, readable(values.get("pn", "")))
    return Reading(account, money, values.get("tr", ""), values.get("tn", ""))
