"""`make notices` turns it on beside a live stage, and off without a trace but its secrets."""

from pathlib import Path
from uuid import uuid4

import pytest

from infra.deployment import Deployment
from infra.emulation.rehearsal import session_at
from infra.notices import turning
from infra.stage import ROOT, Stage
from infra.trial import LAMBDA_PYTHON

pytestmark = [pytest.mark.emulator, pytest.mark.slow]


@pytest.mark.skipif(not LAMBDA_PYTHON.exists(), reason="run make lambda-tools")
def test_it_is_turned_on_and_off_again(
    ministack: str, notices_zip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy(archive: Path, _python: Path) -> None:
        archive.parent.mkdir(exist_ok=True)
        archive.write_bytes(notices_zip.read_bytes())

    monkeypatch.setattr(turning, "make_notices_zip", copy)
    name = f"t{uuid4().hex[:8]}"
    stage = Stage(name, "payee-pages", "us-east-1", f"payee-pages-{name}-deploy", "python3.13",
                  has_function_url=False)  # fmt: skip
    session = session_at(ministack, stage.region)
    deployment = Deployment(stage, session, ministack)
    deployment.stacks().apply(deployment.plan_stack({}))
    bare = resources(deployment)
    assert "LedgerStream" not in deployment.outputs()

    turning.turn(deployment, {"TimeZone": "Asia/Kolkata"})
    assert deployment.outputs()["LedgerStream"].startswith("arn:aws:dynamodb:")
    stack = f"{stage.aws_name}-notices"
    assert deployment.stacks().parameters(stack)["TimeZone"] == "Asia/Kolkata"
    functions = session.client("lambda").list_functions()["Functions"]
    assert stack in {one["FunctionName"] for one in functions}
    turning.turn(deployment, {})  # again: brought up to date, and what was set stays
    assert deployment.stacks().parameters(stack)["TimeZone"] == "Asia/Kolkata"

    turning.turn(deployment, None)
    assert deployment.stacks().outputs(stack) == {}
    assert resources(deployment) == bare
    functions = session.client("lambda").list_functions()["Functions"]
    assert stack not in {one["FunctionName"] for one in functions}
    mappings = session.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert not [one for one in mappings if stage.aws_name in one["EventSourceArn"]]
    assert not [
        url for url in session.client("sqs").list_queues().get("QueueUrls", []) if stack in url
    ]
    tables = session.client("dynamodb").list_tables()["TableNames"]
    assert [one for one in tables if stage.aws_name in one] == [
        f"{stage.aws_name}-ledger", f"{stage.aws_name}-registry"
    ]  # fmt: skip
    table = session.client("dynamodb").describe_table(TableName=stage.ledger_table)["Table"]
    assert not table.get("StreamSpecification", {}).get("StreamEnabled")
    (ROOT / f"build/{stage.aws_name}-notices.zip").unlink()


def resources(deployment: Deployment) -> set[str]:
    client = deployment.session.client("cloudformation")
    pages = client.list_stack_resources(StackName=deployment.stage.infra_stack)
    return {one["LogicalResourceId"] for one in pages["StackResourceSummaries"]}
