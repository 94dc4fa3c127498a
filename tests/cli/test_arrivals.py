"""`payees payments --follow`: what arrives is seen once, however late its id was minted."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from cli.local.memory import MemoryLedger
from cli.many_payees.side_by_side import READERS
from cli.system import System
from desk.arrivals import Arrivals
from desk.selection import Selection
from payments.events import History, PaymentStatus
from payments.ledger import Bounds
from payments.payee import PayeeId
from payments.refusals import LedgerUnavailable
from testkit.factories import BAKERY, NOW, make_event, make_payment, make_payment_id
from tests.cli.desk import Desk

MINUTE = timedelta(minutes=1)


class Watched(MemoryLedger):
    """Notes how far back each look goes; fails on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[timedelta] = []
        self.now = NOW
        self.is_out = False

    def histories(self, payee_id: PayeeId, bounds: Bounds | None = None) -> Iterator[History]:
        if self.is_out:
            raise LedgerUnavailable("gone")
        assert bounds
        first = datetime.fromtimestamp(bounds[0].minted_ms / 1000, UTC)
        self.looks.append(self.now.replace(microsecond=0) - first.replace(microsecond=0))
        return super().histories(payee_id, bounds)


def arrivals(ledger: MemoryLedger, selection: Selection | None = None) -> Arrivals:
    def read(payee_ids: Sequence[PayeeId], bounds: Bounds) -> Iterator[History]:
        return (one for payee_id in payee_ids for one in ledger.histories(payee_id, bounds))

    return Arrivals(read, lambda: [BAKERY], selection or Selection())


def test_each_payment_arrives_once_in_the_order_of_recording() -> None:
    ledger = Watched()
    found = arrivals(ledger)
    ledger.record(make_payment())
    assert [history.payment for history in found.new(NOW)] == [make_payment()]
    late = make_payment(make_payment_id(NOW - 14 * MINUTE, 1), recorded_at=NOW + MINUTE)
    soon = make_payment(make_payment_id(NOW, 2), recorded_at=NOW)
    ledger.record(late)
    ledger.record(soon)
    assert [history.payment for history in found.new(NOW)] == [soon, late]
    assert found.new(NOW) == []


def test_most_looks_are_short_and_none_that_may_arrive_is_missed_for_long() -> None:
    ledger = Watched()
    found = arrivals(ledger)
    month_old = make_payment(make_payment_id(NOW - timedelta(days=30)), recorded_at=NOW + MINUTE)
    seen_at = None
    for second in range(0, 3700, 2):
        ledger.now = NOW + timedelta(seconds=second)
        if second == 60:
            ledger.record(month_old)
        if found.new(ledger.now):
            seen_at = second
    assert seen_at == 3600
    assert ledger.looks[0] == timedelta(days=31)
    assert ledger.looks.count(timedelta(days=31)) == 2
    assert ledger.looks.count(timedelta(days=1)) == 60
    assert set(ledger.looks) == {timedelta(days=31), timedelta(days=1), 15 * MINUTE}


def test_with_a_beginning_the_first_look_goes_back_to_it_and_no_other() -> None:
    ledger = Watched()
    since = NOW - timedelta(days=100)
    old = make_payment(make_payment_id(since), recorded_at=since)
    ledger.record(old)
    found = arrivals(ledger, Selection(since=since))
    assert [history.payment for history in found.new(NOW)] == [old]
    found.new(NOW + timedelta(hours=1))
    assert ledger.looks == [timedelta(days=131), timedelta(days=31) - timedelta(hours=1)]


def test_what_was_recorded_a_day_before_a_whole_look_is_known_without_being_kept() -> None:
    ledger = Watched()
    found = arrivals(ledger)
    for day in range(40):
        now = NOW + timedelta(days=day)
        for number in range(50):
            ledger.record(make_payment(make_payment_id(now, number), recorded_at=now))
        assert len(found.new(now)) == 50
        assert len(found._seen) <= 100
    late = make_payment(make_payment_id(NOW + timedelta(days=20), 99), recorded_at=now)
    ledger.record(late)
    assert [one.payment for one in found.new(now + timedelta(hours=1))] == [late]
    assert found.new(now + timedelta(days=2)) == []
    assert len(found._seen) == 0


def test_with_a_status_what_becomes_so_later_arrives_and_is_forgotten_in_the_end() -> None:
    ledger = Watched()
    found = arrivals(ledger, Selection(status=PaymentStatus.CONFIRMED))
    payment = make_payment()
    ledger.record(payment)
    assert found.new(NOW) == []
    event = make_event(payment.payment_id, payment.payee_id, status=PaymentStatus.CONFIRMED)
    ledger.append(event)
    assert len(found.new(NOW + timedelta(days=3))) == 1
    assert found.new(NOW + timedelta(days=5)) == []
    assert len(found._seen) == 1
    assert found.new(NOW + timedelta(days=33)) == []
    assert len(found._seen) == 0


