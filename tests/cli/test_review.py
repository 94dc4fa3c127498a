"""`payees reconcile --review`: what is to be asked, one by one, on a real terminal."""

import codecs
import csv
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from wcwidth import wcswidth

from cli.settling import reviewing
from cli.settling import terminal as terminals
from cli.system import System
from payments.money import Money
from testkit.demo_process import ROOT
from testkit.factories import NOW, make_payment_id
from tests.cli.desk import Desk
from tests.cli.ledgers import record

HEAD = "Date,Description,Ref No,Payer name,Amount\n"
STATEMENT = HEAD + (
    "2026-03-03,Tea,B1,SITA RAO,50.00\n"
    "2026-03-03,Lunch,B2,LATA,70.00\n"
    "2026-03-03,Rent,B3,LANDLORD,-1200.00\n"
)


@pytest.fixture
def statement(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch, in_india: None
) -> str:
    """Two lines of which neither name is a payer's; the first may be for two claims."""
    monkeypatch.setattr(reviewing, "at_terminal", lambda: True)
    monkeypatch.setattr(terminals, "read_keys", lambda: sys.stdin.read(1))
    aws_desk.payees("publish")
    record(system, 2**77 + 3, "mahantesh", payer_id="Mum", days=1)
    record(system, 2**76 + 4, "shilpa", payer_id="Ben", days=2)
    record(system, 2**75 + 5, "shilpa", payer_id="Asha", money=Money(7000, "INR"), days=2)
    (aws_desk.folder / "march.csv").write_text(STATEMENT)
    return "march.csv"


def settled(folder: Path) -> dict[str, str]:
    rows = csv.DictReader((folder / "plan.csv").read_text("utf-8-sig").splitlines())
    return {row["payer_id"]: row["settle"] for row in rows}


def test_answers_stand_in_the_plan_and_it_is_applied(aws_desk: Desk, statement: str) -> None:
    done = aws_desk.payees("reconcile", statement, "--review", stdin="?n2")
    assert done.exit_code == 130, done.stderr  # the answers ended
    assert "1 of 2  march.csv:2" in done.stderr
    assert "2 of 2  march.csv:3" in done.stderr
    assert "n      for none of them" in done.stderr
    assert settled(aws_desk.folder) == {"Ben": "no", "Mum": "no", "Asha": ""}


def test_it_can_be_left_taken_up_and_undone(aws_desk: Desk, statement: str) -> None:
    left = aws_desk.payees("reconcile", statement, "--review", stdin="1q")
    assert "plan.csv says: yes 1, no 1; open 1." in left.stderr
    assert "To go on: payees reconcile --review --plan plan.csv\n" in left.stderr
    first = settled(aws_desk.folder)
    assert sorted(first.values()) == ["", "no", "yes"]
    again = aws_desk.payees("reconcile", statement, "--review", stdin="s1q")
    assert "1 of 1  march.csv:3" in again.stderr
    assert settled(aws_desk.folder) == first | {"Asha": "yes"}
    undone = aws_desk.payees("reconcile", "--review", "--plan", "plan.csv", stdin="1")
    assert "open 0." in undone.stderr
    assert settled(aws_desk.folder) == first | {"Asha": "yes"}
    applied = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert "Confirmed 2.\n" in applied.stderr


def test_without_review_a_plan_that_was_decided_keeps_its_decisions(
    aws_desk: Desk, statement: str
) -> None:
    aws_desk.payees("reconcile", statement, "--review", stdin="1q")
    first = settled(aws_desk.folder)
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    assert settled(aws_desk.folder) == first
    (aws_desk.folder / "april.csv").write_text(
        HEAD + "2026-03-04,Tea,C1,ZOE,10.00\n2026-03-04,R,C2,L,-1.00\n"
    )
    other = aws_desk.payees("reconcile", "april.csv", "--plan", "plan.csv")
    assert (other.exit_code, "name another file with --plan" in other.stderr) == (1, True)
    assert "has decisions about 1 line not in these statements" in other.stderr
    assert settled(aws_desk.folder) == first


