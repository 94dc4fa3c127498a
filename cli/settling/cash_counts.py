"""Counted cash boxes, kept in the ledger beside the payments: append-only, so that a later count of
a day stands beside the one that it replaces.

    PK                SK                what
    PAYEE#<payee_id>  COUNT#<day>#<n>   what was in the box, what was claimed by then, who says so
    COUNTED#<day>     PAYEE#<payee_id>  that such a row may have been written on that day of UTC's:
                                        a mark for who looks for what changed, left before it
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from backend.table import PAYEE_PREFIX, payee_partition, time_to_value
from cli.copying.copied_system import CopiedSystem, Readable
from cli.settling.rows import DeskRows
from cli.system import System
from payments.events import History, PaymentStatus
from payments.money import Money
from payments.payee import PayeeId
from payments.times import from_unix_milliseconds
from rails.cash import KIND as CASH

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from backend.table import Item

COUNT_PREFIX = "COUNT#"


@dataclass(frozen=True, slots=True)
class CashCount:
    """What was in the box on a day, beside what payers said they paid in cash; the highest `number`
    of a day counts."""

    payee_id: PayeeId
    day: date
    number: int
    counted: Money
    claimed: Money
    claims: int
    by: str
    recorded_at: datetime  # UTC, whole milliseconds

    @property
    def difference(self) -> str:
        """`+20.00 INR` is more in the box than was claimed."""
        minor = self.counted.amount_minor - self.claimed.amount_minor
        return f"{'+' if minor > 0 else '-' if minor else ''}{Money(abs(minor), self.currency)}"

    @property
    def currency(self) -> str:
        return self.counted.currency


def claimed_in_cash(histories: Iterable[History], day: date, currency: str) -> tuple[Money, int]:
    """What payers say they paid in cash on a day of this machine's zone, and in how many payments;
    what was reversed aside."""
    claims = [
        history.payment.money.amount_minor
        for history in histories
        if history.payment.method == CASH
        and history.payment.money.currency == currency
        and history.status is not PaymentStatus.REVERSED
        and history.payment.recorded_at.astimezone().date() == day
    ]
    return Money(sum(claims), currency), len(claims)


def cash_counts(system: System, payee_id: PayeeId, day: date | None = None) -> list[CashCount]:
    """All counts of a payee's, or of one day, in order. Raises LedgerUnavailable."""
    start = f"{COUNT_PREFIX}{day}#" if day else COUNT_PREFIX
    found = DeskRows(system).beginning(payee_partition(payee_id), start)
    counts = [_to_count(payee_id, item) for item in found]
    return sorted(counts, key=lambda one: (one.day, one.number))


def all_counts(system: Readable, payee_ids: Iterable[PayeeId]) -> Iterator[list[CashCount]]:
    """Those of each payee, in order. Raises LedgerUnavailable."""
    if not isinstance(system, CopiedSystem):
        yield from (cash_counts(system, payee_id) for payee_id in payee_ids)
        return
    counted = system.kept(None, COUNT_PREFIX)
    for payee_id in payee_ids:
        mine = [item for item in counted if item["PK"] == payee_partition(payee_id)]
        yield sorted(
            (_to_count(payee_id, item) for item in mine), key=lambda one: (one.day, one.number)
        )


def keep_count(system: System, count: CashCount) -> bool:
    """Whether it stands; False if another has its number. Raises LedgerUnavailable."""
    item, rows = _to_item(count), DeskRows(system)
    written_on = _counted(count.recorded_at.astimezone(UTC).date())
    rows.put_new({"PK": written_on, "SK": payee_partition(count.payee_id)})
    return rows.put_new(item) in (None, item)  # one's own answers a resend


def counted_on(system: System, day: date) -> list[PayeeId]:
    """Of whom a count may have been kept on that day of UTC's. Raises LedgerUnavailable."""
    marks = DeskRows(system).beginning(_counted(day), PAYEE_PREFIX)
    return [PayeeId(item["SK"]["S"].removeprefix(PAYEE_PREFIX)) for item in marks]


def latest_counts(counts: Iterable[CashCount]) -> Iterator[tuple[CashCount, int]]:
    """The count of each day that counts, and how many it replaced."""
    latest = {one.day: one for one in counts}
    return ((one, one.number - 1) for one in latest.values())


def _counted(day: date) -> "AttributeValueTypeDef":
    return {"S": f"COUNTED#{day}"}


def _to_item(count: CashCount) -> "Item":
    return {
        "PK": payee_partition(count.payee_id),
        "SK": {"S": f"{COUNT_PREFIX}{count.day}#{count.number}"},
        "minor": {"N": str(count.counted.amount_minor)},
        "claimed_minor": {"N": str(count.claimed.amount_minor)},
        "claims": {"N": str(count.claims)},
        "cur": {"S": count.currency},
        "by": {"S": count.by},
        "at": time_to_value(count.recorded_at),
    }


def _to_count(payee_id: PayeeId, item: "Item") -> CashCount:
    day, _, number = item["SK"]["S"].removeprefix(COUNT_PREFIX).partition("#")
    currency = item["cur"]["S"]
    return CashCount(
        payee_id,
        date.fromisoformat(day),
        int(number),
        Money(int(item["minor"]["N"]), currency),
        Money(int(item["claimed_minor"]["N"]), currency),
        int(item["claims"]["N"]),
        item["by"]["S"],
        from_unix_milliseconds(int(item["at"]["N"])),
    )
