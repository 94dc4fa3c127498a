"""`make load`: payments as fast as this machine takes them, then reconciled with the table.

wrk sends them over loopback to the WSGI application under werkzeug's threaded server, which is the
demo's, and to the Lambda zip under AWS's own runtime client, several at once behind a small
dispatcher of ours. DynamoDB is AWS's own engine, in memory. Ends with 1 if any acknowledged payment
is not in the table exactly once.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import boto3
import click

from backend.dynamo_ledger import DynamoLedger
from backend.table import ledger_table
from cli.local.emulator import CREDENTIALS
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId
from payments.payment_id import mint_payment_id
from testkit.api_process import api_process
from testkit.demo_process import ROOT
from testkit.dynamodb_local import find_program, make_tables, running_dynamodb_local
from testkit.serving import served
from testkit.zappa import package
from tools.figure_pages import refresh
from tools.figures import save_figures
from tools.lambda_gateway import LambdaGateway, running_lambdas
from tools.payment_usage import STAGE

PAYEES = [PayeeId(f"stall-{number}") for number in range(8)]


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured, and what came of it. `lost` were acknowledged and are not in the table,
    `doubled` were acknowledged as new more than once."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    answered: dict[str, int]
    broken: int
    acknowledged: int
    rows: int
    lost: int
    doubled: int

    @property
    def kept_its_promise(self) -> bool:
        return self.lost == self.doubled == 0 and self.acknowledged > 0


def reconcile(answers: list[tuple[str, str]], rows: list[str]) -> dict[str, int]:
    """Answers are pairs of a status and an id; rows are the ids in the table."""
    acknowledged = {payment_id for status, payment_id in answers if status in ("200", "201")}
    new = Counter(payment_id for status, payment_id in answers if status == "201")
    return {
        "acknowledged": len(acknowledged),
        "rows": len(rows),
        "lost": len(acknowledged - set(rows)),
        "doubled": sum(count > 1 for count in new.values()) + len(rows) - len(set(rows)),
    }


def drive(url: str, base_path: str, ledger: DynamoLedger, seconds: int, connections: int) -> Load:
    """Send payments to the API below `base_path` for so long, and reconcile."""
    wrk = (ROOT / ".tools/wrk").read_text().strip()
    prefix = mint_payment_id(datetime.now(UTC), bytes(10)).text[:10]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                *(wrk, "--threads", "2", "--connections", str(connections), "--timeout", "30s"),
                *("--duration", f"{seconds}s", "--script", ROOT / "tools/load.lua", url),
                *("--", prefix, folder, str(len(PAYEES)), base_path),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        lines = [line for file in Path(folder).iterdir() for line in file.read_text().splitlines()]
    told = json.loads(done.stdout.splitlines()[-1])
    answers = [(status, payment_id) for status, payment_id in map(str.split, lines)]
    rows = [
        history.payment.payment_id.text for payee in PAYEES for history in ledger.histories(payee)
    ]
    return Load(
        requests=told["requests"],
        per_second=round(told["requests"] / told["seconds"], 1),
        p50_ms=told["p50_ms"],
        p99_ms=told["p99_ms"],
        answered=dict(sorted(Counter(status for status, _ in answers).items())),
        broken=told["broken"],
        **reconcile(answers, rows),
    )


@contextmanager
def fresh_tables(url: str, stage: str) -> Iterator[DynamoLedger]:
    client = boto3.client("dynamodb", endpoint_url=url)
    limits = Limits(Money(100, "INR"), Money(1_000_000, "INR"))
    make_tables(client, stage, [Payee(payee_id, payee_id, limits) for payee_id in PAYEES])
    yield DynamoLedger(client, ledger_table(stage))
    client.close()


_count = click.IntRange(2, 600)  # wrk has two threads, each with a connection at least


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", type=_count, default=10, show_default=True, help="How long each runs.")
@click.option("--connections", type=_count, default=8, show_default=True)
@click.option("--lambdas", type=_count, default=2, show_default=True, help="How many at once.")
def load(seconds: int, connections: int, lambdas: int) -> None:
    program = find_program()
    if program is None:
        raise click.ClickException("DynamoDB Local is missing: it needs Java 17 and npm.")
    os.environ |= CREDENTIALS
    loads = {}
    with tempfile.TemporaryDirectory() as scratch, running_dynamodb_local(program) as url:
        name = f"load-{uuid4()}"
        with fresh_tables(url, name) as ledger, api_process(url, name) as api:
            loads["server"] = drive(
                f"http://127.0.0.1:{api.port}", "", ledger, seconds, connections
            )
        archive = package(Path(scratch, "local.zip"))
        environment = {"AWS_ENDPOINT_URL_DYNAMODB": url}
        with (
            fresh_tables(url, STAGE) as ledger,
            running_lambdas(archive, environment, lambdas) as running,
            served(LambdaGateway(running)) as gateway,
        ):
            loads["lambda"] = drive(gateway, "/api", ledger, seconds, connections)
    for name, one in loads.items():
        print(name, *(f"{key}: {value}" for key, value in asdict(one).items()), sep="\n  ")
    refresh(
        save_figures(
            "load",
            {
                "connections": connections,
                "lambdas": lambdas,
                **{name: asdict(one) for name, one in loads.items()},
            },
        )
    )
    print("Written: docs/figures.json, docs/capacity.md", file=sys.stderr)
    broken = [name for name, one in loads.items() if not one.kept_its_promise]
    if broken:
        print(f"Not every payment is recorded once: {', '.join(broken)}", file=sys.stderr)
    sys.exit(bool(broken))


if __name__ == "__main__":
    load()
