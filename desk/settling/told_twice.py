"""One transfer, told by a bank's message and by its statement: it settles one payment, and not
again when it is told by the other.

Two tellings of a transfer have two fingerprints. What ties them is the bank's number, where both
have it; else amount, day, and the payment's own traces and name. A line that may be what an alert
told, and may be another's, is asked about.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from desk.settling.case import Case, Grade, Match
from desk.settling.names_agree import agree
from desk.statements.line import Kind, Line
from payments.events import Evidence, History, PaymentStatus, is_alert
from payments.money import Money

if TYPE_CHECKING:
    from payments.payee import PayeeId

_SURELY_ONES = 10  # characters of a number that no two transfers of some days share
_LEAST = 6
_BY_NUMBER = timedelta(days=10)
_EARLIER = timedelta(days=2)  # a message comes before the booking, but for clocks and zones
_LATER = timedelta(days=7)  # weekends, holidays
_SETTLED_BY = timedelta(days=3)  # by when a statement has nearly everything
_TOKEN = re.compile(rf"[0-9A-Z]{{{_LEAST},35}}")
_NO_SIGN = re.compile(r"[^0-9A-Z]+")


@dataclass(slots=True)
class ToldTwice:
    """`lines` have the payment that they settled by another telling of them; `places` are the
    payments whose transfer is among the lines. `again` has lines that may be what settled a
    payment; `not_booked`, payments that an alert confirmed and that no statement of those days has.
    """

    lines: dict[int, int] = field(default_factory=dict)
    places: set[int] = field(default_factory=set)
    again: dict[int, History] = field(default_factory=dict)
    not_booked: list[int] = field(default_factory=list)


def find_told_twice(case: Case) -> ToldTwice:
    """Look for what settled payments among lines that tell it otherwise."""
    settled = [place for place, one in enumerate(case.evidence) if one]
    has_alerts = any(is_alert(line.fingerprint) for line in case.lines)
    alerted = [place for place in settled if _by_alert(case, place)]
    if not (alerted or has_alerts):
        return ToldTwice()
    found = ToldTwice()
    _doubt_alerts_of_two_senders(case)
    places = settled if has_alerts else alerted
    _by_number(case, places, found)
    spots, known, periods = _spots(case), frozenset(places), _Periods(case)
    for place in places:
        if place in found.places:
            continue
        lines = [n for n in _candidates(case, spots, place) if n not in found.lines]
        own = _own_line(case, place, lines, known)
        if own is not None:
            found.lines[own] = place
            found.places.add(place)
        else:
            doubtful = _perhaps(case, lines, place)
            found.again |= dict.fromkeys(doubtful, case.histories[place])
            if not doubtful and _by_alert(case, place) and periods.is_overdue(place):
                found.not_booked.append(place)
    case.open -= found.places
    return found


def with_doubt(again: Mapping[int, History], case: Case) -> Iterator[tuple[Match, ...]]:
    """What is asked, with a word beside lines that may be what settled a payment before."""
    doubts = {case.lines[number].fingerprint: one for number, one in again.items()}
    for candidates in case.asks:
        settled = doubts.get(candidates[0].line.fingerprint)
        if settled is None or "settled" in candidates[0].why:
            yield candidates
            continue
        reference = settled.payment.payment_id.reference
        doubt = f"but it may be what settled {reference}, told otherwise"
        yield tuple(replace(one, why=f"{one.why}, {doubt}") for one in candidates)


def at_most_likely(match: Match) -> Match:
    """Anybody can send a message that looks like a bank's, so what one tells is never sure."""
    if not is_alert(match.line.fingerprint):
        return match
    return replace(match, grade=Grade.LIKELY, why=f"{match.why}, by a message that may be forged")


def _by_alert(case: Case, place: int) -> bool:
    evidence = case.evidence[place]
    return evidence is not None and is_alert(evidence.fingerprint)


def _evidence(case: Case, place: int) -> Evidence:
    evidence = case.evidence[place]
    assert evidence is not None  # noqa: S101 (only such places are looked at)
    return evidence


def _by_number(case: Case, places: list[int], found: ToldTwice) -> None:
    """What has the number of a payment's evidence, or the very fingerprint."""
    by_number: dict[str, list[int]] = defaultdict(list)
    for place in places:
        if number := plain_number(_evidence(case, place).bank_id):
            by_number[number].append(place)
    known = {line.fingerprint for line in case.lines}
    found.places |= {place for place in places if _whole(_evidence(case, place)) in known}
    for n in sorted(case.free):
        line = case.lines[n]
        for number in sorted(_numbers(line)):
            for place in by_number.get(number, ()):
                if _is_one_transfer(line, _evidence(case, place), number):
                    found.lines[n] = place
                    found.places.add(place)


def _whole(evidence: Evidence) -> str:
    """Of a part of a transfer, the transfer's line."""
    return evidence.fingerprint.partition("_")[0]


def plain_number(text: str) -> str:
    """A bank's number as every telling of its transfer has it."""
    return _NO_SIGN.sub("", text.upper()).lstrip("0")


def _numbers(line: Line) -> set[str]:
    """What may be a transfer's number in it. A message has one, where its pattern says; what else
    stands in it is of accounts and telephones."""
    fields = {plain_number(one) for one in (line.bank_id, *line.references)}
    if not is_alert(line.fingerprint):
        fields |= {plain_number(one) for one in _TOKEN.findall(line.words.upper())}
    return fields - {""}


