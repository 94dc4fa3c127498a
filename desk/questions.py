"""Questions to a whole ledger in SQL: the same text for the engine of a local copy and for the one
of the archive, so that both give the same answer. It keeps to what DuckDB and Athena (Trino) share.

They are asked of two relations, `payments` and `events`, that a copy has as tables. What fills
them are rows of DynamoDB's export, one column `Item`.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from desk.totals import Group, Total
from payments.times import to_unix_milliseconds

ITEM_FIELDS = (
    *(("PK", "S"), ("SK", "S"), ("payer", "S"), ("minor", "N"), ("cur", "S"), ("reason", "S")),
    *(("at", "N"), ("via", "S"), ("bank", "S"), ("erased", "BOOL")),
    *(("status", "S"), ("by", "S"), ("why", "S")),
)
"""The attributes of payments and events, as the ledger's table has them, with DynamoDB's types."""
EVIDENCE_FIELDS = (
    ("line", "S"), ("bank_id", "S"), ("booked_on", "S"), ("minor", "N"), ("cur", "S")
)  # fmt: skip

_DAY_MS = 86_400_000

_PAYMENTS = """\
SELECT
  substr(Item.PK.S, 7) AS payee_id,
  substr(Item.SK.S, 9) AS payment_id,
  Item.payer.S AS payer_id,
  CAST(Item.minor.N AS bigint) AS amount_minor,
  Item.cur.S AS currency,
  Item.reason.S AS reason,
  CAST(Item."at".N AS bigint) AS recorded_ms,
  Item.via.S AS method,
  Item.bank.S AS bank_reference,
  coalesce(Item.erased.BOOL, false) AS is_erased
FROM {rows}
WHERE Item.SK.S LIKE 'PAYMENT#%' AND Item.SK.S NOT LIKE '%#EVENT#%'"""

_EVENTS = """\
SELECT
  substr(Item.PK.S, 7) AS payee_id,
  substr(Item.SK.S, 9, 26) AS payment_id,
  CAST(substr(Item.SK.S, 42) AS bigint) AS number,
  Item.status.S AS status,
  Item."by".S AS said_by,
  Item.why.S AS why,
  CAST(Item."at".N AS bigint) AS recorded_ms,
  Item.evidence.M.line.S AS fingerprint,
  Item.evidence.M.bank_id.S AS bank_id,
  Item.evidence.M.booked_on.S AS booked_on,
  CAST(Item.evidence.M.minor.N AS bigint) AS evidence_minor,
  Item.evidence.M.cur.S AS evidence_currency
FROM {rows}
WHERE Item.SK.S LIKE 'PAYMENT#%#EVENT#%'"""

# A payment is what the last of its events says that nothing took back: each event but `erased`
# goes a step up or, undoing, down; what stands in the end was the last to reach that height.
_STANDING = """\
SELECT steps.payee_id, steps.payment_id, max_by(steps.status, steps.number) AS status
FROM (
  SELECT payee_id, payment_id, number, status,
    sum(step) OVER (PARTITION BY payee_id, payment_id ORDER BY number) AS height,
    sum(step) OVER (PARTITION BY payee_id, payment_id) AS last_height
  FROM (
    SELECT payee_id, payment_id, number, status,
      CASE status WHEN 'undone' THEN -1 WHEN 'erased' THEN 0 ELSE 1 END AS step
    FROM events) AS told) AS steps
WHERE steps.height = steps.last_height AND steps.status IN ('confirmed', 'reversed')
GROUP BY steps.payee_id, steps.payment_id"""


@dataclass(frozen=True, slots=True)
class Clock:
    """How far the clocks of this machine's zone are before UTC: `offset_ms` until just before
    `until_ms`, for ever if that is None."""

    until_ms: int | None
    offset_ms: int


def payments_of(rows: str) -> str:
    """The payments among `rows` of an export: a table's name, or what stands in its place."""
    return _PAYMENTS.format(rows=rows)


def events_of(rows: str) -> str:
    return _EVENTS.format(rows=rows)


def standing() -> str:
    """What each payment of `events` is that is not, or no longer, only claimed."""
    return _STANDING


