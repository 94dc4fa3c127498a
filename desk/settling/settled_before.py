"""Lines that settled a payment by an earlier statement, also where another export of the bank's
tells them otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from desk.settling.case import Case
from desk.settling.names_agree import agree
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
    paired = {debit for _, debit in pairs}
    for number, line in enumerate(case.lines):
        if line.kind in (Kind.TAKEN_BACK, Kind.DEBIT) and number not in paired:
            to_undo += [(line, history) for history in _settled_by(case, number)]
    return to_undo


def _settled_by(case: Case, number: int) -> Iterator[History]:
    """Settled payments that a booking which went out names, with their amount."""
    line, traces = case.lines[number], case.traces[number]
    for place in traces.checked | traces.numbers:
        evidence = case.evidence[place]
        if evidence and evidence.money == line.money and evidence.booked_on <= line.booked_on:
            yield case.histories[place]


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
            if own or (not traces.checked and agree(case.payers[place], case.names[number])):
                again[number] = case.histories[place]
    return again
