"""What of a ledger's table changed since, as rows.

A payment and an event say when they were written, and erasing, which alone changes a row, marks it
for good. So a filter finds what changed, and what is left to say is where to look:

- **by payee**: at the payments that were minted since, and a day before, which is as long as what
  is written of a payment leaves no mark; and at the days of which a mark says that something was
  written late there (payments.lateness). What it costs is what changed, and a Query for each payee.
- **over the whole table**, as a copy's first time does, when that is cheaper, and now and then: an
  API or a `payees` of before marks leaves none.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from backend.dynamodb import dynamodb_errors, refuse_cut_answers
from backend.table import (
    AFTER_ALL,
    PAYEE_PREFIX,
    PAYMENT_PREFIX,
    PROFILE,
    TILL_PREFIX,
    history_range,
    payee_partition,
)
from cli.many_payees.side_by_side import read_side_by_side
from cli.progress import progress_bar
from cli.settling.cash_counts import COUNT_PREFIX, counted_on
from cli.system import System
from payments.lateness import FRESH, LateMark, late_mark
from payments.ledger import Bounds
from payments.payee import PayeeId
from payments.payment_id import PaymentId, minted_bounds
from payments.times import from_unix_milliseconds, to_unix_milliseconds

if TYPE_CHECKING:
    from backend.table import Item

CLOCKS_DIFFER = timedelta(days=1)
WHOLE_AGAIN = timedelta(days=31)
ROWS_A_QUERY = 25
"""A Scan passes over so many rows for little more money than a Query costs, and in less time."""
_SEGMENTS = 16  # parts of the table, each read page by page
_DAY = timedelta(days=1)
_EVER = datetime.max.replace(tzinfo=UTC)
_CHANGED = "#at >= :since OR erased = :erased"
# of the registry: no till key's hash, and not whom a payee has told
_REGISTERED = {
    *("PK", "SK", "name", "currency", "min_minor", "max_minor", "status", "ids", "label"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """At a payee's rows from one sort key to another, both included."""

    payee_id: PayeeId
    first: str
    last: str

    @property
    def is_counts(self) -> bool:
        return self.first.startswith(COUNT_PREFIX)


def plan_looks(
    payee_ids: Iterable[PayeeId],
    marks: Iterable[LateMark],
    counted: Iterable[PayeeId],
    since: datetime,
) -> list[Look]:
    """Where all lies that was written since then, no row in two of them: `payee_ids` are those with
    something fresh; `marks` and `counted` are those of the days since."""
    fresh = since - FRESH
    looks = [Look(payee_id, *_keys(fresh_bounds(since))) for payee_id in sorted({*payee_ids})]
    looks += [
        Look(payee_id, *_keys(minted_bounds(first, min(last, fresh))))
        for payee_id, first, last in _stretches(marks, fresh)
    ]
    return looks + [
        Look(payee_id, COUNT_PREFIX, COUNT_PREFIX + AFTER_ALL) for payee_id in sorted({*counted})
    ]


def _stretches(
    marks: Iterable[LateMark], fresh: datetime
) -> Iterator[tuple[PayeeId, datetime, datetime]]:
    """The marked days that begin before `fresh`, those in a row together."""
    old = (mark for mark in marks if _midnight(mark.minted_on) < fresh)
    marked = {(mark.payee_id, mark.minted_on) for mark in old}
    began: date | None = None
    for payee_id, day in sorted(marked):
        began = began or day
        if (payee_id, day + _DAY) not in marked:
            yield payee_id, _midnight(began), _midnight(day + _DAY)
            began = None


def fresh_bounds(since: datetime) -> Bounds | None:
    """The ids of all of which something may have been written since then without a mark."""
    return minted_bounds(since - FRESH, _EVER)


