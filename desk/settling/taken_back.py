"""Credits that the bank took back: returned, reversed, charged back. They settle nothing."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.settling.names_agree import Name, agree
from desk.settling.traces import Traces
from desk.statements.line import Kind, Line

if TYPE_CHECKING:
    from datetime import date

    from payments.money import Money

LATEST = timedelta(days=90)  # SEPA's direct debits go back for eight weeks, cards for longer
_EARLIER = timedelta(days=3)  # a return may bear the day of its order
_MOST_OF_ONE = 20  # what more lines have is the account's number, not a transfer's


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`pairs` are a credit and what took it back; `doubtful` are credits of which one was taken
    back, nobody knows which."""

    pairs: tuple[tuple[int, int], ...]
    doubtful: frozenset[int]


class _Credits:
    """What came in, by all that a booking which took some of it back may tell: of amounts and
    traces, those that such a booking has."""

    def __init__(
        self,
        lines: Sequence[Line],
        traces: Sequence[Traces],
        names: Sequence[Name],
        out: Sequence[int],
    ) -> None:
        self._lines, self._names = lines, names
        self._by_trace: dict[str | int, list[int]] = defaultdict(list)
        self._by_money: dict[Money, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[Money, Name], list[int]] = defaultdict(list)
        self._named: dict[tuple[Money, int], set[Name]] = defaultdict(set)
        told = {trace for number in out for trace in _telling(traces[number])}
        amounts = {lines[number].money for number in out}
        coming = (n for n, line in enumerate(lines) if line.kind is Kind.CREDIT)
        for number in sorted(coming, key=self._day) if out else ():
            for trace in _telling(traces[number]):
                if trace in told:
                    self._by_trace[trace].append(number)
            money, name = lines[number].money, names[number]
            if money in amounts:
                self._by_money[money].append(number)
                self._by_name[money, name].append(number)
                for key in name.keys:
                    self._named[money, key].add(name)

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

    def named(self, traces: Traces) -> set[int]:
        """Those with a reference that a booking has, whatever their amount: a fee may be kept."""
        return {one for place in traces.checked for one in self._by_trace.get(place, ())}

    def alike(self, out: int) -> set[int]:
        """Those that fit a booking by amount, name and day; without such, by amount and day."""
        money, name = self._lines[out].money, self._names[out]
        names = {one for key in name.keys for one in self._named.get((money, key), ())}
        agreeing = [one for one in names if _is_named(one, name)]
        found = {one for other in agreeing for one in self._before(out, (money, other))}
        return found or set(self._before(out, money))

    def _before(self, out: int, key: "Money | tuple[Money, Name]") -> list[int]:
        some = self._by_name[key] if isinstance(key, tuple) else self._by_money[key]
        booked = self._day(out)
        first = bisect_left(some, booked - LATEST, key=self._day)
        return some[first : bisect_right(some, booked, key=self._day)]

    def _day(self, number: int) -> "date":
        return self._lines[number].booked_on


def find_taken_back(
    lines: Sequence[Line], traces: Sequence[Traces], names: Sequence[Name]
) -> TakenBack:
    """Look for the credit of everything that went out. A booking that says it takes something back
    is held against name and day, too; any other only against numbers and references."""
    out = [n for n, line in enumerate(lines) if line.kind in (Kind.TAKEN_BACK, Kind.DEBIT)]
    came_in = _Credits(lines, traces, names, out)
    pairs: dict[int, int] = {}
    doubtful: set[int] = set()
    for number in out:
        tied = came_in.traced(number, traces[number]) - pairs.keys()
        if len(tied) == 1:
            pairs[tied.pop()] = number
        elif tied:
            doubtful |= tied
        elif named := came_in.named(traces[number]):
            doubtful |= named
        elif lines[number].kind is Kind.TAKEN_BACK:
            doubtful |= came_in.alike(number)
    return TakenBack(tuple(pairs.items()), frozenset(doubtful))


def _telling(traces: Traces) -> Iterator[str | int]:
    """Payments that a line names, and numbers that are long enough to be one transfer's."""
    yield from traces.checked
    yield from traces.ids


def _is_named(credit: Name, out: Name) -> bool:
    told = out if credit.is_name else replace(out, is_name=False)
    return agree(credit, told) if credit.words else False
