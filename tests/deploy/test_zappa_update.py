"""`zappa deploy` and `zappa update`, as an operator types them, on emulated AWS."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.api import Api
from infra.emulation.emulated_cdn import EmulatedCdn
from infra.lambda_zip import MAX_BYTES
from infra.stage import load_stage
from testkit.factories import BAKERY, make_document, make_payment_id
from tests.deploy.zipping import STAGE, run_zappa

pytestmark = [pytest.mark.emulator, pytest.mark.slow]
FUNCTION = f"payee-pages-{STAGE}"


@pytest.fixture
def _role(ministack: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What infra's stack brings before the first deployment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    with closing(boto3.client("iam")) as iam:
        iam.create_role(RoleName=f"{FUNCTION}-api", AssumeRolePolicyDocument="{}")
        yield
        iam.delete_role(RoleName=f"{FUNCTION}-api")


@contextmanager
def stack_of(project: str, stage: str) -> Iterator[None]:
    """A stack under the name of this stage's, made for another."""
    name = load_stage(STAGE).infra_stack
    template = {
        "Parameters": {key: {"Type": "String"} for key in ("Project", "Stage")},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    with closing(boto3.client("cloudformation")) as client:
        client.create_stack(
            StackName=name,
            TemplateBody=json.dumps(template),
            Parameters=[
                {"ParameterKey": "Project", "ParameterValue": project},
                {"ParameterKey": "Stage", "ParameterValue": stage},
            ],
        )
        yield
        client.delete_stack(StackName=name)


def zappa(*arguments: str | Path) -> None:
    code, output = run(*arguments)
    assert code == 0, output


def run(*arguments: str | Path) -> tuple[int, str]:
    with run_zappa(*arguments) as running:
        output, _ = running.communicate(timeout=120)
    return running.returncode, output


def put(ministack: str, path: str) -> int:
    with closing(HTTPConnection(ministack.removeprefix("http://"), timeout=30)) as connection:
        body = json.dumps(make_document())
        connection.request("PUT", path, body, {"Content-Type": "application/json"})
        return connection.getresponse().status


def function() -> dict[str, Any]:
    with closing(boto3.client("lambda")) as client:
        return dict(client.get_function(FunctionName=FUNCTION)["Configuration"])


@pytest.mark.usefixtures("_role", "_tables")
def test_zappa_deploys_and_updates_our_zip(ministack: str, lambda_zip: Path) -> None:
    code, output = run("deploy", STAGE, "--zip", lambda_zip)
    assert (code, output.count("Traceback")) == (1, 0)
    assert f"`make deploy STAGE={STAGE}` makes all of it, in order." in output
    with stack_of("payee-pages", STAGE):
        deploys_and_updates(ministack, lambda_zip)
    refuses_anothers_stack()


def deploys_and_updates(ministack: str, lambda_zip: Path) -> None:
    zappa("deploy", STAGE, "--zip", lambda_zip)
    with closing(boto3.client("apigatewayv2")) as gateway:
        [api] = gateway.get_apis()["Items"]
    payment_id = make_payment_id(datetime.now(UTC), random=99)
    stage_url = f"/_aws/execute-api/{api['ApiId']}/{STAGE}"
    path = f"/api/payees/{BAKERY}/payments/{payment_id}"
    here = f"{stage_url}{path}"
    assert put(ministack, here) == 201
    asks_and_looks(EmulatedCdn(ministack, "x", Api("x", api["ApiId"]), load_stage(STAGE)), path)
    deployed = function()
    zappa("update", STAGE)
    assert put(ministack, here) == 200
    updated = function()
    assert updated["CodeSha256"] == deployed["CodeSha256"]  # the same zip, made again
    assert updated["CodeSize"] <= MAX_BYTES
    assert updated["Timeout"] == 12
    assert updated["Environment"]["Variables"] == {
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true",
        "PAYMENTS_AN_HOUR": "1200",
    }
    code, output = run("undeploy", STAGE)
    assert (code, output.count("Traceback")) == (1, 0)
    assert f"`make destroy STAGE={STAGE} ARGS=--yes` takes the stage down" in output


def asks_and_looks(cdn: EmulatedCdn, path: str) -> None:
    """OPTIONS and HEAD through the CDN, which the Lambda answers as on AWS."""
    status, headers, body = cdn.request("OPTIONS", path, {"Origin": "https://x.example"}, b"")
    told = {name.lower(): value for name, value in headers}
    assert (status, body) == (200, b"")
    assert set(told["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert told["cache-control"] == "no-store"
    status, _, body = cdn.request("OPTIONS", "/api/nowhere?x=%20", {}, b"")
    assert (status, json.loads(body)["code"]) == (404, "not-found")
    assert cdn.request("HEAD", path, {}, b"")[::2] == (200, b"")
    assert cdn.request("HEAD", "/api/nowhere", {}, b"")[::2] == (404, b"")


def refuses_anothers_stack() -> None:
    """No command of Zappa's goes on where the stack of that name was made for another stage."""
    deployed = function()
    with stack_of("payee", f"pages-{STAGE}"):
        for command in (["update"], ["undeploy", "--yes"], ["status"]):
            code, output = run(command[0], STAGE, *command[1:])
            assert code != 0
            assert "belongs to the project “payee” and its stage “pages-local”" in output
            assert "Traceback" not in output
    assert function() == deployed
