"""Lists over many payees at 25 ms a request: over a thousand, beside the same one payee after the
other; today's payments among ten thousand; and how soon `--follow` shows them among three hundred.

Usage: make bench-desk   (prints a table, keeps the docs' figures)
"""

import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import click

from backend.dynamo_ledger import DynamoLedger
from backend.table import ledger_table, payee_to_item, registry_table
from cli.local.emulator import CREDENTIALS
from cli.many_payees.side_by_side import READERS, read_side_by_side
from payments.payee import PayeeId
from testkit.dynamodb_local import (
    dynamodb_client,
    find_program,
    make_tables,
    running_dynamodb_local,
)
from testkit.factories import make_payee, make_payment, make_payment_id
from testkit.fault_proxy import Fault, fault_proxy
from tools.figure_pages import desk_table, refresh
from tools.figures import save_figures

PAYEES, SECONDS_A_REQUEST, RUNS = 1_000, 0.025, 3
MANY, FOLLOWED, PAID_TODAY, A_WRITE = 10_000, 300, 6, 25
PAYEES_COMMAND = str(Path(sys.executable).parent / "payees")


def read(payee: int) -> Iterator[int]:
    """One Query's wait; most payees have no payment today."""
    time.sleep(SECONDS_A_REQUEST)
    yield from range(payee % 7 == 0)


def seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def pair_of_looks() -> tuple[float, float]:
    """Seconds one after another, and side by side."""

    def one_after_another() -> list[int]:
        return [one for payee in range(PAYEES) for one in read(payee)]

    def side_by_side() -> list[int]:
        return list(read_side_by_side(range(PAYEES), read))

    return seconds(one_after_another), seconds(side_by_side)


def fill(endpoint: str, stage: str, many: int) -> None:
    """Payees, of whom a few were paid today, and one in ten some days ago."""
    client = dynamodb_client(endpoint)
    make_tables(client, stage, [])
    payees = [PayeeId(f"stall-{number}") for number in range(many)]
    for start in range(0, many, A_WRITE):
        some: list[Any] = [
            {"PutRequest": {"Item": payee_to_item(make_payee(one))}}
            for one in payees[start : start + A_WRITE]
        ]
        client.batch_write_item(RequestItems={registry_table(stage): some})
    ledger, now = DynamoLedger(client, ledger_table(stage)), datetime.now(UTC)
    for number, payee_id in enumerate(payees[::10]):
        at = now - timedelta(days=5)
        ledger.record(make_payment(make_payment_id(at, number), payee_id, recorded_at=at))
    for number, payee_id in enumerate(payees[:: many // PAID_TODAY][:PAID_TODAY]):
        ledger.record(make_payment(make_payment_id(now, number), payee_id, recorded_at=now))


def whole_commands() -> dict[str, float | int]:
    """Over AWS's own engine behind a network of 25 ms."""
    program = find_program()
    if program is None:
        raise click.ClickException("No DynamoDB Local: make .tools/dynamodb-local/.installed")
    os.environ.update(CREDENTIALS)
    asked: Counter[str] = Counter()

    def count(operation: str, _: dict[str, Any]) -> Fault:
        asked[operation] += 1
        return Fault.NONE

    with running_dynamodb_local(program) as endpoint:
        fill(endpoint, "many", MANY)
        fill(endpoint, "followed", FOLLOWED)
        port = int(endpoint.rpartition(":")[2])
        with fault_proxy(port, count, SECONDS_A_REQUEST) as proxy:
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = proxy.url
            took, cpu = [], []
            for _ in range(RUNS):
                asked.clear()
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                took.append(seconds(todays_payments))
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            requests = asked.total()
            followed = [first_row() for _ in range(RUNS)]
    return {
        "many": MANY,
        "today": PAID_TODAY,
        "today_seconds": round(median(took), 1),
        "today_cpu_seconds": round(median(cpu), 1),
        "today_requests": requests,
        "followed": FOLLOWED,
        "followed_seconds": round(median(followed), 2),
    }


def payments_since(stage: str, *more: str) -> list[str]:
    tables = ["--table", ledger_table(stage), "--registry", registry_table(stage)]
    return [PAYEES_COMMAND, "payments", "--since", "1h", *more, *tables]


def todays_payments() -> None:
    command = payments_since("many")
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    if len(done.stdout.splitlines()) != PAID_TODAY + 1:
        raise click.ClickException(f"Not today's payments: {done.stdout}")


def first_row() -> float:
    """Seconds until `--follow` shows the first of them."""
    began = time.perf_counter()
    command = payments_since("followed", "--follow")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        process.stdout.readline()
        took = time.perf_counter() - began
        process.terminate()
    return took


def main() -> None:
    pairs = [pair_of_looks() for _ in range(RUNS)]
    figures = {
        "payees": PAYEES,
        "readers": READERS,
        "after_seconds": round(median(after for after, _ in pairs), 1),
        "beside_seconds": round(median(beside for _, beside in pairs), 2),
        "ratio": round(median(after / beside for after, beside in pairs), 1),
        **whole_commands(),
    }
    refresh(save_figures("desk", figures))
    click.echo(desk_table({"desk": figures}))


if __name__ == "__main__":
    main()
