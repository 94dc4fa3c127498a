"""What may be a bank's number of a transfer, in a line's words and in the fields made for it."""

import re
from collections.abc import Callable, Iterator, Sequence

from desk.settling.joined import Joined
from desk.statements.line import Line

_SIGNS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_SIGNS = bytes(set(range(256)) - set(_SIGNS))
_TOKEN = re.compile(r"[0-9A-Z]{8,35}")
_DIGITS = re.compile(r"[0-9]{8,35}")
_LEAST_NUMBER = 8
_CODE = 10
_TELEPHONE = 10  # digits, without the country's


def signs(capitals: str, instead: bytes | None = None) -> str:
    """The letters and digits of a text in capitals, each read as a table has it."""
    return capitals.encode("ascii", "ignore").translate(instead, _NO_SIGNS).decode("ascii")


def is_number(text: str) -> bool:
    """Whether it can be one transfer's number: words, months and house numbers are not."""
    return len(text) >= _LEAST_NUMBER and (
        text.isdecimal() or sum(map(str.isdigit, text)) >= _LEAST_NUMBER - 2
    )


def is_code(text: str) -> bool:
    """Whether it can be one transfer's code, of letters and few digits as M-Pesa has them. Only a
    field made for it tells such a one: in words it may be anything."""
    return len(text) == _CODE and text.isalnum() and not text.isalpha() and not text.isdecimal()


def is_transfers(number: str | None, line: Line) -> bool:
    """Whether a number that a line has is a transfer's: longer than a telephone's, or in a field
    made for it."""
    own = (number or "").lstrip("0")
    return len(own) > _TELEPHONE or own in map(_plain, (line.bank_id, *line.references))


def numbers_in(
    lines: Sequence[Line], words: Joined, is_wanted: Callable[[str], bool]
) -> Iterator[tuple[int, str]]:
    """Numbers that lines have in fields and in their `words`, and codes in the bank's own field,
    without zeros in front; each with its line's place, maybe twice."""
    for number, line in enumerate(lines):
        own = _plain(line.bank_id)
        if is_wanted(own) and (is_number(own) or is_code(own)):
            yield number, own
        for reference in line.references:
            one = _plain(reference)
            if is_wanted(one) and is_number(one):
                yield number, one
    for pattern in (_TOKEN, _DIGITS):
        for at, token in words.found(pattern):
            one = token.lstrip("0")
            if is_wanted(one) and is_number(one):
                yield words.which(at), one


def _plain(field: str) -> str:
    return signs(field.upper()).lstrip("0")