def _keys(bounds: Bounds | None) -> tuple[str, str]:
    first, last = history_range(bounds)
    return first["S"], last["S"]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class LedgerReader:
    """Reads the tables of a system, and knows when DynamoDB answered first: what is written later
    may be missed, and is found next time."""

    def __init__(self, system: System) -> None:
        self._client, self._system = system.dynamodb(), system
        refuse_cut_answers(self._client)
        self._began: datetime | None = None
        self.kept: list[Item] = []
        """Rows of other kinds that `changed` met."""

    @property
    def began(self) -> datetime:
        return self._began or datetime.now(UTC)

    def registered(self) -> "Iterator[Item]":
        """Payees, and the labels of their tills' keys."""
        for item in self._pages("scan", TableName=self._system.registry_table):
            if item["SK"]["S"].startswith((PROFILE, TILL_PREFIX)):
                yield {name: value for name, value in item.items() if name in _REGISTERED}

    def late_marks(self, since: datetime) -> list[LateMark]:
        ledger = self._system.ledger()
        return [mark for day in self._days(since) for mark in ledger.late_marks(day)]

    def counted(self, since: datetime) -> list[PayeeId]:
        """Of whom a cash box was counted."""
        days = self._days(since)
        return [payee_id for day in days for payee_id in counted_on(self._system, day)]

    def _days(self, since: datetime) -> list[date]:
        """All that a clock may have shown since."""
        last = (self.began + CLOCKS_DIFFER).date()
        return [since.date() + n * _DAY for n in range((last - since.date()).days + 1)]

    def changed(self, since: datetime | None, looks: Collection[Look] | None) -> "Iterator[Item]":
        """The rows of payments and events that were written or erased since, of all if that is
        None: where `looks` are, or in the whole table."""
        moment = to_unix_milliseconds(since) if since else 0
        with progress_bar("Reading the ledger") as show:
            if looks is None:
                parts = read_side_by_side(
                    range(_SEGMENTS),
                    lambda number: self._segment(number, moment),
                    lambda done: show(done, _SEGMENTS),
                )
            else:
                parts = read_side_by_side(
                    [*looks],
                    lambda look: self._looked(look, moment),
                    lambda done: show(done, len(looks)),
                )
            for item in parts:
                if item["SK"]["S"].startswith(COUNT_PREFIX):
                    self.kept.append(item)
                else:
                    yield item

    def _segment(self, number: int, since: int) -> "Iterator[Item]":
        return self._pages(
            "scan",
            TableName=self._system.ledger_table,
            Segment=number,
            TotalSegments=_SEGMENTS,
            FilterExpression="begins_with(SK, :counts) OR (begins_with(SK, :payments) AND "
            f"({_CHANGED}))",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={
                ":counts": {"S": COUNT_PREFIX},
                ":payments": {"S": PAYMENT_PREFIX},
                **_changed_values(since),
            },
        )

    def _looked(self, look: Look, since: int) -> "Iterator[Item]":
        keys = {
            ":pk": payee_partition(look.payee_id),
            ":first": {"S": look.first},
            ":last": {"S": look.last},
        }
        request: dict[str, Any] = {
            "TableName": self._system.ledger_table,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": keys,
        }
        if not look.is_counts:
            request |= {
                "FilterExpression": _CHANGED,
                "ExpressionAttributeNames": {"#at": "at"},
                "ExpressionAttributeValues": {**keys, **_changed_values(since)},
            }
        return self._pages("query", **request)

    def _pages(self, operation: Any, **request: Any) -> "Iterator[Item]":
        with dynamodb_errors():
            pages = self._client.get_paginator(operation).paginate(ConsistentRead=True, **request)
            for page in pages:
                said = page["ResponseMetadata"]["HTTPHeaders"].get("date")
                moment = parsedate_to_datetime(said) if said else datetime.now(UTC)
                if self._began is None or moment < self._began:
                    self._began = moment
                yield from page["Items"]


class Unmarked:
    """Counts what was written late since then and has no mark, of the items that pass by."""

    def __init__(self, since: datetime) -> None:
        self._since = to_unix_milliseconds(since)
        self._late: Counter[LateMark] = Counter()

    def watch(self, items: "Iterable[Item]") -> "Iterator[Item]":
        for item in items:
            at = int(item["at"]["N"])
            if at >= self._since:
                payee_id = PayeeId(item["PK"]["S"].removeprefix(PAYEE_PREFIX))
                payment_id = PaymentId(item["SK"]["S"].removeprefix(PAYMENT_PREFIX)[:26])
                if mark := late_mark(payee_id, payment_id, from_unix_milliseconds(at)):
                    self._late[mark] += 1
            yield item

    def count(self, system: System) -> int:
        ledger = system.ledger()
        days = {mark.written_on for mark in self._late}
        marks = {mark for day in days for mark in ledger.late_marks(day)}
        return sum(count for mark, count in self._late.items() if mark not in marks)


def _changed_values(since: int) -> "Item":
    return {":since": {"N": str(since)}, ":erased": {"BOOL": True}}
