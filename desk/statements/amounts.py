"""Amounts as banks write them. Which mark divides the decimals is found from all amounts of a file
together, or it is asked: `3.000` may be three, or three thousand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from payments.currencies import currency_codes, currency_digits
from payments.money import Money

Mark = Literal[".", ","]
MARKS: tuple[Mark, Mark] = (".", ",")

_SPACES = " \u00a0\u2007\u2009\u202f"
_MINUS = "\u2212\u2013-"  # the hyphen last: they stand in classes of characters
_NUMBER = re.compile(r"[0-9](?:[0-9.,'\u2019 \u00a0\u2007\u2009\u202f]*[0-9])?", re.ASCII)
_SIDES = re.compile(r"(CR|DR|C|D|H|S)\.?", re.ASCII)  # Haben and Soll: German for Cr and Dr
_OUT = {"DR", "D", "S"}
_MOST_DIGITS = 18  # of minor units: more is no money, but a number of the bank's in a wrong column
_SYMBOLS = {"₹": "INR", "RS": "INR", "RS.": "INR", "€": "EUR", "R$": "BRL", "£": "GBP"}
_AMBIGUOUS_SYMBOLS = {"$", "S$", "US$", "¥", "KR", "FR", "FR."}


class NoAmount(ValueError):
    """`str()` says why it is none."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with its sign: `digits` as written, without groups, but for the mark."""

    is_out: bool
    number: str
    currency: str | None
    is_signed: bool = False


def split_amount(text: str) -> Amount:
    """Sign, number and currency of a cell. Raises NoAmount."""
    rest = text.strip(_SPACES + "\t'")
    found = _NUMBER.search(rest)
    if not found:
        raise NoAmount(f"“{text}” is no amount")
    before, number, after = rest[: found.start()], found[0], rest[found.end() :]
    around = f"{before} {after}"
    is_bracketed = before.strip().endswith("(") and after.strip().startswith(")")
    if is_bracketed:
        around = around.replace("(", " ").replace(")", " ")
    signs = [character for character in around if character in _MINUS + "+"]
    if len(signs) > 1 or (signs and is_bracketed):
        raise NoAmount(f"“{text}” has two signs")
    words = [word for word in re.split(rf"[{_SPACES}+{_MINUS}]+", around.upper()) if word]
    currency, side = None, None
    for word in words:
        if word in currency_codes() or word in _SYMBOLS:
            currency = _SYMBOLS.get(word, word)
        elif _SIDES.fullmatch(word) and side is None:
            side = word.rstrip(".")
        elif word not in _AMBIGUOUS_SYMBOLS:
            raise NoAmount(f"“{text}” is no amount: what is “{word.lower()}”")
    is_minus = is_bracketed or (bool(signs) and signs[0] in _MINUS)
    if side and is_minus:
        raise NoAmount(f"“{text}” has a sign and a side")
    is_out = is_minus or side in _OUT
    return Amount(is_out, number, currency, bool(side or signs or is_bracketed))


def find_mark(numbers: Iterable[str], digits: int) -> Mark | None:
    """Which mark divides the decimals of these; None if both may, or either is impossible. With one
    that never stands in any of them, it does not matter, and it is the point."""
    seen = list(numbers)
    possible = [mark for mark in MARKS if all(_reads(number, mark, digits) for number in seen)]
    if len(possible) == 2 and all(not re.search("[.,]", number) for number in seen):
        return "."
    return possible[0] if len(possible) == 1 else None


def _reads(number: str, mark: Mark, digits: int) -> bool:
    try:
        to_minor(
            number, mark, digits, most=max(digits, 3)
        )  # some write 12.500 for twelve and a half
    except NoAmount:
        return False
    return True


def to_minor(number: str, mark: Mark, digits: int, *, most: int = 2) -> int:
    """Exactly so many minor units. Groups must be groups: of three, or as India has them; decimals
    are at most so many as the currency has, or `most`, then zeros.

    Raises NoAmount.
    """
    whole, _, decimals = number.partition(mark)
    other = MARKS[mark == "."]
    if mark in decimals or other in decimals or (not decimals.isdigit() and decimals):
        raise NoAmount(f"“{number}” is no amount with “{mark}” before its decimals")
    if len(decimals.rstrip("0")) > digits or len(decimals) > max(digits, most):
        raise NoAmount(f"“{number}” has more decimals than the currency's {digits}")
    groups = re.split(r"[.,'\u2019 \u00a0\u2007\u2009\u202f]", whole)
    if len({c for c in whole if not c.isdigit()}) > 1 or not all(groups):
        raise NoAmount(f"“{number}” is grouped in no way that is known")
    if len(groups) > 1:
        middle = [len(group) for group in groups[1:-1]]
        is_thousands = all(length == 3 for length in middle) and len(groups[0]) <= 3
        is_indian = all(length == 2 for length in middle) and len(groups[0]) <= 2
        if len(groups[-1]) != 3 or not (is_thousands or is_indian):
            raise NoAmount(f"“{number}” is grouped in no way that is known")
    minor = "".join(groups) + decimals[:digits].ljust(digits, "0")
    if len(minor.lstrip("0")) > _MOST_DIGITS:
        raise NoAmount(f"“{number[:20]}…” is more money than there is")
    return int(minor)


def read_decimal(text: str, currency: str) -> Money:
    """An amount of a format that says how amounts are written: digits and a point, or for MT940 a
    comma. Raises NoAmount."""
    if not re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{0,5})?", text, re.ASCII):
        raise NoAmount(f"“{text[:40]}” is no amount")
    whole, _, decimals = text.partition(".")
    digits = currency_digits(currency)
    if len(decimals.rstrip("0")) > digits:
        raise NoAmount(f"“{text}” has more decimals than {currency} has")
    return Money(int(whole + decimals[:digits].ljust(digits, "0")), currency)
