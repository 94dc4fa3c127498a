"""The API, and tables to try it on: in memory, on moto, on both engines."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.dynamodb import CLIENT_CONFIG
from backend.table import table_definition
from cli.local.memory import MemoryLedger, MemoryRegistry
from payments.ledger import Ledger
from testkit.dynamodb_local import dynamodb_client
from tests.backend.api import Api
from tests.backend.stores import PAGE_ROWS, STORES, TABLES, Registry, Stores, Table


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """An empty table in each DynamoDB there is."""
    with _new_table(request) as table:
        yield table


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """An empty ledger of each kind; those in DynamoDB turn many pages."""
    if request.param == "memory":
        yield MemoryLedger()
        return
    with _new_table(request) as table:
        table.turn_pages_after(PAGE_ROWS)
        yield DynamoLedger(table.client, table.name)


@pytest.fixture(params=STORES)
def registry(request: pytest.FixtureRequest) -> Iterator[Registry]:
    """An empty registry of each kind; those in DynamoDB turn many pages."""
    if request.param == "memory":
        yield MemoryRegistry()
        return
    with _new_table(request) as table:
        table.turn_pages_after(PAGE_ROWS)
        yield DynamoRegistry(table.client, table.name)


@pytest.fixture(params=STORES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """An empty ledger and an empty registry of each kind; those in DynamoDB turn many pages."""
    if request.param == "memory":
        yield MemoryLedger(), MemoryRegistry()
        return
    with _new_table(request) as table:
        table.turn_pages_after(PAGE_ROWS)
        yield DynamoLedger(table.client, table.name), DynamoRegistry(table.client, table.name)


@pytest.fixture
def closed_port() -> Iterator[str]:
    """The URL of a port that is taken, so that nobody else gets it, and refuses connections."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}"


@pytest.fixture(scope="session")
def aws() -> boto3.Session:
    """Kept, because reading DynamoDB's model for every test takes longer than the test."""
    return boto3.Session()


@contextmanager
def _new_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    if request.param == "moto":
        aws: boto3.Session = request.getfixturevalue("aws")
        with mock_aws(), closing(aws.client("dynamodb", config=CLIENT_CONFIG)) as client:
            yield _create(Table(client, _unique_name()))
        return
    url: str = request.getfixturevalue(request.param.replace("-", "_"))
    with closing(dynamodb_client(url)) as client:
        table = _create(Table(client, _unique_name()))
        yield table
        client.delete_table(TableName=table.name)


def _create(table: Table) -> Table:
    table.client.create_table(**table_definition(table.name))
    return table


def _unique_name() -> str:
    return f"payments-{uuid4().hex}"
