"""Poland: the transfer code of the Polish Bank Association's recommendation on 2D codes (2013).

Nine fields between bars; the payee's tax number and the last three stay empty.
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
    readable,
    refuse_too_long,
    refuse_unknown_keys,
    take_holder,
)
from rails.iban import parse_iban, take_iban

KIND: Final = "zbp"
CURRENCIES: Final = frozenset({"PLN"})
OPTIONS: Final = {"holder": "the name as the bank has it"}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"
WORDS: Final = ("rail_zbp", "rail_zbp_how", "row_iban", "row_holder", "row_amount", "row_note")

_HOLDER_MOST = 20
_TITLE_MOST = 32
_MOST_MINOR = 999_999
_CODE = re.compile(
    r"[0-9]*\|(?:PL)?\|([0-9]{26})\|([0-9]{6})\|([^|]{1,20})\|([^|]{0,32})\|[^|]*\|[^|]*\|[^|]*",
    re.ASCII,
)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    iban = take_iban(mapping, KIND)
    if iban[:2] != "PL":
        raise InvalidAccount(KIND, f"takes accounts of PL only: for one of {iban[:2]} write sepa:")
    holder = take_holder(mapping, 99)
    if "|" in holder:
        raise InvalidAccount("holder", "has a bar, which parts the code's fields: leave it out")
    return make_account(KIND, iban, holder)


def code_text(
    account: Account, money: Money | None = None, _reference: str = "", text: str = ""
) -> str:
    """Raises InvalidValue."""
    amount_of(KIND, money, CURRENCIES)
    groszy = money.amount_minor if money else 0
    if groszy > _MOST_MINOR:
        raise InvalidValue("a Polish code has at most 9999.99")
    refuse_too_long("the title", text, _TITLE_MOST)
    holder = account.holder[:_HOLDER_MOST].strip()
    return f"|PL|{account.address[2:]}|{groszy:06}|{holder}|{text}|||"


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    return "", payment_id.reference


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """No bank's app is opened by a link."""


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return filled(
        ("row_iban", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
        ("row_note", payment_id),
    )


def read(text: str) -> Reading | None:
    match = _CODE.fullmatch(text)
    if not match:
        return None
    number, groszy, holder, title = match.groups()
    try:
        account = make_account(KIND, parse_iban(f"PL{number}"), readable(holder))
    except InvalidValue:
        return None
    money = Money(int(groszy), "PLN") if int(groszy) else None
    return Reading(account, money, "", readable(title))
