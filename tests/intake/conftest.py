"""The table of intake, which moto plays."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from backend.table import table_definition
from intake.rows import AlertRows


@pytest.fixture(scope="module")
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def rows(moto: None) -> Iterator[AlertRows]:
    name = f"{uuid4().hex}-intake"
    with closing(boto3.client("dynamodb", region_name="us-east-1")) as client:
        client.create_table(**table_definition(name))
        yield AlertRows(client, name)
