"""Bringing a copy up to date with its ledger.

What changed is found by the time in every row: a payment and an event say when they were written,
and erasing, which alone changes a row, marks it for good. So one pass over the table asks DynamoDB
for the rows that were written since, and for those that are erased; nothing else travels. The clock
is DynamoDB's own, and a day is read twice, for events bear the time of whose machine wrote them.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from backend.dynamodb import dynamodb_errors, refuse_cut_answers
from backend.table import PAYMENT_PREFIX, PROFILE, TILL_PREFIX
from cli.copying.copy_file import FORMAT, opened, state_of
from cli.failure import Failure
from cli.guards import while_reading
from cli.many_payees.side_by_side import read_side_by_side
from cli.progress import progress_bar
from cli.system import System
from desk.questions import EVIDENCE_FIELDS, ITEM_FIELDS, events_of, payments_of, standing
from payments.times import to_unix_milliseconds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from backend.table import Item

CLOCKS_DIFFER = timedelta(days=1)
_SEGMENTS = 16  # parts of the table, each read page by page
_AT_ONCE = 50_000  # rows that stand in a file until they are loaded
_COUNTS = "COUNT#"
# of the registry: no till key's hash, and not whom a payee has told
_REGISTERED = {
    *("PK", "SK", "name", "currency", "min_minor", "max_minor", "status", "ids", "label"),
}
_TYPES = {"S": "VARCHAR", "N": "VARCHAR", "BOOL": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Synced:
    """How many payments and events were new or changed, how many erased meanwhile, and how many
    payments there are now."""

    payments: int
    events: int
    erased: int
    total: int


def sync_copy(system: System, path: Path, *, whole: bool) -> Synced:
    """Make `path` say what the ledger of `system` says; `whole` reads what it has already, too.
    Raises Failure, and after any exception the copy is what it was."""
    source = source_of(system)
    with opened(path, to_write=True) as copy:
        state = state_of(copy)
        if state and state.source != source:
            raise Failure(f"{path} is a copy of {state.source}, not of {source}: name another.")
        since = None if whole or state is None else state.synced_at - CLOCKS_DIFFER
        changes = Changes(system, since)
        with while_reading():
            synced = load_rows(copy, changes, path.parent, whole=since is None)
            kept = [*changes.kept, *_registered(system)]
        is_clear = not synced.erased and (state is None or state.is_clear)
        finish(copy, kept, source, changes.began or datetime.now(UTC), is_clear=is_clear)
        if not is_clear:
            rewrite(copy, path)
    return synced


def source_of(system: System) -> str:
    """What tells a copy's ledger from others."""
    return f"table {system.ledger_table} in {system.dynamodb().meta.region_name}"


class Changes:
    """The rows of a ledger's payments and events that were written or erased since, as items;
    `kept` has those of other kinds, and `began` when DynamoDB answered first."""

    def __init__(self, system: System, since: datetime | None) -> None:
        self._client, self._table = system.dynamodb(), system.ledger_table
        refuse_cut_answers(self._client)
        self._since = to_unix_milliseconds(since) if since else 0
        self.kept: list[Item] = []
        self.began: datetime | None = None

    def __iter__(self) -> "Iterator[Item]":
        with progress_bar("Reading the ledger") as show:
            parts = read_side_by_side(
                range(_SEGMENTS), self._segment, lambda done: show(done, _SEGMENTS)
            )
            for item in parts:
                if item["SK"]["S"].startswith(_COUNTS):
                    self.kept.append(item)
                else:
                    yield item

    def _segment(self, number: int) -> "Iterator[Item]":
        with dynamodb_errors():
            pages = self._client.get_paginator("scan").paginate(
                TableName=self._table,
                Segment=number,
                TotalSegments=_SEGMENTS,
                ConsistentRead=True,
                FilterExpression="begins_with(SK, :counts) OR (begins_with(SK, :payments) AND "
                "(#at >= :since OR erased = :erased))",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={
                    ":counts": {"S": _COUNTS},
                    ":payments": {"S": PAYMENT_PREFIX},
                    ":since": {"N": str(self._since)},
                    ":erased": {"BOOL": True},
                },
            )
            for page in pages:
                self._note_time(page["ResponseMetadata"]["HTTPHeaders"].get("date"))
                yield from page["Items"]

    def _note_time(self, said: str | None) -> None:
        """The earliest is kept: what is written later may be missed, and is found next time."""
        moment = parsedate_to_datetime(said) if said else datetime.now(UTC)
        if self.began is None or moment < self.began:
            self.began = moment


def load_rows(
    copy: "DuckDBPyConnection", items: "Iterable[Item]", folder: Path, *, whole: bool
) -> Synced:
    """Put `items` into a transaction that `finish` ends; `whole` replaces all that is there."""
    begin(copy)
    with TemporaryDirectory(prefix=".payees-sync-", dir=folder) as name:
        for lines in _in_files(items, Path(name)):
            load_files(copy, [str(lines)])
    return merge(copy, whole=whole)


def begin(copy: "DuckDBPyConnection") -> None:
    """The transaction that `finish` ends."""
    copy.execute("BEGIN")
    copy.execute(
        "CREATE TEMP TABLE new_payments AS "
        "SELECT * EXCLUDE status FROM payments LIMIT 0; "
        "CREATE TEMP TABLE new_events AS SELECT * FROM events LIMIT 0"
    )


