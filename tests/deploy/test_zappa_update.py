"""`zappa deploy` and `zappa update`, as an operator types them, on emulated AWS."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.lambda_zip import MAX_BYTES
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


def zappa(*arguments: str | Path) -> None:
    with run_zappa(*arguments) as running:
        output, _ = running.communicate(timeout=120)
    assert running.returncode == 0, output


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
    zappa("deploy", STAGE, "--zip", lambda_zip)
    with closing(boto3.client("apigatewayv2")) as gateway:
        [api] = gateway.get_apis()["Items"]
    payment_id = make_payment_id(datetime.now(UTC), random=99)
    stage_url = f"/_aws/execute-api/{api['ApiId']}/{STAGE}"
    here = f"{stage_url}/api/payees/{BAKERY}/payments/{payment_id}"
    assert put(ministack, here) == 201
    deployed = function()
    zappa("update", STAGE)
    assert put(ministack, here) == 200
    updated = function()
    assert updated["CodeSha256"] == deployed["CodeSha256"]  # the same zip, made again
    assert updated["CodeSize"] <= MAX_BYTES
    assert updated["Timeout"] == 12
    assert updated["Environment"]["Variables"] == {"INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true"}
