"""Bringing a copy up to date with its ledger, by what cli.copying.changes finds."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from backend.table import PAYEE_PREFIX
from cli.copying.changes import (
    CLOCKS_DIFFER,
    ROWS_A_QUERY,
    WHOLE_AGAIN,
    LedgerReader,
    Look,
    Unmarked,
    fresh_bounds,
    plan_looks,
)
from cli.copying.copy_file import FORMAT, CopyState, opened, state_of
from cli.failure import Failure
from cli.guards import while_reading
from cli.many_payees.asked_together import AskedTogether
from cli.settling.cash_counts import COUNT_PREFIX
from cli.system import System
from desk.questions import EVIDENCE_FIELDS, ITEM_FIELDS, events_of, payments_of, standing
from payments.payee import PayeeId
from payments.times import to_unix_milliseconds

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from backend.table import Item

_AT_ONCE = 50_000  # rows that stand in a file until they are loaded
_PAYEES = "SELECT DISTINCT payee_id FROM payments"
_ROWS = "SELECT (SELECT count(*) FROM payments) + (SELECT count(*) FROM events)"
_OTHERS = f"""\
SELECT count(*), count(CASE WHEN starts_with(Item ->> '$.PK.S', 'LATE#') THEN 1 END),
  list(Item) FILTER (starts_with(Item ->> '$.SK.S', '{COUNT_PREFIX}'))
FROM {{rows}}"""
_TYPES = {"S": "VARCHAR", "N": "VARCHAR", "BOOL": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Synced:
    """How many payments and events were new or changed, how many erased meanwhile, and how many
    payments there are now; and how many of them a mark should have told of, and none did."""

    payments: int
    events: int
    erased: int
    total: int
    unmarked: int = 0


def sync_copy(system: System, path: Path, *, whole: bool) -> Synced:
    """Make `path` say what the ledger of `system` says; `whole` reads what it has already, too.
    Raises Failure, and after any exception the copy is what it was."""
    source = source_of(system)
    with opened(path, to_write=True) as copy:
        state = state_of(copy)
        if state and state.source != source:
            raise Failure(f"{path} is a copy of {state.source}, not of {source}: name another.")
        with while_reading():
            synced, whole_at, kept, began = _read(system, copy, path, None if whole else state)
        is_clear = not synced.erased and (state is None or state.is_clear)
        finish(copy, kept, CopyState(source, began, is_clear, whole_at))
        if not is_clear:
            rewrite(copy, path)
    return synced


def _read(
    system: System, copy: "DuckDBPyConnection", path: Path, state: CopyState | None
) -> "tuple[Synced, datetime | None, list[Item], datetime]":
    """What changed since `state` in the transaction that `finish` ends, with what that needs:
    `whole_at`, the rows of other kinds, and when it was so."""
    reader = LedgerReader(system)
    registered = list(reader.registered())
    looks = _plan(system, reader, copy, state, registered)
    if looks is not None and state is not None:
        changed = reader.changed(state.synced_at - CLOCKS_DIFFER, looks)
        synced = load_rows(copy, changed, path.parent, whole=False)
        kept = {(item["PK"]["S"], item["SK"]["S"]): item for item in _counts(copy)}
        kept |= {(item["PK"]["S"], item["SK"]["S"]): item for item in reader.kept}
        return synced, state.whole_at, [*kept.values(), *registered], reader.began
    since = (state.whole_at or state.synced_at) - CLOCKS_DIFFER if state else None
    late = Unmarked(since or reader.began - CLOCKS_DIFFER)
    changed = late.watch(reader.changed(since, None))
    synced = load_rows(copy, changed, path.parent, whole=since is None)
    unmarked = late.count(system)
    whole_at = None if unmarked else reader.began
    return replace(synced, unmarked=unmarked), whole_at, [*reader.kept, *registered], reader.began


def _plan(
    system: System,
    reader: LedgerReader,
    copy: "DuckDBPyConnection",
    state: CopyState | None,
    registered: "Iterable[Item]",
) -> list[Look] | None:
    """Where to look; None: in the whole table, for this is cheaper, or nothing else can be
    relied on."""
    if state is None or state.whole_at is None or reader.began - state.whole_at > WHOLE_AGAIN:
        return None
    since = state.synced_at - CLOCKS_DIFFER
    payee_ids = {item["PK"]["S"].removeprefix(PAYEE_PREFIX) for item in registered}
    payee_ids |= {name for (name,) in copy.execute(_PAYEES).fetchall()}
    rows = _number(copy, _ROWS)
    if rows < ROWS_A_QUERY * len(payee_ids):
        return None
    asked = AskedTogether(system).who_has_any(
        sorted(map(PayeeId, payee_ids)), fresh_bounds(since), since
    )
    looks = plan_looks(asked, reader.late_marks(since), reader.counted(since), since)
    return looks if rows >= ROWS_A_QUERY * len(looks) else None


def _counts(copy: "DuckDBPyConnection") -> "list[Item]":
    """Those of cash boxes that the copy has already."""
    found = copy.execute("SELECT item FROM kept WHERE starts_with(sk, ?)", [COUNT_PREFIX])
    return [json.loads(item) for (item,) in found.fetchall()]


def source_of(system: System) -> str:
    """What tells a copy's ledger from others."""
    return f"table {system.ledger_table} in {system.dynamodb().meta.region_name}"


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


def load_files(copy: "DuckDBPyConnection", paths: list[str]) -> "tuple[int, int, list[Item]]":
    """Take the rows of files in the format of DynamoDB's exports, packed or not; gives how many
    they have, those of other kinds included, how many are marks of what was late, and the counts
    of cash boxes."""

    def rows(kind: str) -> str:
        return (
            f"read_json({paths!r}, format = 'newline_delimited', columns = {{Item: '{kind}'}}, "
            "maximum_object_size = 1048576)"
        )

    copy.execute(f"INSERT INTO new_payments {payments_of(rows(_item_type()))}")
    copy.execute(f"INSERT INTO new_events {events_of(rows(_item_type()))}")
    [(found, marks, counts)] = copy.execute(_OTHERS.format(rows=rows("JSON"))).fetchall()
    return int(found), int(marks), [json.loads(item) for item in counts or ()]


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


def finish(copy: "DuckDBPyConnection", kept: "Iterable[Item]", state: CopyState) -> None:
    """End the transaction: from now on the copy is what `state` says."""
    copy.execute("DELETE FROM kept; DELETE FROM copy")
    rows = [(item["PK"]["S"], item["SK"]["S"], json.dumps(item, default=str)) for item in kept]
    if rows:
        copy.executemany("INSERT INTO kept VALUES (?, ?, ?)", rows)
    copy.execute(
        "INSERT INTO copy VALUES (?, ?, ?, ?, ?)",
        [
            FORMAT,
            state.source,
            to_unix_milliseconds(state.synced_at),
            state.is_clear,
            to_unix_milliseconds(state.whole_at) if state.whole_at else None,
        ],
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
