"""What arrives in the ledger, found by asking again and again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.selection import Selection
from payments.events import History
from payments.ledger import Bounds
from payments.payee import PayeeId
from payments.payment_id import PaymentId, id_bounds, mint_payment_id

_LOOKS = (
    # how often, and how far back: most payments arrive at once, some when a phone is online again
    (timedelta(hours=1), None),
    (timedelta(minutes=1), timedelta(days=1)),
    (timedelta(0), timedelta(minutes=15)),
)


_CLOCK_SET_BACK = timedelta(days=1)

Read = Callable[[Sequence[PayeeId], Bounds], Iterator[History]]


@dataclass
class Arrivals:
    """Finds the payments that were not there before, by asking again and again; `read` gives those
    of payees whose ids lie in a range."""

    read: Read
    payees: Callable[[], list[PayeeId]]
    selection: Selection
    _seen: dict[tuple[PayeeId, PaymentId], datetime] = field(default_factory=dict)
    _forgotten: datetime | None = None  # what was recorded before is known without being kept
    _looked: dict[timedelta, datetime] = field(default_factory=dict)
    _payee_ids: list[PayeeId] = field(default_factory=list)

    def new(self, now: datetime) -> list[History]:
        """Those since the last time, in the order of recording."""
        every, back = next(look for look in _LOOKS if self._is_due(look[0], now))
        if back is None or back >= timedelta(days=1):
            self._payee_ids = self.payees()
        # As far back as an id may lie that is recorded now, or was since `since` the first time.
        since = now if self._looked else self.selection.since or now
        bounds = id_bounds(since, None)
        if back is not None:
            bounds = (mint_payment_id(now - back, bytes(10)), bounds[1])
        found = [
            history
            for history in self.read(self._payee_ids, bounds)
            if self._is_new(history) and self.selection.matches(history)
        ]
        self._seen.update((self._key(one), one.payment.recorded_at) for one in found)
        if back is None:
            self._forget(now)
        for interval, _ in _LOOKS:
            if interval <= every:
                self._looked[interval] = now
        return sorted(found, key=lambda history: history.payment.recorded_at)

    def _is_new(self, history: History) -> bool:
        if self._forgotten and history.payment.recorded_at < self._forgotten:
            return False
        return self._key(history) not in self._seen

    def _forget(self, now: datetime) -> None:
        """After a look that goes back as far as ids do: all that was recorded by then is known by
        its time alone, but where a payment matches later that was there before."""
        if self.selection.status is None:
            self._forgotten = now - _CLOCK_SET_BACK
            known = self._forgotten
            self._seen = {key: at for key, at in self._seen.items() if at >= known}
        else:
            first, _ = id_bounds(now - _CLOCK_SET_BACK, None)
            self._seen = {key: at for key, at in self._seen.items() if key[1] >= first}

    def _is_due(self, every: timedelta, now: datetime) -> bool:
        return every not in self._looked or now - self._looked[every] >= every

    @staticmethod
    def _key(history: History) -> tuple[PayeeId, PaymentId]:
        return history.payment.payee_id, history.payment.payment_id
