"""VietQR, Vietnam: NAPAS's QR switching specification 1.5.2 (January 2021), over EMV's code 1.1."""

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
    take_text,
)
from rails.emv import emv_code, field, read_emv, read_fields, read_money
from rails.latin import fold_to_ascii

KIND: Final = "vietqr"
CURRENCIES: Final = frozenset({"VND"})
OPTIONS: Final = {
    "bank": "the bank's BIN, six digits, such as 970436 for Vietcombank",
    "card": "a card's number, in place of an account's: write vietqr: and leave it empty",
    "holder": "the name as the bank has it, which the payer's app shows",
}
ASKS_BANK_NUMBER: Final = False
STATEMENT_HAS: Final = "full"
WORDS: Final = (
    *("rail_vietqr", "rail_vietqr_how", "row_bank", "row_account", "row_card", "row_holder"),
    *("row_amount", "row_note"),
)

_AID = "A000000727"
_DONG = "704"
_TO_ACCOUNT, _TO_CARD = "QRIBFTTA", "QRIBFTTC"
_PURPOSE_MOST = 25
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}", re.ASCII)
_CARD = re.compile(r"[0-9]{16,19}", re.ASCII)
_BANKS = {
    bin_: name
    for line in """
        422589 CIMB | 458761 HSBC | 546034 CAKE | 546035 Ubank | 668888 Kasikornbank | 796500 DBS
        801011 Nonghyup | 963369 Liobank | 963388 Timo | 970400 SaigonBank | 970403 Sacombank
        970405 Agribank | 970406 Vikki Bank | 970407 Techcombank | 970408 GPBank | 970409 Bac A Bank
        970410 Standard Chartered | 970412 PVcomBank | 970414 MBV | 970415 VietinBank | 970416 ACB
        970418 BIDV | 970419 NCB | 970421 VRB | 970422 MB Bank | 970423 TPBank | 970424 Shinhan
        970425 ABBANK | 970426 MSB | 970427 VietABank | 970428 Nam A Bank | 970429 SCB
        970430 PGBank | 970431 Eximbank | 970432 VPBank | 970433 VietBank | 970434 Indovina
        970436 Vietcombank | 970437 HDBank | 970438 BaoViet Bank | 970439 Public Bank
        970440 SeABank | 970441 VIB | 970442 Hong Leong | 970443 SHB | 970444 CBBank
        970446 Co-opBank | 970448 OCB | 970449 LPBank | 970452 KienlongBank | 970454 BVBank
        970455 IBK Hanoi | 970456 IBK HCM | 970457 Woori | 970458 UOB
        970462 Kookmin Hanoi | 970463 Kookmin HCM | 971025 MoMo
    """.strip().split("\n")
    for bin_, _, name in (bank.strip().partition(" ") for bank in line.split("|"))
}
"""NAPAS's members by their BIN."""


def parse_account(mapping: Mapping[str, str]) -> Account:
    """Raises InvalidAccount."""
    refuse_unknown_keys(KIND, mapping, OPTIONS)
    account, card = ("".join(mapping.get(key, "").split()) for key in (KIND, "card"))
    if account and card:
        raise InvalidAccount("card", "stands beside an account: keep one of the two")
    if card and not _CARD.fullmatch(card):
        raise InvalidAccount("card", "is no card's number: it has 16 to 19 digits")
    if not card and not _ACCOUNT.fullmatch(account):
        raise InvalidAccount(KIND, "is no account's number: up to 19 letters and digits")
    bank = take_text(mapping, "bank", 20)
    if not re.fullmatch(r"[0-9]{6}", bank, re.ASCII):
        raise InvalidAccount("bank", "is the bank's BIN, six digits, such as 970436")
    if bank not in _BANKS:
        raise InvalidAccount("bank", f"no bank of NAPAS has the BIN {bank}: look it up once more")
    return _make(account or card, bank, take_text(mapping, "holder", 99), is_card=bool(card))


def _make(number: str, bank: str, holder: str = "", *, is_card: bool) -> Account:
    card = "true" if is_card else ""
    return make_account(KIND, number, holder, bank=bank, bank_name=_BANKS[bank], card=card)


def code_text(
    account: Account, money: Money | None = None, _reference: str = "", text: str = ""
) -> str:
    """Raises InvalidValue."""
    amount = amount_of(KIND, money, CURRENCIES)
    to_whom = field("00", account.option("bank")) + field("01", account.address)
    service = _TO_CARD if account.option("card") else _TO_ACCOUNT
    return emv_code(
        ("01", "12" if amount else "11"),
        ("38", field("00", _AID) + field("01", to_whom) + field("02", service)),
        ("53", _DONG),
        ("54", amount),
        ("58", "VN"),
        ("62", field("08", fold_to_ascii(text, _PURPOSE_MOST))),
    )


def remittance(_account: Account, payment_id: PaymentId) -> tuple[str, str]:
    return "", payment_id.reference


def link(
    _account: Account, _money: Money | None = None, _reference: str = "", _text: str = ""
) -> None:
    """Links go through a company's server; there is no common one."""


def copy_fields(
    account: Account, money: Money | None, payment_id: PaymentId | None
) -> list[tuple[str, str]]:
    return filled(
        ("row_bank", account.option("bank_name")),
        ("row_card" if account.option("card") else "row_account", account.address),
        ("row_holder", account.holder),
        ("row_amount", money),
        ("row_note", payment_id),
    )


def read(text: str) -> Reading | None:
    fields = read_emv(text, _DONG)
    vietqr = read_fields(fields.get("38", "")) if fields else None
    to_whom = read_fields(vietqr.get("01", "")) if vietqr else None
    more = read_fields(fields.get("62", "")) if fields else None
    if not fields or not vietqr or not to_whom or more is None or vietqr.get("00") != _AID:
        return None
    bank, number, service = to_whom.get("00", ""), to_whom.get("01", ""), vietqr.get("02")
    shape = {_TO_ACCOUNT: _ACCOUNT, _TO_CARD: _CARD}.get(service or "")
    if bank not in _BANKS or not shape or not shape.fullmatch(number):
        return None
    try:
        money = read_money(fields, "VND")
    except InvalidValue:
        return None
    account = _make(number, bank, is_card=service == _TO_CARD)
    return Reading(account, money, "", readable(more.get("08", "")))
