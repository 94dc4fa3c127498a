"""Ledger and registry in memory, for tests and for previewing the site without AWS."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from threading import Lock

from payments.erasing import PaymentReplaced, erased
from payments.events import Event, EvidenceTaken, Fingerprint, History, undoing_event
from payments.lateness import LateMark, late_mark
from payments.ledger import Bounds, Latest
from payments.payee import Payee, PayeeId, PayeeStatus
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.registry import PublishOvertaken
from payments.till_keys import TillKey
from payments.times import to_milliseconds


class MemoryLedger:
    def __init__(self) -> None:
        self._rows: dict[tuple[PayeeId, PaymentId], Payment] = {}
        self._events: dict[tuple[PayeeId, PaymentId], dict[int, Event]] = {}
        self._settled: dict[Fingerprint, Event] = {}
        self._marks: set[LateMark] = set()
        self._lock = Lock()

    def record(self, payment: Payment) -> Payment | None:
        with self._lock:
            self._mark(payment.payee_id, payment.payment_id, payment.recorded_at)
            key = (payment.payee_id, payment.payment_id)
            if key in self._rows:
                return self._rows[key]
            self._rows[key] = payment
            return None

    def append(self, event: Event) -> Event | None:
        with self._lock:
            self._mark(event.payee_id, event.payment_id, event.recorded_at)
            events = self._events.setdefault((event.payee_id, event.payment_id), {})
            if event.number in events:
                return events[event.number]
            if event.evidence:
                self._settle(event, event.evidence.fingerprint)
            events[event.number] = event
            return None

    def erase(self, payment: Payment, event: Event) -> Event | None:
        with self._lock:
            self._mark(event.payee_id, event.payment_id, event.recorded_at)
            key = (event.payee_id, event.payment_id)
            events = self._events.setdefault(key, {})
            if event.number in events:
                return events[event.number]
            if self._rows.get(key) != payment or payment.is_erased:
                raise PaymentReplaced
            self._rows[key] = erased(payment)
            events[event.number] = event
            return None

    def _mark(self, payee_id: PayeeId, payment_id: PaymentId, written_at: datetime) -> None:
        if mark := late_mark(payee_id, payment_id, written_at):
            self._marks.add(mark)

    def _settle(self, event: Event, fingerprint: Fingerprint) -> None:
        settled = self._settled.get(fingerprint)
        if settled:
            events = self._events_of(settled.payee_id, settled.payment_id)
            if not undoing_event(events, settled.number):
                raise EvidenceTaken(settled.payee_id, settled.payment_id)
        self._settled[fingerprint] = event

    def _events_of(self, payee_id: PayeeId, payment_id: PaymentId) -> tuple[Event, ...]:
        events = self._events.get((payee_id, payment_id), {})
        return tuple(events[number] for number in sorted(events))

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None:
        return self._rows.get((payee_id, payment_id))

    def histories(self, payee_id: PayeeId, bounds: Bounds | None = None) -> Iterator[History]:
        for key in sorted(self._rows, key=lambda key: key[1]):
            if key[0] == payee_id and (bounds is None or bounds[0] <= key[1] <= bounds[1]):
                yield History(self._rows[key], self._events_of(*key))

    def latest(self, payee_id: PayeeId, bounds: Bounds, limit: int) -> Latest:
        found = tuple(self.histories(payee_id, bounds))[::-1]
        return Latest(found[:limit], is_all=len(found) <= limit)

    def find_among(self, payee_ids: Iterable[PayeeId], payment_id: PaymentId) -> Iterator[Payment]:
        found = (self._rows.get((payee_id, payment_id)) for payee_id in payee_ids)
        return (payment for payment in found if payment)

    def late_marks(self, written_on: date) -> Iterator[LateMark]:
        return iter(sorted(mark for mark in self._marks if mark.written_on == written_on))


class MemoryRegistry:
    def __init__(self) -> None:
        self._payees: dict[PayeeId, Payee] = {}
        self._generations: dict[PayeeId, int] = {}
        self._till_keys: dict[PayeeId, list[TillKey]] = {}
        self._newest = 0
        self._lock = Lock()

    def find(self, payee_id: PayeeId) -> Payee | None:
        return self._payees.get(payee_id)

    find_fresh = find

    def begin_publish(self) -> int:
        with self._lock:
            self._newest += 1
            return self._newest

    def register(self, payee: Payee, generation: int = 0) -> None:
        with self._lock:
            self._stamp(payee.payee_id, generation)
            self._payees[payee.payee_id] = payee

    def close(self, payee_id: PayeeId, generation: int = 0) -> None:
        with self._lock:
            self._stamp(payee_id, generation)
            if payee := self._payees.get(payee_id):
                self._payees[payee_id] = replace(payee, status=PayeeStatus.CLOSED)

    def _stamp(self, payee_id: PayeeId, generation: int) -> None:
        if self._generations.get(payee_id, 0) > generation:
            raise PublishOvertaken(f"a newer publish wrote {payee_id}")
        self._generations[payee_id] = generation

    def payees(self) -> Iterator[Payee]:
        return iter(list(self._payees.values()))

    def till_keys(self, payee_id: PayeeId) -> list[TillKey]:
        return list(self._till_keys.get(payee_id, []))

    def add_till_key(
        self, payee_id: PayeeId, label: str, digest: bytes, made_at: datetime
    ) -> TillKey:
        with self._lock:
            keys = self._till_keys.setdefault(payee_id, [])
            key = TillKey(payee_id, len(keys) + 1, label, digest, to_milliseconds(made_at))
            keys.append(key)
            return key

    def revoke_till_key(
        self, payee_id: PayeeId, number: int, revoked_at: datetime
    ) -> TillKey | None:
        with self._lock:
            keys = self._till_keys.get(payee_id, [])
            if not 1 <= number <= len(keys):
                return None
            key = keys[number - 1]
            if key.revoked_at is None:
                keys[number - 1] = key = replace(key, revoked_at=to_milliseconds(revoked_at))
            return key
