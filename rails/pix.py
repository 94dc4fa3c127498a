"""Pix, Brazil: Manual de Padrões para Iniciação do Pix 2.10.0, the static code; DICT's keys.

The payer's app shows the name that the directory has for the key, not the one in the code.
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
    refuse_unknown_keys,
    take_holder,
    take_text,
)
from rails.emv import emv_code, field, read_emv, read_fields, read_money
from rails.latin import fold_to_ascii

KIND: Final = "pix"
CURRENCIES: Final = frozenset({"BRL"})
OPTIONS: Final = {
    "holder": "the name as the bank has it",
    "city": "the town, which a Pix code must name",
}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"  # though several banks hide it
WORDS: Final = (
    *("rail_pix", "rail_pix_how", "row_pix_code", "row_pix", "row_holder", "row_amount"),
)

_GUI = "br.gov.bcb.pix"
_REAL = "986"
_NO_TXID = "***"
_TXID = re.compile(r"[A-Za-z0-9]{1,25}", re.ASCII)
_KEY_MOST = 77
_RANDOM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_MAIL = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_MOBILE = re.compile(r"\+55[1-9][1-9]9[0-9]{8}", re.ASCII)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    try:
        key = parse_key(take_text(mapping, KIND, 200))
    except InvalidAccount:
        raise
    except InvalidValue as error:
        raise InvalidAccount(KIND, str(error)) from error
    holder, city = take_holder(mapping, 99), take_text(mapping, "city", 99)
    if not city:
        raise InvalidAccount("city", "is missing: a Pix code names the town, such as city: Recife")
    for name, text in (("holder", holder), ("city", city)):
        if not fold_to_ascii(text, 99):
            raise InvalidAccount(name, "has no Latin letter: a Pix code takes only these")
    return make_account(KIND, key, holder, city=city)


def parse_key(text: str) -> str:
    """A key as the directory has it. Raises InvalidValue."""
    key = text.lower()
    if "@" in key:
        return _parse_mail(key)
    if key.startswith("+"):
        phone = re.sub(r"[\s().-]", "", key)
        if not _MOBILE.fullmatch(phone):
            raise InvalidValue(
                "is no Brazilian mobile number: +55, two digits of the area, 9 and eight more"
            )
        return phone
    if _RANDOM.fullmatch(key):
        return key
    if len(key) == 32 and not set(key) - set("0123456789abcdef"):
        raise InvalidValue("is a random key without its hyphens: copy it with them from the bank")
    number = re.sub(r"[\s./-]", "", key).upper()
    if re.fullmatch(r"[0-9]{11}", number, re.ASCII):
        return _parse_cpf(number)
    if re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", number, re.ASCII):
        return _parse_cnpj(number)
    if re.fullmatch(r"55[0-9]{10,11}", number, re.ASCII):
        raise InvalidValue(f"looks like a phone number: write it with its plus, +{number}")
    raise InvalidValue(
        "is no Pix key: a CPF has 11 digits, a CNPJ 14, a phone begins with +55, a random key has "
        "36 characters with hyphens"
    )


def _parse_mail(key: str) -> str:
    if len(key) > _KEY_MOST:
        raise InvalidValue(f"an e-mail key has at most {_KEY_MOST} characters, not {len(key)}")
    if "%" in key:
        raise InvalidValue("Pix takes no % in an e-mail address: give another key")
    if not _MAIL.fullmatch(key):
        raise InvalidValue("is no e-mail address: write it like nome@example.com")
    return key


def _parse_cpf(number: str) -> str:
    if number == number[0] * 11:
        raise InvalidValue("repeats one digit: no CPF does, copy it from the document")
    if _check_digits(number[:9], range(10, 1, -1), range(11, 1, -1)) != number[9:]:
        raise InvalidValue(
            "has the length of a CPF, but its check digits don't fit: compare it digit by digit; a "
            "phone number begins with +55"
        )
    return number


def _parse_cnpj(number: str) -> str:
    first = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    is_one_digit = number == number[0] * 14
    if is_one_digit or _check_digits(number[:12], first, (6, *first)) != number[12:]:
        raise InvalidValue(
            "has the length of a CNPJ, but its check digits don't fit: compare it character by "
            "character"
        )
    return number


def _check_digits(body: str, *weights: range | tuple[int, ...]) -> str:
    """Modulo 11, each character by its code less that of 0: letters of a CNPJ count too."""
    text = body
    for row in weights:
        rest = sum((ord(c) - ord("0")) * w for c, w in zip(text, row, strict=True)) % 11
        text += str(11 - rest if rest > 1 else 0)
    return text[len(body) :]


def code_text(
    account: Account, money: Money | None = None, reference: str = "", _text: str = ""
) -> str:
    """Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    if reference and not _TXID.fullmatch(reference):
        raise InvalidValue("a Pix txid has 1 to 25 letters and digits")
    return emv_code(
        ("26", field("00", _GUI) + field("01", account.address)),
        ("52", "0000"),
        ("53", _REAL),
        ("54", amount),
        ("58", "BR"),
        ("59", fold_to_ascii(account.holder, 25)),
        ("60", fold_to_ascii(account.option("city"), 15)),
        ("62", field("05", reference or _NO_TXID)),
    )


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    return payment_id.reference, ""


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """The code's text is pasted into the bank's app; links are each bank's own."""


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    """First the code's own text: “Pix copia e cola”, which every app takes."""
    reference = payment_id.reference if payment_id else ""
    return filled(
        ("row_pix_code", code_text(account, money, reference)),
        ("row_pix", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
    )


def read(text: str) -> Reading | None:
    fields = read_emv(text, _REAL)
    pix = read_fields(fields.get("26", "")) if fields else None
    more = read_fields(fields.get("62", "")) if fields else None
    if not fields or not pix or more is None or pix.get("00", "").lower() != _GUI:
        return None
    try:
        key = parse_key(pix.get("01", ""))
        money = read_money(fields, "BRL")
    except InvalidValue:
        return None
    city = readable(fields.get("60", ""))
    account = make_account(KIND, key, readable(fields.get("59", "")), city=city)
    txid = more.get("05", _NO_TXID)
    return Reading(account, money, "" if txid == _NO_TXID else txid)
