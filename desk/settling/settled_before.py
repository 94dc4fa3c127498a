"""Lines that settled a payment by an earlier statement, also where another export of the bank's
tells them otherwise."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from desk.settling.bank_numbers import is_number, numbers_in
from desk.settling.case import Case
from desk.settling.joined import Joined
from desk.settling.names_agree import agree
from desk.settling.taken_back import LATEST
from desk.settling.told_twice import plain_number
from desk.statements.line import Kind, Line
from payments.events import History

if TYPE_CHECKING:
    from collections.abc import Set
    from datetime import date

    from payments.money import Money
    from payments.payment_id import PaymentId


class WentBack(NamedTuple):
    """A booking which went out, and the settled payment of which it took or gave back the money, or
    some of it: `is_named` if it names the payment or its credit; else it has the payer's name."""

    line: Line
    history: History
    is_named: bool


def leave_out_settled(
    case: Case, pairs: Sequence[tuple[int, int]], told: Mapping[int, int]
) -> list[WentBack]:
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
                to_undo.append(WentBack(case.lines[taken[number]], found, is_named=True))
    return to_undo + _went_out_since(case, {debit for _, debit in pairs}, to_undo)


def _went_out_since(case: Case, paired: "Set[int]", known: Sequence[WentBack]) -> list[WentBack]:
    """What went out, but for those `paired` with a credit, and the settled payment, not yet
    `known`, which that may have given back. Those that are named come first: what has only a name
    is of a payment that is left."""
    out = [
        number
        for number, line in enumerate(case.lines)
        if line.kind in (Kind.TAKEN_BACK, Kind.DEBIT) and number not in paired
    ]
    credited = _by_credits_number(case, out) if out else {}
    by_name = _settled_by_name(case) if out else {}
    told = {one.history.payment.payment_id for one in known}
    found: list[WentBack] = []

    def tell(number: int, place: int, *, is_named: bool) -> None:
        history = case.histories[place]
        if history.payment.payment_id not in told:
            told.add(history.payment.payment_id)
            found.append(WentBack(case.lines[number], history, is_named))

    named = {number: _settled_by(case, number, credited.get(number, ())) for number in out}
    for number, places in named.items():
        for place, is_named in places.items():
            tell(number, place, is_named=is_named)
    for number in (one for one in out if not named[one]):
        for place in _given_back(case, number, by_name, told):
            tell(number, place, is_named=False)
    return found


def _settled_by(case: Case, number: int, credited: Collection[int]) -> dict[int, bool]:
    """Settled payments that a booking which went out names, or the credit of which it does, with
    their amount. Of what the bank took back a fee may be kept, and of what has a reference, too.
    Those are not surely meant of which the payer typed the number, and the credit had another."""
    traces, line = case.traces[number], case.lines[number]
    named = traces.checked | traces.partial
    is_back = line.kind is Kind.TAKEN_BACK
    return {
        place: place in named or place in credited or not _number(case, place)
        for place in sorted({*named, *traces.numbers, *credited})
        if _is_before(case, place, number, in_part=is_back or place in named)
    }


def _number(case: Case, place: int) -> str:
    """The bank's of the line that settled a payment, or nothing."""
    evidence = case.evidence[place]
    number = plain_number(evidence.bank_id) if evidence else ""
    return number if is_number(number) else ""


def _by_credits_number(case: Case, out: Sequence[int]) -> Mapping[int, set[int]]:
    """By booking, the settled payments of which it has the bank's number of their credit."""
    known: dict[str, list[int]] = {}
    for place in range(len(case.histories)):
        if number := _number(case, place):
            known.setdefault(number, []).append(place)
    lines = [case.lines[number] for number in out]
    words = Joined([line.words.upper() for line in lines])
    found: dict[int, set[int]] = {}
    for at, one in numbers_in(lines, words, known.__contains__):
        found.setdefault(out[at], set()).update(known[one])
    return found


_ByName = Mapping[tuple["Money", int], Sequence[int]]
"""Settled payments by amount, with each key of their payers' names."""


def _settled_by_name(case: Case) -> _ByName:
    found: dict[tuple[Money, int], list[int]] = {}
    for place, evidence in enumerate(case.evidence):
        if evidence:
            for key in case.payer(place).keys:
                found.setdefault((evidence.money, key), []).append(place)
    return found


def _given_back(case: Case, number: int, by_name: _ByName, told: "Set[PaymentId]") -> list[int]:
    """The latest settled payment whose payer the same amount went to, later, and that is not `told`
    of another: one refund gives back one payment. Some banks have the name in the text."""
    line, names = case.lines[number], [case.name(number)]
    if line.kind is Kind.DEBIT and line.name:  # else it is all payers', with the reason
        names.append(case.book.name(line.text))
    some = [
        place
        for name in names
        for place in {place for key in name.keys for place in by_name.get((line.money, key), ())}
        if case.histories[place].payment.payment_id not in told
        and _is_before(case, place, number)
        and agree(case.payer(place), name)
    ]
    latest = max(some, key=lambda place: (case.spots[place], place), default=None)
    return [] if latest is None else [latest]


def _is_before(case: Case, place: int, number: int, *, in_part: bool = False) -> bool:
    """Whether a payment was settled with a line's amount, or at least so much, and not after it."""
    evidence, line = case.evidence[place], case.lines[number]
    if evidence is None or evidence.money.currency != line.money.currency:
        return False
    more = evidence.money.amount_minor - line.money.amount_minor
    if more < 0 or (more and not in_part):
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
