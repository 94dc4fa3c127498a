"""Lines of statements and payments that may be about each other: where they are looked up, and what
speaks against a pair."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from desk.settling.directory import Directory, Spot
from desk.settling.names_agree import Name, NameBook, agree
from desk.settling.traces import Traces, find_traces
from desk.settling.watch import Watch
from desk.statements.line import Kind, Line
from payments.events import Evidence, History, PaymentStatus, is_alert, standing_events
from payments.money import Money
from rails.cash import KIND as CASH

LATEST = timedelta(days=7)  # after a claim: weekends, holidays, slow banks
LATEST_BY_REFERENCE = timedelta(days=60)
# Before it: clocks, zones, a claim sent when the phone was back online
EARLIEST = timedelta(days=1)
_NEAREST = sorted(range(-EARLIEST.days, LATEST.days + 1), key=abs)


class Grade(StrEnum):
    SURE = "sure"
    LIKELY = "likely"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Match:
    """A line that may pay for a claim, and why, in words."""

    grade: Grade
    line: Line
    history: History
    why: str


_IBAN = re.compile("[a-z]{2}[0-9]{2}[a-z0-9]{11,30}")
_DAYS = 1 << 22  # more than there are in all years of dates


@dataclass(slots=True)
class Case:
    """Lines and payments by their places in two lists, and what was found of them so far.

    accounts  the payees who receive on each account, as far as it is known
    free      lines of which nothing is said yet
    open      payments without money yet, also those that somebody confirmed without a statement
    asked     payments that are among the candidates of a line
    apart     lines that are about payments which want no money, and which
    doubtful  lines of which the money may have gone back, and why, in words
    again     lines that may be what settled a payment before, exported otherwise
    evidence  the line that settled each payment, if that stands
    spots     amount and day of each payment; line_spots, of each line
    """

    lines: list[Line]
    histories: list[History]
    accounts: Mapping[str, Collection[str]] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    apart: dict[int, int] = field(default_factory=dict)
    doubtful: dict[int, str] = field(default_factory=dict)
    again: dict[int, History] = field(default_factory=dict)
    traces: list[Traces] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    asks: list[tuple[Match, ...]] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    evidence: list[Evidence | None] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    line_spots: list[Spot] = field(default_factory=list)
    book: NameBook = field(default_factory=NameBook)
    _payers: list[Name | None] = field(default_factory=list)
    _names: list[Name | None] = field(default_factory=list)
    _payments_at: Directory | None = None
    _lines_at: Directory | None = None
    _watch: Watch | None = None
    _knows_accounts: bool = False

    def __post_init__(self) -> None:
        self._payers, self._names = [None] * len(self.histories), [None] * len(self.lines)
        self._knows_accounts = any(map(_IBAN.fullmatch, self.accounts))
        standing = [standing_events(one.events) for one in self.histories]
        self.evidence = [some[0].evidence if some else None for some in standing]
        amounts: dict[tuple[int, str], int] = {}
        self.spots = [
            _spot(amounts, one.payment.money, one.payment.recorded_at.astimezone())
            for one in self.histories
        ]
        self.line_spots = [_spot(amounts, line.money, line.booked_on) for line in self.lines]
        self.open = {
            place
            for place, one in enumerate(self.histories)
            if one.status is not PaymentStatus.REVERSED and not self._has_its_line(place)
        }
        self.free = {n for n, line in enumerate(self.lines) if line.kind is Kind.CREDIT}
        payments = [(one.payment.payment_id, one.payment.bank_reference) for one in self.histories]
        self.traces = find_traces(payments, self.lines)

    def _has_its_line(self, place: int) -> bool:
        """What an alert confirmed has a statement's line still to come."""
        evidence = self.evidence[place]
        if evidence is None or not is_alert(evidence.fingerprint):
            return evidence is not None
        return all(is_alert(line.fingerprint) for line in self.lines)

    def payer(self, place: int) -> Name:
        """What the payer of a payment is called."""
        found = self._payers[place]
        if found is None:
            payer_id = self.histories[place].payment.payer_id
            found = self._payers[place] = self.book.name(payer_id)
        return found

    def name(self, number: int) -> Name:
        """Of a line's other side, or the words in which that may be."""
        found = self._names[number]
        if found is None:
            line = self.lines[number]
            found = self.book.name(line.name or line.text, is_name=bool(line.name))
            self._names[number] = found
        return found

    @property
    def payments_at(self) -> Directory:
        """Of payments without money: made when it is first asked for, of those that are left."""
        if self._payments_at is None:
            some = (place for place in self.open if not self.is_cash(place))
            self._payments_at = Directory(some, self.spots, self.payer)
        return self._payments_at

    @property
    def lines_at(self) -> Directory:
        """Of lines without a payment, likewise."""
        if self._lines_at is None:
            self._lines_at = Directory(self.free, self.line_spots, self.name)
        return self._lines_at

    def day(self, place: int) -> date:
        """When a payment was recorded, by the treasurer's clock."""
        return date.fromordinal(self.spots[place] % _DAYS)

    def amount_of(self, number: int) -> int:
        """Of a line, as a number that only what has the same amount has."""
        return self.line_spots[number] // _DAYS

    def is_cash(self, place: int) -> bool:
        return self.histories[place].payment.method == CASH

    def fitting(self, number: int) -> range:
        """Where payments stand that fit a line by amount and day."""
        spot = self.line_spots[number]
        return range(spot - LATEST.days, spot + EARLIEST.days + 1)

    def near(self, number: int) -> Iterator[int]:
        """Payments without money yet that fit a line by amount and day, the nearest day first."""
        for shift in _NEAREST:
            for place in self.payments_at.at(self.line_spots[number] - shift):
                if place in self.open and self.receives(place, number):
                    yield place

    def has_stranger(self, number: int, place: int) -> bool:
        """Whether a line may be for yet another payment, whose payer the bank may call otherwise:
        one that fits by amount and day, and that no other line is named for."""
        if self._watch is None:
            self._watch = Watch(self)
        return any(
            other != place and self.receives(other, number)
            for other in self._watch.strangers(number)
        )

    def of_payer(self, number: int) -> Iterator[int]:
        """Payments without money yet, of any amount, that fit a line by day and name."""
        name = self.name(number)
        keys = name.keys if name.is_name else ()
        for place in sorted({place for key in keys for place in self.payments_at.with_key(key)}):
            if (
                place in self.open
                and self.receives(place, number)
                and self.fits_day(number, place, LATEST)
                and agree(self.payer(place), name)
            ):
                yield place

    def named_alike(self, number: int) -> Iterator[int]:
        """Payments without money yet that fit a line by amount, day and name."""
        name, spots = self.name(number), self.fitting(number)
        return self._alike(number, name, self.payments_at.sharing(name, spots))

    def nearest_alike(self, number: int) -> Iterator[int]:
        """The same, the nearest day first."""
        name, spot = self.name(number), self.line_spots[number]
        some = (
            place
            for shift in _NEAREST
            for key in name.keys
            for place in self.payments_at.with_key(key, range(spot - shift, spot - shift + 1))
        )
        return self._alike(number, name, some)

    def _alike(self, number: int, name: Name, places: Iterable[int]) -> Iterator[int]:
        """Of payments that may have a line's amount, day and name, those that do."""
        seen: set[int] = set()
        for place in places:
            if place in self.open and place not in seen and agree(self.payer(place), name):
                seen.add(place)
                if self.receives(place, number):
                    yield place

    def lines_like(self, place: int) -> Iterator[int]:
        """Lines without a payment yet that fit one by amount, day and name."""
        payer, spot = self.payer(place), self.spots[place]
        spots = range(spot - EARLIEST.days, spot + LATEST.days + 1)
        seen: set[int] = set()
        for number in self.lines_at.sharing(payer, spots):
            if number in self.free and number not in seen and agree(payer, self.name(number)):
                seen.add(number)
                if self.receives(place, number):
                    yield number

    def carriers(self, kind: Literal["checked", "partial", "numbers"]) -> dict[int, list[int]]:
        """By payment, the credits that have a trace of it; those that were taken back aside."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in sorted(self.free):
            for place in getattr(self.traces[number], kind):
                found[place].append(number)
        return found

    def receives(self, place: int, number: int) -> bool:
        """Whether a payment's payee may receive where a line arrived: unless it is known that
        others do there."""
        if not self.accounts:
            return True
        payees = self.accounts.get(self.lines[number].account.casefold())
        return payees is None or self.histories[place].payment.payee_id in payees

    def is_elsewhere(self, number: int) -> bool:
        """Whether a line says on which account it arrived, and nobody is known to receive there:
        which is known where the roster has numbers of bank accounts. A UPI address or a Pix key is
        none, and no statement is named by it."""
        account = self.lines[number].account.casefold()
        return bool(account) and self._knows_accounts and account not in self.accounts

    def against(self, number: int, place: int, latest: timedelta) -> str | None:
        """What speaks against it, in words; None if nothing does."""
        line, payment = self.lines[number], self.histories[place].payment
        if not self.receives(place, number):
            return f"it arrived where {payment.payee_id} does not receive"
        if line.money.currency != payment.money.currency:
            return f"the claim is in {payment.money.currency}"
        difference = line.money.amount_minor - payment.money.amount_minor
        if difference:
            sum_ = Money(abs(difference), line.money.currency)
            return f"{sum_} {'too much' if difference > 0 else 'too little'}"
        if not self.fits_day(number, place, latest):
            return f"it was booked on {line.booked_on}, and the claim is of {self.day(place)}"
        return self._history_against(number, place)

    def _history_against(self, number: int, place: int) -> str | None:
        if number in self.doubtful:
            return self.doubtful[number]
        if number in self.again:
            settled = self.again[number].payment.payment_id.reference
            return f"it may be the booking that settled {settled}, exported otherwise"
        fingerprint = self.lines[number].fingerprint
        if any(
            event.evidence and event.evidence.fingerprint == fingerprint
            for event in self.histories[place].events
        ):
            return "somebody undid its settling by this line"
        return None

    def fits_day(self, number: int, place: int, latest: timedelta) -> bool:
        return -EARLIEST <= self.lines[number].booked_on - self.day(place) <= latest

    def take(self, grade: Grade, number: int, place: int, why: str) -> None:
        self.open.discard(place)
        self._leave(number)
        history = self.histories[place]
        if history.status is PaymentStatus.CONFIRMED:
            self.settled.append(number)
        else:
            self.matches.append(Match(grade, self.lines[number], history, why))

    def ask(self, number: int, candidates: Sequence[tuple[int, str]]) -> None:
        claimed = [
            Match(Grade.ASK, self.lines[number], self.histories[place], why)
            for place, why in dict(reversed(candidates)).items()
            if self.histories[place].status is PaymentStatus.CLAIMED
        ]
        self._leave(number)
        self.asked.update(place for place, _ in candidates)
        if not claimed:  # it is of what was settled or reversed, so it may be nobody else's
            self.apart[number] = candidates[0][0]
        else:
            self.asks.append(tuple(reversed(claimed)))

    def _leave(self, number: int) -> None:
        self.free.discard(number)
        if self._watch is not None:
            self._watch.leave(number)


def _spot(amounts: dict[tuple[int, str], int], money: Money, day: date) -> Spot:
    amount = money.amount_minor, money.currency
    return amounts.setdefault(amount, len(amounts)) * _DAYS + day.toordinal()
