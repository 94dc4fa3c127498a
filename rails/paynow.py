"""PayNow, Singapore: SGQR's proxy fields as the banks print them, over EMV's code 1.1."""

import re
from collections.abc import Mapping
from datetime import datetime
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
    take_text,
)
from rails.emv import emv_code, field, read_emv, read_fields, read_money
from rails.latin import fold_to_ascii

KIND: Final = "paynow"
CURRENCIES: Final = frozenset({"SGD"})
OPTIONS: Final = {
    "holder": "the name registered with PayNow",
    "expiry": "the last day on which codes work, as YYYYMMDD",
}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"
WORDS: Final = (
    *("rail_paynow", "rail_paynow_how", "row_paynow", "row_holder", "row_amount", "row_note"),
)

_GUI = "SG.PAYNOW"
_DOLLAR = "702"
_MOBILE_PROXY, _UEN_PROXY = "0", "2"
_REFERENCE_MOST = 25
_MOBILE = re.compile(r"\+65[89][0-9]{7}", re.ASCII)
_ENTITIES = (
    "CC CD CH CL CM CP CS CX DP FB FC FM FN GA GB GS HS LL LP MB MC MD MH MM MQ NB NR PA PB PF "
    "RF RP SM SS TC TU VH XL"
)
_UENS = (  # shape, weights, check characters
    (r"[0-9]{8}[A-Z]", (10, 4, 9, 3, 8, 2, 7, 1), "XMKECAWLJDB"),
    (r"(?:18|19|20)[0-9]{7}[A-Z]", (10, 8, 6, 4, 9, 7, 5, 3, 1), "ZKCMDNERGWH"),
)
_OTHER_UEN = re.compile(r"[RST][0-9]{2}([A-Z]{2})[0-9]{4}[A-Z]", re.ASCII)
_OTHER_LETTERS = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
_OTHER_WEIGHTS = (4, 3, 5, 3, 10, 2, 2, 5, 7)


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    try:
        proxy = _parse_proxy(take_text(mapping, KIND, 40))
    except InvalidAccount:
        raise
    except InvalidValue as error:
        raise InvalidAccount(KIND, str(error)) from error
    holder = take_holder(mapping, 99)
    if not fold_to_ascii(holder, 99):
        raise InvalidAccount("holder", "has no Latin letter: a PayNow code takes only these")
    expiry = take_text(mapping, "expiry", 14)
    if expiry and not _is_moment(expiry):
        raise InvalidAccount("expiry", f"is a day as YYYYMMDD, such as 20271231, not {expiry}")
    return make_account(KIND, proxy, holder, expiry=expiry)


def _parse_proxy(text: str) -> str:
    proxy = re.sub(r"[\s-]", "", text).upper()
    if proxy.startswith("+"):
        if not _MOBILE.fullmatch(proxy):
            raise InvalidValue(
                "is no mobile number of Singapore: +65 and eight digits, the first one 8 or 9"
            )
        return proxy
    if re.fullmatch(r"[89][0-9]{7}", proxy, re.ASCII):
        raise InvalidValue(f"looks like a mobile number: write it with its country, +65{proxy}")
    if re.fullmatch(r"[STFGM][0-9]{7}[A-Z]", proxy, re.ASCII):
        raise InvalidValue("is an NRIC or FIN, which codes don't take: give the mobile or the UEN")
    if _is_uen(proxy) or (_is_uen(proxy[:-3]) and re.fullmatch(r"[A-Z0-9]{3}", proxy[-3:])):
        return proxy  # a branch has a suffix of three
    other = _OTHER_UEN.fullmatch(proxy)
    if other and other[1] not in _ENTITIES.split():
        raise InvalidValue(f"is no UEN: there is no kind of entity {other[1]}")
    if other or any(re.fullmatch(shape, proxy, re.ASCII) for shape, _, _ in _UENS):
        raise InvalidValue(
            "has the shape of a UEN, but its last letter doesn't fit: compare it character by "
            "character"
        )
    raise InvalidValue("is neither a mobile number, such as +6581234567, nor a UEN of ACRA")


def _is_uen(text: str) -> bool:
    for shape, weights, letters in _UENS:
        if re.fullmatch(shape, text, re.ASCII):
            total = sum(int(c) * w for c, w in zip(text[:-1], weights, strict=True))
            return text[-1] == letters[total % 11]
    other = _OTHER_UEN.fullmatch(text)
    if not other or other[1] not in _ENTITIES.split():
        return False
    values = [_OTHER_LETTERS.find(c) for c in text[:-1]]
    total = sum(v * w for v, w in zip(values, _OTHER_WEIGHTS, strict=True))
    return text[-1] == _OTHER_LETTERS[(total - 5) % 11]


def _is_moment(text: str) -> bool:
    form = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}.get(len(text), "")
    try:
        return text.isdigit() and bool(datetime.strptime(text, form))  # noqa: DTZ007 (a shape)
    except ValueError:
        return False


def code_text(
    account: Account, money: Money | None = None, reference: str = "", _text: str = ""
) -> str:
    """The payer may change an amount only where there is none. Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    refuse_too_long("the reference", reference, _REFERENCE_MOST)
    proxy = _MOBILE_PROXY if account.address.startswith("+") else _UEN_PROXY
    return emv_code(
        ("01", "12" if amount or reference else "11"),
        (
            "26",
            field("00", _GUI)
            + field("01", proxy)
            + field("02", account.address)
            + field("03", "0" if amount else "1")
            + field("04", account.option("expiry")),
        ),
        ("52", "0000"),
        ("53", _DOLLAR),
        ("54", amount),
        ("58", "SG"),
        ("59", fold_to_ascii(account.holder, 25)),
        ("60", "Singapore"),
        ("62", field("01", reference)),
    )


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    return payment_id.reference, ""


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """Links into banks' apps are for merchants that have a contract."""


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return filled(
        ("row_paynow", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
        ("row_note", payment_id),
    )


def read(text: str) -> Reading | None:
    fields = read_emv(text, _DOLLAR)
    paynow = read_fields(fields.get("26", "")) if fields else None
    more = read_fields(fields.get("62", "")) if fields else None
    if not fields or not paynow or more is None or paynow.get("00") != _GUI:
        return None
    proxy = paynow.get("02", "")
    if paynow.get("01") != (_MOBILE_PROXY if proxy.startswith("+") else _UEN_PROXY):
        return None
    try:
        address = _parse_proxy(proxy)
        money = read_money(fields, "SGD")
    except InvalidValue:
        return None
    expiry = paynow.get("04", "")
    account = make_account(KIND, address, readable(fields.get("59", "")), expiry=expiry)
    return Reading(account, money, more.get("01", ""))
