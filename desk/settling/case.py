"""Lines of statements and payments that may be about each other: where they are looked up, and what
speaks against a pair."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice, product
from typing import Literal

from desk.settling.names_agree import agree, name_keys, name_words
from desk.settling.traces import TraceIndex, Traces
from desk.statements.line import Kind, Line
from payments.events import Evidence, History, PaymentStatus, standing_events
from payments.money import Money
from rails.cash import KIND as CASH

LATEST = timedelta(days=7)  # after a claim: weekends, holidays, slow banks
LATEST_BY_REFERENCE = timedelta(days=60)
EARLIEST = timedelta(
    days=1
)  # before it: clocks, zones, a claim sent when the phone was back online
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


Spot = tuple[int, int]
"""An amount and a day, as numbers: they are looked up millions of times."""


@dataclass(slots=True)
class Case:
    """Lines and payments by their places in two lists, and what was found of them so far.

    accounts  the payees who receive on each account, as far as it is known
    free      lines of which nothing is said yet
    open      payments without money yet, also those that somebody confirmed without a statement
    asked     payments that are among the candidates of a line
    apart     lines that are about payments which want no money
    doubtful  lines that the bank may have taken back
    again     lines that may be what settled a payment before, exported otherwise
    evidence  the line that settled each payment, if that stands
    words     the words of each line, and whether they are a name and nothing else
    spots     amount and day of each payment; line_spots, of each line
    """

    lines: list[Line]
    histories: list[History]
    accounts: Mapping[str, Collection[str]] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    open: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    again: dict[int, History] = field(default_factory=dict)
    traces: dict[int, Traces] = field(default_factory=dict)
    words: dict[int, tuple[tuple[str, ...], bool]] = field(default_factory=dict)
    payers: list[tuple[str, ...]] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    asks: list[tuple[Match, ...]] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    _by_key: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)
    _line_by_key: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)
    _by_day: dict[Spot, list[int]] = field(default_factory=dict)
    evidence: list[Evidence | None] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    line_spots: list[Spot] = field(default_factory=list)
    _by_payer: dict[str, list[int]] = field(default_factory=dict)
    _watch: "Watch | None" = None

    def __post_init__(self) -> None:
        self.payers = [name_words(one.payment.payer_id) for one in self.histories]
        self.days = [one.payment.recorded_at.astimezone().date() for one in self.histories]
        self.evidence = [evidence_of(one) for one in self.histories]
        amounts: dict[Money, int] = {}
        self.spots = [
            (amounts.setdefault(one.payment.money, len(amounts)), day.toordinal())
            for one, day in zip(self.histories, self.days, strict=True)
        ]
        self.line_spots = [
            (amounts.setdefault(line.money, len(amounts)), line.booked_on.toordinal())
            for line in self.lines
        ]
        self.open = {
            place
            for place, one in enumerate(self.histories)
            if one.status is not PaymentStatus.REVERSED and not self.evidence[place]
        }
        self.free = {n for n, line in enumerate(self.lines) if line.kind is Kind.CREDIT}
        index = TraceIndex()
        payments = [(one.payment.payment_id, one.payment.bank_reference) for one in self.histories]
        index.fill(payments, self.lines)
        for number, line in enumerate(self.lines):
            if line.kind in (Kind.CREDIT, Kind.DEBIT, Kind.TAKEN_BACK):
                self.traces[number] = index.traces(line)
                self.words[number] = (name_words(line.name or line.text), bool(line.name))
        self._index_names()

    def _index_names(self) -> None:
        for place in sorted(self.open):
            if not self.is_cash(place):
                self._by_day.setdefault(self.spots[place], []).append(place)
                for key in name_keys(self.payers[place]):
                    self._by_key.setdefault((*self.spots[place], key), []).append(place)
                    self._by_payer.setdefault(key, []).append(place)
        for number in sorted(self.free):
            for key in name_keys(self.words[number][0]):
                spot = self.line_spots[number]
                self._line_by_key.setdefault((*spot, key), []).append(number)

    def is_cash(self, place: int) -> bool:
        return self.histories[place].payment.method == CASH

    def near(self, number: int) -> Iterator[int]:
        """Payments without money yet that fit a line by amount and day, the nearest day first."""
        money, day = self.line_spots[number]
        for shift in _NEAREST:
            for place in self._by_day.get((money, day - shift), ()):
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
        words, is_name = self.words[number]
        keys = name_keys(words) if is_name else set()
        for place in sorted({place for key in keys for place in self._by_payer.get(key, ())}):
            if (
                place in self.open
                and self.receives(place, number)
                and self.fits_day(number, place, LATEST)
                and agree(self.payers[place], words, is_name=is_name)
            ):
                yield place

    def named_alike(self, number: int) -> Iterator[int]:
        """Payments without money yet that fit a line by amount, day and name, the nearest first."""
        words, is_name = self.words[number]
        money, day = self.line_spots[number]
        keys, seen, by_key = sorted(name_keys(words)), set(), self._by_key
        for shift, key in product(_NEAREST, keys):
            for place in by_key.get((money, day - shift, key), ()):
                if place in self.open and place not in seen:
                    seen.add(place)
                    if self.receives(place, number) and agree(
                        self.payers[place], words, is_name=is_name
                    ):
                        yield place

    def lines_like(self, place: int) -> Iterator[int]:
        """Lines without a payment yet that fit one by amount, day and name."""
        money, day = self.spots[place]
        payer = self.payers[place]
        keys, seen, by_key = sorted(name_keys(payer)), set(), self._line_by_key
        for shift, key in product(_NEAREST, keys):
            for number in by_key.get((money, day + shift, key), ()):
                if number in self.free and number not in seen:
                    seen.add(number)
                    words, is_name = self.words[number]
                    if self.receives(place, number) and agree(payer, words, is_name=is_name):
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
        """Whether a line says on which account it arrived, and nobody is known to receive there."""
        account = self.lines[number].account.casefold()
        return bool(self.accounts and account) and account not in self.accounts

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
            return f"it was booked on {line.booked_on}, and the claim is of {self.days[place]}"
        return self._history_against(number, place)

    def _history_against(self, number: int, place: int) -> str | None:
        if number in self.doubtful:
            return "the bank took back such an amount, perhaps this one"
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
        return -EARLIEST <= self.lines[number].booked_on - self.days[place] <= latest

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
            self.apart.add(number)
        else:
            self.asks.append(tuple(reversed(claimed)))

    def _leave(self, number: int) -> None:
        self.free.discard(number)
        if self._watch is not None:
            self._watch.leave(number)


class Watch:
    """Of each payment without money, two lines that are named for it. A payment with two is no
    stranger to any line, one with one line to that line only, one with none to all: so a line's
    strangers are found without looking at all payments of its amount."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._watched: dict[int, list[int]] = defaultdict(list)
        self._single: dict[int, set[int]] = defaultdict(set)
        self._none: dict[Spot, set[int]] = defaultdict(set)
        for place in case.open:
            if not case.is_cash(place):
                self._look(place)

    def strangers(self, number: int) -> Iterator[int]:
        """Payments that fit a line by amount and day, and that no other line is named for."""
        case = self._case
        money, day = case.line_spots[number]
        for shift in _NEAREST:
            for place in self._none.get((money, day - shift), ()):
                if place in case.open:
                    yield place
        for place in self._single.get(number, ()):
            if place in case.open:
                yield place

    def leave(self, number: int) -> None:
        """A line is free no more: those that it was watched for look for another."""
        self._single.pop(number, None)
        for place in self._watched.pop(number, ()):
            if place in self._case.open:
                self._look(place)

    def _look(self, place: int) -> None:
        case = self._case
        found = list(islice(case.lines_like(place), 2))
        for number in found:
            self._watched[number].append(place)
        if len(found) == 1:
            self._single[found[0]].add(place)
        elif not found:
            self._none[case.spots[place]].add(place)


def evidence_of(history: History) -> Evidence | None:
    """The line that settled it, if that stands."""
    standing = standing_events(history.events)
    return standing[0].evidence if standing else None
