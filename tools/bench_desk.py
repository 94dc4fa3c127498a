"""Lists over many payees at 25 ms a request: over a thousand, beside the same one payee after the
other, and today's payments among ten thousand.

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
MANY, PAID_TODAY, A_WRITE, STAGE = 10_000, 6, 25, "bench"


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


def fill(endpoint: str) -> None:
    """Ten thousand payees, of whom a few were paid today, and one in ten some days ago."""
    client = dynamodb_client(endpoint)
    make_tables(client, STAGE, [])
    payees = [PayeeId(f"stall-{number}") for number in range(MANY)]
    for start in range(0, MANY, A_WRITE):
        some: list[Any] = [
            {"PutRequest": {"Item": payee_to_item(make_payee(one))}}
            for one in payees[start : start + A_WRITE]
        ]
        client.batch_write_item(RequestItems={registry_table(STAGE): some})
    ledger, now = DynamoLedger(client, ledger_table(STAGE)), datetime.now(UTC)
    for number, payee_id in enumerate(payees[::10]):
        at = now - timedelta(days=5)
        ledger.record(make_payment(make_payment_id(at, number), payee_id, recorded_at=at))
    for number, payee_id in enumerate(payees[:: MANY // PAID_TODAY][:PAID_TODAY]):
        ledger.record(make_payment(make_payment_id(now, number), payee_id, recorded_at=now))


def todays_payments() -> dict[str, float | int]:
    """The whole command, over AWS's own engine behind a network of 25 ms."""
    program = find_program()
    if program is None:
        raise click.ClickException(
            "DynamoDB Local is not here: make .tools/dynamodb-local/.installed"
        )
    os.environ.update(CREDENTIALS)
    asked: Counter[str] = Counter()

    def count(operation: str, _: dict[str, Any]) -> Fault:
        asked[operation] += 1
        return Fault.NONE

    with running_dynamodb_local(program) as endpoint:
        fill(endpoint)
        port = int(endpoint.rpartition(":")[2])
        with fault_proxy(port, count, SECONDS_A_REQUEST) as proxy:
            command = [str(Path(sys.executable).parent / "payees"), "payments", "--since", "1h"]
            command += ["--table", ledger_table(STAGE), "--registry", registry_table(STAGE)]
            environment = {**os.environ, "AWS_ENDPOINT_URL_DYNAMODB": proxy.url}
            took, cpu = [], []
            for _ in range(RUNS):
                asked.clear()
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                began = time.perf_counter()
                done = subprocess.run(
                    command, env=environment, check=True, stdout=subprocess.PIPE, text=True
                )
                took.append(time.perf_counter() - began)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
                if len(done.stdout.splitlines()) != PAID_TODAY + 1:
                    raise click.ClickException(f"Not today's payments: {done.stdout}")
    return {
        "many": MANY,
        "today": PAID_TODAY,
        "today_seconds": round(median(took), 1),
        "today_cpu_seconds": round(median(cpu), 1),
        "today_requests": asked.total(),
    }


def main() -> None:
    pairs = [pair_of_looks() for _ in range(RUNS)]
    figures = {
        "payees": PAYEES,
        "readers": READERS,
        "after_seconds": round(median(after for after, _ in pairs), 1),
        "beside_seconds": round(median(beside for _, beside in pairs), 2),
        "ratio": round(median(after / beside for after, beside in pairs), 1),
        **todays_payments(),
    }
    refresh(save_figures("desk", figures))
    click.echo(desk_table({"desk": figures}))


if __name__ == "__main__":
    main()
