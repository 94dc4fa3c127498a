"""`payees show`, `confirm` and `reverse` of one payment: what they ask, write and refuse."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from backend.dynamo_ledger import DynamoLedger
from cli.system import System
from payments.events import Event, PaymentStatus
from payments.payment_id import PaymentId
from payments.references import code, qr_reference, rf_reference, short_reference, ten_digits
from payments.refusals import LedgerThrottled, LedgerUnavailable
from testkit.factories import NOW, make_event, payments_in
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
        "recorded     2026-03-01 15:00 +05:30",
        "payee        shilpa",
        "payer        Asha",
        "amount       50.00 INR",
        "reason       Lunch",
        "method       -",
        "bank number  -",
        f"reference    {recorded.reference}",
        f"short        {short_reference(recorded)}",
        "status       confirmed",
        "confirmed    2026-03-01 15:00 +05:30 by ravi: never arrived",
    ]


def test_show_marks_a_name_that_may_imitate_another(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    payment_id = record(system, 1, payer_id="\u0410sha")
    shown = aws_desk.payees("show", payment_id.text).stdout
    note = "\u26a0 mixes Cyrillic and Latin letters: it may imitate another name"
    assert f"payer        \u0410sha  {note}\n" in shown


def test_a_right_to_left_name_cannot_reorder_an_amount(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    payment_id = record(system, 1, payer_id="\u05d3\u05d5\u05d3")
    result = aws_desk.payees("confirm", payment_id.text, "--evidence", "line 1")
    assert "50.00 INR from \u2068\u05d3\u05d5\u05d3\u2069 to shilpa" in result.stderr
    assert (
        "payer        \u2068\u05d3\u05d5\u05d3\u2069\n"
        in aws_desk.payees("show", payment_id.text).stdout
    )


@pytest.mark.parametrize("command", [["show"], ["confirm", "--evidence", "x"]])
def test_a_reference_never_recorded_is_told(
    aws_desk: Desk, system: System, recorded: PaymentId, command: list[str]
) -> None:
    result = aws_desk.payees(*command, "1KJMBQDHV0000000000000C1S")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"No payment 1KJMBQDHV0000000000000C1S is recorded in table {system.ledger_table}: compare "
        "it letter by letter with what the payer's page shows.\n"
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
        f"Writing to table {system.ledger_table} …",
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
    assert "to mahantesh, 2026-03-01 " in result.stderr
    assert "to shilpa, 2026-03-01 " in result.stderr
    assert "Nothing was changed. Say which, by --payee.\n" in result.stderr
    one = aws_desk.payees("reverse", recorded.text, "--reason", "x", "--payee", "shilpa")
    assert one.exit_code == 0
    shown = json.loads(aws_desk.payees("show", recorded.text, "--json").stdout)
    assert [document["status"] for document in shown] == ["claimed", "reversed"]


FORMS = [short_reference, code, rf_reference, ten_digits, qr_reference]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_payment_is_found_by_whatever_people_and_banks_have_of_its_reference(
    aws_desk: Desk, system: System, recorded: PaymentId, form: Callable[[PaymentId], str]
) -> None:
    record(system, 2**79 + 2, "mahantesh")
    typed = f"{form(recorded)[:2].lower()} {form(recorded)[2:].lower()}"
    since = ["--since", "2026-02-01"]
    assert f"reference    {recorded.reference}\n" in aws_desk.payees("show", typed, *since).stdout
    confirmed = aws_desk.payees("confirm", typed, "--evidence", "statement", *since)
    assert confirmed.exit_code == 0
    assert f"Confirmed: {recorded.reference}, 50.00 INR from Asha to shilpa" in confirmed.stderr
    assert f"Next: payees show {recorded.reference}" in confirmed.stderr
    assert status_of(aws_desk, recorded) == "confirmed"
    listed = aws_desk.payees("payments", "--json", "--reference", typed, *since)
    assert [document["reference"] for document in json.loads(listed.stdout)] == [recorded.reference]


def test_a_reference_that_payments_share_asks_which_and_changes_nothing(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    other = record(system, 1, "mahantesh", payer_id="Ben", days=1)
    assert short_reference(other) == short_reference(recorded)
    since = ["--since", "2026-02-01"]
    result = aws_desk.payees("reverse", short_reference(other), "--reason", "x", *since)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"2 payments have the reference {short_reference(other)}:\n" in result.stderr
    assert f"  {other.reference}, 50.00 INR from Ben to mahantesh, 2026-03-02 " in result.stderr
    assert f"  {recorded.reference}, 50.00 INR from Asha to shilpa, 2026-03-01 " in result.stderr
    assert result.stderr.endswith(
        "Nothing was changed. Say which, by --payee or its whole reference.\n"
    )
    shown = json.loads(aws_desk.payees("show", code(other), "--json", *since).stdout)
    assert [document["status"] for document in shown] == ["claimed", "claimed"]
    mine = aws_desk.payees(
        "reverse", short_reference(other), "--reason", "x", "--payee", "shilpa", *since
    )
    assert mine.exit_code == 0
    assert status_of(aws_desk, recorded) == "reversed"


def test_two_of_one_payee_need_the_whole_reference(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 1, payer_id="Ben", days=1)
    result = aws_desk.payees(
        "reverse", short_reference(recorded), "--reason", "x", "--since", "2026-02-01"
    )
    assert result.stderr.endswith("Say which, by its whole reference.\n")


def test_a_short_reference_is_looked_for_in_the_last_31_days(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    late = record(system, 5, days=(datetime.now(UTC) - NOW).days)
    found = aws_desk.payees("show", short_reference(late))
    assert f"reference    {late.reference}\n" in found.stdout
    assert ": 2 payees …\n" in found.stderr
    result = aws_desk.payees("show", short_reference(recorded))
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        f"No payment {short_reference(recorded)} was recorded in the last 31 days in table "
        f"{system.ledger_table}: --since looks further back"
    ) in result.stderr


def test_a_mistyped_reference_is_told_as_one(aws_desk: Desk, recorded: PaymentId) -> None:
    right = short_reference(recorded)
    typed = right[:-1] + ("A" if right[-1] != "A" else "B")
    result = aws_desk.payees("show", typed)
    assert result.exit_code == 2
    assert f"“{typed}”: something in it is mistyped" in result.stderr
    assert "Looking" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reason", " "], "Invalid value for '--reason': must not be empty."),
        (["--reason", "never\u200barrived"], "Invalid value for '--reason': remove the hidden"),
        (
            ["--reason", "x", "--by", "r" * 65],
            "Invalid value for '--by' (env var: 'PAYEES_BY'): at most 64 characters, not 65.",
        ),
        ([], "Say why: --reason, such as"),
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
    monkeypatch.setattr("cli.corrections._PAUSES", (0.0, 0.0))
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
