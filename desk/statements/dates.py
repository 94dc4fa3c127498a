"""Dates as banks write them. Which of day and month stands first is found from all dates of a file
together, or it is asked: 03/04 may be a day of March or of April."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from unicodedata import normalize


class Order(StrEnum):
    """Which of year, month and day stands where."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class NoDate(ValueError):
    """`str()` says what is none."""


_MONTHS = {
    name: number
    for number, names in enumerate(
        """
        jan janv enero ene janeiro gen januari
        feb fev fevr febrero fevereiro
        mar mars marz marzo marco mrt maart maret maerz mrz
        apr avr abr abril
        may mai mayo maio mag mei
        jun juin junio junho giu juni
        jul juil julio julho lug juli
        aug aout ago agosto agu agustus
        sep sept set septiembre setembro
        oct okt octubre outubro ott out
        nov noviembre novembro nop
        dec dez dic diciembre dezembro des
        """.strip().splitlines(),
        1,
    )
    for name in names.split()
}
_NUMBERS = re.compile(r"([0-9]{1,4})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{1,4})\.?", re.ASCII)
_NAMED = re.compile(r"([0-9]{1,2})[-/. ]*([^\W\d_]{3,12})\.?[-/. ]*([0-9]{4}|[0-9]{2})")
_SOLID = re.compile(r"[0-9]{8}", re.ASCII)
_TIME = re.compile(
    r"[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?: ?[AP]M)?(?: ?(?:Z|[+-][0-9:]{5}|[A-Z]{3,4}))?$",
    re.I,
)


def find_order(texts: Iterable[str]) -> Order | None:
    """The one order in which all of these are dates; None if several orders say different days, or
    none fits."""
    seen = list(texts)
    readings = {order: _read_all(seen, order) for order in Order}
    days = {order: read for order, read in readings.items() if read is not None}
    first = next(iter(days), None)
    return first if first and all(read == days[first] for read in days.values()) else None


def _read_all(texts: list[str], order: Order) -> list[date] | None:
    try:
        return [read_date(text, order) for text in texts]
    except NoDate:
        return None


def read_date(text: str, order: Order) -> date:
    """The day of a date or a time. Raises NoDate."""
    said = _TIME.sub("", text.strip())
    try:
        if named := _NAMED.fullmatch(said):
            word = _plain(named[2])
            known = _MONTHS.get(word, _MONTHS.get(word[:3], 0))
            return date(_year(named[3]), known, int(named[1]))
        if _SOLID.fullmatch(said):
            if order is Order.YMD:
                return sane_day(date(int(said[:4]), int(said[4:6]), int(said[6:])))
            day, month = (said[:2], said[2:4]) if order is Order.DMY else (said[2:4], said[:2])
            return sane_day(date(int(said[4:]), int(month), int(day)))
        found = _NUMBERS.fullmatch(said)
        if not found:
            raise ValueError
        first, second, third = found.groups()
        if order is Order.YMD:
            if len(first) != 4:
                raise ValueError
            return sane_day(date(int(first), int(second), int(third)))
        if len(first) > 2 or len(third) not in (2, 4):
            raise ValueError
        if order is Order.MDY and "." in said:  # nobody who divides by points has months first
            raise ValueError
        day, month = (first, second) if order is Order.DMY else (second, first)
        return date(_year(third), int(month), int(day))
    except ValueError:
        raise NoDate(f"“{text}” is no date") from None


def _year(text: str) -> int:
    return sane_day(date(int(text) if len(text) == 4 else 2000 + int(text), 1, 1)).year


def sane_day(day: date) -> date:
    """The day itself, if a statement may have it. Raises ValueError."""
    if not 2000 <= day.year <= 2100:
        raise ValueError
    return day


def _plain(word: str) -> str:
    return "".join(c for c in normalize("NFKD", word.lower()) if c.isascii())