def _is_one_transfer(line: Line, evidence: Evidence, number: str) -> bool:
    """Whether a line and what settled a payment, which have this number, are two tellings. What
    settled a part has that part's amount."""
    if not _are_two_tellings(line, evidence) or line.money.currency != evidence.money.currency:
        return False
    if line.money == evidence.money and line.booked_on == evidence.booked_on:
        return True
    is_near = abs(line.booked_on - evidence.booked_on) <= _BY_NUMBER
    is_same = line.money == evidence.money and len(number) >= _LEAST
    return is_near and (is_same or len(number) >= _SURELY_ONES)


def _are_two_tellings(line: Line, evidence: Evidence) -> bool:
    return is_alert(line.fingerprint) or is_alert(evidence.fingerprint)


def _spots(case: Case) -> dict[tuple[Money, date], list[int]]:
    """Free lines by amount and day."""
    found: dict[tuple[Money, date], list[int]] = defaultdict(list)
    for number in sorted(case.free):
        found[case.lines[number].money, case.lines[number].booked_on].append(number)
    return found


def _candidates(
    case: Case, spots: Mapping[tuple[Money, date], list[int]], place: int
) -> Iterator[int]:
    """Lines that may tell of what settled a payment, by amount and day."""
    evidence = _evidence(case, place)
    for days in range(-_LATER.days, _LATER.days + 1):
        later = timedelta(days)
        for number in spots.get((evidence.money, evidence.booked_on + later), ()):
            line = case.lines[number]
            after = -later if is_alert(line.fingerprint) else later
            if (
                -_EARLIER <= after <= _LATER
                and _are_two_tellings(line, evidence)
                and case.receives(place, number)
            ):
                yield number


def _own_line(case: Case, place: int, lines: list[int], settled: frozenset[int]) -> int | None:
    """The line that has the payment's reference or number; else the nearest one of its payer that
    is of no other payment's."""
    day = _evidence(case, place).booked_on

    def distance(number: int) -> tuple[int, int]:
        return abs(case.lines[number].booked_on - day).days, number

    own = [n for n in lines if place in case.traces[n].checked | case.traces[n].numbers]
    if not own:
        own = [
            n
            for n in lines
            if not case.traces[n].checked - {place}
            and not _is_other_number(case, n, place)
            and agree(case.payer(place), case.name(n))
            and all(other in settled for other in case.named_alike(n))
        ]
    return min(own, key=distance, default=None)


def _is_other_number(case: Case, number: int, place: int) -> bool:
    """Whether a line has a number that another payer typed, and what settled this payment had
    another one."""
    return bool(_evidence(case, place).bank_id and case.traces[number].numbers - {place})


def _perhaps(case: Case, lines: list[int], place: int) -> list[int]:
    """Which lines that have nothing of this payment may still be what settled it: those of its
    payer's name. Where there is none, all: the bank may call the payer by another name."""
    left = [n for n in lines if not _is_anothers(case, n, place)]
    named = [n for n in left if agree(case.payer(place), case.name(n))]
    unnamed = [n for n in left if not case.name(n).is_name and n not in named]
    return named + unnamed if named else left


def _is_anothers(case: Case, number: int, place: int) -> bool:
    """Whether a line has another payment's reference, or the number that its payer typed and the
    name; or such a number, where what settled this payment had another one."""
    traces = case.traces[number]
    return bool(
        traces.checked
        or _is_other_number(case, number, place)
        or any(agree(case.payer(other), case.name(number)) for other in traces.numbers)
    )


class _Periods:
    """From when until when the statements tell what each payee received."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._of: dict[PayeeId, tuple[date, date] | None] = {}

    def is_overdue(self, place: int) -> bool:
        """Whether they should have by now what an alert confirmed."""
        case, booked_on = self._case, _evidence(self._case, place).booked_on
        payee_id = case.histories[place].payment.payee_id
        if payee_id not in self._of:
            days = [
                line.booked_on
                for number, line in enumerate(case.lines)
                if line.kind is Kind.CREDIT
                and not is_alert(line.fingerprint)
                and case.receives(place, number)
            ]
            self._of[payee_id] = (min(days), max(days)) if days else None
        period = self._of[payee_id]
        return (
            case.histories[place].status is PaymentStatus.CONFIRMED
            and period is not None
            and period[0] <= booked_on <= period[1] - _SETTLED_BY
        )


def _doubt_alerts_of_two_senders(case: Case) -> None:
    """A bank's SMS and its mail may tell of one transfer. Where one of them has no number, nobody
    can see whether they do."""
    told = "another sender tells of such an amount, perhaps of this transfer"
    by_money: dict[Money, list[int]] = defaultdict(list)
    for number in sorted(case.free, key=lambda n: (case.lines[n].booked_on, n)):
        if is_alert(case.lines[number].fingerprint):
            by_money[case.lines[number].money].append(number)
    for alerts in by_money.values():
        for at, one in enumerate(alerts):
            for other in alerts[at + 1 :]:
                mine, its = case.lines[one], case.lines[other]
                if its.booked_on - mine.booked_on > timedelta(days=1):
                    break
                if not (mine.bank_id and its.bank_id) and _sender(mine) != _sender(its):
                    case.doubtful |= {one: told, other: told}


def _sender(line: Line) -> str:
    """Of an alert, as its place tells it."""
    return line.place.file.partition(" of ")[2]