def test_what_was_recorded_under_a_former_id_is_shown_under_the_present_one(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("publish")
    aws_desk.payees("rename", "shilpa", "stall-5")
    aws_desk.payees("publish")
    now = datetime.now(UTC)
    system.ledger().record(make_payment(make_payment_id(now), "shilpa", recorded_at=now))

    def end(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.following.arrivals.time.sleep", end)
    for arguments in (["payments"], ["payments", "stall-5"]):
        shown = aws_desk.payees(*arguments, "--follow", "--since", "1d", "--format", "jsonl")
        assert [json.loads(line)["payee_id"] for line in shown.stdout.splitlines()] == ["stall-5"]


def test_many_payees_are_asked_at_once(aws_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No look waits for all of them in turn: so many are on their way at one time."""
    ledger, meeting = MemoryLedger(), Barrier(READERS)
    payees = [f"stall-{number}" for number in range(READERS)]
    aws_desk.write_roster(*payees)
    aws_desk.payees("publish")

    def histories(*_: object) -> Iterator[History]:
        meeting.wait(20)
        return iter(())

    def end(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger, "histories", histories)
    monkeypatch.setattr(System, "ledger", lambda self: ledger)
    monkeypatch.setattr("cli.following.arrivals.time.sleep", end)
    result = aws_desk.payees("payments", "--follow")
    assert (result.exit_code, result.stderr[-20:]) == (0, "\nStopped following.\n")


class Stopped(Exception):
    pass


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A ledger that gets a payment in the second pause, is out in the third, and ends the command
    in the sixth."""
    ledger = Watched()
    now = datetime.now(UTC)
    old = make_payment(make_payment_id(now), "shilpa", payer_id="Old", recorded_at=now)
    ledger.record(old)
    pauses = iter(range(6))

    def pause(_: float) -> None:
        number = next(pauses)
        if number == 1:
            now = datetime.now(UTC)
            new = make_payment_id(now, random=1)
            ledger.record(make_payment(new, "shilpa", payer_id="Asha", recorded_at=now))
        ledger.is_out = number in (2, 3)
        if number == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr("cli.following.arrivals.time.sleep", pause)
    monkeypatch.setattr(System, "ledger", lambda self: ledger)
    return ledger


def test_a_pipe_gets_a_json_line_for_each_and_outages_are_told_once(
    aws_desk: Desk, ledger: Watched
) -> None:
    aws_desk.payees("publish")
    result = aws_desk.payees("payments", "--follow")
    assert result.exit_code == 0
    [line] = result.stdout.splitlines()
    assert json.loads(line)["payer_id"] == "Asha"
    assert result.stderr.count("The ledger does not answer (gone): trying on.") == 1
    assert result.stderr.count("The ledger answers again; nothing was missed.") == 1
    assert result.stderr.endswith("Stopped following.\n")


def test_a_table_that_does_not_exist_is_no_outage_to_wait_out(aws_desk: Desk) -> None:
    result = aws_desk.payees("payments", "--follow", "--registry", "nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("The ledger could not be read: ")


def test_with_since_the_stream_begins_there(aws_desk: Desk, ledger: Watched) -> None:
    aws_desk.payees("publish")
    result = aws_desk.payees("payments", "shilpa", "--follow", "--since", "2026-01-01")
    assert [json.loads(line)["payer_id"] for line in result.stdout.splitlines()] == ["Old", "Asha"]


def test_a_program_gets_each_payment_and_may_fail(
    aws_desk: Desk, ledger: Watched, capfd: pytest.CaptureFixture[str]
) -> None:
    aws_desk.payees("publish")
    script = "import sys; open('got', 'a').write(sys.stdin.read()); sys.exit(3)"
    Path("exec.py").write_text(script)
    command = f"{sys.executable} exec.py"
    result = aws_desk.payees("payments", "--follow", "--exec", command)
    [got] = Path("got").read_text().splitlines()
    assert json.loads(got)["payer_id"] == "Asha"
    assert f"{sys.executable} ended with 3 for " in result.stderr


@pytest.mark.parametrize("columns", ["40", "100"])
def test_a_terminal_gets_a_table_that_begins_with_the_latest(
    aws_desk: Desk, ledger: Watched, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    aws_desk.payees("publish")
    shown = aws_desk.payees("payments", "--follow", "--format", "table").stdout
    assert shown.index("Old") < shown.index("Asha")


def test_a_terminal_is_not_told_that_nothing_is_there_before_anybody_looked(
    aws_desk: Desk, ledger: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as if it were one
    monkeypatch.setenv("TERM", "xterm")
    aws_desk.payees("publish")
    shown = aws_desk.payees("payments", "--follow", "--format", "table").stdout
    assert shown.index("Looking …") < shown.index("Old")
    assert "Nothing yet" not in shown


def test_a_dumb_terminal_gets_rows_and_nothing_drawn_over_them(
    aws_desk: Desk, ledger: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "100")
    aws_desk.payees("publish")
    shown = aws_desk.payees("payments", "--follow", "--format", "table").stdout
    assert [row.count("Asha") for row in shown.splitlines() if "INR" in row] == [0, 1]
    assert shown.count("recorded ") == 2  # a table each time, where a screen has one in the end
    assert "\x1b" not in shown


@pytest.mark.emulator
def test_it_follows_a_real_ledger_until_ctrl_c(demo_desk: Desk) -> None:
    demo_desk.payees("publish")
    state = json.loads((demo_desk.folder / ".demo/demo.json").read_text())
    system = System(**state)
    with subprocess.Popen(
        [Path(sys.executable).parent / "payees", "payments", "shilpa", "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stderr.readline().startswith("Following the demo at http://127.0.0.1:8000/")
        seen = Event()
        recorded = Thread(target=_record_until, args=(seen, system))
        recorded.start()
        line = process.stdout.readline()
        seen.set()
        recorded.join()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert "Stopped following." in process.stderr.read()
    assert json.loads(line)["payer_id"] == "Asha"


def _record_until(seen: Event, system: System) -> None:
    """The first look takes what is there for old, so payments come after one another."""
    ledger = system.ledger()
    for number in range(40):
        now = datetime.now(UTC)
        ledger.record(make_payment(make_payment_id(now, number), "shilpa", recorded_at=now))
        if seen.wait(0.5):
            return
