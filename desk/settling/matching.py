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

from desk.collector import no_garbage
from desk.settling.alike import take_alike
from desk.settling.bank_numbers import is_transfers
from desk.settling.case import LATEST, LATEST_BY_REFERENCE, Case, Grade, Match
from desk.settling.names_agree import agree
from desk.settling.reasons import (
    LINES_HAVE_IT,
    NAME_FITS,
    NAME_FITS_TOO,
    NO_NAME_FITS,
    NUMBER,
    OTHER_NAME,
    OTHER_NUMBER,
    PART_OF_REFERENCE,
    REFERENCE,
)
from desk.settling.settled_before import WentBack, find_again, leave_out_settled
from desk.settling.taken_back import find_taken_back
from desk.settling.told_twice import at_most_likely, find_told_twice, with_doubt
from desk.settling.unrecorded import whole_references
from desk.statements.bank_words import says_taken_back
from desk.statements.line import Kind, Line
from payments.events import Fingerprint, History, PaymentStatus

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
    to_undo: tuple[WentBack, ...]  # settled, and taken back since
    took_back: tuple[Line, ...]  # nothing says of what
    not_booked: tuple[History, ...]  # confirmed by an alert, and no statement has it
    perhaps_settled: Mapping[Fingerprint, str]  # of unclaimed lines, which payment by, in words
    kinds: Counter[Kind]


