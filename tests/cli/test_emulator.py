"""The emulator keeps what it says it kept: it is given the time it needs, and is not believed."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3
import pytest

from backend.table import table_definition
from cli.failure import Failure
from cli.local import emulator
from cli.local.emulator import running_emulator
from cli.local.serving import ends_on_signals, free_port

ROWS = 40_000
STAND_IN = """\
#!{python}
import os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass

def end(*_):
    time.sleep({slow})
    if {saves}:
        tables = Path(os.environ["STATE_DIR"], "dynamodb.json")
        tables.parent.mkdir(parents=True, exist_ok=True)
        tables.with_suffix(".tmp").write_text(str(os.getpid()))
        os.replace(tables.with_suffix(".tmp"), tables)
    os._exit(0)

signal.signal(signal.SIGTERM, end)
HTTPServer(("127.0.0.1", int(os.environ["GATEWAY_PORT"])), Health).serve_forever()
"""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "_PATIENCE_SECONDS", 0.2)


def stand_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, slow: float, saves: bool = True
) -> Path:
    """A program that takes its time to end."""
    program = folder / "bin/ministack"
    program.parent.mkdir(exist_ok=True)
    program.write_text(STAND_IN.format(python=sys.executable, slow=slow, saves=saves))
    program.chmod(0o755)
    monkeypatch.setattr(emulator, "find_emulator", lambda: program)
    return program


def tables(folder: Path) -> Path:
    return folder / "tables/dynamodb.json"


def run_and_interrupt(folder: Path, *again: float) -> None:
    """Press Ctrl-C, and again so many seconds later."""
    with ends_on_signals("Kept."), running_emulator(folder, free_port()):
        for wait in again:
            threading.Timer(wait, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        signal.raise_signal(signal.SIGINT)


def test_it_is_given_the_time_it_needs_and_people_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(tmp_path, monkeypatch, slow=2)
    with running_emulator(tmp_path, free_port()):
        pass
    assert tables(tmp_path).exists()
    assert capsys.readouterr().err == (
        "Saving what was recorded, which takes a while when it is much …\n"
    )


def test_a_quick_end_needs_no_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(tmp_path, monkeypatch, slow=0)
    monkeypatch.setattr(emulator, "_PATIENCE_SECONDS", 30)
    for _ in range(2):
        with ends_on_signals("Kept."), running_emulator(tmp_path, free_port()):
            pass
    assert capsys.readouterr().err == "\nKept.\n" * 2


@pytest.mark.parametrize("is_first", [True, False])
def test_what_was_not_saved_is_not_said_to_be_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    is_first: bool,
) -> None:
    if not is_first:
        tables(tmp_path).parent.mkdir()
        tables(tmp_path).write_text("of last time")
    stand_in(tmp_path, monkeypatch, slow=0, saves=False)
    with (
        pytest.raises(Failure, match="recorded since the last orderly stop is lost"),
        ends_on_signals("What was recorded is kept."),
        running_emulator(tmp_path, free_port(), keeps_tables=is_first),
    ):
        pass
    assert "kept" not in capsys.readouterr().err


def test_who_is_impatient_is_told_what_it_costs_and_then_obeyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(tmp_path, monkeypatch, slow=60)
    started = time.monotonic()
    with pytest.raises(Failure, match="is lost"):
        run_and_interrupt(tmp_path, 0.6, 1.2)
    assert time.monotonic() - started < 30
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("Saving what was recorded")
    assert said[1].startswith("Still saving. Another Ctrl-C stops it at once, and loses everything")
    assert len(said) == 2


def test_who_presses_only_once_more_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(tmp_path, monkeypatch, slow=1.5)
    run_and_interrupt(tmp_path, 0.5)
    assert capsys.readouterr().err.endswith("\nKept.\n")
    assert tables(tmp_path).exists()


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_healthy(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)


@pytest.mark.parametrize("saves", [True, False])
def test_one_that_was_left_over_saves_before_the_next_one_starts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    saves: bool,
) -> None:
    program = stand_in(tmp_path, monkeypatch, slow=2, saves=saves)
    environment = {
        **os.environ,
        "GATEWAY_PORT": str(free_port()),
        "STATE_DIR": str(tmp_path / "tables"),
    }
    with ended(subprocess.Popen([program], env=environment)) as left_over:
        threading.Thread(target=left_over.wait, daemon=True).start()
        wait_until_healthy(int(environment["GATEWAY_PORT"]))
        (tmp_path / "emulator.pid").write_text(str(left_over.pid))
        stand_in(tmp_path, monkeypatch, slow=0)
        with running_emulator(tmp_path, free_port()):
            assert left_over.poll() is not None
            assert tables(tmp_path).exists() is saves
    said = capsys.readouterr().err
    assert "An earlier demo was killed: waiting until its emulator has saved" in said
    assert ("It ended without saving" in said) is not saves


@pytest.mark.emulator
@pytest.mark.slow
def test_forty_thousand_rows_are_there_again(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    with running_emulator(tmp_path, free_port()) as url:
        client = boto3.client("dynamodb", endpoint_url=url)
        client.create_table(**table_definition("many"))
        for first in range(0, ROWS, 25):
            rows = [{"PK": {"S": str(n)}, "SK": {"S": "x" * 100}} for n in range(first, first + 25)]
            client.batch_write_item(
                RequestItems={"many": [{"PutRequest": {"Item": row}} for row in rows]}
            )
        started = time.monotonic()
    stopped = time.monotonic()
    assert "Saving what was recorded" in capsys.readouterr().err
    with running_emulator(tmp_path, free_port()) as url:
        loaded = time.monotonic()
        client = boto3.client("dynamodb", endpoint_url=url)
        pages = client.get_paginator("scan").paginate(TableName="many", Select="COUNT")
        assert sum(page["Count"] for page in pages) == ROWS
    record_property("seconds to save and to load", (stopped - started, loaded - stopped))
