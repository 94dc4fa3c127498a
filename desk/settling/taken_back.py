"""Credits that the bank took back: returned, reversed, charged back. They settle nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.settling.names_agree import agree
from desk.settling.traces import Traces
from desk.statements.line import Kind, Line

if TYPE_CHECKING:
    from payments.money import Money

LATEST = timedelta(days=90)  # SEPA's direct debits go back for eight weeks, cards for longer
_LEAST_NUMBER = 8
_MOST_OF_ONE = 20  # what more lines have is the account's number, not a transfer's

Words = tuple[tuple[str, ...], bool]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`pairs` are a credit and what took it back; `doubtful` are credits of which one was taken
    back, nobody knows which."""

    pairs: tuple[tuple[int, int], ...]
    doubtful: frozenset[int]


def find_taken_back(
    lines: Sequence[Line], traces: Mapping[int, Traces], words: Mapping[int, Words]
) -> TakenBack:
    """Look for the credit of everything that went out. A booking that says it takes something back
    is held against name and day, too; any other only against numbers and references."""
    came_in: dict[Money, list[int]] = defaultdict(list)
    by_trace: dict[str | int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        if line.kind is Kind.CREDIT:
            came_in[line.money].append(number)
            for trace in _telling(traces[number]):
                by_trace[trace].append(number)
    pairs: dict[int, int] = {}
    doubtful: set[int] = set()

    def may_be(credit: int, out: Line) -> bool:
        days = out.booked_on - lines[credit].booked_on
        return lines[credit].money == out.money and timedelta(0) <= days <= LATEST

    for number, line in enumerate(lines):
        if line.kind not in (Kind.TAKEN_BACK, Kind.DEBIT):
            continue
        traced = (by_trace.get(trace, ()) for trace in _telling(traces[number]))
        tied = {
            one for some in traced if len(some) <= _MOST_OF_ONE for one in some if may_be(one, line)
        } - pairs.keys()
        if len(tied) == 1:
            pairs[tied.pop()] = number
        elif tied:
            doubtful |= tied
        elif line.kind is Kind.TAKEN_BACK:
            before = [one for one in came_in.get(line.money, ()) if may_be(one, line)]
            named = [one for one in before if _is_named(words[one], words[number])]
            doubtful.update(named or before)
    return TakenBack(tuple(pairs.items()), frozenset(doubtful))


def _telling(traces: Traces) -> Iterator[str | int]:
    """Payments that a line names, and numbers that are long enough to be one transfer's."""
    yield from traces.checked
    for one in traces.ids:
        if len(one) >= _LEAST_NUMBER and sum(map(str.isdigit, one)) >= _LEAST_NUMBER - 2:
            yield one


def _is_named(credit: Words, out: Words) -> bool:
    return agree(credit[0], out[0], is_name=credit[1] and out[1]) if credit[0] else False
