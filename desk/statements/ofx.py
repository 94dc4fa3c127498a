"""OFX and QFX, versions 1 (SGML, whose elements need no end) and 2 (XML): the bookings.

Banks say one encoding and write another, so the bytes decide. An element's value ends at the next
tag or line.
"""

import html
import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from desk.statements.amounts import MARKS, NoAmount, find_mark, split_amount, to_minor
from desk.statements.bank_words import says_taken_back
from desk.statements.dates import sane_day
from desk.statements.line import Kind, Line, Place, Unreadable, refuse
from payments.currencies import currency_codes, currency_digits
from payments.money import Money

_BOOKING = re.compile(r"<STMTTRN>(.*?)(?=</STMTTRN>|<STMTTRN>|</BANKTRANLIST>|\Z)", re.S | re.I)
_ELEMENT = re.compile(r"<([A-Z0-9.]+)>([^<\r\n]*)", re.I)
_ONCE = {"TRNAMT", "DTPOSTED", "FITID"}
_OF_BOOKING = {
    name: name  # the same object for all bookings
    for name in (*_ONCE, "MEMO", "REFNUM", "CHECKNUM", "NAME", "PAYEE", "CURRENCY", "CURSYM")
}
_STATEMENT = re.compile(r"<(?:CC)?STMTRS>", re.I)
_BEGUN = re.compile("<STMTTRN>", re.I)
_ENDED = re.compile("</STMTTRN>", re.I)


def read_ofx(text: str, file: str) -> list[Line]:
    """Raises Unreadable."""
    if not re.search("<OFX>", text, re.I):
        raise Unreadable(f"{file}: this is no OFX: it has no <OFX>.")
    if not re.search("</OFX>", text, re.I):
        raise Unreadable(f"{file}: it is cut off, for </OFX> is missing: export it again.")
    lines: list[Line] = []
    starts = [found.end() for found in _STATEMENT.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        first = _BEGUN.search(text, start, end)
        head = dict(_elements(text[start : first.start() if first else end]))
        currency = head.get("CURDEF", "")
        if currency not in currency_codes():
            raise Unreadable(f"{file}: it says no currency (CURDEF): export it again.")
        account = "".join(filter(None, (head.get("BANKID"), head.get("ACCTID"))))
        bookings = [
            _booking(found[1], Place(file, number))
            for number, found in enumerate(_BOOKING.finditer(text, start, end), len(lines) + 1)
        ]
        begun, ended = (sum(1 for _ in tag.finditer(text, start, end)) for tag in (_BEGUN, _ENDED))
        if len(bookings) != begun or (ended and ended != begun):
            raise Unreadable(f"{file}: not all of its bookings can be read: export it again.")
        lines += _lines(bookings, file, len(lines), currency, account)
    if not lines:
        raise Unreadable(f"{file}: there is no booking in it.")
    return lines


def _booking(text: str, place: Place) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _elements(text):
        if name in _ONCE and name in found:
            raise refuse(place, f"this booking has {name} twice", "export the statement again")
        if name in _OF_BOOKING:
            found[_OF_BOOKING[name]] = value
    return found


def _elements(text: str) -> list[tuple[str, str]]:
    return [(name.upper(), html.unescape(value).strip()) for name, value in _ELEMENT.findall(text)]


def _lines(
    bookings: list[dict[str, str]], file: str, before: int, currency: str, account: str
) -> list[Line]:
    digits = currency_digits(currency)
    amounts = []
    for number, booking in enumerate(bookings, before + 1):
        try:
            amounts.append(split_amount(booking.get("TRNAMT", "")))
        except NoAmount as error:
            raise refuse(Place(file, number), str(error), "export the statement again") from None
    # The standard has a point or a comma, without groups; a bank that groups is asked about.
    mark = find_mark([amount.number for amount in amounts], digits)
    lines = []
    for number, (booking, amount) in enumerate(zip(bookings, amounts, strict=True), before + 1):
        place = Place(file, number)
        alone = re.fullmatch(r"[0-9]+([.,])[0-9]{1,2}", amount.number, re.ASCII)
        own = mark or (MARKS[alone[1] == ","] if alone else None)
        if own is None:
            raise refuse(
                place, f"“{amount.number}” may be read in two ways", "export it as CSV instead"
            )
        try:
            money = Money(to_minor(amount.number, own, digits), _currency(booking, currency))
        except (NoAmount, ValueError) as error:
            raise refuse(place, str(error), "export the statement again") from None
        text = " ".join(
            dict.fromkeys(
                filter(
                    None,
                    (
                        booking.get("MEMO", ""),
                        booking.get("REFNUM", ""),
                        booking.get("CHECKNUM", ""),
                    ),
                )
            )
        )
        name = booking.get("NAME", "") or booking.get("PAYEE", "")
        lines.append(
            Line(
                place,
                _kind(money, text + " " + name, is_out=amount.is_out),
                money,
                _day(booking.get("DTPOSTED", ""), place),
                text,
                name,
                booking.get("FITID", ""),
                (),
                account,
            )
        )
    return lines


def _currency(booking: Mapping[str, str], usual: str) -> str:
    """Of the amount: ORIGCURRENCY only tells what it was before the bank changed it."""
    if "CURRENCY" not in booking:
        return usual
    return booking["CURRENCY"] or booking.get("CURSYM", "")


def _kind(money: Money, words: str, *, is_out: bool) -> Kind:
    if money.amount_minor == 0:
        return Kind.ZERO
    if not is_out:
        return Kind.CREDIT
    return Kind.TAKEN_BACK if says_taken_back(words) else Kind.DEBIT


def _day(text: str, place: Place) -> date:
    try:
        return sane_day(date(int(text[:4]), int(text[4:6]), int(text[6:8])))
    except ValueError:
        raise refuse(place, f"“{text}” is no date", "export the statement again") from None
