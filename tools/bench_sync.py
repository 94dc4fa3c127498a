"""`make bench-sync`: a million payments live on AWS's own engine, their copy, and an export.

All three must say the same, payment by payment, also after new payments, late ones, events and
erasures of old ones, and counted boxes; the syncs' requests and read units are counted, among ten
thousand payees, too.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from backend.table import PAYEE_PREFIX, ledger_table, mark_to_item, payee_to_item, registry_table
from cli.copying import syncing
from cli.local.emulator import CREDENTIALS
from cli.system import System
from payments.events import EventStatus, plan_event
from payments.lateness import LateMark
from payments.payee import PayeeId
from payments.payment_id import mint_payment_id
from payments.times import to_milliseconds
from testkit.dynamodb_export import write_export
from testkit.dynamodb_local import (
    dynamodb_client,
    find_program,
    make_tables,
    running_dynamodb_local,
)
from testkit.factories import make_payee, make_payment
from tools.bench_archive import items, payee_ids
from tools.capacity_pages import sync_table
from tools.figure_pages import refresh
from tools.figures import save_figures

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from backend.table import Item

STAGE, MANY_STAGE, MANY, A_WRITE = "bench", "bench-many", 10_000, 25
_PAYEES = Path(sys.executable).parent / "payees"
_QUESTIONS = (
    ("totals", "--by", "payee,month", "--json"),
    ("payments", "stall-007", "--json"),
    ("payments", "stall-011", "--status", "confirmed"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--ledger", metavar="URL", help="an engine that has them")
    given = parser.parse_args()
    os.environ |= CREDENTIALS
    with ExitStack() as stack:
        url = given.ledger or stack.enter_context(running_dynamodb_local(_program()))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-sync-")))
        os.environ |= {"AWS_ENDPOINT_URL_DYNAMODB": url, "TZ": "Asia/Kolkata"}
        time.tzset()
        began = time.monotonic()
        if not given.ledger:
            load(url, STAGE, given.payments)
        loaded = time.monotonic() - began
        figures = {
            "payments": given.payments,
            "load_seconds": round(loaded),
            **compare(folder, given.payments),
            **among_many(folder, url),
        }
    refresh(save_figures("sync", figures))
    print(sync_table({"sync": figures}))


def _program() -> Path:
    program = find_program()
    if program is None:
        sys.exit("DynamoDB Local is not here: make .tools/dynamodb-local/.installed")
    return program


def load(url: str, stage: str, count: int) -> None:
    """By two processes, for writing is the machine's work and not the engine's."""
    payees = [make_payee(payee_id, name=payee_id) for payee_id in payee_ids()]
    make_tables(dynamodb_client(url), stage, payees)
    rows = iter(items(count))
    parts = iter(lambda: [*islice(rows, A_WRITE)], [])
    with Pool(2) as pool:
        for _ in pool.imap_unordered(_write, ((url, stage, part) for part in parts), chunksize=20):
            pass


def _write(part: "tuple[str, str, list[Item]]") -> None:
    url, stage, rows = part
    puts: Any = [{"PutRequest": {"Item": row}} for row in rows]
    _client(url).batch_write_item(RequestItems={ledger_table(stage): puts})


_client = cache(dynamodb_client)


def compare(folder: Path, count: int) -> dict[str, Any]:
    """Raises AssertionError where live ledger, copy and export do not say the same."""
    at = datetime.now(UTC)
    mark = mark_to_item(LateMark(at.date(), PayeeId("stall-000"), at.date()))
    export = folder / "export"
    shelf: Any = Shelf(export)
    rows = chain(items(count), [mark])
    write_export(shelf, "", "ledger/", rows, table=ledger_table(STAGE), at=at)
    said = Said(folder)
    said("sync", "ledger.duckdb", "--from-archive", str(export))
    same(said)
    assert said("export", "--compare", str(export)) == ""
    assert said("export", "--compare", str(export), "--from", "ledger.duckdb") == ""
    system = System(ledger_table(STAGE), registry_table(STAGE))
    path = folder / "ledger.duckdb"
    nothing = counted(system, path)
    happen(system, payee_ids())
    changed = counted(system, path)
    assert (changed.synced.payments, changed.synced.erased) == (111, 1), changed.synced
    same(said)
    return {
        "seconds": {name: round(seconds, 1) for name, seconds in said.seconds.items()},
        "few": nothing.figures(),
        "few_changed": changed.figures(),
        "scan": scan_of(system, nothing.synced.total),
    }


def same(said: "Said") -> None:
    for question in _QUESTIONS:
        assert said(*question) == said(*question, "--from", "ledger.duckdb"), question


def happen(system: System, payees: list[PayeeId]) -> None:
    """A hundred new payments, ten that were long on their way, confirmations of ten old payments
    and one that was erased."""
    ledger, now = system.ledger(), to_milliseconds(datetime.now(UTC))
    for number in range(110):
        minted = now - timedelta(days=20) if number >= 100 else now
        payment_id = mint_payment_id(minted, number.to_bytes(10))
        payment = make_payment(payment_id, payees[number % len(payees)], recorded_at=now)
        assert ledger.record(payment) is None
    old = [
        next(one for one in ledger.histories(payee_id) if not one.events)
        for payee_id in payees[:11]
    ]
    for number, history in enumerate(old):
        status = EventStatus.ERASED if number == 10 else EventStatus.REVERSED
        event = plan_event(history, status, by="ravi", why="as said", now=now)
        write = ledger.erase(history.payment, event) if number == 10 else ledger.append(event)
        assert write is None


def among_many(folder: Path, url: str) -> dict[str, Any]:
    """What a Query reads does not depend on how much else there is, so two payments of each do."""
    client = dynamodb_client(url)
    payees = [PayeeId(f"stall-{number:05}") for number in range(MANY)]
    make_tables(client, MANY_STAGE, [])
    for start in range(0, MANY, A_WRITE):
        some: Any = [
            {"PutRequest": {"Item": payee_to_item(make_payee(one, name=one))}}
            for one in payees[start : start + A_WRITE]
        ]
        client.batch_write_item(RequestItems={registry_table(MANY_STAGE): some})
    system = System(ledger_table(MANY_STAGE), registry_table(MANY_STAGE))
    ledger, long_ago = system.ledger(), to_milliseconds(datetime.now(UTC) - timedelta(days=60))
    for number, payee_id in enumerate(payees[:200]):
        minted = mint_payment_id(long_ago, number.to_bytes(10))
        ledger.record(make_payment(minted, payee_id, recorded_at=long_ago))
    path = folder / "many.duckdb"
    syncing.sync_copy(system, path, whole=False)
    with patch.object(syncing, "ROWS_A_QUERY", 0):
        nothing = counted(system, path)
        happen(system, payees)
        changed = counted(system, path)
    return {"many": nothing.figures(), "many_changed": changed.figures()}


@dataclass
class Said:
    """What `payees` says to a question, and how long that took."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)

    def __call__(self, *arguments: str) -> str:
        system = ["--table", ledger_table(STAGE), "--registry", registry_table(STAGE)]
        command = [str(_PAYEES), *arguments, *([] if "--from" in arguments else system)]
        began = time.monotonic()
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        name = " ".join(Path(one).name for one in arguments)
        self.seconds[name] = time.monotonic() - began
        print(f"{self.seconds[name]:7.1f} s  payees {name}", flush=True)
        if done.returncode:
            sys.exit(done.stderr)
        return done.stdout


