"""What of a payment a line of a statement has in its words: a form of its reference, however the
bank broke it, or the bank's number that the payer typed.

Spaces, breaks and marks are dropped and look-alikes read as Crockford's base32 reads them. A form
counts as `checked` if it cannot be met by chance: the whole reference, RF, QRR, and the short form
with its check character. Ten digits have no check, and part of a reference may be two payments'.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from desk.statements.line import Line
from payments.payment_id import PaymentId
from payments.references import qr_reference, rf_reference, short_reference, ten_digits

_LIKE = str.maketrans("OIL", "011")
_NO_SIGN = re.compile(r"[^0-9A-Z]+")
_TOKEN = re.compile(r"[0-9A-Z]{6,35}")
_DIGITS = re.compile(r"[0-9]{8,35}")
_TEN_DIGITS = re.compile(r"(?<![0-9])[1-9][0-9]{9}(?![0-9])")
_RF = re.compile(r"(?=(RF[0-9]{2}[0-9A-Z]{21}))")
_QRR = re.compile(r"(?=([0-9]{27}))")
_LEAST_NUMBER = 8
_TELEPHONE = 10  # digits, without the country's
_BEGIN, _END = 12, 12  # so much of a reference is one payment's, all but surely


@dataclass(frozen=True, slots=True)
class Traces:
    """Places in the list of payments, by what a line has of them; and all of its `ids` that may be
    a bank's number of a transfer."""

    checked: frozenset[int]
    partial: frozenset[int]
    numbers: frozenset[int]
    ids: frozenset[str]


def squeezed(text: str) -> str:
    return _NO_SIGN.sub("", text.upper()).translate(_LIKE)


def bank_numbers(line: Line) -> frozenset[str]:
    """All in a line that may be the bank's number of a transfer, without zeros in front."""
    fields = (_NO_SIGN.sub("", one.upper()) for one in (line.bank_id, *line.references))
    words = line.words.upper()
    found = {*fields, *_TOKEN.findall(words), *_DIGITS.findall(words)}
    return frozenset(number.lstrip("0") for number in found) - {""}


def is_number(text: str) -> bool:
    """Whether it can be one transfer's number: words, months and house numbers are not."""
    return len(text) >= _LEAST_NUMBER and sum(map(str.isdigit, text)) >= _LEAST_NUMBER - 2


def is_transfers(number: str | None, line: Line) -> bool:
    """Whether a number that a line has is a transfer's: longer than a telephone's, or in a field
    made for it."""
    own = (number or "").lstrip("0")
    fields = (_NO_SIGN.sub("", one.upper()) for one in (line.bank_id, *line.references))
    return len(own) > _TELEPHONE or own in {one.lstrip("0") for one in fields}


@dataclass(slots=True)
class TraceIndex:
    """All forms of many payments' ids, and the numbers that payers typed."""

    _checked: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _partial: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _numbers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _begins: re.Pattern[str] = re.compile("(?!)")

    def fill(self, payments: Sequence[tuple[PaymentId, str | None]], lines: list[Line]) -> None:
        """Of the forms that few banks have, only those that some of the `lines` may have."""
        texts = [squeezed(line.words) for line in lines]
        rare = [
            form
            for form, pattern in ((rf_reference, _RF), (qr_reference, _QRR))
            if any(map(pattern.search, texts))
        ]
        begins = set()
        for place, (payment_id, number) in enumerate(payments):
            whole = payment_id.reference
            begins.add(whole[:3])
            for form in (whole, short_reference(payment_id), *(make(payment_id) for make in rare)):
                self._checked[form].append(place)
            for part in (whole[:_BEGIN], whole[-_END:], ten_digits(payment_id)):
                self._partial[part].append(place)
            if number and is_number(number.lstrip("0")):
                self._numbers[number.lstrip("0")].append(place)
        if begins:
            self._begins = re.compile(f"(?=({'|'.join(sorted(begins))}))")

    def traces(self, line: Line) -> Traces:
        text = squeezed(line.words)
        begins = [found.start() for found in self._begins.finditer(text)]
        long = {text[at : at + 25] for at in begins}
        long.update(found[1] for found in _RF.finditer(text))
        long.update(found[1] for found in _QRR.finditer(text))
        short = {text[at : at + 10] for at in range(len(text) - 9)}
        checked = self._found(self._checked, long | short)
        parts = {text[at : at + _BEGIN] for at in begins}
        parts.update(text[at : at + _END] for at in range(len(text) - _END + 1))
        parts.update(_TEN_DIGITS.findall(line.words))
        partial = self._found(self._partial, parts) - checked
        ids = bank_numbers(line)
        return Traces(checked, partial, self._found(self._numbers, ids), ids)

    @staticmethod
    def _found(index: dict[str, list[int]], keys: Iterable[str]) -> frozenset[int]:
        return frozenset(place for key in index.keys() & set(keys) for place in index[key])
