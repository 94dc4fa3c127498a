"""`make bench-archive`: a ledger of a million payments on emulated AWS, its archive and its copy.

Each question is a whole command; what the archive and the copy answer must be what the ledger does.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3

from backend.dynamo_registry import DynamoRegistry
from backend.table import event_to_item, payment_to_item
from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from infra.archiving import turning
from infra.deployment import PAYEES, Deployment
from infra.emulation.rehearsal import session_at
from infra.stage import ROOT, Stage
from payments.events import Event, EventStatus, Evidence, Fingerprint
from payments.money import Money
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import mint_payment_id
from payments.times import to_milliseconds
from testkit.dynamodb_export import write_export
from testkit.factories import make_payee

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_dynamodb import DynamoDBClient

    from backend.table import Item

REGION = "us-east-1"
_PAYEES = 300
_SPAN = timedelta(days=365)
_AT_ONCE = 25  # items that BatchWriteItem takes
_STAGE = Stage("bench", "payee-pages", REGION, "payee-pages-bench-deploy", "python3.13",
               has_function_url=False)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    count = parser.parse_args().payments
    with TemporaryDirectory(prefix="bench-archive-") as name:
        folder = Path(name)
        with running_emulator(folder / "aws", free_port(), packages=ROOT / ".tools/athena") as url:
            environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": url}
            _fill(url, count)
            settings = {"project_name": _STAGE.project, "aws_region": REGION}
            (folder / "zappa_settings.json").write_text(json.dumps({_STAGE.name: settings}))
            _ask_all(folder, environment | {"AWS_REGION": REGION, "TZ": "Asia/Kolkata"})


def _fill(url: str, count: int) -> None:
    """The ledger, and the night's export of it."""
    session = session_at(url, REGION)
    deployment = Deployment(_STAGE, session, url)
    deployment.stacks().apply(deployment.plan_stack({}))
    turning.turn(deployment, {})
    client = session.client("dynamodb")
    registry = DynamoRegistry(client, _STAGE.registry_table)
    for payee_id in _payee_ids():
        registry.register(make_payee(payee_id=payee_id, name=payee_id))
    began = time.monotonic()
    _load(client, count)
    print(f"loaded in {time.monotonic() - began:.0f} s")
    now = datetime.now(UTC)
    bucket = deployment.stacks().outputs(turning.stack_of(deployment))["ArchiveBucket"]
    write_export(
        session.client("s3"), bucket, f"ledger/night={now:%Y-%m-%dT%H:%M:%SZ}/", _items(count),
        table=_STAGE.ledger_table, at=now,
    )  # fmt: skip
    listed = session.client("s3").list_objects_v2(Bucket=bucket, Prefix="ledger/")["Contents"]
    print(f"export: {sum(one['Size'] for one in listed) / 1e6:.1f} MB")


def _payee_ids() -> list[PayeeId]:
    return [PayeeId(f"stall-{number:03}") for number in range(_PAYEES)]


def _items(count: int) -> "Iterator[Item]":
    """The same at each call: of every tenth payment an event or two, of every thousandth that it
    was erased; methods and numbers of banks for some."""
    random, payee_ids = Random(1), _payee_ids()
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - _SPAN
    for number in range(count):
        at = to_milliseconds(start + _SPAN * (number / count))
        is_erased = number % 1000 == 7
        payment = Payment(
            mint_payment_id(at, random.randbytes(10)),
            random.choice(payee_ids),
            "erased" if is_erased else f"Payer {random.randrange(20_000)}",
            Money(random.randrange(100, 100_000), "INR"),
            "erased" if is_erased else "Lunch",
            at,
            method=("upi", "cash", None)[number % 3],
            bank_reference=f"{number:012}" if number % 3 == 0 and not is_erased else None,
            is_erased=is_erased,
        )
        yield payment_to_item(payment)
        said = [EventStatus.ERASED] if is_erased else []
        if number % 10 == 0:
            said = [EventStatus.CONFIRMED]
        elif number % 100 == 1:
            said = [EventStatus.REVERSED] if number % 200 == 1 else [
                EventStatus.CONFIRMED, EventStatus.UNDONE]  # fmt: skip
        for nth, status in enumerate(said, 1):
            evidence = None
            if status is EventStatus.CONFIRMED and number % 20 == 0:
                line = Fingerprint(f"{number:064x}")
                evidence = Evidence(line, f"{number:012}", at.date(), payment.money)
            yield event_to_item(
                Event(
                    payment.payee_id,
                    payment.payment_id,
                    nth,
                    status,
                    "ravi",
                    "as said",
                    at,
                    evidence,
                )
            )


def _load(client: "DynamoDBClient", count: int) -> None:
    items = _items(count)

    def batches() -> "Iterator[list[Item]]":
        while part := list(islice(items, _AT_ONCE)):
            yield part

    def write(part: "list[Item]") -> None:
        requests = [{"PutRequest": {"Item": item}} for item in part]
        client.batch_write_item(RequestItems={_STAGE.ledger_table: requests})  # type: ignore[dict-item]

    with ThreadPoolExecutor(4) as pool:
        parts = batches()
        while some := list(islice(parts, 400)):
            list(pool.map(write, some))


def _ask_all(folder: Path, environment: dict[str, str]) -> None:
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
    run("sync", "--from-archive", f"s3://{_archive_bucket(environment)}/ledger", *live)
    run("sync", *live)
    for parts in ("payee", "method", "payee,month", "payee,day"):
        question = ("totals", "--by", parts, "--json")
        archive = run(*question, "--athena", *live)
        assert archive == run(*question, *copied), parts
        if parts in ("payee,month", "payee,day"):  # the ledger takes minutes
            assert archive == run(*question, *live), parts
    for look in (
        ("totals", "--by", "month"),
        ("payments", "--payer", "Payer 77", "--json"),
        ("payments", "--since", "7d", "--json"),
        ("payments", "stall-007", "--json"),
    ):
        run(*look, *copied)
    run("export", "--compare", f"s3://{_archive_bucket(environment)}/ledger", *copied)
    run("export", "--compare", f"s3://{_archive_bucket(environment)}/ledger", *live)
    print(f"copy: {(folder / 'ledger.duckdb').stat().st_size / 1e6:.0f} MB")


def _archive_bucket(environment: dict[str, str]) -> str:
    client = boto3.client("sts", region_name=REGION, endpoint_url=environment["AWS_ENDPOINT_URL"])
    return f"{_STAGE.aws_name}-archive-{client.get_caller_identity()['Account']}"


if __name__ == "__main__":
    os.environ |= CREDENTIALS
    main()
