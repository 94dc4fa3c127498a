"""`make archive` on emulated AWS, whose Athena is DuckDB: the stack, and what `--athena` answers
from an export in DynamoDB's documented format."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

import boto3
import pytest

from cli.local.emulator import running_emulator
from cli.local.serving import free_port
from cli.system import load_stack
from infra.archiving import turning
from infra.deployment import Deployment
from infra.emulation.rehearsal import session_at
from infra.stage import ROOT, Stage
from testkit.dynamodb_export import rows_of, write_export
from tests.cli.desk import Desk
from tests.cli.ledgers import record
from tests.cli.test_sync import something_happens

ENGINE = ROOT / ".tools/athena"
REGION = "us-east-1"
pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow,
    pytest.mark.skipif(not ENGINE.exists(), reason="run make .tools/athena/.installed"),
]


@pytest.fixture
def aws(_aws_environment: None, tmp_path: Path) -> Iterator[str]:
    with running_emulator(tmp_path / "aws", free_port(), packages=ENGINE) as url:
        yield url


def test_a_stage_gets_an_archive_asks_it_and_ends_it(
    aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(f"t{uuid4().hex[:8]}", "payee-pages", REGION, "payee-pages-deploy", "python3.13",
                  has_function_url=False)  # fmt: skip
    deployment = Deployment(stage, session_at(aws, REGION), aws)
    deployment.stacks().apply(deployment.plan_stack({}))
    turning.turn(deployment, {"KeptDays": "30"})
    turning.turn(deployment, {})  # again: what was set stays
    assert capsys.readouterr().err.count("replace it for 30 days") == 2
    outputs = deployment.stacks().outputs(f"{stage.aws_name}-archive")
    bucket = outputs["ArchiveBucket"]
    with closing(deployment.session.client("scheduler")) as scheduler:
        schedule = scheduler.get_schedule(Name=f"{stage.aws_name}-archive")
    wanted = json.loads(schedule["Target"]["Input"])
    assert wanted["TableArn"].endswith(f":table/{stage.ledger_table}")
    assert (wanted["S3Bucket"], wanted["ExportFormat"]) == (bucket, "DYNAMODB_JSON")
    assert wanted["ClientToken"] in wanted["S3Prefix"]

    desk = desk_of(stage, aws, tmp_path, monkeypatch)
    named = ("--stage", stage.name)
    assert desk.payees("publish", "--yes", *named).exit_code in (0, 2)
    system = load_stack(stage.infra_stack, ["table", "registry", "bucket"])
    nothing = desk.payees("totals", "--athena", *named)
    assert "has no complete export yet" in nothing.stderr
    # of every attribute one: emulated Athena knows no columns but those that it finds
    record(system, 1, bank_reference="437276589036")
    random = Random(5)
    for _ in range(150):
        something_happens(system, random)
    at = datetime.now(UTC)
    write_export(
        system.s3(),
        bucket,
        wanted["S3Prefix"].replace("<aws.scheduler.scheduled-time>", f"{at:%Y-%m-%dT%H:%M:%SZ}")
        + "/",
        rows_of(system.dynamodb(), system.ledger_table),
        table=system.ledger_table,
        at=at,
    )
    for question in (
        ("totals",),
        ("totals", "--by", "method"),
        ("totals", "--by", "payee,month", "--json"),
        ("totals", "shilpa", "--by", "day", "--since", "2026-01-01"),
    ):
        live, asked = desk.payees(*question, *named), desk.payees(*question, "--athena", *named)
        assert (live.exit_code, asked.exit_code) == (0, 0), asked.stderr
        assert (asked.stdout, bool(live.stdout)) == (live.stdout, True)
        assert asked.stderr.startswith("From the archive, 0 minutes old: table ")
    compared = desk.payees("export", "--compare", f"s3://{bucket}/ledger", *named)
    assert (compared.exit_code, compared.stdout) == (0, ""), compared.stderr
    monkeypatch.setattr(
        "cli.copying.sums.count_question", lambda rows: f"SELECT nothing FROM {rows}"
    )
    failed = desk.payees("totals", "--athena", *named)
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert "Athena could not answer: " in failed.stderr

    turning.turn(deployment, None)
    said = capsys.readouterr().err
    assert f"stays in the bucket {bucket}" in said
    assert "for 30 days after its night" in said
    assert deployment.stacks().outputs(f"{stage.aws_name}-archive") == {}
    with closing(boto3.client("s3", endpoint_url=aws)) as s3:
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] > 2
    gone = desk.payees("totals", "--athena", *named)
    assert "`make archive STAGE=…` turns one on" in gone.stderr
    turning.turn(deployment, None)
    assert capsys.readouterr().err == "There was no archive.\n"


def desk_of(stage: Stage, aws: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A market's folder that knows the stage."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    monkeypatch.setenv("AWS_REGION", REGION)
    settings = {"project_name": stage.project, "aws_region": REGION}
    (folder / "zappa_settings.json").write_text(json.dumps({stage.name: settings}))
    monkeypatch.chdir(folder)
    desk = Desk(folder)
    desk.write_roster("mahantesh", "shilpa")
    return desk
