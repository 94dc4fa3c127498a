"""A Lambda started from the zip, and its table."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from testkit.demo_process import ROOT
from testkit.dynamodb_local import dynamodb_client, make_table
from testkit.factories import make_payee
from testkit.runtime_api import RUNTIME_PYTHON, Lambda, running_lambda
from tests.deploy.zipping import STAGE

ORIGIN = "https://pay.example.org"


@pytest.fixture(scope="session")
def payments_table(ministack: str) -> str:
    """The stage's table, with one payee."""
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    table: str = settings[STAGE]["environment_variables"]["PAYMENTS_TABLE"]
    client = dynamodb_client(ministack)
    make_table(client, table, [make_payee()])
    client.close()
    return table


@pytest.fixture(scope="session")
def started_lambda(lambda_zip: Path, ministack: str, payments_table: str) -> Iterator[Lambda]:
    """The zip under AWS's own runtime client, with ministack for its DynamoDB."""
    if not RUNTIME_PYTHON.exists():
        pytest.skip("Lambda's runtime client is not installed: run make test")
    environment = {
        "AWS_ENDPOINT_URL_DYNAMODB": ministack,
        "API_ORIGINS": ORIGIN,
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true",
    }
    with running_lambda(lambda_zip, environment) as running:
        yield running