@pytest.mark.parametrize("arguments", [["march.csv", "--review"], ["--review"]])
def test_without_a_terminal_it_says_what_to_do_instead(
    aws_desk: Desk, statement: str, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.chdir(aws_desk.folder)
    result = aws_desk.payees(
        "reconcile", *arguments, "--state-dir", "none", "--table", "x", "--registry", "y"
    )
    assert result.exit_code == 1
    assert result.stderr == (
        "--review asks at a terminal, and this is none: write the --plan, and open it in a "
        "spreadsheet. Nothing was changed.\n"
    )
    assert not (aws_desk.folder / "plan.csv").exists()


_PROGRAM = """\
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C there is ours
from cli.main import main
main()
"""


class Terminal:
    """A process at a terminal of its own, and what it wrote there."""

    def __init__(self, process: subprocess.Popen[bytes], side: int) -> None:
        self.process, self._side = process, side
        self.text = ""
        self._met = 0  # up to where `until` has found its words
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def until(self, words: str) -> None:
        """Read up to the next `words` after those that were waited for before.

        One read may bring more than one waits for, and may end within a character.
        """
        ends = time.monotonic() + 60
        while (found := self.text.find(words, self._met)) < 0:
            assert time.monotonic() < ends, self.text
            if select.select([self._side], [], [], 1)[0]:
                self.text += self._read()
        self._met = found + len(words)

    def press(self, keys: str) -> None:
        os.write(self._side, keys.encode())

    def ended(self) -> int:
        ends = time.monotonic() + 60
        with suppress(OSError):  # the other side is closed
            while time.monotonic() < ends:
                if select.select([self._side], [], [], 1)[0]:
                    self.text += self._read()
        return self.process.wait(10)

    def _read(self) -> str:
        return self._decoder.decode(os.read(self._side, 65536))


@contextmanager
def terminal(folder: Path, *arguments: str, width: int = 80, **env: str) -> Iterator[Terminal]:
    """`payees reconcile …` in `folder`; it needs no system for a plan that is there."""
    ours, theirs = pty.openpty()
    system = {"PAYEES_TABLE": "none", "PAYEES_REGISTRY": "none", "COLUMNS": str(width)}
    inherited = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "reconcile", *arguments],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env=inherited | {"PYTHONPATH": str(ROOT), "TERM": "xterm"} | system | env,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture
def plan(aws_desk: Desk, statement: str) -> Path:
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    return aws_desk.folder


REVIEW = ("--review", "--plan", "plan.csv")


def test_at_a_real_terminal_keys_answer_and_what_differs_is_coloured(plan: Path) -> None:
    with terminal(plan, *REVIEW) as shown:
        shown.until("? help")
        assert "\x1b[31m≠ " in shown.text
        shown.press("\x1b[A\r1")
        shown.until("? help")
        shown.press("u")
        shown.until("? help")
        assert "Taken back." in shown.text
        shown.press("n1")  # at once
        assert shown.ended() == 0
    assert settled(plan)["Asha"] == "yes"
    assert {settled(plan)[name] for name in ("Ben", "Mum")} == {"no"}


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_narrow_and_without_colours_nothing_is_lost(plan: Path, env: dict[str, str]) -> None:
    with terminal(plan, *REVIEW, width=40, **env) as shown:
        shown.until("? help")
        shown.press("q")
        assert shown.ended() == 0
    assert "\x1b" not in shown.text
    assert "≠ Ben" in shown.text
    question = shown.text.partition("1-2 choose")[0]
    assert max(map(wcswidth, question.split("\r\n"))) < 40


@pytest.mark.parametrize(
    ("end", "code"), [("\x03", 130), ("\x04", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_what_was_answered_survives_every_end(
    plan: Path, end: str | signal.Signals, code: int
) -> None:
    with terminal(plan, *REVIEW) as shown:
        shown.until("? help")
        shown.press("1")
        shown.until("? help")
        if isinstance(end, str):
            shown.press(end)
        else:
            shown.process.send_signal(end)
        assert shown.ended() == code
    assert "To go on: payees reconcile --review --plan plan.csv" in shown.text
    assert "Traceback" not in shown.text
    assert sorted(settled(plan).values()) == ["", "no", "yes"]


def test_an_amount_that_differs_is_asked_once_more(plan: Path) -> None:
    text = (plan / "plan.csv").read_text("utf-8-sig")
    (plan / "plan.csv").write_text(re.sub(r"70\.00 INR,Asha", "75.00 INR,Asha", text))
    with terminal(plan, *REVIEW) as shown:
        shown.until("? help")
        shown.press("p")
        shown.until("Which, such as 1 2: ")
        shown.press("1 2\n")
        shown.until("Parts have to be what arrived: 50.00 INR arrived, 50.00 INR less than")
        shown.until("? help")
        shown.press("n1")
        shown.until("70.00 INR arrived, 5.00 INR less than the 75.00 INR claimed. Confirm")
        shown.press("n")
        shown.until("? help")
        assert settled(plan)["Asha"] == ""
        shown.press("1y")
        assert shown.ended() == 0
    assert settled(plan)["Asha"] == "yes"


def test_whose_an_unrecorded_payment_is_is_asked(aws_desk: Desk, statement: str) -> None:
    reference = make_payment_id(NOW, random=2**72 + 8).reference
    row = f"2026-03-01,{reference},U1,RAVI,33.00\n"
    (aws_desk.folder / statement).write_text(HEAD + row + "2026-03-03,Rent,B3,LANDLORD,-12.00\n")
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    with terminal(aws_desk.folder, *REVIEW) as shown:
        shown.until("for whom?")
        shown.until("? help")
        shown.press("1")
        shown.until("The payee's id: ")
        shown.press("No One\n")
        shown.until("? help")
        shown.press("1")
        shown.until("The payee's id: ")
        shown.press("shilpa\n")
        assert shown.ended() == 0
    rows = csv.DictReader((aws_desk.folder / "plan.csv").read_text("utf-8-sig").splitlines())
    assert [row["payee_id"] for row in rows if row["settle"] == "yes"] == ["shilpa"]
