"""What of a payment a line of a statement has in its words: a form of its reference, however the
bank broke it, or the bank's number that the payer typed.

Spaces, breaks and marks are dropped and look-alikes read as Crockford's base32 reads them. A form
counts as `checked` if it cannot be met by chance: the whole reference, RF, QRR, and the short form
with its check character. Ten digits have no check, and part of a reference may be two payments'.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from desk.settling.places import Places
from desk.statements.line import Kind, Line
from payments.payment_id import PaymentId
from payments.references import qr_reference, rf_reference, short_reference, ten_digits

if TYPE_CHECKING:
    from collections.abc import Set

_LIKE = str.maketrans("OIL", "011")
_NO_SIGN = re.compile(r"[^0-9A-Z]+")
_TOKEN = re.compile(r"[0-9A-Z]{6,35}")
_DIGITS = re.compile(r"[0-9]{8,35}")
_TEN_DIGITS = re.compile(r"(?<![0-9])[1-9][0-9]{9}(?![0-9])")
_QRR = re.compile(r"(?<![0-9])[0-9]{2}(?:\s?[0-9]{5}){5}(?![0-9])")
_WORD = re.compile(r"[0-9A-Z]+")
_LEAST_NUMBER = 8
_CODE = 10
_TELEPHONE = 10  # digits, without the country's
_BEGIN, _END = 12, 12  # so much of a reference is one payment's, all but surely
_LAST = 9  # every form in letters ends with these, but for the short one's check character
_TOLD = (Kind.CREDIT, Kind.DEBIT, Kind.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Traces:
    """Places in the list of payments, by what a line has of them; and those `ids`, which may be a
    bank's number of a transfer, that a line which went out has and, of one that came in, another.
    """

    checked: frozenset[int] = frozenset()
    partial: frozenset[int] = frozenset()
    numbers: frozenset[int] = frozenset()
    ids: frozenset[str] = frozenset()


_NONE = Traces()


def squeezed(text: str) -> str:
    return _squeezed(text.upper())


def _squeezed(upper: str) -> str:
    return _NO_SIGN.sub("", upper).translate(_LIKE)


def bank_numbers(line: Line) -> frozenset[str]:
    """All in a line that may be the bank's number of a transfer, without zeros in front."""
    return _bank_numbers(line, line.words.upper())


def _bank_numbers(line: Line, words: str) -> frozenset[str]:
    fields = (_NO_SIGN.sub("", one.upper()) for one in (line.bank_id, *line.references))
    found = {*fields, *_TOKEN.findall(words), *_DIGITS.findall(words)}
    return frozenset(filter(is_number, (number.lstrip("0") for number in found)))


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
    fields = (_NO_SIGN.sub("", one.upper()) for one in (line.bank_id, *line.references))
    return len(own) > _TELEPHONE or own in {one.lstrip("0") for one in fields}


def is_written(short: str, words: str) -> bool:
    """Whether a short form stands there as one, maybe with letters glued to it, or in pieces that
    are nothing else. Who mints an id chooses its characters: they may be made to be met in what
    another's line tells, across its words or in a number of the bank's."""
    written = _WORD.findall(words.upper())
    read = [word.translate(_LIKE) for word in written]
    for at, (word, own) in enumerate(zip(written, read, strict=True)):
        before, found, _ = own.partition(short)
        if found:
            rest = word[: len(before)] + word[len(before) + len(short) :]
            return not any(map(str.isdigit, rest))
        if short.startswith(own) and _begins_with(short, read[at:]):
            return True
    return False


def _begins_with(short: str, words: Sequence[str]) -> bool:
    return short in accumulate(words[: len(short)])


def find_traces(
    payments: Sequence[tuple[PaymentId, str | None]], lines: Sequence[Line]
) -> list[Traces]:
    """Of each line, what it has of the `payments`, which are ids and the numbers typed."""
    index = _Index([payment_id for payment_id, _ in payments])
    for place, (_, typed) in enumerate(payments):
        number = (typed or "").lstrip("0")
        if is_number(number) or is_code(number):
            index.numbers.add(number, place)
    went_out: set[str] = set()
    for line in lines:
        if line.kind in (Kind.DEBIT, Kind.TAKEN_BACK):
            went_out |= bank_numbers(line)
    return [index.traces(line, went_out) if line.kind in _TOLD else _NONE for line in lines]


