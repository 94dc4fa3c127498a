"""Which line of a statement pays for which claim.

SURE is only what nothing contradicts: a checked form of the reference and the amount, one to one;
or the number of the transfer that the payer typed, if the bank's name for the sender is the
payer's, for a number is only what somebody typed. LIKELY is a line and a claim that fit each other
alone. All else is asked. Payments that somebody confirmed before take part, so that their money is
not taken for another's; what the bank took back settles nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from desk.settling.case import (
    LATEST,
    LATEST_BY_REFERENCE,
    Case,
    Grade,
    Match,
    evidence_of,
)
from desk.settling.names_agree import agree
from desk.settling.taken_back import find_taken_back
from desk.statements.line import Kind, Line
from desk.statements.table_lines import says_taken_back
from payments.events import History, PaymentStatus

if TYPE_CHECKING:
    from datetime import date

    from payments.money import Money

MOST_CANDIDATES = 5
_MOST_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Matching:
    """What became of every line and every claim; `asks` has each line's candidates beside each
    other."""

    matches: tuple[Match, ...]
    asks: tuple[tuple[Match, ...], ...]
    unclaimed: tuple[Line, ...]
    without_money: tuple[History, ...]  # nor anything to ask
    settled: tuple[Line, ...]  # by an earlier statement, or confirmed by somebody
    taken_back: tuple[tuple[Line, Line], ...]  # the credit, and what took it back
    to_undo: tuple[tuple[Line, History], ...]  # settled, and taken back since
    kinds: Counter[Kind]


def match(
    lines: Sequence[Line],
    histories: Iterable[History],
    accounts: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Matching:
    """Match the `lines` of all files together with all payments that they may be about.
    `accounts`, in small letters, have the payees who receive there."""
    own = list({line.fingerprint: line for line in lines}.values())
    case = Case(own, list(histories), accounts)
    back = find_taken_back(case.lines, case.traces, case.words)
    case.doubtful = set(back.doubtful) | {
        n for n in case.free if says_taken_back(case.lines[n].text)
    }
    to_undo = _settled_before(case, back.pairs)
    case.free -= {credit for credit, _ in back.pairs}
    _by_reference(case)
    _by_number(case)
    _by_name(case)
    _ask_the_rest(case)
    return Matching(
        tuple(case.matches),
        tuple(case.asks),
        tuple(case.lines[n] for n in sorted(case.free | case.apart)),
        tuple(
            case.histories[p]
            for p in sorted(case.open - case.asked)
            if case.histories[p].status is PaymentStatus.CLAIMED
        ),
        tuple(case.lines[n] for n in case.settled),
        tuple((case.lines[credit], case.lines[debit]) for credit, debit in back.pairs),
        tuple(to_undo),
        Counter(line.kind for line in case.lines),
    )


def _settled_before(case: Case, pairs: Sequence[tuple[int, int]]) -> list[tuple[Line, History]]:
    """Leave out the lines that settled something; gives what was taken back since."""
    known: dict[str, History] = {}
    numbers: dict[tuple[date, Money, str], History] = {}
    for history in case.histories:
        if evidence := evidence_of(history):
            known[evidence.fingerprint] = history
            if evidence.bank_id:
                numbers[evidence.booked_on, evidence.money, evidence.bank_id] = history
    taken = dict(pairs)
    to_undo = []
    for number in sorted(case.free):
        line = case.lines[number]
        found = known.get(line.fingerprint) or numbers.get(
            (line.booked_on, line.money, line.bank_id)
        )
        if found:
            case.free.discard(number)
            case.settled.append(number)
            if number in taken:
                to_undo.append((case.lines[taken[number]], found))
    paired = {debit for _, debit in pairs}
    for number, line in enumerate(case.lines):
        if line.kind in (Kind.TAKEN_BACK, Kind.DEBIT) and number not in paired:
            to_undo += [(line, history) for history in _settled_by(case, number)]
    return to_undo


def _settled_by(case: Case, number: int) -> Iterator[History]:
    """Settled payments that a booking which went out names, with their amount."""
    line, traces = case.lines[number], case.traces[number]
    for place in traces.checked | traces.numbers:
        evidence = evidence_of(case.histories[place])
        if evidence and evidence.money == line.money and evidence.booked_on <= line.booked_on:
            yield case.histories[place]


def _by_reference(case: Case) -> None:
    carriers = case.carriers("checked")
    for number in sorted(case.free):
        named = case.traces[number].checked
        if len(named) == 1:
            [place] = named
            _judge_reference(case, number, place, carriers[place])
        elif named:
            _judge_several(case, number, named)


def _judge_reference(case: Case, number: int, place: int, carriers: list[int]) -> None:
    line, history = case.lines[number], case.histories[place]
    against = case.against(number, place, LATEST_BY_REFERENCE)
    if place not in case.open:
        against = "it is settled already, or was reversed"
    elif len(carriers) > 1:
        sums = [case.lines[one].money for one in carriers]
        against = f"{len(carriers)} lines have this reference"
        if (
            line.money.currency == history.payment.money.currency
            and sum(one.amount_minor for one in sums) == history.payment.money.amount_minor
        ):
            against += ", which together are its amount"
    if against is None:
        case.take(Grade.SURE, number, place, "its reference, and the amount")
    else:
        case.ask(number, [(place, f"its reference, but {against}")])


def _judge_several(case: Case, number: int, named: frozenset[int]) -> None:
    claims = sorted(named)
    wanted = case.lines[number].money
    sums = [case.histories[p].payment.money for p in claims]
    is_sum = all(one.currency == wanted.currency for one in sums) and (
        sum(one.amount_minor for one in sums) == wanted.amount_minor
    )
    told = f"{len(claims)} references are in it" + (", which together are it" if is_sum else "")
    case.ask(number, [(p, told) for p in claims])


def _by_number(case: Case) -> None:
    carriers = case.carriers("numbers")
    partial = case.carriers("partial")
    for number in sorted(case.free):
        numbers = case.traces[number].numbers & case.open
        parts = case.traces[number].partial & case.open
        found = numbers | parts
        if len(found) != 1:
            if found:
                told = "the number that its payer typed, as another's, too"
                case.ask(number, [(place, told) for place in sorted(found)])
            continue
        [place] = found
        lines = carriers[place] if place in numbers else partial[place]
        _judge_number(case, number, place, lines, by_number=place in numbers)


def _judge_number(
    case: Case, number: int, place: int, lines: list[int], *, by_number: bool
) -> None:
    what = "the number that its payer typed" if by_number else "part of its reference"
    against = case.against(number, place, LATEST if by_number else LATEST_BY_REFERENCE)
    if len(lines) > 1:
        against = f"{len(lines)} lines have it"
    if against is not None:
        case.ask(number, [(place, f"{what}, but {against}")])
        return
    if not by_number:  # so long a part is no accident, but has no check
        case.take(Grade.LIKELY, number, place, f"{what} and the amount")
        return
    words, is_name = case.words[number]
    if agree(case.payers[place], words, is_name=is_name):
        why = f"{what}, the amount and the name"
        if rival := _rival(case, number, place):
            case.take(Grade.LIKELY, number, place, f"{why}, but {rival}")
        else:
            case.take(Grade.SURE, number, place, why)
    elif is_name or any(one != place for one in case.named_alike(number)):
        others = islice((one for one in case.named_alike(number) if one != place), MOST_CANDIDATES)
        more = [(one, "the amount and the name fit, too") for one in others]
        case.ask(number, [(place, f"{what} and the amount, but the name is another"), *more])
    else:
        case.take(Grade.LIKELY, number, place, f"{what} and the amount, but no name")


def _rival(case: Case, number: int, place: int) -> str | None:
    """What else this line may be for, or this payment may be paid by, in words."""
    if any(one != place for one in case.named_alike(number)):
        return "another claim of that name fits it, too"
    if case.has_stranger(number, place):
        return "another claim of that amount has no money yet"
    is_elsewhere = any(
        one != number and not case.traces[one].checked and not case.traces[one].numbers
        for one in case.lines_like(place)
    )
    return "another line fits the claim, too" if is_elsewhere else None


def _by_name(case: Case) -> None:
    """A line and a claim of which neither fits another."""
    for number in sorted(case.free - case.doubtful):
        places = list(islice(case.named_alike(number), 2))
        if len(places) != 1:
            continue
        [place] = places
        if list(islice(case.lines_like(place), 2)) == [number]:
            case.take(
                Grade.LIKELY, number, place,
                "amount, name and day fit, and no other line or claim does",
            )  # fmt: skip


def _ask_the_rest(case: Case) -> None:
    """Lines that several claims fit, or one without its name, or several claims together."""
    for number in sorted(case.free):
        named = list(islice(case.named_alike(number), MOST_CANDIDATES))
        told = "amount, name and day fit"
        if not named:
            told = "amount and day fit, the name does not"
            named = list(islice(case.near(number), MOST_CANDIDATES))
        if named:
            case.ask(number, [(place, told) for place in named])
        elif together := _together(case, number):
            several = f"together with {len(together) - 1} more it is the amount"
            case.ask(number, [(place, several) for place in together])


def _together(case: Case, number: int) -> tuple[int, ...]:
    """Two to four claims of one payer's that add up to a line, if there is but one way."""
    wanted = case.lines[number].money
    some = islice(case.of_payer(number), _MOST_TOGETHER)
    near = [p for p in some if case.histories[p].payment.money.currency == wanted.currency]
    ways = [
        several
        for size in (2, 3, 4)
        for several in combinations(near, size)
        if sum(case.histories[p].payment.money.amount_minor for p in several) == wanted.amount_minor
    ]
    return ways[0] if len(ways) == 1 else ()
