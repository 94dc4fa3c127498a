"""Credits that the bank took back: returned, reversed, charged back. They settle nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.settling.names_agree import agree
from desk.settling.traces import Traces, bank_numbers
from desk.statements.line import Kind, Line

if TYPE_CHECKING:
    from payments.money import Money

LATEST = timedelta(days=90)  # SEPA's direct debits go back for eight weeks, cards for longer
_LEAST_NUMBER = 8

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
    for number, line in enumerate(lines):
        if line.kind is Kind.CREDIT:
            came_in[line.money].append(number)
    pairs: dict[int, int] = {}
    doubtful: set[int] = set()
    for number, line in enumerate(lines):
        if line.kind not in (Kind.TAKEN_BACK, Kind.DEBIT):
            continue
        before = [
            one
            for one in came_in.get(line.money, ())
            if one not in pairs and timedelta(0) <= line.booked_on - lines[one].booked_on <= LATEST
        ]
        tied = [one for one in before if _is_tied(lines[one], line, traces[one], traces[number])]
        if not tied and line.kind is Kind.TAKEN_BACK:
            named = [one for one in before if _is_named(words[one], words[number])]
            doubtful.update(named or before)
        elif len(tied) == 1:
            pairs[tied[0]] = number
        else:
            doubtful.update(tied)
    return TakenBack(tuple(pairs.items()), frozenset(doubtful))


def _is_tied(credit: Line, out: Line, of_credit: Traces, of_out: Traces) -> bool:
    if of_credit.checked & of_out.checked:
        return True
    shared = bank_numbers(credit) & bank_numbers(out)
    return any(
        len(one) >= _LEAST_NUMBER and sum(map(str.isdigit, one)) >= _LEAST_NUMBER - 2
        for one in shared
    )


def _is_named(credit: Words, out: Words) -> bool:
    return agree(credit[0], out[0], is_name=credit[1] and out[1]) if credit[0] else False
