"""`make bench-lambda`: our zip's cold start and its requests, beside others' and the floor.

Times depend on the machine, so what counts are ratios of what one round measured right after each
other, and of the rounds' ratios the median. Each start is a new process of AWS's runtime client,
told in processor time, which other work disturbs least; requests are told by the clock. DynamoDB is
ministack's, without TLS. The floor is the least that Flask and boto3 take in a zip like
ours; no target can be below it.
"""

import itertools
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import click

from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from payments.payment_id import mint_payment_id
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import BAKERY, make_document, make_payee
from testkit.lambda_events import http_api_v2
from testkit.runtime_api import ENTRY, running_folder
from tools.figure_pages import lambda_block, lambda_table, refresh
from tools.figures import load_figures, save_figures
from tools.lambda_subjects import (
    BARE,
    FLASK,
    PLAIN,
    STAGE,
    installed_libraries,
    make_floor,
    make_function,
    pack_before,
    pack_ours,
    pack_stock,
)

ROUNDS = 9
WARM_REQUESTS = 60
USUAL = "handler.lambda_handler"
TARGETS = [  # what, over what of which other (of its own where none is named), at most
    ("cold init / Zappa's own zip", "cold", "stock", "cold", 0.2),
    ("cold init / Flask and boto3 alone", "cold", "flask", "cold", 0.9),
    ("first request / warm request", "first", "", "warm", 2.5),
    ("warm request / function with boto3", "warm", "plain", "warm", 1.2),
]


@dataclass
class Subject:
    """What is started, and of each round the seconds it took."""

    folder: Path
    handler: str = USUAL
    environment: dict[str, str] = field(default_factory=dict)
    cold: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)

    def measure(self, endpoint_url: str, paths: Iterator[str]) -> None:
        environment = {
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint_url,
            "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true",
            **self.environment,
        }
        body = json.dumps(make_document())
        with running_folder(self.folder, environment, self.handler) as running:
            times = []
            for _ in range(1 + WARM_REQUESTS):
                event = http_api_v2("PUT", next(paths), body, {"Content-Type": "application/json"})
                started = time.perf_counter()
                answer = running.invoke(event)
                times.append(time.perf_counter() - started)
                if answer["statusCode"] != 201:
                    raise SystemExit(f"not recorded: {answer}\n{running.output()}")
            self.cold.append(running.init_processor_seconds)
        self.first.append(times[0])
        self.warm.append(median(times[1:]))


def subjects(folder: Path, before: Path | None) -> dict[str, Subject]:
    ours, alone = pack_ours(folder), installed_libraries()
    found = {
        "stock": Subject(pack_stock(folder), USUAL),
        "ours": Subject(ours, ENTRY),
        "floor": Subject(make_floor(folder / "floor", ours)),
        "flask": Subject(make_function(folder / "flask", FLASK), environment=alone),
        "plain": Subject(make_function(folder / "plain", PLAIN), environment=alone),
        "bare": Subject(make_function(folder / "bare", BARE)),
    }
    if before:
        found["before"] = Subject(pack_before(folder, before), ENTRY)
    return found


def payment_paths() -> Iterator[str]:
    for number in itertools.count():
        payment_id = mint_payment_id(datetime.now(UTC), number.to_bytes(10))
        yield f"/api/payees/{BAKERY}/payments/{payment_id}"


def measure_lambda(before: Path | None = None) -> dict[str, Any]:
    """The figures of docs/lambda-zip.md; `before` is an earlier commit's code."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with running_emulator(folder / "emulator", free_port()) as url:
            client = dynamodb_client(url)
            make_tables(client, STAGE.aws_name, [make_payee()])
            found, paths = subjects(folder, before), payment_paths()
            for number in range(ROUNDS):
                in_turn = list(found.values())
                for subject in in_turn if number % 2 else reversed(in_turn):
                    subject.measure(url, paths)
        sizes = {
            name: round((folder / f"{name}.zip").stat().st_size / 1e6, 1)
            for name in ("ours", "stock")
        }
    return figures_of(found, sizes)


def figures_of(found: Mapping[str, Subject], sizes: Mapping[str, float]) -> dict[str, Any]:
    """Times in milliseconds, and for each target the ratio of ours, of the floor, and of the
    earlier commit if that was started."""
    names = {"ours": "is", "floor": "floor", "bare": "bare", "before": "before"}
    ratios: dict[str, dict[str, float]] = {}
    for what, its, other, others, most in TARGETS:
        ratios[what] = {"most": most} | {
            key: round(ratio(found[name], its, found[other or name], others), 3)
            for name, key in names.items()
            if name in found
        }
    times = {
        name: [round(median(one) * 1000, 1) for one in (subject.cold, subject.first, subject.warm)]
        for name, subject in found.items()
    }
    above = ratio(found["ours"], "cold", found["floor"], "cold")
    return {"zip_mb": sizes, "ratios": ratios, "above_floor": round(above, 2), "ms": times}


def ratio(one: Subject, its: str, other: Subject, others: str) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(getattr(one, its), getattr(other, others), strict=True)
    return float(median(above / below for above, below in pairs))


def main() -> None:
    os.environ |= CREDENTIALS
    figures = measure_lambda()
    refresh(save_figures("lambda", figures))
    for name, times in figures["ms"].items():
        click.echo(f"{name:6}" + "".join(f"{one:9.1f} ms" for one in times))
    click.echo(lambda_table(load_figures()) + lambda_block(load_figures()))
    missed = [what for what, one in figures["ratios"].items() if one["is"] > one["most"]]
    for what in missed:
        click.echo(f"Missed: {what}", err=True)
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    main()
