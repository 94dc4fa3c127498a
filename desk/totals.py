"""Sums over many payments: one for each currency, for money of two currencies has no sum."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from payments.events import History, PaymentStatus
from payments.money import Money

Label = tuple[str, ...]


class Group(NamedTuple):
    """What is summed up together."""

    label: Label
    currency: str


@dataclass(slots=True)
class Total:
    """Counts, and sums in minor units. `recorded` is what payers claim to have paid and nobody
    reversed; `confirmed` is the part of it that somebody has seen arrive."""

    count: int = 0
    recorded_minor: int = 0
    confirmed_count: int = 0
    confirmed_minor: int = 0
    reversed_count: int = 0
    reversed_minor: int = 0

    @property
    def open_minor(self) -> int:
        """What nobody has seen arrive."""
        return self.recorded_minor - self.confirmed_minor

    def include(self, other: "Total") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def add(self, history: History) -> None:
        amount = history.payment.money.amount_minor
        if history.status is PaymentStatus.REVERSED:
            self.reversed_count += 1
            self.reversed_minor += amount
            return
        self.count += 1
        self.recorded_minor += amount
        if history.status is PaymentStatus.CONFIRMED:
            self.confirmed_count += 1
            self.confirmed_minor += amount


def add_up(histories: Iterable[History], label: Callable[[History], Label]) -> dict[Group, Total]:
    """A total for each label and currency, in their order; keeps no payment."""
    totals: dict[Group, Total] = {}
    for history in histories:
        group = Group(label(history), history.payment.money.currency)
        totals.setdefault(group, Total()).add(history)
    return dict(sorted(totals.items()))


def sums_of(moneys: Iterable[Money]) -> str:
    """The sum of each currency, in words: `120.00 EUR, 50.00 INR`."""
    sums: Counter[str] = Counter()
    for money in moneys:
        sums[money.currency] += money.amount_minor
    return ", ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Tally:
    """Adds up, by what they are now, the payments that pass by, and keeps none."""

    _counts: Counter[PaymentStatus] = field(default_factory=Counter)
    _sums: Counter[tuple[PaymentStatus, str]] = field(default_factory=Counter)

    def passing(self, histories: Iterable[History]) -> Iterator[History]:
        for history in histories:
            self._counts[history.status] += 1
            money = history.payment.money
            self._sums[history.status, money.currency] += money.amount_minor
            yield history

    def __str__(self) -> str:
        """In words: `claimed 2: 120.00 EUR, 50.00 INR; reversed 1: 7.00 INR`."""
        return "; ".join(
            f"{status} {self._counts[status]}: "
            + ", ".join(
                str(Money(minor, currency))
                for (one, currency), minor in sorted(self._sums.items())
                if one is status
            )
            for status in PaymentStatus
            if self._counts[status]
        )


TOTAL_FIELDS = (
    "currency",
    "payments",
    "recorded",
    "confirmed_payments",
    "confirmed",
    "reversed_payments",
    "reversed",
)


def total_document(group: Group, names: Iterable[str], total: Total) -> dict[str, object]:
    """A total as JSON and CSV say it, its label's parts called `names`."""

    def amount(minor: int) -> str:
        return Money(minor, group.currency).amount

    values = (
        group.currency,
        total.count,
        amount(total.recorded_minor),
        total.confirmed_count,
        amount(total.confirmed_minor),
        total.reversed_count,
        amount(total.reversed_minor),
    )
    return dict(zip((*names, *TOTAL_FIELDS), (*group.label, *values), strict=True))
