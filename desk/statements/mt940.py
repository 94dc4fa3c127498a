"""MT940 and MT942 (SWIFT), read by the mt-940 library, one statement after another."""

import logging
import re
from collections.abc import Iterator
from datetime import date

import mt940 as library

from desk.fields import counted
from desk.statements.amounts import NoAmount, read_decimal
from desk.statements.dates import sane_day
from desk.statements.line import Kind, Line, Place, Unreadable, refuse

_KINDS = {"C": Kind.CREDIT, "D": Kind.DEBIT, "RC": Kind.TAKEN_BACK, "RD": Kind.RETURNED}
_NO_ID = {"NONREF", "NOTPROVIDED", ""}
_STATEMENT = re.compile(r"^(?=:20:)", re.M)  # a file may have many, each of another account
_BOOKING = re.compile(r"^:61:", re.M)
_AMOUNT = re.compile(r"^:61:[0-9]{6}(?:[0-9]{4}|\s{4})?[RE]?[DC][A-Z]?\s?[0-9]+,", re.M)

# What it cannot read, it prints with its regular expression: its exceptions say enough.
logging.getLogger("mt940").addHandler(logging.NullHandler())
logging.getLogger("mt940").propagate = False


def read_mt940(text: str, file: str) -> list[Line]:
    """Raises Unreadable."""
    lines: list[Line] = []
    for statement in _STATEMENT.split(text):
        if _BOOKING.search(statement):
            lines += _lines(statement, file, len(lines))
    return lines


def _lines(text: str, file: str, before: int) -> Iterator[Line]:
    wanted = [found.start() for found in _BOOKING.finditer(text)]
    for number, start in enumerate(wanted, before + 1):
        if not _AMOUNT.match(text, start):
            what = f"“{text[start:].splitlines()[0][:60]}” has no date, side and amount"
            raise refuse(Place(file, number), what, "export the statement again")
    if not _is_whole(text):
        raise Unreadable(f"{file}: it is cut off, for its end is missing: export it again.")
    try:
        collection = library.parse(text)
    except Exception as error:  # noqa: BLE001 (the library's own are of several kinds)
        why = " ".join(str(error).split())[:200]
        raise Unreadable(
            f"{file}: this is no MT940 that can be read ({why}): export it again."
        ) from None
    found = list(collection)
    if len(found) != len(wanted):
        every = counted(len(wanted), "booking")
        raise Unreadable(
            f"{file}: {len(found)} of its {every} can be read, so none is: export it again."
        )
    account = str(collection.data.get("account_identification", ""))
    for number, one in enumerate(found, before + 1):
        yield _line(one.data, Place(file, number), account)


def _is_whole(text: str) -> bool:
    """Whether its last words are there: a closing balance, of MT942 its sums, or the end's sign."""
    if re.search(r"^:60[FM]:", text, re.M):
        return bool(re.search(r"^:62[FM]:[CD][0-9]{6}[A-Z]{3}[0-9]+,", text, re.M))
    return bool(re.search(r"^:90[CD]:", text, re.M) or re.search(r"^-\}?\s*\Z", text, re.M))


def _line(data: dict[str, object], place: Place, account: str) -> Line:
    status = str(data.get("status", ""))
    if status not in _KINDS:
        raise refuse(place, f"“{status}” is neither credit nor debit", "export the statement again")
    amount = getattr(data.get("amount"), "amount", None)
    currency = str(data.get("currency") or getattr(data.get("amount"), "currency", ""))
    try:
        money = read_decimal(str(abs(amount)), currency) if amount is not None else None
    except (NoAmount, ValueError) as error:
        raise refuse(place, f"{error}", "export the statement again") from None
    day = data.get("entry_date") or data.get("date")
    if money is None or not isinstance(day, date):
        raise refuse(place, "this booking has no amount or no date", "export the statement again")
    try:
        booked_on = sane_day(date(day.year, day.month, day.day))
    except ValueError:
        raise refuse(place, f"“{day}” is no date", "export the statement again") from None
    words = [
        data.get(name)
        for name in ("purpose", "extra_details", "transaction_details", "additional_purpose")
    ]
    ids = [
        str(data.get(name) or "")
        for name in ("bank_reference", "customer_reference", "end_to_end_reference")
    ]
    return Line(
        place,
        _KINDS[status] if money.amount_minor else Kind.ZERO,
        money,
        booked_on,
        " ".join(dict.fromkeys(str(word).strip() for word in words if word)),
        str(data.get("applicant_name") or ""),
        ids[0] if ids[0].upper() not in _NO_ID else "",
        tuple(dict.fromkeys(one for one in ids[1:] if one.upper() not in _NO_ID)),
        account,
    )
