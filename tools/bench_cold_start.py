"""`make bench-lambda`: our zip's cold start and its requests, against three others.

Times depend on the machine, so what counts are ratios, all measured in one run and in turn. Each
start is a new process of AWS's runtime client; DynamoDB is ministack's.
"""

import itertools
import json
import os
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from infra.deployment import ZAPPA
from infra.stage import load_stage
from payments.payment_id import mint_payment_id
from testkit.demo_process import ROOT
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import BAKERY, make_document, make_payee
from testkit.lambda_events import http_api_v2
from testkit.runtime_api import ENTRY, running_folder
from testkit.zappa import package
from tools.figure_pages import refresh
from tools.figures import save_figures

STAGE = load_stage("local")
ROUNDS = 7
WARM_REQUESTS = 60
TARGETS = [  # what, of which subject, over what of which other, at most
    ("cold init / Zappa's own zip", "ours", "cold", "stock", "cold", 0.25),
    ("cold init / Flask and boto3 alone", "ours", "cold", "flask", "cold", 0.9),
    ("first request / warm request", "ours", "first", "ours", "warm", 3.0),
    ("warm request / function with boto3", "ours", "warm", "plain", "warm", 1.2),
]
PLAIN = f"""
import json, boto3
client = boto3.client("dynamodb")

def lambda_handler(event, context):
    key = event["rawPath"].split("/")
    payment = {{name: {{"S": value}} for name, value in json.loads(event["body"]).items()}}
    client.put_item(
        TableName="{STAGE.ledger_table}",
        Item={{"PK": {{"S": key[-3]}}, "SK": {{"S": key[-1]}}, **payment}},
        ConditionExpression="attribute_not_exists(PK)",
    )
    return {{"statusCode": 201, "body": json.dumps(payment)}}
"""


@dataclass
class Subject:
    """What is started, and the seconds it took."""

    folder: Path
    handler: str
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
            self.cold.append(running.init_seconds)
            for seconds in (self.first, *[self.warm] * WARM_REQUESTS):
                event = http_api_v2("PUT", next(paths), body, {"Content-Type": "application/json"})
                started = time.perf_counter()
                answer = running.invoke(event)
                seconds.append(time.perf_counter() - started)
                if answer["statusCode"] != 201:
                    raise SystemExit(f"not recorded: {answer}\n{running.output()}")


def unpacked(folder: Path, name: str, *, ours: bool) -> Path:
    """The stage's zip, unpacked: ours, or of the same code as Zappa packs it unasked."""
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    project = ROOT
    if not ours:
        del settings["production"]["callbacks"], settings["production"]["exclude_glob"]
        del settings["production"]["exclude"]
        settings["production"]["environment_variables"] |= STAGE.tables
        project = folder / "project"
        for source in ("backend", "payments"):
            shutil.copytree(ROOT / source, project / source)
    settings_file = folder / f"{name}.json"
    settings_file.write_text(json.dumps(settings))
    archive = package(folder / f"{name}.zip", "--settings_file", settings_file, project=project)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder / name)
    print(f"{name}: {archive.stat().st_size / 1e6:.1f} MB")
    return folder / name


def subjects(folder: Path) -> dict[str, Subject]:
    # As installed: bytecode is valid.
    site = next(ZAPPA.parents[1].glob("lib/python3*/site-packages"))
    alone = {"PYTHONPATH": str(site)}
    usual = "handler.lambda_handler"
    for name, source in (("flask", "import flask\napp = flask.Flask('bench')\n"), ("plain", "")):
        (folder / name).mkdir()
        (folder / name / "handler.py").write_text(source + PLAIN)
    return {
        "stock": Subject(unpacked(folder, "stock", ours=False), usual),
        "ours": Subject(unpacked(folder, "ours", ours=True), ENTRY),
        "flask": Subject(folder / "flask", usual, alone),
        "plain": Subject(folder / "plain", usual, alone),
    }


def payment_paths() -> Iterator[str]:
    for number in itertools.count():
        payment_id = mint_payment_id(datetime.now(UTC), number.to_bytes(10))
        yield f"/api/payees/{BAKERY}/payments/{payment_id}"


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with running_emulator(folder / "emulator", free_port()) as url:
            os.environ |= CREDENTIALS
            make_tables(dynamodb_client(url), STAGE.aws_name, [make_payee()])
            measured, paths = subjects(folder), payment_paths()
            sizes = {
                name: round((folder / f"{name}.zip").stat().st_size / 1e6, 1)
                for name in ("ours", "stock")
            }
            for _ in range(ROUNDS):
                for subject in measured.values():
                    subject.measure(url, paths)
    for name, subject in measured.items():
        times = (
            statistics.median(values) for values in (subject.cold, subject.first, subject.warm)
        )
        print(f"{name:6}" + "".join(f"{seconds * 1000:9.1f} ms" for seconds in times))
    failed, ratios = False, {}
    print(f"\n{'':36}measured  at most")
    for what, one, its, other, others, most in TARGETS:
        above = statistics.median(getattr(measured[one], its))
        ratio = above / statistics.median(getattr(measured[other], others))
        failed |= ratio > most
        ratios[what] = {"is": round(ratio, 2), "most": most}
        print(f"{what:36}{ratio:8.2f} {most:8.2f}{'  too slow' if ratio > most else ''}")
    refresh(save_figures("lambda", {"zip_mb": sizes, "ratios": ratios}))
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
