"""Files that are whole or not there, and for whom."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from stat import S_IMODE

import pytest

from cli.failure import Failure
from cli.files import ending_in_order, replacing
from cli.system import System
from tests.cli.desk import Desk
from tests.cli.ledgers import fill

WRITER = """
import sys, time
from pathlib import Path
from cli.files import ending_in_order, replacing
with replacing(Path(sys.argv[1]), private=True) as file:
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)
"""


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_what_is_private_is_its_owners_whatever_was_there(
    tmp_path: Path, before: int | None
) -> None:
    path = tmp_path / "all.csv"
    if before:
        path.write_text("old")
        path.chmod(before)
    with replacing(path, private=True) as file:
        file.write(b"Asha")
    assert (path.read_text(), mode(path)) == ("Asha", 0o600)


@pytest.mark.parametrize("before", [0o600, 0o640, 0o664])
def test_what_is_not_keeps_its_permissions(tmp_path: Path, before: int) -> None:
    path = tmp_path / "payees.yaml"
    path.write_text("old")
    path.chmod(before)
    with replacing(path, private=False) as file:
        file.write(b"new")
    assert (path.read_text(), mode(path)) == ("new", before)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    target.write_text("old")
    link.symlink_to(target)
    with replacing(link, private=True) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(Failure, match="is no regular file, and is not replaced: name another"):
        write(pipe)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_device_is_not_replaced() -> None:
    ours, theirs = os.openpty()
    device = Path(os.ttyname(theirs))
    with pytest.raises(Failure, match="is no regular file"):
        write(device)
    assert device.is_char_device()
    os.close(ours)
    os.close(theirs)


def write(path: Path) -> None:
    with replacing(path, private=True) as file:
        file.write(b"new")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "all.csv"
    path.write_text("old")
    command = [sys.executable, "-c", WRITER, path]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes) as writer:  # type: ignore[call-overload]
        assert writer.stdout.readline()
        writer.send_signal(number)
        assert writer.wait(20) not in (0, None)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_nohup_has_ignored_stays_ignored() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_in_order():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGHUP, former)


@pytest.mark.parametrize("command", ["export", "report"])
def test_a_file_with_payers_names_is_its_owners(
    aws_desk: Desk, system: System, command: str
) -> None:
    aws_desk.payees("publish")
    fill(system)
    assert aws_desk.payees(command, "--out", "names").exit_code == 0
    assert mode(Path("names")) == 0o600


def test_an_edited_roster_keeps_its_permissions(aws_desk: Desk) -> None:
    roster = aws_desk.folder / "payees.yaml"
    roster.chmod(0o664)
    assert aws_desk.payees("close", "shilpa").exit_code == 0
    assert mode(roster) == 0o664
