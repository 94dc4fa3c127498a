"""Where `make` finds the Python that the Lambda runs, and what it says where there is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.failure import Failure
from infra.emulation.rehearsal import refuse_other_python
from infra.stage import Stage
from testkit.demo_process import ROOT

RUNTIME: str = json.loads((ROOT / "zappa_settings.json").read_text())["production"]["runtime"]
VERSION = RUNTIME.removeprefix("python")


def find(*arguments: str, path: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ROOT / "tools/find-lambda-python", *arguments],
        cwd=ROOT,
        env={"PATH": f"{path}:/usr/bin:/bin", "HOME": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def put_python(folder: Path, version: str = VERSION, name: str = RUNTIME) -> str:
    """A program that says it is Python `version`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    return str(program)


def test_it_is_taken_from_the_path(tmp_path: Path) -> None:
    program = put_python(tmp_path / "bin")
    assert find(path=f"{tmp_path}/bin").stdout == f"{program}\n"


def test_a_program_of_pyenv_that_does_not_run_is_passed_over_for_the_newest_that_does(
    tmp_path: Path,
) -> None:
    shim = Path(put_python(tmp_path / "shims"))
    shim.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    put_python(tmp_path / f"versions/{VERSION}.2/bin")
    newest = put_python(tmp_path / f"versions/{VERSION}.10/bin")
    assert find(path=str(shim.parent), PYENV_ROOT=str(tmp_path)).stdout == f"{newest}\n"


def test_one_that_is_named_must_be_of_that_version(tmp_path: Path) -> None:
    program = put_python(tmp_path, name="mine")
    assert find(program).stdout == f"{program}\n"
    other = put_python(tmp_path, "3.9", name="old")
    refused = find(other)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"'{other}' is not Python {VERSION}, which the Lambda runs (zappa_settings.json).\n"
    )


def test_where_there_is_none_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    put_python(tmp_path / "bin", "3.9")  # hides one that this machine may have
    missing = find(path=f"{tmp_path}/bin", PYENV_ROOT=str(tmp_path))
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr == (
        f"The Lambda runs Python {VERSION}, which is not here: install it, give "
        f"LAMBDA_PYTHON=/path/to/{RUNTIME}, or let uv bring one: UV_PYTHON_DOWNLOADS=automatic.\n"
    )
    brought = find(
        path=f"{tmp_path}/bin", PYENV_ROOT=str(tmp_path), UV_PYTHON_DOWNLOADS="automatic"
    )
    assert brought.stdout == f"{VERSION}\n"


def test_a_rehearsal_is_as_strict_about_it_as_a_deployment() -> None:
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    stage = Stage("staging", "p", "us-east-1", "b", own, has_function_url=False)
    refuse_other_python(stage, Path(sys.executable))
    stage = Stage("staging", "p", "us-east-1", "b", "python3.9", has_function_url=False)
    with pytest.raises(Failure, match=f"staging runs on python3.9, but the emulator here on {own}"):
        refuse_other_python(stage, Path(sys.executable))
