"""The Lambda zip, made once for all tests, and a Lambda started from it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.dynamodb import DynamoRegistry
from backend.table import table_definition
from tests.conftest import dynamodb_client
from tests.demo_process import ROOT
from tests.deploy.runtime_api import RUNTIME_PYTHON, Lambda, running_lambda
from tests.factories import make_payee

DEPLOY_PYTHON = ROOT / ".tools/deploy/bin/python"
STAGE = "local"
ORIGIN = "https://pay.example.org"


def run_zappa(*arguments: str | Path, python: Path = DEPLOY_PYTHON) -> "subprocess.Popen[str]":
    """Zappa's command with the interpreter `python`."""
    if not DEPLOY_PYTHON.exists():
        pytest.skip("Zappa's venv is not installed: run make test")
    zappa = next(ROOT.glob(".tools/deploy/lib/python3*/site-packages"))
    return subprocess.Popen(
        [
            python,
            "-W",
            "ignore",
            "-c",
            "import sys; from zappa.cli import handle; sys.argv[0] = 'zappa'; handle()",
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "" if python == DEPLOY_PYTHON else str(zappa)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our settings, for whichever Python this is: a contributor's may be newer than Lambda's."""
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    version = sys.version_info
    settings["production"]["runtime"] = f"python{version.major}.{version.minor}"
    path = tmp_path_factory.mktemp("settings") / "zappa_settings.json"
    path.write_text(json.dumps(settings))
    return path


@pytest.fixture(scope="session")
def lambda_zip(
    _aws_environment: None, settings_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What `zappa update` would upload."""
    path = tmp_path_factory.mktemp("zip") / "local.zip"
    with run_zappa("package", STAGE, "--output", path, "--settings_file", settings_file) as zappa:
        output, _ = zappa.communicate(timeout=120)
    assert path.exists(), output
    return path


@pytest.fixture(scope="session")
def payments_table(ministack: str) -> str:
    """The stage's table, with one payee."""
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    table: str = settings[STAGE]["environment_variables"]["PAYMENTS_TABLE"]
    client = dynamodb_client(ministack)
    client.create_table(**table_definition(table))
    DynamoRegistry(client, table).register(make_payee())
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
