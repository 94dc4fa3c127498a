"""Credits that the bank took back: returned, reversed, charged back. They settle nothing."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from desk.settling.case import Case
from desk.settling.directory import Directory
from desk.settling.names_agree import Name, agree, has_begin
from desk.settling.traces import Traces
from desk.statements.line import Kind

if TYPE_CHECKING:
    from datetime import date

LATEST = timedelta(days=90)  # SEPA's direct debits go back for eight weeks, cards for longer
_EARLIER = timedelta(days=3)  # a return may bear the day of its order
_BOTH = 2  # words of a text that are in another, beside what the bank puts before them
_MOST_OF_ONE = 20  # what more lines have is the account's number, not a transfer's


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`pairs` are a credit and what took it back; `unknown` took back what is not among the lines;
    `doubtful` are credits that may have gone back, with the reason in words."""

    pairs: tuple[tuple[int, int], ...]
    doubtful: Mapping[int, str]
    unknown: tuple[int, ...]


_PERHAPS = "the bank took back such an amount, perhaps this one"
_PART = "some of it may have gone back, by the booking of {}"
_REFUND = "the same amount went to that name on {}, perhaps to give it back"


class _Credits:
    """What came in, by all that a booking which took some of it back may tell: of amounts and
    traces, those that such a booking has."""

    def __init__(self, case: Case, out: Sequence[int]) -> None:
        self._case, self._lines = case, case.lines
        self._by_trace: dict[str | int, list[int]] = defaultdict(list)
        self._by_amount: dict[int, list[int]] = defaultdict(list)
        told = {trace for number in out for trace in _telling(case.traces[number])}
        amounts = {case.amount_of(number) for number in out}
        coming = (n for n, line in enumerate(case.lines) if line.kind is Kind.CREDIT)
        self._coming = sorted(coming, key=self._day) if out else []
        for number in self._coming:
            for trace in _telling(case.traces[number]):
                if trace in told:
                    self._by_trace[trace].append(number)
            if case.amount_of(number) in amounts:
                self._by_amount[case.amount_of(number)].append(number)
        self._alike = self._find_alike(out)

    def _find_alike(self, out: Sequence[int]) -> dict[int, set[int]]:
        """By booking, what came in of its amount and name, and not after it. Few bookings go out,
        so it is those that are looked up."""
        called = [(number, name) for number in out for name in self._called(number)]
        spots = [self._case.line_spots[number] for number, _ in called]
        directory = Directory(range(len(called)), spots, lambda at: called[at][1])
        coming = list(chain.from_iterable(self._by_amount.values()))
        begins = {begin for _, name in called for begin in name.begins}
        texts = {
            text
            for text in {self._lines[number].text for number in coming}
            if has_begin(text, begins)
        }
        found: dict[int, set[int]] = defaultdict(set)
        for number in coming:
            spot = self._case.line_spots[number]
            for own in self._told(number, texts):
                for at in directory.sharing(own, range(spot, spot + LATEST.days + 1)):
                    goes_out, name = called[at]
                    if _is_named(own, name):
                        found[goes_out].add(number)
        return found

    def traced(self, out: int, traces: Traces) -> set[int]:
        """Those that a booking names."""
        some = (self._by_trace.get(trace, ()) for trace in _telling(traces))
        money, booked = self._lines[out].money, self._day(out)
        return {
            one
            for few in some
            if len(few) <= _MOST_OF_ONE
            for one in few
            if self._lines[one].money == money and -_EARLIER <= booked - self._day(one) <= LATEST
        }

    def in_part(self, out: int, traces: Traces) -> set[int]:
        """Those with a reference that a booking has, whatever their amount: a fee may be kept. One
        that the bank says it took back is known by its number, too."""
        is_back = self._lines[out].kind is Kind.TAKEN_BACK
        told = _telling(traces) if is_back else traces.checked | traces.partial
        some = [self._by_trace.get(trace, ()) for trace in told]
        return {one for few in some if len(few) <= _MOST_OF_ONE for one in few}

    def less_a_fee(self, out: int) -> set[int]:
        """Those of more than what the bank took back, by their sender's name."""
        wanted = self._lines[out].money
        return {
            one
            for one in self._before(out, self._coming)
            if self._lines[one].money.currency == wanted.currency
            and self._lines[one].money.amount_minor > wanted.amount_minor
            and self._fit(one, out)
        }

    def alike(self, out: int) -> Set[int]:
        """Those that fit a booking by amount, name and day."""
        return self._alike.get(out, frozenset())

    def _called(self, out: int) -> Sequence[Name]:
        """Of what the bank takes back, the text is all payers' with that reason."""
        is_back = self._lines[out].kind is Kind.TAKEN_BACK
        return self._told(out)[: 1 if is_back else None]

    def _told(self, number: int, texts: Set[str] | None = None) -> list[Name]:
        """Its name, and its text as one, if it is one of those: some banks have each in the
        other's column."""
        line, book = self._lines[number], self._case.book
        has_two = line.name and (texts is None or line.text in texts)
        return [self._case.name(number), *([book.name(line.text)] if has_two else ())]

    def _fit(self, one: int, out: int) -> bool:
        return any(
            _is_named(own, name) for own in self._told(one) for name in self._told(out) if name.keys
        )

    def of_amount(self, out: int) -> set[int]:
        return set(self._before(out, self._by_amount[self._case.amount_of(out)]))

    def _before(self, out: int, some: Sequence[int]) -> Sequence[int]:
        booked = self._day(out)
        first = bisect_left(some, booked - LATEST, key=self._day)
        return some[first : bisect_right(some, booked, key=self._day)]

    def _day(self, number: int) -> "date":
        return self._lines[number].booked_on


def find_taken_back(case: Case) -> TakenBack:
    """Look for the credit of everything that went out, by its numbers and references, then by
    name, amount and day. A booking that says it takes something back, of which nothing is known,
    makes all that came in of its amount doubtful."""
    lines, traces = case.lines, case.traces
    out = [n for n, line in enumerate(lines) if line.kind in (Kind.TAKEN_BACK, Kind.DEBIT)]
    came_in = _Credits(case, out)
    pairs: dict[int, int] = {}
    doubtful: dict[int, str] = {}
    unknown: list[int] = []
    for number in out:
        line = lines[number]
        is_back = line.kind is Kind.TAKEN_BACK
        tied = came_in.traced(number, traces[number]) - pairs.keys()
        if len(tied) == 1:
            pairs[tied.pop()] = number
        elif tied:
            doubtful |= dict.fromkeys(tied, _PERHAPS)
        else:
            # Both: what went back less a fee may be just what the same sender paid another time.
            alike = came_in.alike(number)
            in_part = came_in.in_part(number, traces[number])
            if is_back and not (alike or in_part):
                in_part = came_in.less_a_fee(number)
            if is_back and not (alike or in_part):
                unknown.append(number)
                alike = came_in.of_amount(number)
            why = _PERHAPS if is_back else _REFUND.format(line.booked_on)
            doubtful |= dict.fromkeys(in_part, _PART.format(line.booked_on))
            doubtful |= dict.fromkeys(alike, why)
    return TakenBack(tuple(pairs.items()), doubtful, tuple(unknown))


def _telling(traces: Traces) -> Iterator[str | int]:
    """Payments that a line names, and numbers that are long enough to be one transfer's."""
    yield from traces.checked
    yield from traces.partial
    yield from traces.ids


def _is_named(credit: Name, out: Name) -> bool:
    if len(set(credit.keys) & set(out.keys)) >= _BOTH:
        return True
    told = out if credit.is_name else replace(out, is_name=False)
    return agree(credit, told) if credit.words else False
