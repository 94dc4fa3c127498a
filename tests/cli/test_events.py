"""`payees confirm` and `reverse`: what they ask, write and refuse."""

import json

import pytest

from backend.dynamodb import DynamoLedger
from cli.system import System
from payments.events import Event, PaymentStatus
from payments.payment_id import PaymentId
from payments.refusals import LedgerThrottled, LedgerUnavailable
from testkit.factories import make_event, payments_in
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, record


@pytest.fixture
def recorded(aws_desk: Desk, system: System) -> PaymentId:
    aws_desk.payees("publish")
    return record(system, 1)


def status_of(desk: Desk, payment_id: PaymentId) -> str:
    [document] = json.loads(desk.payees("show", payment_id.text, "--json").stdout)
    return str(document["status"])


@pytest.mark.usefixtures("in_india")
def test_show_says_all_that_is_known(aws_desk: Desk, system: System, recorded: PaymentId) -> None:
    correct(system, recorded, "confirmed")
    result = aws_desk.payees("show", recorded.reference)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "recorded   2026-03-01 15:00 +05:30",
        "payee      shilpa",
        "payer      Asha",
        "amount     50.00 INR",
        "reason     Lunch",
        f"reference  {recorded.reference}",
        "status     confirmed",
        "confirmed  2026-03-01 15:00 +05:30 by ravi: never arrived",
    ]


@pytest.mark.parametrize("command", [["show"], ["confirm", "--evidence", "x"]])
def test_a_reference_never_recorded_is_told(
    aws_desk: Desk, system: System, recorded: PaymentId, command: list[str]
) -> None:
    result = aws_desk.payees(*command, "1KJMBQDHV0000000000000C1S")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"No payment 1KJMBQDHV0000000000000C1S is recorded in table {system.table}: compare it "
        "letter by letter with what the payer's page shows.\n"
    )
    assert (
        " for mahantesh in "
        in aws_desk.payees(*command, recorded.text, "--payee", "mahantesh").stderr
    )


def test_confirming_and_then_reversing(aws_desk: Desk, system: System, recorded: PaymentId) -> None:
    before = payments_in(system.ledger(), "shilpa")
    result = aws_desk.payees("confirm", recorded.text, "--evidence", "line 14", "--by", "Ravi")
    assert (result.exit_code, result.stdout) == (0, "")
    phrase = f"{recorded.reference}, 50.00 INR from Asha to shilpa"
    assert result.stderr.splitlines() == [
        f"Writing to table {system.table} …",
        f"Confirmed: {phrase}, by Ravi.",
        f"Next: payees show {recorded.reference}",
    ]
    assert status_of(aws_desk, recorded) == "confirmed"
    assert aws_desk.payees("reverse", recorded.text, "--reason", "bounced").exit_code == 0
    assert status_of(aws_desk, recorded) == "reversed"
    assert payments_in(system.ledger(), "shilpa") == before


@pytest.mark.usefixtures("in_india")
@pytest.mark.parametrize("command", [["confirm", "--evidence", "x"], ["reverse", "--reason", "x"]])
def test_what_is_reversed_stays_so(
    aws_desk: Desk, system: System, recorded: PaymentId, command: list[str]
) -> None:
    correct(system, recorded, "reversed")
    result = aws_desk.payees(*command, recorded.text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{recorded.reference}, 50.00 INR from Asha to shilpa: ravi has already reversed it, at "
        "2026-03-01 15:00 +05:30 (“never arrived”). Nothing was changed.\n"
    )


def test_of_two_at_once_one_wins_and_the_other_is_told(
    aws_desk: Desk, recorded: PaymentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = DynamoLedger.append

    def too_late(ledger: DynamoLedger, event: Event) -> Event | None:
        append(ledger, make_event(recorded, "shilpa", status=PaymentStatus.REVERSED, by="meena"))
        return append(ledger, event)

    monkeypatch.setattr(DynamoLedger, "append", too_late)
    result = aws_desk.payees("reverse", recorded.text, "--reason", "twice", "--by", "ravi")
    assert result.exit_code == 1
    assert "meena has already reversed it, at 2026-03-01" in result.stderr
    assert "(“never arrived”). Nothing was changed." in result.stderr
    assert "“twice”" not in aws_desk.payees("show", recorded.text).stdout


def test_a_lost_answer_to_ones_own_event_is_no_race(
    aws_desk: Desk, recorded: PaymentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = DynamoLedger.append
    monkeypatch.setattr(
        DynamoLedger, "append", lambda ledger, event: append(ledger, event) or append(ledger, event)
    )
    assert aws_desk.payees("reverse", recorded.text, "--reason", "twice").exit_code == 0


def test_one_reference_of_two_payees_needs_the_payee(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 1, "mahantesh")
    result = aws_desk.payees("reverse", recorded.text, "--reason", "x")
    assert result.exit_code == 1
    assert "(mahantesh, shilpa): add --payee." in result.stderr
    one = aws_desk.payees("reverse", recorded.text, "--reason", "x", "--payee", "shilpa")
    assert one.exit_code == 0
    shown = json.loads(aws_desk.payees("show", recorded.text, "--json").stdout)
    assert [document["status"] for document in shown] == ["claimed", "reversed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reason", " "], "Write why: must not be empty."),
        (["--reason", "x", "--by", "r" * 65], "Write who: at most 64 characters, not 65."),
        ([], "Missing option '--reason'"),
    ],
)
def test_who_and_why_are_needed(
    aws_desk: Desk, recorded: PaymentId, arguments: list[str], said: str
) -> None:
    result = aws_desk.payees("reverse", recorded.text, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert status_of(aws_desk, recorded) == "claimed"


def test_who_is_whoever_is_logged_in(
    aws_desk: Desk, recorded: PaymentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setenv("LOGNAME", "meena")
    assert "by meena." in aws_desk.payees("confirm", recorded.text, "--evidence", "e").stderr
    monkeypatch.setattr("getpass.getuser", nobody)
    result = aws_desk.payees("reverse", recorded.text, "--reason", "e")
    assert (result.exit_code, "Say who you are: --by NAME." in result.stderr) == (2, True)


@pytest.mark.parametrize("error", [LedgerUnavailable("Read timeout"), LedgerThrottled("slower")])
@pytest.mark.parametrize("command", [["confirm", "--evidence", "x"], ["reverse", "--reason", "x"]])
def test_a_write_whose_answer_is_lost_says_that_its_outcome_is_unknown(
    aws_desk: Desk,
    recorded: PaymentId,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    error: Exception,
) -> None:
    append = DynamoLedger.append

    def lose_the_answer(ledger: DynamoLedger, event: Event) -> Event | None:
        append(ledger, event)
        raise error

    monkeypatch.setattr(DynamoLedger, "append", lose_the_answer)
    result = aws_desk.payees(*command, recorded.text, "--state-dir", "else where")
    assert (result.exit_code, result.stdout) == (1, "")
    look = f"payees show {recorded.reference} --state-dir 'else where'"
    assert result.stderr.splitlines()[1:] == [
        f"AWS did not say that it is done: {error}",
        f"Whether it was recorded is unknown: `{look}` tells.",
    ]
    assert (
        status_of(aws_desk, recorded) == {"confirm": "confirmed", "reverse": "reversed"}[command[0]]
    )


def test_stopping_during_a_write_says_so_too(
    aws_desk: Desk, recorded: PaymentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: DynamoLedger, __: Event) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(DynamoLedger, "append", stopped)
    result = aws_desk.payees("confirm", recorded.text, "--evidence", "line 14")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        f"Stopped. Whether it was recorded is unknown: `payees show {recorded.reference}` tells."
    ]
