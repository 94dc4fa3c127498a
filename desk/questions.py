"""Questions to a whole ledger in SQL: the same text for the engine of a local copy and for the one
of the archive, so that both give the same answer. It keeps to what DuckDB and Athena (Trino) share.

They are asked of two relations, `payments` and `events`, that a copy has as tables. What fills
them are rows of DynamoDB's export, one column `Item`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
  SELECT payee_id, payment_id, number, status, sum(step) OVER (
    PARTITION BY payee_id, payment_id ORDER BY number) AS height
  FROM (
    SELECT payee_id, payment_id, number, status,
      CASE status WHEN 'undone' THEN -1 WHEN 'erased' THEN 0 ELSE 1 END AS step
    FROM events) AS told) AS steps
JOIN (
  SELECT payee_id, payment_id,
    sum(CASE status WHEN 'undone' THEN -1 WHEN 'erased' THEN 0 ELSE 1 END) AS height
  FROM events GROUP BY payee_id, payment_id) AS ends
ON steps.payee_id = ends.payee_id AND steps.payment_id = ends.payment_id
WHERE steps.height = ends.height AND steps.status IN ('confirmed', 'reversed')
GROUP BY steps.payee_id, steps.payment_id"""


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month of this machine's zone, in Unix milliseconds; `end_ms` is the next one's."""

    first_ms: int
    end_ms: int
    label: str


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
    periods: Mapping[str, Sequence[Period]],
    *,
    payee_ids: Collection[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> str:
    """Sums by `parts` and currency, in their order: a row for each, its label's parts first.

    `periods` has those of the parts `day` and `month`, of all the time that is asked about.
    """
    labels = {"payee": "payments.payee_id", "method": "coalesce(payments.method, '')"}
    labels |= {part: f"{part}s.label" for part in periods}
    joins = "".join(f"\nJOIN {_values(part, spans)}" for part, spans in periods.items())
    chosen = [labels[part] for part in parts]
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
    return f"""\
SELECT
  {shown}payments.currency AS currency,
  {sums}
FROM payments{joins}
WHERE {" AND ".join(conditions(payee_ids, since, until))}
GROUP BY {groups}
ORDER BY {groups}"""


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


def totals_answer(rows: Sequence[Sequence[str | int]], parts: Sequence[str]) -> dict[Group, Total]:
    """What the rows of a totals_question's answer say, in their order."""
    width = len(parts)
    totals: dict[Group, Total] = {}
    for row in rows:
        label, currency, sums = row[:width], row[width], row[width + 1 :]
        totals[Group(tuple(map(str, label)), str(currency))] = Total(*map(int, sums))
    return dict(sorted(totals.items()))


def periods_of(part: str, first: datetime, last: datetime) -> list[Period]:
    """Every `day` or `month` of this machine's zone from the one of `first` to that of `last`."""
    months = part == "month"
    start = first.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    start = start.replace(day=1) if months else start
    found = []
    while (begin := start.astimezone()) <= last:
        step = timedelta(days=32) if months else timedelta(days=1)
        following = (start + step).replace(day=1) if months else start + step
        found.append(
            Period(
                to_unix_milliseconds(begin.astimezone(UTC)),
                to_unix_milliseconds(following.astimezone().astimezone(UTC)),
                f"{start:%Y-%m}" if months else f"{start:%Y-%m-%d}",
            )
        )
        start = following
    return found


def _values(part: str, periods: Sequence[Period]) -> str:
    rows = ", ".join(f"({one.first_ms}, {one.end_ms}, '{one.label}')" for one in periods)
    return (
        f"(VALUES {rows}) AS {part}s (first_ms, end_ms, label)\n"
        f"  ON payments.recorded_ms >= {part}s.first_ms AND payments.recorded_ms < {part}s.end_ms"
    )


def _milliseconds_from(moment: datetime) -> int:
    """The first whole millisecond that is not before `moment`."""
    whole = to_unix_milliseconds(moment)
    return whole + (moment.microsecond % 1000 > 0)