def totals_question(
    parts: Sequence[str],
    clocks: Sequence[Clock] = (),
    *,
    payee_ids: Collection[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> str:
    """Sums by `parts` and currency, in their order: a row for each, its label's parts first; of a
    day or month, which need `clocks`, the local date's number. `totals_answer` reads it."""
    chosen = [_LABELS[part] for part in parts]
    shown = "".join(f"{label} AS {part},\n  " for label, part in zip(chosen, parts, strict=True))
    groups = ", ".join([*chosen, "payments.currency"])
    sums = ",\n  ".join(
        f"count(CASE WHEN {condition} THEN 1 END) AS {name}_count,\n"
        f"  coalesce(sum(CASE WHEN {condition} THEN payments.amount_minor END), 0) AS {name}_minor"
        for name, condition in (
            ("recorded", "payments.status <> 'reversed'"),
            ("confirmed", "payments.status = 'confirmed'"),
            ("reversed", "payments.status = 'reversed'"),
        )
    )
    by_date = any("local_day" in label for label in chosen)
    return f"""\
SELECT
  {shown}payments.currency AS currency,
  {sums}
FROM {_with_local_day(clocks) if by_date else "payments"}
WHERE {" AND ".join(conditions(payee_ids, since, until))}
GROUP BY {groups}
ORDER BY {groups}"""


_DATE = "(DATE '1970-01-01' + payments.local_day * INTERVAL '1' DAY)"
_LABELS = {
    "payee": "payments.payee_id",
    "method": "coalesce(payments.method, '')",
    "day": "payments.local_day",
    "month": f"(year({_DATE}) * 12 + month({_DATE}) - 1)",
}


def _with_local_day(clocks: Sequence[Clock]) -> str:
    """The payments with the number of the local day, counted from 1970-01-01."""
    return f"""\
(
  SELECT timed.*, CAST((local_ms - local_ms % {_DAY_MS}) / {_DAY_MS} AS bigint) AS local_day
  FROM (
    SELECT payments.*, payments.recorded_ms + {_offset_of(clocks)} AS local_ms
    FROM payments
  ) AS timed
) AS payments"""


def _offset_of(clocks: Sequence[Clock]) -> str:
    """Halved again and again: a zone has some two hundred changes, and there are many rows."""
    if len(clocks) == 1:
        return str(clocks[0].offset_ms)
    half = len(clocks) // 2
    earlier, later = _offset_of(clocks[:half]), _offset_of(clocks[half:])
    return (
        f"CASE WHEN payments.recorded_ms < {clocks[half - 1].until_ms} "
        f"THEN {earlier} ELSE {later} END"
    )


def conditions(
    payee_ids: Collection[str], since: datetime | None, until: datetime | None
) -> Iterator[str]:
    """What holds for payments of these payees, of all if there is none, recorded from `since`
    until just before `until`."""
    yield "true"
    if payee_ids:
        quoted = ", ".join(f"'{payee_id}'" for payee_id in payee_ids)
        yield f"payments.payee_id IN ({quoted})"
    if since is not None:
        yield f"payments.recorded_ms >= {_milliseconds_from(since)}"
    if until is not None:
        yield f"payments.recorded_ms < {_milliseconds_from(until)}"


def totals_answer(rows: Iterable[Sequence[str | int]], parts: Sequence[str]) -> dict[Group, Total]:
    """What the rows of a totals_question's answer say, in their order."""
    width = len(parts)
    tell = [_TOLD.get(part, str) for part in parts]
    totals: dict[Group, Total] = {}
    for row in rows:
        label = tuple([told(value) for told, value in zip(tell, row, strict=False)])
        totals[Group(label, str(row[width]))] = Total(*map(int, row[width + 1 :]))
    return dict(sorted(totals.items()))


@cache
def _told_day(number: str | int) -> str:
    return f"{date(1970, 1, 1) + timedelta(days=int(number)):%Y-%m-%d}"


@cache
def _told_month(number: str | int) -> str:
    year, month = divmod(int(number), 12)
    return f"{year:04}-{month + 1:02}"


_TOLD: dict[str, Callable[[str | int], str]] = {"day": _told_day, "month": _told_month}


def clocks_here() -> list[Clock]:
    """Every change of this machine's clocks from 1970 to 2106, which holds all payments."""
    found: list[Clock] = []
    step = 7 * 86_400  # no zone changes its clocks twice within it, and back
    before = 0
    for moment in range(step, 2**32, step):
        if _offset_at(moment) != _offset_at(before):
            low, high = before, moment
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (
                    (middle, high) if _offset_at(middle) == _offset_at(before) else (low, middle)
                )
            found.append(Clock(high * 1000, _offset_at(before) * 1000))
        before = moment
    return [*found, Clock(None, _offset_at(before) * 1000)]


def _offset_at(second: int) -> int:
    return time.localtime(second).tm_gmtoff


def _milliseconds_from(moment: datetime) -> int:
    """The first whole millisecond that is not before `moment`."""
    whole = to_unix_milliseconds(moment)
    return whole + (moment.microsecond % 1000 > 0)
