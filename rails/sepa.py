"""SEPA, 41 countries of Europe: EPC069-12 v3.1 (March 2024), the code known as GiroCode.

Several banks' apps drop the structured reference or put it elsewhere; the text reaches the payee.
"""

import re
from collections.abc import Mapping
from typing import Final

from payments.money import Money, parse_money
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
    take_text,
)
from rails.iban import (
    EEA,
    SEPA,
    has_check_digits,
    parse_bic,
    parse_iban,
    refuse_qr_iban,
    take_bic,
    take_iban,
)

KIND: Final = "sepa"
CURRENCIES: Final = frozenset({"EUR"})
OPTIONS: Final = {
    "holder": "the name as the bank has it: the payer's bank compares it letter by letter",
    "bic": "the bank's BIC, needed for accounts outside the European Economic Area",
    "purpose": "a purpose code of ISO 20022, such as CHAR",
}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"
WORDS: Final = (
    *("rail_sepa", "rail_sepa_how", "row_holder", "row_iban", "row_bic", "row_amount", "row_note"),
)

_MOST_MINOR = 99_999_999_999
_HOLDER_MOST = 70
_TEXT_MOST = 140
_BYTES_MOST = 331
_HEAD = re.compile(r"BCD 00[12] [1-8] SCT", re.ASCII)
_AMOUNT = re.compile(r"EUR([0-9]+(?:\.[0-9]{1,2})?)", re.ASCII)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    iban = take_iban(mapping, KIND)
    refuse_qr_iban(KIND, iban)
    bic = take_bic(mapping)
    purpose = take_text(mapping, "purpose", 4).upper()
    if iban[:2] not in SEPA:
        raise InvalidAccount(
            KIND, f"{iban[:2]} is outside SEPA: give an account in one of SEPA's countries"
        )
    if iban[:2] not in EEA and not bic:
        raise InvalidAccount(
            KIND, f"{iban[:2]} is outside the European Economic Area: add its bank's BIC as bic:"
        )
    if purpose and not re.fullmatch(r"[A-Z0-9]{1,4}", purpose, re.ASCII):
        raise InvalidAccount("purpose", "is a code of up to 4 letters, such as CHAR")
    holder = take_holder(mapping, _HOLDER_MOST)
    if len(holder.encode()) > 3 * _HOLDER_MOST:
        raise InvalidAccount("holder", "is too long for a code in these letters: shorten it")
    return make_account(KIND, iban, holder, bic=bic, purpose=purpose)


def code_text(
    account: Account, money: Money | None = None, reference: str = "", text: str = ""
) -> str:
    """`reference` is one of ISO 11649. Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    if reference and text:
        raise InvalidValue("a SEPA transfer has a reference or a text, not both: leave one out")
    if reference and not (reference.startswith("RF") and has_check_digits(reference)):
        raise InvalidValue(
            "a SEPA reference is one of ISO 11649: RF, two check digits and the rest"
        )
    if money and money.amount_minor > _MOST_MINOR:
        raise InvalidValue("a SEPA code has at most EUR 999999999.99")
    refuse_too_long("the reference", reference, 35)
    refuse_too_long("the text", text, _TEXT_MOST)
    lines = [
        *("BCD", "002", "1", "SCT", account.option("bic"), account.holder, account.address),
        *(f"EUR{amount}" if amount else "", account.option("purpose"), reference, text),
    ]
    code = "\n".join(lines).rstrip("\n")
    if len(code.encode()) > _BYTES_MOST:
        raise InvalidValue(f"a SEPA code has at most {_BYTES_MOST} bytes: shorten the text")
    return code


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
        ("row_holder", account.holder),
        ("row_iban", account.address),
        ("row_bic", account.option("bic")),
        ("row_amount", money),
        ("row_note", payment_id),
    )


def read(text: str) -> Reading | None:
    """What a code of either version and any character set says."""
    separator = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(separator)
    if not 7 <= len(lines) <= 12 or any("\n" in line or "\r" in line for line in lines):
        return None
    tag, version, charset, kind, bic, holder, iban, *rest = lines
    amount, purpose, reference, remark, _hint = [*rest, *[""] * (5 - len(rest))]
    match = _AMOUNT.fullmatch(amount)
    if (
        not _HEAD.fullmatch(f"{tag} {version} {charset} {kind}")
        or (amount and not match)
        or (reference and remark)
    ):
        return None
    try:
        money = parse_money(match[1], "EUR") if match else None
        address = parse_iban(iban)
        bic = parse_bic(bic) if bic else ""
    except InvalidValue:
        return None
    account = make_account(KIND, address, readable(holder), bic=bic, purpose=purpose)
    return Reading(account, money, reference, readable(remark))