@dataclass
class Counted:
    """What one sync asked of DynamoDB. An answer costs a unit at least, which the engine here does
    not count, and so does each payee of a statement that asks for several."""

    synced: syncing.Synced
    requests: Counter[str]
    units: float
    seconds: float

    def figures(self) -> dict[str, Any]:
        return {
            "requests": self.requests.total(),
            "units": round(self.units),
            "seconds": round(self.seconds, 1),
        }


def counted(system: System, path: Path) -> Counted:
    requests: Counter[str] = Counter()
    units = [0.0]
    client = System.dynamodb

    def listening(of: System) -> "DynamoDBClient":
        found = client(of)

        def ask(params: dict[str, Any], model: Any, **_: object) -> None:
            params["ReturnConsumedCapacity"] = "TOTAL"
            if model.name == "ExecuteStatement":
                units[0] += sum(
                    value.get("S", "").startswith(PAYEE_PREFIX) for value in params["Parameters"]
                )

        def hear(parsed: dict[str, Any], model: Any, **_: object) -> None:
            requests[model.name] += 1
            if model.name != "ExecuteStatement":
                units[0] += max(1, parsed["ConsumedCapacity"]["CapacityUnits"])

        for name in ("Query", "Scan", "ExecuteStatement"):
            found.meta.events.register(f"provide-client-params.dynamodb.{name}", ask)
            found.meta.events.register(f"after-call.dynamodb.{name}", hear)
        return found

    with patch.object(System, "dynamodb", listening):
        began = time.monotonic()
        synced = syncing.sync_copy(system, path, whole=False)
        seconds = time.monotonic() - began
    print(f"{seconds:7.1f} s  {synced} {dict(requests)} {units[0]:.0f} units", flush=True)
    return Counted(synced, requests, units[0], seconds)


def scan_of(system: System, rows: int) -> dict[str, int]:
    """Reckoned from one page: the engine here takes seconds for each, and minutes for all."""
    page = system.dynamodb().scan(
        TableName=system.ledger_table, Segment=0, TotalSegments=16, ConsistentRead=True,
        ReturnConsumedCapacity="TOTAL",
    )  # fmt: skip
    pages = rows / page["ScannedCount"]
    return {
        "requests": max(16, round(pages)),
        "units": round(pages * page["ConsumedCapacity"]["CapacityUnits"]),
    }


class Shelf:
    """A folder that is written like a bucket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        path = self._folder / Bucket / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Body)


if __name__ == "__main__":
    main()
