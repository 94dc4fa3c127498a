"""What a look at the ledger shows, gathered while it streams by: of each currency no more than the
largest payments are kept, and so many of the unconfirmed as somebody may want to go through."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from heapq import heappush, heappushpop

from desk.totals import Total
from payments.events import History, PaymentStatus, standing_events
from payments.payee import PayeeId

KEPT = 10
KEPT_UNCONFIRMED = 10_000  # some 20 MB of memory, and 4 MB of the page

_AGES = ((3, "up to 3 days"), (7, "4 to 7 days"), (31, "8 to 31 days"))
_OLDER = "more than 31 days"

_Ranked = tuple[int, str, str, History]


@dataclass(slots=True)
class Overview:
    """One currency's: there is no sum over several."""

    currency: str
    total: Total = field(default_factory=Total)
    by_payee: dict[PayeeId, Total] = field(default_factory=dict)
    by_day: dict[date, Total] = field(default_factory=dict)
    by_method: dict[str, Total] = field(default_factory=dict)  # "" where payers did not say
    by_confirmer: dict[tuple[PayeeId, str], Total] = field(default_factory=dict)
    _largest: list[_Ranked] = field(default_factory=list)
    _unconfirmed: list[_Ranked] = field(default_factory=list)

    def add(self, history: History, day: date) -> None:
        payment = history.payment
        totals = (
            self.total,
            self.by_payee.setdefault(payment.payee_id, Total()),
            self.by_day.setdefault(day, Total()),
            self.by_method.setdefault(payment.method or "", Total()),
        )
        for total in totals:
            total.add(history)
        if history.status is PaymentStatus.CONFIRMED:
            who = (payment.payee_id, standing_events(history.events)[-1].by)
            self.by_confirmer.setdefault(who, Total()).add(history)
        if history.status is not PaymentStatus.REVERSED:
            _keep_highest(self._largest, payment.money.amount_minor, history, KEPT)
        if history.status is PaymentStatus.CLAIMED:
            waiting = -int(payment.recorded_at.timestamp() * 1000)
            _keep_highest(self._unconfirmed, waiting, history, KEPT_UNCONFIRMED)

    @property
    def largest(self) -> list[History]:
        """The largest that were not reversed, the largest first."""
        return [history for *_, history in sorted(self._largest, reverse=True)]

    @property
    def unconfirmed(self) -> list[History]:
        """Those that have waited longest for somebody to confirm them, the oldest first; all
        of them, unless there are more than KEPT_UNCONFIRMED."""
        return [history for *_, history in sorted(self._unconfirmed, reverse=True)]

    def ages(self, today: date) -> list[tuple[str, Total]]:
        """Those that nobody has confirmed, by how many days ago they were recorded; only ages
        that there are."""
        ages: dict[str, Total] = {}
        for day, total in sorted(self.by_day.items(), reverse=True):
            if count := total.count - total.confirmed_count:
                ages.setdefault(age_of((today - day).days), Total()).include(
                    Total(count, total.open_minor)
                )
        return list(ages.items())

    @property
    def unconfirmed_count(self) -> int:
        return self.total.count - self.total.confirmed_count


def age_of(days: int) -> str:
    """In words, of what is so many days old."""
    return next((name for most, name in _AGES if days <= most), _OLDER)


def look_over(histories: Iterable[History], day_of: Callable[[History], date]) -> list[Overview]:
    """An overview for each currency; `day_of` says on which day a payment was recorded."""
    overviews: dict[str, Overview] = {}
    for history in histories:
        currency = history.payment.money.currency
        overviews.setdefault(currency, Overview(currency)).add(history, day_of(history))
    return [overviews[currency] for currency in sorted(overviews)]


def _keep_highest(heap: list[_Ranked], rank: int, history: History, most: int) -> None:
    """`most` of them at most; payee and id settle ties, so that histories are never compared."""
    entry = (rank, history.payment.payee_id, history.payment.payment_id.text, history)
    if len(heap) < most:
        heappush(heap, entry)
    else:
        heappushpop(heap, entry)
