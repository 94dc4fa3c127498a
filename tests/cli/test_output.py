"""Output that nobody takes is a sentence: no traceback, and no warning of Python's at the end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.system import System
from tests.cli.desk import Desk
from tests.cli.ledgers import record

PAYEES = [sys.executable, "-c", "import sys; from cli.main import main; main(sys.argv[1:])"]
COMMANDS = [["--help"], ["--version"], ["schema"], ["payments", "-h"]]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_told(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PAYEES, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "The output is cut short: the disk is full.\n")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_that_ended_is_told(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*PAYEES, *arguments], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert done.stderr == "The output is cut short: what reads it has ended.\n"


def test_other_errors_of_the_system_are_not_taken_for_that(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("click.echo", denied)
    with pytest.raises(PermissionError):
        desk.payees("schema")


def test_a_part_that_is_missing_only_where_it_is_needed_is_told(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("publish")
    record(system, 1)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    result = aws_desk.payees("payments", "shilpa", "--format", "xlsx")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        "`payees payments` needs xlsxwriter, which is not installed here: "
    )
