"""Cash: handed over, then written down. It has no account, no code and no link."""

from collections.abc import Mapping
from typing import Final

from payments.money import Money
from payments.payment_id import PaymentId
from rails.account import Account, InvalidAccount, Reading, refuse_unknown_keys

KIND: Final = "cash"
CURRENCIES: Final = None
OPTIONS: Final[Mapping[str, str]] = {}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = ""
WORDS: Final = ("rail_cash", "rail_cash_how")


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    if mapping[KIND].strip():
        raise InvalidAccount(KIND, "has no account: write just - cash")
    return Account(KIND, "")


def code_text(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> str:
    """ "": there is nothing to scan."""
    return ""


def remittance(_account: Account, _payment_id: PaymentId) -> tuple[str, str]:
    return "", ""


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    return None


def copy_fields(
    _account: Account, _money: Money | None, _payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return []


def read(_text: str) -> Reading | None:
    return None
