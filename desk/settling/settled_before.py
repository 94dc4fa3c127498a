"""Lines that settled a payment by an earlier statement, also where another export of the bank's
tells them otherwise."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.settling.case import Case
from desk.settling.names_agree import agree
from desk.settling.taken_back import LATEST
from desk.statements.line import Kind, Line
from payments.events import History

if TYPE_CHECKING:
    from collections.abc import Set
    from datetime import date

    from payments.money import Money


def leave_out_settled(
    case: Case, pairs: Sequence[tuple[int, int]], told: Mapping[int, int]
) -> list[tuple[Line, History]]:
    """Leave out the lines that settled something, and those `told` otherwise when they did, each
    with the place of its payment; gives what was taken back since."""
    known: dict[str, History] = {}
    numbers: dict[tuple[date, Money, str], History] = {}
    for history, evidence in zip(case.histories, case.evidence, strict=True):
        if evidence:
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
        if found is None and number in told:
            found = case.histories[told[number]]
        if found:
            case.free.discard(number)
            case.settled.append(number)
            if number in taken:
                to_undo.append((case.lines[taken[number]], found))
    return to_undo + _went_out_since(case, {debit for _, debit in pairs}, to_undo)


def _went_out_since(
    case: Case, paired: "Set[int]", known: Sequence[tuple[Line, History]]
) -> list[tuple[Line, History]]:
    """What went out, but for those `paired` with a credit, and the settled payment, not yet
    `known`, which that may have given back."""
    out = [
        number
        for number, line in enumerate(case.lines)
        if line.kind in (Kind.TAKEN_BACK, Kind.DEBIT) and number not in paired
    ]
    by_name = _settled_by_name(case) if out else {}
    named = {history.payment.payment_id for _, history in known}
    found = []
    for number in out:
        for history in _settled_by(case, number) or _given_back(case, number, by_name):
            if history.payment.payment_id not in named:
                named.add(history.payment.payment_id)
                found.append((case.lines[number], history))
    return found


def _settled_by(case: Case, number: int) -> list[History]:
    """Settled payments that a booking which went out names, with their amount."""
    traces = case.traces[number]
    places = sorted(traces.checked | traces.numbers)
    return [case.histories[place] for place in places if _is_before(case, place, number)]


def _settled_by_name(case: Case) -> dict[tuple["Money", int], list[int]]:
    found: dict[tuple[Money, int], list[int]] = {}
    for place, evidence in enumerate(case.evidence):
        if evidence:
            for key in case.payer(place).keys:
                found.setdefault((evidence.money, key), []).append(place)
    return found


def _given_back(
    case: Case, number: int, by_name: Mapping[tuple["Money", int], Sequence[int]]
) -> list[History]:
    """The latest settled payment whose payer the same amount went to, later: one refund gives back
    one payment."""
    name, money = case.name(number), case.lines[number].money
    places = {place for key in name.keys for place in by_name.get((money, key), ())}
    some = [
        place
        for place in places
        if _is_before(case, place, number) and agree(case.payer(place), name)
    ]
    latest = max(some, key=lambda place: (case.spots[place], place), default=None)
    return [] if latest is None else [case.histories[latest]]


def _is_before(case: Case, place: int, number: int) -> bool:
    """Whether a payment was settled with a line's amount, and not after it."""
    evidence, line = case.evidence[place], case.lines[number]
    if evidence is None or evidence.money != line.money:
        return False
    return timedelta(0) <= line.booked_on - evidence.booked_on <= LATEST


def find_again(case: Case, booked: "Set[int]") -> dict[int, History]:
    """Free lines that may be bookings which settled a payment before, under another number of the
    bank's and so with another fingerprint: of its day and amount, and with its payer's name or
    something of its own. A line with another payment's reference is not, nor one of a payment that
    is `booked`: its own line is known."""
    of_lines = {line.fingerprint for line in case.lines}
    settled: dict[tuple[date, Money], list[int]] = {}
    for place, evidence in enumerate(case.evidence):
        if place in booked:
            continue
        if evidence and evidence.fingerprint.partition("_")[0] not in of_lines:
            settled.setdefault((evidence.booked_on, evidence.money), []).append(place)
    again: dict[int, History] = {}
    for number in sorted(case.free) if settled else ():
        line, traces = case.lines[number], case.traces[number]
        for place in settled.get((line.booked_on, line.money), ()):
            own = place in traces.checked | traces.partial | traces.numbers
            if own or (not traces.checked and agree(case.payer(place), case.name(number))):
                again[number] = case.histories[place]
    return again
