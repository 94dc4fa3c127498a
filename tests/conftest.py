"""Real parts for the tests: ministack and DynamoDB Local as child processes, moto in-process."""

import os
import time
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Playwright, sync_playwright

from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.serving import free_port
from testkit.demo_process import Demo, running_demo
from testkit.dynamodb_local import find_program, running_dynamodb_local
from testkit.engines import ENGINES
from tests.deploy.zipping import lambda_zip  # noqa: F401 (a fixture for all tests)

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", action="append", choices=list(ENGINES), help="only this browser")


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
def dynamodb_local(_aws_environment: None) -> Iterator[str]:
    """The URL of AWS's own DynamoDB engine, in memory."""
    program = find_program()
    if program is None:
        pytest.skip("DynamoDB Local is not installed: it needs Java 17 and npm; then run make test")
    with running_dynamodb_local(program) as url:
        yield url


@pytest.fixture(scope="session")
def demo(_aws_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`payees demo` with the sample roster, one for all."""
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all: two at a time do not get on."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def in_india(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's zone is India's."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
