"""A long storm: payments over a failing network, on ministack and on DynamoDB Local by turns.

Prints what it counted and ends with 1 at the first broken promise.
Usage: make soak ARGS="--payments 10000 --seed 1"
"""

import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import click

from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from testkit.dynamodb_local import find_program, running_dynamodb_local
from testkit.fault_proxy import Fault
from tests.fault.storm import run_storm

ROUND = 1000


@click.command()
@click.option("--payments", default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Decides which faults each one meets.")
def soak(payments: int, seed: int) -> None:
    program = find_program()
    if program is None:
        raise click.ClickException("DynamoDB Local is missing: it needs Java 17 and npm.")
    os.environ.update(CREDENTIALS)
    injected: Counter[Fault] = Counter()
    totals: Counter[str] = Counter()
    started = time.monotonic()
    with ExitStack() as running:
        state_dir = Path(running.enter_context(tempfile.TemporaryDirectory()))
        engines = {
            "ministack": running.enter_context(running_emulator(state_dir, free_port())),
            "DynamoDB Local": running.enter_context(running_dynamodb_local(program)),
        }
        for number in range(-(-payments // ROUND)):
            name = list(engines)[number % len(engines)]
            count = min(ROUND, payments - number * ROUND)
            storm = run_storm(engines[name], f"soak-{uuid4()}", payments=count, seed=seed + number)
            click.echo(f"{name:>14}: {storm.tally}")
            injected += storm.injected
            totals.update(storm.tally.counts)
            if storm.tally.broken:
                click.echo("\n".join(("Broken promises:", *storm.tally.broken)), err=True)
                sys.exit(1)
    del injected[Fault.NONE]
    click.echo(f"\nFaults injected: {injected.total()}")
    for fault, count in injected.most_common():
        click.echo(f"  {fault:<18} {count:>7}")
    for name, count in totals.items():
        click.echo(f"{name.replace('_', ' '):<20} {count:>7}")
    click.echo(f"No promise was broken, in {time.monotonic() - started:.0f} s.")


if __name__ == "__main__":
    soak()
