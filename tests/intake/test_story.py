"""From a phone's message to a confirmed payment and the statement, on emulated AWS: the stack, the
Lambda's real zip, posts like a forwarder's."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from cli.system import System, save_system
from infra.deployment import Deployment
from infra.emulation.rehearsal import session_at
from infra.intake import turning
from infra.intake.packing import MAX_BYTES
from infra.stage import ROOT, Stage
from infra.trial import LAMBDA_PYTHON
from intake.rows import AlertRows
from payments.payee import PayeeId
from payments.payment_id import mint_payment_id
from testkit.factories import make_payee, make_payment

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.slow,
    pytest.mark.skipif(not LAMBDA_PYTHON.exists(), reason="run make lambda-tools"),
]

NUMBER = "437276589036"
ROSTER = """\
site: {title: Town, url: "https://pay.example.org/", currency: INR, limits: {min: "1", max: "100"}}
payees: [{id: usha, name: Usha}]
"""


@pytest.fixture
def deployment(ministack: str) -> Iterator[Deployment]:
    name = f"t{uuid4().hex[:8]}"
    stage = Stage(name, "payee-pages", "us-east-1", f"payee-pages-{name}-deploy", "python3.13",
                  has_function_url=False)  # fmt: skip
    deployment = Deployment(stage, session_at(ministack, stage.region), ministack)
    deployment.stacks().apply(deployment.plan_stack({}))
    yield deployment
    (ROOT / f"build/{stage.aws_name}-intake.zip").unlink(missing_ok=True)


@pytest.fixture
def system(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    """The folder of a maintainer beside whom that stage runs."""
    stage = deployment.stage
    system = System(
        stage.ledger_table, stage.registry_table, deployment.outputs()["BucketName"],
        endpoint_url=deployment.endpoint_url, site_url="https://pay.example.org/",
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name in ("STACK", "STAGE", "TABLE", "REGISTRY", "STATE_DIR"):
        monkeypatch.delenv(f"PAYEES_{name}", raising=False)
    Path(".demo").mkdir()
    save_system(Path(".demo"), system)
    Path("payees.yaml").write_text(ROSTER)
    return system


def payees(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, (arguments, result.output)
    return result


def post(url: str, body: bytes, kind: str = "application/json") -> tuple[int, Any, dict[str, str]]:
    request = urllib.request.Request(url, body, {"content-type": kind})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), dict(error.headers)


def grades(result: Result) -> list[str]:
    return [row["grade"] for row in json.loads(result.stdout)]


def test_a_message_proposes_is_applied_and_the_statement_changes_nothing(
    deployment: Deployment, system: System
) -> None:
    before = everything(deployment)
    turning.turn(deployment, {"KeepDays": "30"})
    endpoint, stack = deployment.endpoint_url, turning.stack_of(deployment)
    outputs = deployment.stacks().outputs(stack)
    [archive] = [ROOT / f"build/{deployment.stage.aws_name}-intake.zip"]
    assert archive.stat().st_size < MAX_BYTES
    assert deployment.stacks().parameters(stack)["KeepDays"] == "30"

    # An address for a phone, which posts what the bank sends, and posts it again.
    made = payees("intake", "--new", "Phone", "--from", "HDFCBK").stdout.strip()
    assert made.startswith(outputs["IntakeUrl"])
    door = outputs["IntakeUrl"].partition("://")[2].partition(".")[0]
    url = f"{endpoint}/_aws/execute-api/{door}/$default/alerts/{made.rpartition('/')[2]}"
    now = datetime.now(UTC)
    text = (
        f"Credit Alert!\nRs.50.00 credited to HDFC Bank A/c XX1234 on {now:%d-%m-%y} from VPA "
        f"asha.rao@okexample (UPI {NUMBER})"
    )
    stamp = int(now.timestamp() * 1000)
    message = json.dumps({"from": "VM-HDFCBK", "text": text, "sentStamp": stamp}).encode()
    assert post(url, message)[:2] == (201, {"kept": True})
    status, answer, headers = post(url, message)
    assert (status, answer) == (200, {"kept": True})
    assert {k.lower(): v for k, v in headers.items()}["idempotency-replayed"] == "true"
    form = b"from=VM-HDFCBK&content=Balance+is+Rs+5&timestamp=1"
    assert post(url, form, "application/x-www-form-urlencoded")[0] == 201
    assert post(url, b'{"from":"Mum","text":"Hi"}')[:2] == (200, {
        "kept": False, "why": "this key keeps no messages of that sender"})  # fmt: skip
    assert post(url, b"{")[1]["code"] == "malformed-body"
    wrong = post(url[:-1] + ("0" if url[-1] != "0" else "1"), message)
    assert (wrong[0], wrong[1]["code"]) == (401, "intake-key")

    listed = json.loads(payees("intake", "--json").stdout)
    assert sorted(one["kind"] for one in listed) == ["credit", "unread"]

    # Two claims of Asha's; one has the number that her bank showed her.
    system.registry().register(make_payee("usha", name="Usha"))
    ids = [mint_payment_id(now - timedelta(minutes=one), bytes([one] * 10)) for one in (1, 2)]
    for payment_id, number in zip(ids, (NUMBER, None), strict=True):
        system.ledger().record(
            make_payment(payment_id, "usha", payer_id="Asha Rao", recorded_at=now,
                         bank_reference=number)
        )  # fmt: skip
    proposed = payees("reconcile", "--alerts", "--plan", "plan.csv")
    assert "likely               1  50.00 INR" in proposed.stderr
    assert "sure" not in proposed.stderr
    payees("reconcile", "--apply", "plan.csv", "--include", "likely", "--by", "Sneha")

    def statuses() -> list[str]:
        found = system.ledger().histories(PayeeId("usha"))
        return [str(one.status) for one in found if one.payment.payment_id in ids]

    assert sorted(statuses()) == ["claimed", "confirmed"]

    # The same message once more, and the statement days later: neither settles the other claim.
    assert grades(payees("reconcile", "--alerts", "--json")) == ["no money"]
    later = now + timedelta(days=2)
    Path("m.csv").write_text(
        "Date,Description,Ref No,Payer name,Amount\n"
        f"{later:%Y-%m-%d},UPI/ASHA RAO/{NUMBER}/x,0000{NUMBER},ASHA RAO,50.00\n"
        f"{later:%Y-%m-%d},Rent,B7,LANDLORD,-9.00\n"
    )
    assert grades(payees("reconcile", "m.csv", "--json")) == ["no money"]
    assert sorted(statuses()) == ["claimed", "confirmed"]

    # Forgotten, ended, turned off: nothing of it is left.
    payees("intake", "--forget", "--yes")
    assert list(AlertRows(system.dynamodb(), outputs["IntakeTable"]).alerts()) == []
    payees("intake", "--revoke", "1")
    assert post(url, message)[0] == 401
    turning.turn(deployment, None)
    assert everything(deployment) == before


def everything(deployment: Deployment) -> set[str]:
    """What of the stage is on AWS."""
    session, name = deployment.session, deployment.stage.aws_name
    functions = session.client("lambda").list_functions()["Functions"]
    tables = session.client("dynamodb").list_tables()["TableNames"]
    roles = session.client("iam").list_roles()["Roles"]
    apis = session.client("apigatewayv2").get_apis()["Items"]
    if deployment.has_deploy_bucket():
        kept = session.client("s3").list_objects_v2(Bucket=deployment.stage.deploy_bucket)
        assert "Contents" not in kept
    found = [one["FunctionName"] for one in functions] + tables
    found += [one["RoleName"] for one in roles] + [one["Name"] for one in apis]
    return {one for one in found if name in one}
