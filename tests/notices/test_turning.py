"""`make notices` turns it on beside a live stage, and off without a trace but its secrets and who
wanted no mail."""

from pathlib import Path
from uuid import uuid4

import pytest

from cli.failure import Failure
from infra.data_removal import leftovers
from infra.deployment import Deployment
from infra.emulation.rehearsal import session_at
from infra.notices import turning
from infra.stage import ROOT, Stage
from infra.trial import LAMBDA_PYTHON
from notices.rows import NoticeRows
from payments.payee import PayeeId
from testkit.factories import NOW
from tests.infra.templates import INFRA

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
    for is_on in (True, False):
        with pytest.raises(Failure, match="is not live: make deploy"):
            turning.turn(deployment, {} if is_on else None)
    assert deployment.stacks().outputs(stage.infra_stack) == {}
    session.client("iam").create_policy(
        PolicyName=turning.BOUNDARY,
        PolicyDocument=(INFRA / "notices/boundary-policy.json").read_text(),
    )
    deployment.stacks().apply(deployment.plan_stack({}))
    bare = resources(deployment)
    assert "LedgerStream" not in deployment.outputs()

    turning.turn(deployment, {"TimeZone": "Asia/Kolkata"})
    assert deployment.outputs()["LedgerStream"].startswith("arn:aws:dynamodb:")
    stack = f"{stage.aws_name}-notices"
    assert deployment.stacks().parameters(stack)["TimeZone"] == "Asia/Kolkata"
    functions = session.client("lambda").list_functions()["Functions"]
    assert stack in {one["FunctionName"] for one in functions}
    assert deployment.stacks().parameters(stack)["Boundary"] == turning.BOUNDARY
    rows = NoticeRows(session.client("dynamodb"), stack)
    rows.stop_mail(PayeeId("usha"), "usha@example.org", NOW)
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
        f"{stage.aws_name}-ledger", f"{stage.aws_name}-notices", f"{stage.aws_name}-registry"
    ]  # fmt: skip
    assert zips(deployment) == []
    table = session.client("dynamodb").describe_table(TableName=stage.ledger_table)["Table"]
    assert not table.get("StreamSpecification", {}).get("StreamEnabled")

    turning.turn(deployment, {})
    assert list(rows.stopped()) == [("usha@example.org", "unsubscribed from usha")]
    assert len(zips(deployment)) == 1
    turning.turn(deployment, None)
    assert [str(one) for one in leftovers(deployment)][2].startswith(f"table {stack} (who wants")
    (ROOT / f"build/{stage.aws_name}-notices.zip").unlink()


def zips(deployment: Deployment) -> list[str]:
    client = deployment.session.client("s3")
    found = client.list_objects_v2(Bucket=deployment.stage.deploy_bucket, Prefix="notices/")
    return [one["Key"] for one in found.get("Contents", [])]


def resources(deployment: Deployment) -> set[str]:
    client = deployment.session.client("cloudformation")
    pages = client.list_stack_resources(StackName=deployment.stage.infra_stack)
    return {one["LogicalResourceId"] for one in pages["StackResourceSummaries"]}
