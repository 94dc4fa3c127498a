"""A Lambda started from the zip, and its table."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.dynamo_registry import DynamoRegistry
from backend.table import registry_table
from infra.stage import load_stage
from payments.till_keys import key_digest
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import BAKERY, TILL_KEY, make_payee
from testkit.runtime_api import RUNTIME_PYTHON, Lambda, running_lambda
from tests.deploy.zipping import STAGE

ORIGIN = "https://pay.example.org"


@pytest.fixture(scope="session")
def _tables(ministack: str) -> None:
    """Those of the stage, with one payee and a key to their till."""
    client, stage = dynamodb_client(ministack), load_stage(STAGE).aws_name
    make_tables(client, stage, [make_payee()])
    keys = DynamoRegistry(client, registry_table(stage))
    keys.add_till_key(BAKERY, "Counter 1", key_digest(TILL_KEY), datetime.now(UTC))
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
