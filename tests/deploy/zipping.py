"""The Lambda zip, made once for all tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from testkit.demo_process import ROOT

DEPLOY_PYTHON = ROOT / ".tools/deploy/bin/python"
STAGE = "local"


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
