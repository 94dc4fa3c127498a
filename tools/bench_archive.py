"""`make bench-archive`: the archive of a million payments on emulated AWS, and a copy from it.

Each question is a whole command. What the archive and the copy answer must be what adding up the
payments one by one gives, as the ledger's own commands do: `make bench-sync` asks those.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3

from backend.dynamo_registry import DynamoRegistry
from backend.table import event_to_item, payment_to_item
from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from desk.totals import Label, add_up, total_document
from infra.archiving import turning
from infra.deployment import PAYEES, Deployment
from infra.emulation.rehearsal import session_at
from infra.stage import ROOT, Stage
from payments.events import Event, EventStatus, Evidence, Fingerprint, History
from payments.money import Money
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import mint_payment_id
from payments.times import to_milliseconds
from testkit.dynamodb_export import write_export
from testkit.factories import make_payee

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend.table import Item

REGION = "us-east-1"
_PAYEES = 300
START, _SPAN = datetime(2025, 1, 1, tzinfo=UTC), timedelta(days=365)
_STAGE = Stage("bench", "payee-pages", REGION, "payee-pages-bench-deploy", "python3.13",
               has_function_url=False)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    count = parser.parse_args().payments
    os.environ |= {"TZ": "Asia/Kolkata"}
    time.tzset()
    with TemporaryDirectory(prefix="bench-archive-") as name:
        folder = Path(name)
        with running_emulator(folder / "aws", free_port(), packages=ROOT / ".tools/athena") as url:
            environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": url}
            _fill(url, count)
            settings = {"project_name": _STAGE.project, "aws_region": REGION}
            (folder / "zappa_settings.json").write_text(json.dumps({_STAGE.name: settings}))
            _ask_all(folder, environment | {"AWS_REGION": REGION}, count)


def _fill(url: str, count: int) -> None:
    """The night's export of it."""
    session = session_at(url, REGION)
    deployment = Deployment(_STAGE, session, url)
    deployment.stacks().apply(deployment.plan_stack({}))
    turning.turn(deployment, {})
    client = session.client("dynamodb")
    registry = DynamoRegistry(client, _STAGE.registry_table)
    for payee_id in payee_ids():
        registry.register(make_payee(payee_id=payee_id, name=payee_id))
    now = datetime.now(UTC)
    bucket = deployment.stacks().outputs(turning.stack_of(deployment))["ArchiveBucket"]
    write_export(
        session.client("s3"), bucket, f"ledger/night={now:%Y-%m-%dT%H:%M:%SZ}/", items(count),
        table=_STAGE.ledger_table, at=now,
    )  # fmt: skip
    listed = session.client("s3").list_objects_v2(Bucket=bucket, Prefix="ledger/")["Contents"]
    print(f"export: {sum(one['Size'] for one in listed) / 1e6:.1f} MB")


def payee_ids() -> list[PayeeId]:
    return [PayeeId(f"stall-{number:03}") for number in range(_PAYEES)]


def _histories(count: int) -> "Iterator[History]":
    """The same at each call: of every tenth payment an event or two, of every thousandth that it
    was erased; methods and numbers of banks for some."""
    random, payees = Random(1), payee_ids()
    for number in range(count):
        at = to_milliseconds(START + _SPAN * (number / count))
        is_erased = number % 1000 == 7
        payment = Payment(
            mint_payment_id(at, random.randbytes(10)),
            random.choice(payees),
            "erased" if is_erased else f"Payer {random.randrange(20_000)}",
            Money(random.randrange(100, 100_000), "INR"),
            "erased" if is_erased else "Lunch",
            at,
            method=("upi", "cash", None)[number % 3],
            bank_reference=f"{number:012}" if number % 3 == 0 and not is_erased else None,
            is_erased=is_erased,
        )
        yield History(payment, tuple(_events(number, payment)))


def _events(number: int, payment: Payment) -> "Iterator[Event]":
    said: list[EventStatus] = []
    if number % 10 == 0:
        said = [EventStatus.CONFIRMED]
    elif number % 200 == 1:
        said = [EventStatus.REVERSED]
    elif number % 200 == 101:
        said = [EventStatus.CONFIRMED, EventStatus.UNDONE]
    elif payment.is_erased:
        said = [EventStatus.ERASED]
    for nth, status in enumerate(said, 1):
        evidence = None
        if status is EventStatus.CONFIRMED and number % 20 == 0:
            line, day = Fingerprint(f"{number:064x}"), payment.recorded_at.date()
            evidence = Evidence(line, f"{number:012}", day, payment.money)
        yield Event(
            payment.payee_id, payment.payment_id, nth, status, "ravi", "as said",
            payment.recorded_at, evidence,
        )  # fmt: skip


def items(count: int) -> "Iterator[Item]":
    for history in _histories(count):
        yield payment_to_item(history.payment)
        yield from map(event_to_item, history.events)


def _ask_all(folder: Path, environment: dict[str, str], count: int) -> None:
    def run(*arguments: str) -> str:
        began = time.monotonic()
        command = [str(PAYEES), *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        seconds = time.monotonic() - began
        print(f"{seconds:7.1f} s  payees {' '.join(arguments)}", flush=True)
        if done.returncode:
            sys.exit(done.stderr)
        return done.stdout

    live, copied = ("--stage", _STAGE.name), ("--from", "ledger.duckdb")
    archive = f"s3://{_archive_bucket(environment)}/ledger"
    run("sync", "--from-archive", archive, *live)
    for parts, label in _LABELS.items():
        question = ("totals", "--by", parts, "--json")
        truth = _truth(count, parts, label)
        assert json.loads(run(*question, "--athena", *live)) == truth, parts
        assert json.loads(run(*question, *copied)) == truth, parts
    for look in (
        ("totals", "--by", "month"),
        ("payments", "--payer", "Payer 77", "--json"),
        ("payments", "--since", "7d", "--json"),
        ("payments", "stall-007", "--json"),
    ):
        run(*look, *copied)
    run("export", "--compare", archive, *copied)
    print(f"copy: {(folder / 'ledger.duckdb').stat().st_size / 1e6:.0f} MB")


_LABELS: dict[str, Callable[[History], Label]] = {
    "payee": lambda one: (one.payment.payee_id,),
    "method": lambda one: (one.payment.method or "",),
    "payee,month": lambda one: (one.payment.payee_id, f"{_local(one):%Y-%m}"),
    "payee,day": lambda one: (one.payment.payee_id, f"{_local(one):%Y-%m-%d}"),
}


def _local(history: History) -> datetime:
    return history.payment.recorded_at.astimezone()


def _truth(count: int, parts: str, label: Callable[[History], Label]) -> list[dict[str, object]]:
    names = ["payee_id" if part == "payee" else part for part in parts.split(",")]
    totals = add_up(_histories(count), label)
    return [total_document(group, names, total) for group, total in totals.items()]


def _archive_bucket(environment: dict[str, str]) -> str:
    client = boto3.client("sts", region_name=REGION, endpoint_url=environment["AWS_ENDPOINT_URL"])
    return f"{_STAGE.aws_name}-archive-{client.get_caller_identity()['Account']}"


if __name__ == "__main__":
    os.environ |= CREDENTIALS
    main()
