"""What of a payment a line of a statement has in its words: a form of its reference, however the
bank broke it, or the bank's number that the payer typed.

Spaces, breaks and marks are dropped and look-alikes read as Crockford's base32 reads them. A form
counts as `checked` if it cannot be met by chance: the whole reference, RF, QRR, and the short form
with its check character. Ten digits have no check, and part of a reference may be two payments'.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from desk.settling.bank_numbers import is_code, is_number, numbers_in, signs
from desk.settling.joined import Joined
from desk.settling.places import Places
from desk.statements.line import Kind, Line
from payments.payment_id import PaymentId
from payments.references import qr_reference, rf_reference, short_reference, ten_digits

_LIKE = bytes.maketrans(b"OIL", b"011")
# What may not stand before is asked after the first digit: so each is met four times as fast
_TEN_DIGITS = re.compile(r"[1-9](?<![0-9].)[0-9]{9}(?![0-9])")
_QRR = re.compile(r"[0-9](?<![0-9].)[0-9](?:\s?[0-9]{5}){5}(?![0-9])")
_WORD = re.compile(r"[0-9A-Z]+")
_RF_LENGTH = 25
_TIME = 3  # characters of a reference, which change with the days
PART = 12  # so much of a reference's begin or end is one payment's, all but surely
_LAST = 9  # every form in letters ends with these, but for the short one's check character
_STEP = 3
_PART = _LAST - _STEP + 1
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


Payments = Sequence[tuple[PaymentId, str | None]]
"""Their ids, and the numbers that their payers typed."""


def squeezed(text: str) -> str:
    return _squeezed(text.upper())


def _squeezed(upper: str) -> str:
    return signs(upper, _LIKE)


def is_written(short: str, words: str) -> bool:
    """Whether a short form stands there as one, maybe with letters glued to it, or in pieces that
    are nothing else. Who mints an id chooses its characters: they may be made to be met in what
    another's line tells, across its words or in a number of the bank's."""
    written = _WORD.findall(words.upper())
    read = [_squeezed(word) for word in written]
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


def find_traces(payments: Payments, lines: Sequence[Line]) -> list[Traces]:
    """Of each line, what it has of the `payments`."""
    places = [place for place, line in enumerate(lines) if line.kind in _TOLD]
    told = [lines[place] for place in places]
    words = [line.words.upper() for line in told]
    forms = _Forms([payment_id for payment_id, _ in payments])
    forms.look_for(told, words)
    numbers, ids = _numbers([typed for _, typed in payments], told, words)
    found = [_NONE] * len(lines)
    for at in forms.checked.keys() | forms.partial.keys() | numbers.keys() | ids.keys():
        checked = frozenset(forms.checked.get(at, ()))
        found[places[at]] = Traces(
            checked,
            frozenset(forms.partial.get(at, ())) - checked,
            frozenset(numbers.get(at, ())),
            frozenset(ids.get(at, ())),
        )
    return found


def _numbers(
    typed: Sequence[str | None], lines: Sequence[Line], words: Sequence[str]
) -> tuple[dict[int, set[int]], dict[int, set[str]]]:
    """By line, the payments whose number it has, and its own numbers that went out."""
    known: Places[str] = Places()
    for place, one in enumerate(typed):
        number = (one or "").lstrip("0")
        if is_number(number) or is_code(number):
            known.add(number, place)
    out = [at for at, line in enumerate(lines) if line.kind is not Kind.CREDIT]
    some = numbers_in([lines[at] for at in out], Joined([words[at] for at in out]), is_number)
    went_out = {number for _, number in some}
    wanted = known.keys | went_out
    payments: dict[int, set[int]] = defaultdict(set)
    ids: dict[int, set[str]] = defaultdict(set)
    for at, number in numbers_in(lines, Joined(words), wanted.__contains__):
        if places := known.at(number):
            payments[at].update(places)
        if number in went_out:
            ids[at].add(number)
    return payments, ids


class _Forms:
    """Many payments, by what their forms begin and end with; those in digits only, which few banks
    have, by their forms, once a line may have one. `checked` and `partial` are the payments that
    lines have, by line."""

    def __init__(self, payment_ids: Sequence[PaymentId]) -> None:
        self.checked: dict[int, set[int]] = defaultdict(set)
        self.partial: dict[int, set[int]] = defaultdict(set)
        self._payment_ids = payment_ids
        self._by_last: Places[str] = Places()
        self._by_begin: Places[str] = Places()
        for place, payment_id in enumerate(payment_ids):
            whole = payment_id.reference
            self._by_last.add(whole[-_LAST:], place)
            self._by_begin.add(whole[:PART], place)

    def look_for(self, lines: Sequence[Line], words: Sequence[str]) -> None:
        """Look for them in the words of some lines, in capitals."""
        if self._payment_ids:
            text = Joined([_squeezed(one) for one in words])
            self._look_for_ends(text, lines)
            self._look_for_begins(text)
            self._look_for_digits(Joined(words))

    def _look_for_ends(self, joined: Joined, lines: Sequence[Line]) -> None:
        """Payments of which a form ends somewhere: whole with its check, and in part."""
        text, known = joined.text, self._by_last.keys
        # Every third place is looked at: wherever an end stands, one of its parts stands there
        parts = {last[at : at + _PART] for last in known for at in range(_STEP)}
        met = [at for at in range(0, len(text), _STEP) if text[at : at + _PART] in parts]
        for end in (at + _PART + after for at in met for after in range(_STEP)):
            for place in self._by_last.at(text[end - _LAST : end]):
                at = joined.which(end - 1)
                if self._is_checked(text, end, place, lines[at]):
                    self.checked[at].add(place)
                elif self._is_partial(text, end, place, lines[at]):
                    self.partial[at].add(place)

    def _look_for_begins(self, joined: Joined) -> None:
        begins = {payment_id.reference[:_TIME] for payment_id in self._payment_ids}
        for at, _ in joined.found(re.compile(f"(?=({'|'.join(sorted(begins))}))")):
            if places := self._by_begin.at(joined.text[at : at + PART]):
                self.partial[joined.which(at)].update(places)

    def _look_for_digits(self, joined: Joined) -> None:
        for pattern, form, found in (
            (_QRR, qr_reference, self.checked),
            (_TEN_DIGITS, ten_digits, self.partial),
        ):
            some = list(joined.found(pattern))
            known: Places[str] = Places()
            for place, payment_id in enumerate(self._payment_ids if some else ()):
                known.add(form(payment_id), place)
            for at, digits in some:
                if places := known.at("".join(digits.split())):
                    found[joined.which(at)].update(places)

    def _is_checked(self, text: str, end: int, place: int, line: Line) -> bool:
        """Whether a form ends at `end`, or, for the short one's check character, just after it,
        where the last characters of a payment's reference end."""
        payment_id = self._payment_ids[place]
        if text.endswith(payment_id.reference, 0, end) or (
            text.startswith("RF", end - _RF_LENGTH)
            and text.endswith(rf_reference(payment_id), 0, end)
        ):
            return True
        return self._has_short(text, end, place, line) is True

    def _is_partial(self, text: str, end: int, place: int, line: Line) -> bool:
        last = self._payment_ids[place].reference[-PART:]
        return text.endswith(last, 0, end) or self._has_short(text, end, place, line) is False

    def _has_short(self, text: str, end: int, place: int, line: Line) -> bool | None:
        """Whether it is there; False if it may be a word."""
        short = short_reference(self._payment_ids[place])
        if short.isdecimal() or not text.endswith(short, 0, end + 1):
            return None
        return not short.isalpha() if is_written(short, line.words) else None