def load_files(copy: "DuckDBPyConnection", paths: list[str]) -> int:
    """Take the rows of files in the format of DynamoDB's exports, packed or not; gives how many
    they have, those of other kinds included."""
    rows = (
        f"read_json({paths!r}, format = 'newline_delimited', columns = {{Item: '{_item_type()}'}}, "
        "maximum_object_size = 1048576)"
    )
    copy.execute(f"INSERT INTO new_payments {payments_of(rows)}")
    copy.execute(f"INSERT INTO new_events {events_of(rows)}")
    return _number(copy, f"SELECT count(*) FROM {rows}")


def merge(copy: "DuckDBPyConnection", *, whole: bool) -> Synced:
    """Rows that are as they were count as nothing new: a day is read twice."""
    erased = _number(
        copy,
        "SELECT count(*) FROM payments JOIN new_payments USING (payee_id, payment_id) "
        "WHERE new_payments.is_erased AND NOT payments.is_erased",
    )
    new = [
        _number(
            copy,
            f"SELECT count(*) FROM (SELECT * FROM new_{table} EXCEPT "
            f"SELECT {columns} FROM {table})",
        )
        for table, columns in (("payments", "* EXCLUDE status"), ("events", "*"))
    ]
    if whole:
        copy.execute("DELETE FROM payments; DELETE FROM events")
    else:
        copy.execute(
            "DELETE FROM payments USING new_payments AS new WHERE "
            "payments.payee_id = new.payee_id AND payments.payment_id = new.payment_id; "
            "DELETE FROM events USING new_events AS new WHERE events.payee_id = new.payee_id "
            "AND events.payment_id = new.payment_id AND events.number = new.number"
        )
    copy.execute(
        "INSERT INTO events SELECT * FROM new_events ORDER BY payee_id, payment_id, number; "
        "INSERT INTO payments SELECT *, 'claimed' FROM new_payments ORDER BY payee_id, payment_id"
    )
    copy.execute(
        f"UPDATE payments SET status = standing.status FROM ({standing()}) AS standing "
        "WHERE payments.payee_id = standing.payee_id "
        "AND payments.payment_id = standing.payment_id AND payments.status <> standing.status"
    )
    copy.execute(
        "UPDATE payments SET status = 'claimed' WHERE status <> 'claimed' AND NOT EXISTS ("
        f"SELECT 1 FROM ({standing()}) AS standing WHERE payments.payee_id = standing.payee_id "
        "AND payments.payment_id = standing.payment_id)"
    )
    copy.execute("DROP TABLE new_payments; DROP TABLE new_events")
    return Synced(new[0], new[1], erased, _number(copy, "SELECT count(*) FROM payments"))


def finish(
    copy: "DuckDBPyConnection",
    kept: "Iterable[Item]",
    source: str,
    synced_at: datetime,
    *,
    is_clear: bool,
) -> None:
    """End the transaction: from now on the copy is of `synced_at`."""
    copy.execute("DELETE FROM kept; DELETE FROM copy")
    rows = [(item["PK"]["S"], item["SK"]["S"], json.dumps(item, default=str)) for item in kept]
    if rows:
        copy.executemany("INSERT INTO kept VALUES (?, ?, ?)", rows)
    copy.execute(
        "INSERT INTO copy VALUES (?, ?, ?, ?)",
        [FORMAT, source, to_unix_milliseconds(synced_at), is_clear],
    )
    copy.execute("COMMIT")


def rewrite(copy: "DuckDBPyConnection", path: Path) -> None:
    """Leave nothing of what was erased in the file: DuckDB reuses room before it clears it."""
    fresh = path.with_name(f".{path.name}-fresh")
    fresh.unlink(missing_ok=True)
    try:
        copy.execute(f"ATTACH '{_quoted(fresh)}' AS fresh")
        (name,) = copy.execute("SELECT current_database()").fetchone() or ("",)
        copy.execute(f'COPY FROM DATABASE "{name}" TO fresh')
        copy.execute("UPDATE fresh.copy SET is_clear = true; DETACH fresh")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _registered(system: System) -> "Iterator[Item]":
    """Payees, and the labels of their tills' keys."""
    client = system.dynamodb()
    refuse_cut_answers(client)
    with dynamodb_errors():
        pages = client.get_paginator("scan").paginate(
            TableName=system.registry_table, ConsistentRead=True
        )
        for page in pages:
            for item in page["Items"]:
                if item["SK"]["S"].startswith((PROFILE, TILL_PREFIX)):
                    yield {name: value for name, value in item.items() if name in _REGISTERED}


def _in_files(items: "Iterable[Item]", folder: Path) -> Iterator[Path]:
    """The rows in files like those of an export, a part at a time."""
    path = folder / "rows.json"
    lines: list[str] = []
    for item in items:
        lines.append(json.dumps({"Item": item}))
        if len(lines) == _AT_ONCE:
            path.write_text("\n".join(lines))
            yield path
            lines = []
    if lines:
        path.write_text("\n".join(lines))
        yield path


def _item_type() -> str:
    def fields(of: Iterable[tuple[str, str]]) -> str:
        return ", ".join(f'"{name}" STRUCT({kind} {_TYPES[kind]})' for name, kind in of)

    return f"STRUCT({fields(ITEM_FIELDS)}, evidence STRUCT(M STRUCT({fields(EVIDENCE_FIELDS)})))"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _number(copy: "DuckDBPyConnection", question: str) -> int:
    [(number,)] = copy.execute(question).fetchall()
    return int(number)
