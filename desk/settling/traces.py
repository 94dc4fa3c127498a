"""What of a payment a line of a statement has in its words: a form of its reference, however the
bank broke it, or the bank's number that the payer typed.

Spaces, breaks and marks are dropped and look-alikes read as Crockford's base32 reads them. A form
counts as `checked` if it cannot be met by chance: the whole reference, RF, QRR, and the short form
with its check character. Ten digits have no check, and part of a reference may be two payments'.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
_QRR = re.compile(r"(?=([0-9]{27}))")
_LEAST_NUMBER = 8
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
    return _NO_SIGN.sub("", text.upper()).translate(_LIKE)


def bank_numbers(line: Line) -> frozenset[str]:
    """All in a line that may be the bank's number of a transfer, without zeros in front."""
    fields = (_NO_SIGN.sub("", one.upper()) for one in (line.bank_id, *line.references))
    words = line.words.upper()
    found = {*fields, *_TOKEN.findall(words), *_DIGITS.findall(words)}
    return frozenset(filter(is_number, (number.lstrip("0") for number in found)))


def is_number(text: str) -> bool:
    """Whether it can be one transfer's number: words, months and house numbers are not."""
    return len(text) >= _LEAST_NUMBER and (
        text.isdecimal() or sum(map(str.isdigit, text)) >= _LEAST_NUMBER - 2
    )


def is_transfers(number: str | None, line: Line) -> bool:
    """Whether a number that a line has is a transfer's: longer than a telephone's, or in a field
    made for it."""
    own = (number or "").lstrip("0")
    fields = (_NO_SIGN.sub("", one.upper()) for one in (line.bank_id, *line.references))
    return len(own) > _TELEPHONE or own in {one.lstrip("0") for one in fields}


def find_traces(
    payments: Sequence[tuple[PaymentId, str | None]], lines: Sequence[Line]
) -> list[Traces]:
    """Of each line, what it has of the `payments`, which are ids and the numbers typed."""
    index = _Index([payment_id for payment_id, _ in payments])
    for place, (_, typed) in enumerate(payments):
        number = (typed or "").lstrip("0")
        if is_number(number):
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
        text = squeezed(line.words)
        checked: set[int] = set()
        partial: set[int] = set()
        known = self._by_last.keys
        for end in range(_LAST, len(text) + 1):
            last = text[end - _LAST : end]
            if last in known:
                for place in self._by_last.at(last):
                    self._judge(text, end, place, checked, partial)
        for found in self._begins.finditer(text):
            partial.update(self._by_begin.at(text[found.start() : found.start() + _BEGIN]))
        for digits in _QRR.findall(text):
            if self._qrr is None:
                self._qrr = self._in_digits(qr_reference)
            checked.update(self._qrr.at(digits))
        for digits in _TEN_DIGITS.findall(line.words):
            if self._ten_digits is None:
                self._ten_digits = self._in_digits(ten_digits)
            partial.update(self._ten_digits.at(digits))
        ids = bank_numbers(line)
        numbers = {place for one in ids for place in self.numbers.at(one)}
        told = ids & went_out
        if not (checked or partial or numbers or told):
            return _NONE
        return Traces(
            frozenset(checked), frozenset(partial - checked), frozenset(numbers), frozenset(told)
        )

    def _judge(self, text: str, end: int, place: int, checked: set[int], partial: set[int]) -> None:
        """What ends at `end`, where the last characters of a payment's reference end."""
        payment_id = self.payment_ids[place]
        whole = payment_id.reference
        if (
            text.endswith(whole, 0, end)
            or text[end : end + 1] == short_reference(payment_id)[-1]
            or text.endswith(rf_reference(payment_id), 0, end)
        ):
            checked.add(place)
        elif text.endswith(whole[-_END:], 0, end):
            partial.add(place)

    def _in_digits(self, form: Callable[[PaymentId], str]) -> Places[str]:
        found: Places[str] = Places()
        for place, payment_id in enumerate(self.payment_ids):
            found.add(form(payment_id), place)
        return found