@no_garbage()
def match(
    lines: Sequence[Line],
    histories: Iterable[History],
    accounts: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Matching:
    """Match the `lines` of all files together with all payments that they may be about.
    `accounts`, in small letters, have the payees who receive there."""
    own = list({line.fingerprint: line for line in lines}.values())
    case = Case(own, list(histories), accounts)
    back = find_taken_back(case)
    telling = set(filter(says_taken_back, {case.lines[n].text for n in case.free}))
    says_back = (n for n in sorted(case.free) if case.lines[n].text in telling)
    case.doubtful = dict.fromkeys(says_back, "its words say that money went back")
    case.doubtful |= back.doubtful
    twice = find_told_twice(case)
    to_undo = leave_out_settled(case, back.pairs, twice.lines)
    case.again = find_again(case, twice.places) | twice.again
    case.free -= {credit for credit, _ in back.pairs}
    _by_reference(case)
    _by_number(case)
    _by_name(case)
    take_alike(case)
    _ask_the_rest(case)
    return Matching(
        tuple(map(at_most_likely, case.matches)),
        tuple(with_doubt(twice.again, case)),
        tuple(case.lines[n] for n in sorted(case.free | case.apart.keys())),
        tuple(
            case.histories[p]
            for p in sorted(case.open - case.asked)
            if case.histories[p].status is PaymentStatus.CLAIMED
        ),
        tuple(case.lines[n] for n in case.settled),
        tuple((case.lines[credit], case.lines[debit]) for credit, debit in back.pairs),
        tuple(to_undo),
        tuple(
            case.lines[n]
            for n in back.unknown
            if all(case.lines[n] is not one.line for one in to_undo)
        ),
        tuple(case.histories[place] for place in twice.not_booked),
        dict(_perhaps_settled(case)),
        Counter(line.kind for line in case.lines),
    )


def _perhaps_settled(case: Case) -> Iterator[tuple[Fingerprint, str]]:
    """What is left of lines that are about a payment which has its money, or may be what it has."""
    for number in sorted(case.free | case.apart.keys()):
        history = case.again.get(number)
        if number in case.apart:
            history = case.histories[case.apart[number]]
        if history:
            told = history.payment.payment_id.reference
            if history.status is PaymentStatus.CONFIRMED:
                told += " is confirmed already: perhaps by this booking, told otherwise"
            else:
                told += ", which it is about, was reversed"
            yield case.lines[number].fingerprint, told


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
        several = f"{len(carriers)} {LINES_HAVE_IT}"
        if (
            line.money.currency == history.payment.money.currency
            and sum(one.amount_minor for one in sums) == history.payment.money.amount_minor
        ):
            several += ", which together are its amount"
        against = f"{several}, and {against}" if against else several
    rivals = sorted((case.traces[number].numbers & case.open) - {place})
    if against is None and rivals:
        against = OTHER_NUMBER
    elif against is None and set(whole_references(line)) - {history.payment.payment_id}:
        against = "the reference of a payment that nobody recorded is in it, too"
    if against is None:
        case.take(Grade.SURE, number, place, f"{REFERENCE}, and the amount")
    else:
        more = [(one, NUMBER) for one in rivals]
        case.ask(number, [(place, f"{REFERENCE}, but {against}"), *more])


def _judge_several(case: Case, number: int, named: frozenset[int]) -> None:
    claims = sorted(named)
    wanted = case.lines[number].money
    sums = [case.histories[p].payment.money for p in claims]
    is_sum = all(one.currency == wanted.currency for one in sums) and (
        sum(one.amount_minor for one in sums) == wanted.amount_minor
    )
    told = f"{len(claims)} references are in it" + (", which together are it" if is_sum else "")
    case.ask(number, [(p, told + _but(case, number)) for p in claims])


def _but(case: Case, number: int) -> str:
    """What speaks against a line whatever it is for, in words to be added."""
    return f", but {case.doubtful[number]}" if number in case.doubtful else ""


def _by_number(case: Case) -> None:
    carriers = case.carriers("numbers")
    partial = case.carriers("partial")
    for number in sorted(case.free):
        numbers = case.traces[number].numbers & case.open
        parts = case.traces[number].partial & case.open
        found = numbers | parts
        if len(found) != 1:
            if found:
                told = f"{NUMBER}, as another's, too{_but(case, number)}"
                case.ask(number, [(place, told) for place in sorted(found)])
            continue
        [place] = found
        lines = carriers[place] if place in numbers else partial[place]
        _judge_number(case, number, place, lines, by_number=place in numbers)


def _judge_number(
    case: Case, number: int, place: int, lines: list[int], *, by_number: bool
) -> None:
    what = NUMBER if by_number else PART_OF_REFERENCE
    against = case.against(number, place, LATEST if by_number else LATEST_BY_REFERENCE)
    if by_number and against is None and case.is_cash(place):
        against = "its payer says it was paid in cash"
    if len(lines) > 1:
        several = f"{len(lines)} {LINES_HAVE_IT}"
        against = f"{several}, and {against}" if against else several
    if against is not None:
        case.ask(number, [(place, f"{what}, but {against}")])
        return
    if not by_number:  # so long a part is no accident, but has no check
        case.take(Grade.LIKELY, number, place, f"{what} and the amount")
        return
    name = case.name(number)
    if agree(case.payer(place), name):
        why = f"{what}, the amount and the name"
        if case.is_elsewhere(number):
            why += ", but on an account that the roster does not have"
            case.take(Grade.LIKELY, number, place, why)
        elif not is_transfers(case.histories[place].payment.bank_reference, case.lines[number]):
            case.take(Grade.LIKELY, number, place, f"{why}, but the number may be another thing's")
        elif rival := _rival(case, number, place):
            case.take(Grade.LIKELY, number, place, f"{why}, but {rival}")
        else:
            case.take(Grade.SURE, number, place, why)
    elif name.is_name or any(one != place for one in case.named_alike(number)):
        nearest = (one for one in case.nearest_alike(number) if one != place)
        more = [(one, NAME_FITS_TOO) for one in islice(nearest, MOST_CANDIDATES)]
        case.ask(number, [(place, f"{what} and the amount, but {OTHER_NAME}"), *more])
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
    for number in sorted(case.free - case.doubtful.keys() - case.again.keys()):
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
        named = list(islice(case.nearest_alike(number), MOST_CANDIDATES))
        told = NAME_FITS
        if not named:
            told = NO_NAME_FITS
            named = list(islice(case.near(number), MOST_CANDIDATES))
        if named:
            case.ask(number, [(place, told + _but(case, number)) for place in named])
        elif together := _together(case, number):
            several = f"together with {len(together) - 1} more it is the amount"
            case.ask(number, [(place, several + _but(case, number)) for place in together])


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