@dataclass(slots=True)
class _Index:
    """Many payments, by what their forms begin and end with; those in digits only, which few banks
    have, by their forms, once a line may have one."""

    payment_ids: Sequence[PaymentId]
    numbers: Places[str] = field(default_factory=Places)
    _by_last: Places[str] = field(default_factory=Places)
    _by_begin: Places[str] = field(default_factory=Places)
    _ten_digits: Places[str] | None = None
    _qrr: Places[str] | None = None
    _begins: re.Pattern[str] = re.compile("(?!)")

    def __post_init__(self) -> None:
        begins = set()
        for place, payment_id in enumerate(self.payment_ids):
            whole = payment_id.reference
            begins.add(whole[:3])
            self._by_last.add(whole[-_LAST:], place)
            self._by_begin.add(whole[:_BEGIN], place)
        if begins:
            self._begins = re.compile(f"(?=({'|'.join(sorted(begins))}))")

    def traces(self, line: Line, went_out: "Set[str]") -> Traces:
        words = line.words
        upper = words.upper()
        text = _squeezed(upper)
        checked, partial = self._by_ends(text, line)
        for found in self._begins.finditer(text):
            partial.update(self._by_begin.at(text[found.start() : found.start() + _BEGIN]))
        for digits in _QRR.findall(words):
            if self._qrr is None:
                self._qrr = self._in_digits(qr_reference)
            checked.update(self._qrr.at("".join(digits.split())))
        for digits in _TEN_DIGITS.findall(words):
            if self._ten_digits is None:
                self._ten_digits = self._in_digits(ten_digits)
            partial.update(self._ten_digits.at(digits))
        ids = _bank_numbers(line, upper)
        own = _NO_SIGN.sub("", line.bank_id.upper()).lstrip("0")
        numbers = {
            place for one in (*ids, *filter(is_code, (own,))) for place in self.numbers.at(one)
        }
        told = ids & went_out
        if not (checked or partial or numbers or told):
            return _NONE
        return Traces(
            frozenset(checked), frozenset(partial - checked), frozenset(numbers), frozenset(told)
        )

    def _by_ends(self, text: str, line: Line) -> tuple[set[int], set[int]]:
        """Payments of which a form ends in the text: whole with its check, and in part."""
        checked: set[int] = set()
        partial: set[int] = set()
        known = self._by_last.keys
        ends = range(_LAST, len(text) + 1)
        for end in [end for end in ends if text[end - _LAST : end] in known]:
            for place in self._by_last.at(text[end - _LAST : end]):
                if self._is_checked(text, end, place, line):
                    checked.add(place)
                elif self._is_partial(text, end, place, line):
                    partial.add(place)
        return checked, partial

    def _is_checked(self, text: str, end: int, place: int, line: Line) -> bool:
        """Whether a form ends at `end`, or, for the short one's check character, just after it,
        where the last characters of a payment's reference end."""
        payment_id = self.payment_ids[place]
        if text.endswith((payment_id.reference, rf_reference(payment_id)), 0, end):
            return True
        return self._has_short(text, end, place, line) is True

    def _is_partial(self, text: str, end: int, place: int, line: Line) -> bool:
        last = self.payment_ids[place].reference[-_END:]
        return text.endswith(last, 0, end) or self._has_short(text, end, place, line) is False

    def _has_short(self, text: str, end: int, place: int, line: Line) -> bool | None:
        """Whether it is there; False if it may be a word."""
        short = short_reference(self.payment_ids[place])
        if short.isdecimal() or not text.endswith(short, 0, end + 1):
            return None
        return not short.isalpha() if is_written(short, line.words) else None

    def _in_digits(self, form: Callable[[PaymentId], str]) -> Places[str]:
        found: Places[str] = Places()
        for place, payment_id in enumerate(self.payment_ids):
            found.add(form(payment_id), place)
        return found
