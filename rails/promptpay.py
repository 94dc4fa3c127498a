"""PromptPay, Thailand: the Thai QR Payment standard, tag 29 (credit transfer), over EMV's 1.1.

It has no field for a reference; tag 30, which has some, is for registered billers.
"""

import re
from collections.abc import Mapping
from typing import Final

from payments.money import Money
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from rails.account import (
    Account,
    InvalidAccount,
    Reading,
    amount_of,
    filled,
    make_account,
    refuse_unknown_keys,
    take_text,
)
from rails.emv import emv_code, field, read_emv, read_fields, read_money

KIND: Final = "promptpay"
CURRENCIES: Final = frozenset({"THB"})
OPTIONS: Final = {"holder": "the name as the bank has it, which the payer's app shows"}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = ""
WORDS: Final = ("rail_promptpay", "rail_promptpay_how", "row_promptpay", "row_holder", "row_amount")

_AID = "A000000677010111"
_BAHT = "764"
_MOBILE, _ID, _WALLET = "01", "02", "03"  # what the payee is known by


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    try:
        address = _parse_id(take_text(mapping, KIND, 40))
    except InvalidAccount:
        raise
    except InvalidValue as error:
        raise InvalidAccount(KIND, str(error)) from error
    return make_account(KIND, address, take_text(mapping, "holder", 99))


def _parse_id(text: str) -> str:
    number = re.sub(r"[\s()-]", "", text)
    if number.startswith("+"):
        if not re.fullmatch(r"\+66[689][0-9]{8}", number, re.ASCII):
            raise InvalidValue("is no mobile number of Thailand: +66, then 6, 8 or 9 and 8 digits")
        return f"0{number[3:]}"
    if not (number.isascii() and number.isdigit()):
        raise InvalidValue("is no PromptPay ID: write a mobile number, a national or tax ID")
    match len(number):
        case 10 if re.fullmatch(r"0[689][0-9]{8}", number):
            return number
        case 10:
            raise InvalidValue("is no mobile number of Thailand: it begins with 06, 08 or 09")
        case 13 if number[-1] == _check_digit(number[:-1]):
            return number
        case 13:
            raise InvalidValue("is no national or tax ID: its last digit doesn't fit; compare it")
        case 15:
            return number
    raise InvalidValue(
        f"has {len(number)} digits: a mobile number has 10, a national or tax ID 13, an e-wallet 15"
    )


def _check_digit(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, range(13, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def code_text(
    account: Account, money: Money | None = None, _reference: str = "", _text: str = ""
) -> str:
    """Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    number = account.address
    kind = {10: _MOBILE, 13: _ID, 15: _WALLET}[len(number)]
    value = f"0066{number[1:]}" if kind == _MOBILE else number
    return emv_code(
        ("01", "12" if amount else "11"),
        ("29", field("00", _AID) + field(kind, value)),
        ("58", "TH"),
        ("53", _BAHT),
        ("54", amount),
    )


def remittance(_account: Account, _payment_id: PaymentId) -> tuple[str, str]:
    return "", ""


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """No bank's app is opened by a link."""


def copy_fields(
    account: Account, money: Money | None, _payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return filled(
        ("row_promptpay", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
    )


def read(text: str) -> Reading | None:
    fields = read_emv(text, _BAHT)
    promptpay = read_fields(fields.get("29", "")) if fields else None
    if not fields or not promptpay or promptpay.pop("00", "") != _AID or len(promptpay) != 1:
        return None
    [(kind, value)] = promptpay.items()
    number = f"0{value[4:]}" if kind == _MOBILE and value.startswith("0066") else value
    if {_MOBILE: 10, _ID: 13, _WALLET: 15}.get(kind) != len(number):
        return None
    try:
        account = make_account(KIND, _parse_id(number))
        return Reading(account, read_money(fields, "THB"))
    except InvalidValue:
        return None
