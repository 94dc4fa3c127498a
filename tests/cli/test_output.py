"""Output that nobody takes is a sentence: no traceback, and no warning of Python's at the end."""

import io
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.streams import prepare_streams
from cli.system import System
from desk.tables import Column, print_rows
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


@pytest.mark.parametrize("arguments", COMMANDS[:2], ids=" ".join)
def test_output_that_was_closed_from_the_start_is_told(arguments: list[str]) -> None:
    program = ["sh", "-c", 'exec "$@" >&-', "sh", *PAYEES, *arguments]
    done = subprocess.run(program, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "The output is cut short: it was closed from the start.\n"


def test_what_says_nothing_needs_no_output_and_no_input(desk: Desk) -> None:
    program = ["sh", "-c", 'exec "$@" >&- <&-', "sh", *PAYEES, "check"]
    done = subprocess.run(program, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "payees.yaml: 2 payees, no mistakes.\n")


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_letters_that_a_terminal_does_not_have_are_written_as_json_writes_them(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    streams = {name: io.BytesIO() for name in ("stdout", "stderr")}
    for name, written in streams.items():
        monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding))
    prepare_streams()
    print_rows([Column("payer")], [["Neha ने😀"], ["\u05d0"]])  # a Hebrew letter is isolated
    sys.stderr.write("No payee \u201cnobody\u201d …\n")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    assert streams["stdout"].getvalue().split(b"\n")[1:3] == [
        b"Neha \\u0928\\u0947\\ud83d\\ude00",
        b"\\u05d0",
    ]
    assert streams["stderr"].getvalue() == b"No payee 'nobody' ...\n"


def test_ctrl_c_at_a_question_stops_and_no_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    answers: list[str | BaseException] = [KeyboardInterrupt(), "n"]

    def answer(_: str = "") -> str:
        given = answers.pop(0)
        if isinstance(given, BaseException):
            raise given
        return given

    @click.command
    def ask() -> None:
        monkeypatch.setattr("click.termui.visible_prompt_func", answer)
        click.confirm("Go on?", abort=True, err=True)

    monkeypatch.setattr("cli.main._load_command", lambda _: ask)
    stopped = desk.payees("schema")
    assert (stopped.exit_code, stopped.stderr.splitlines()[-1]) == (130, "Stopped.")
    refused = desk.payees("schema")
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (1, "Aborted!")
