"""A Lambda started from the zip, and its table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.stage import load_stage
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import make_payee
from testkit.runtime_api import RUNTIME_PYTHON, Lambda, running_lambda
from tests.deploy.zipping import STAGE

ORIGIN = "https://pay.example.org"


@pytest.fixture(scope="session")
def _tables(ministack: str) -> None:
    """Those of the stage, with one payee."""
    client = dynamodb_client(ministack)
    make_tables(client, load_stage(STAGE).aws_name, [make_payee()])
    client.close()


@pytest.fixture(scope="session")
def started_lambda(lambda_zip: Path, ministack: str, _tables: None) -> Iterator[Lambda]:
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
