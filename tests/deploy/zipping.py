"""The Lambda zip, made once for all tests."""

import os
import subprocess
from pathlib import Path

import pytest

from infra.trial import LAMBDA_PYTHON
from testkit.demo_process import ROOT

STAGE = "local"


def run_zappa(*arguments: str | Path, python: Path = LAMBDA_PYTHON) -> "subprocess.Popen[str]":
    """Zappa's command with the interpreter `python`."""
    if not LAMBDA_PYTHON.exists():
        pytest.skip("Zappa's venv is not installed: run `make .tools/deploy/.installed`")
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
        env={**os.environ, "PYTHONPATH": "" if python == LAMBDA_PYTHON else str(zappa)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="session")
def lambda_zip(_aws_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `zappa update` would upload."""
    path = tmp_path_factory.mktemp("zip") / "local.zip"
    with run_zappa("package", STAGE, "--output", path) as zappa:
        output, _ = zappa.communicate(timeout=120)
    assert path.exists(), output
    return path
