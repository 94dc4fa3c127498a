"""`payees erase`: what it takes, asks, erases and leaves."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from backend.dynamo_ledger import DynamoLedger
from cli.main import main
from cli.system import System
from payments.events import Event, PaymentStatus
from payments.money import Money
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.references import short_reference
from payments.refusals import LedgerThrottled, LedgerUnavailable
from testkit.factories import NOW, make_event
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, record

WHY = ["--reason", "asked for it", "--by", "ravi"]


@pytest.fixture
def recorded(aws_desk: Desk, system: System) -> PaymentId:
    aws_desk.payees("publish")
    return record(system, 1)


def documents(desk: Desk) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(desk.payees("payments", "--json").stdout)
    return listed


def payers(desk: Desk) -> list[object]:
    return [document["payer_id"] for document in documents(desk)]


def test_one_payment_is_erased_and_says_so(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    correct(system, recorded, "confirmed", why="statement, line 14")
    [before] = documents(aws_desk)
    result = aws_desk.payees("erase", recorded.text, *WHY, "--yes")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines() == [
        f"Erasing in table {system.ledger_table} …",
        "Erased: 1 payment, by ravi.",
        (
            "Next: delete earlier exports and reports, which still have it, and keep a new one: "
            "payees export --out FILE"
        ),
    ]
    [after] = documents(aws_desk)
    events = after.pop("events")
    assert after == {
        name: "erased" if name in ("payer_id", "reason") else value
        for name, value in before.items()
        if name != "events"
    }
    assert isinstance(events, list)
    assert [(event["status"], event["by"], event["why"]) for event in events] == [
        ("confirmed", "ravi", "statement, line 14"),
        ("erased", "ravi", "asked for it"),
    ]


def test_nothing_shows_the_name_any_more_and_sums_are_as_before(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 2, payer_id="Ben", money=Money(700, "INR"))
    sums = aws_desk.payees("totals").stdout
    aws_desk.payees("erase", "--payer", "Asha", *WHY, "--yes")
    for command in (
        ["payments"],
        ["payments", "--json"],
        ["show", recorded.text],
        ["export"],
        ["export", "--format", "jsonl"],
        ["report", "--out", "report.html"],
    ):
        aws_desk.payees(*command)
        assert "Asha" not in aws_desk.payees(*command).stdout
    report = (aws_desk.folder / "report.html").read_text("utf-8")
    assert ("Asha" in report, "Ben" in report) == (False, True)
    assert aws_desk.payees("totals").stdout == sums


def test_many_references_also_from_stdin_and_a_second_run_has_nothing_left(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    others = [record(system, number, payer_id=f"Ben {number}") for number in (2, 3, 4)]
    arguments = ["erase", recorded.text, "-", *WHY, "--yes"]
    typed = f"{others[0].reference.lower()}\n\n  {others[1].text}  \n{recorded.text}\n"
    first = CliRunner().invoke(main, arguments, input=typed)
    assert (first.exit_code, "Erased: 3 payments, by ravi." in first.stderr) == (0, True)
    assert sorted(map(str, payers(aws_desk))) == ["Ben 4", "erased", "erased", "erased"]
    second = CliRunner().invoke(main, arguments, input=typed)
    assert (second.exit_code, second.stdout) == (0, "")
    assert second.stderr == "Erased already: 3 payments.\nNothing is left to erase.\n"
    assert all(len(one["events"]) <= 1 for one in documents(aws_desk))  # type: ignore[arg-type]


def test_all_of_a_payer_however_the_name_is_spelled_and_of_no_other(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 2, "mahantesh", payer_id="\u00c1SHA")
    record(system, 3, payer_id="Asha Rao")
    record(system, 4, payer_id="Ben")
    result = aws_desk.payees("erase", "--payer", " asha ", *WHY, "--yes")
    assert result.exit_code == 0
    assert "Erased: 2 payments, by ravi." in result.stderr
    assert "Left alone, other names with this in them: Asha Rao.\n" in result.stderr
    assert payers(aws_desk) == ["erased", "erased", "Asha Rao", "Ben"]


def test_a_name_that_nobody_has_is_told_and_so_are_those_it_is_part_of(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    result = aws_desk.payees("erase", "--payer", "sha", *WHY, "--yes")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[1:] == [
        "Left alone, other names with this in them: Asha.",
        "Nothing recorded matches.",
    ]
    assert payers(aws_desk) == ["Asha"]


def test_all_that_is_older_also_of_one_payee_or_payer_only(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 2, days=10)
    record(system, 3, "mahantesh")
    record(system, 4, payer_id="Ben")
    older = ["--older-than", "2026-03-05", *WHY, "--yes"]
    aws_desk.payees("erase", "--payer", "Asha", "--payee", "shilpa", *older)
    assert payers(aws_desk) == ["Asha", "erased", "Ben", "Asha"]
    days = (datetime.now(UTC) - NOW).days
    aws_desk.payees("erase", "--older-than", f"{days - 1}d", *WHY, "--yes")
    assert payers(aws_desk) == ["erased", "erased", "erased", "Asha"]


def test_who_is_called_erased_can_be_erased(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    payment_id = record(system, 1, payer_id="erased", reason="erased")
    assert "Erased: 1 payment," in aws_desk.payees("erase", payment_id.text, *WHY, "--yes").stderr
    again = aws_desk.payees("erase", payment_id.text, *WHY, "--yes")
    assert "Nothing is left to erase." in again.stderr


def test_who_is_called_erased_does_not_look_so(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    aws_desk.payees("publish")
    called = record(system, 1, payer_id="erased", reason="erased")
    erased = record(system, 2)
    aws_desk.payees("erase", erased.text, *WHY, "--yes")
    table = aws_desk.payees("payments", "--format", "table").stdout
    [line] = [line for line in table.splitlines() if called.reference in line]
    assert "claimed" not in line
    [line] = [line for line in table.splitlines() if erased.reference in line]
    assert "  claimed, erased  " in line
    assert "status       claimed\n" in aws_desk.payees("show", called.text).stdout
    assert "status       claimed, erased\n" in aws_desk.payees("show", erased.text).stdout


def test_help_names_no_file_that_an_installed_command_lacks(aws_desk: Desk) -> None:
    assert "docs/" not in aws_desk.payees("erase", "-h").stdout


def test_a_dry_run_lists_and_changes_nothing(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 2, payer_id="Ben")
    result = aws_desk.payees("erase", "--payer", "Asha", *WHY, "--dry-run")
    assert result.exit_code == 0
    assert [line.split(",")[2] for line in result.stdout.splitlines()] == ["payer_id", "Asha"]
    assert f"Would erase 1 payment in table {system.ledger_table}.\n" in result.stderr
    assert payers(aws_desk) == ["Asha", "Ben"]


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize(("typed", "code"), [("2\n", 0), ("1\n", 1), ("y\n", 1), ("", 1)])
def test_a_terminal_is_asked_for_the_number(
    aws_desk: Desk, system: System, recorded: PaymentId, typed: str, code: int
) -> None:
    record(system, 2)
    result = CliRunner().invoke(main, ["erase", "--payer", "asha", *WHY], input=typed)
    assert result.exit_code == code
    assert f"  {recorded.reference}, 50.00 INR from Asha to shilpa, 2026-03-01 " in result.stderr
    assert (
        f"This erases who made 2 payments in table {system.ledger_table}, for good."
        in result.stderr
    )
    assert payers(aws_desk) == (["Asha", "Asha"] if code else ["erased", "erased"])


def test_without_a_terminal_it_needs_a_yes(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    result = aws_desk.payees("erase", recorded.text, *WHY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"This erases who made 1 payment in table {system.ledger_table}, for good. Look at it with "
        "--dry-run, and add --yes if it is meant.\n"
    )
    assert payers(aws_desk) == ["Asha"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say which: references, or --payer, --older-than or both."),
        (["1KJMBQDHV0000000000000C1S", "--payer", "A"], "Say which: references, or --payer,"),
        (["--payer", " "], "Write the payer's name: --payer NAME."),
        (["--older-than", "soon"], "“soon” is no time: "),
    ],
)
def test_what_cannot_be_meant_is_told(
    aws_desk: Desk, recorded: PaymentId, arguments: list[str], said: str
) -> None:
    result = aws_desk.payees("erase", *arguments, *WHY, "--yes")
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert payers(aws_desk) == ["Asha"]


def test_of_references_that_name_none_or_several_all_are_told_and_nothing_is_erased(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    record(system, 1, "mahantesh")
    unknown = "1KJMBQDHV0000000000000C1S"
    result = aws_desk.payees("erase", unknown, recorded.text, "nonsense!", *WHY, "--yes")
    assert result.exit_code == 1
    assert f"No payment {unknown} is recorded in table {system.ledger_table}: " in result.stderr
    assert f"2 payments have the reference {recorded.reference}:\n" in result.stderr
    assert "“nonsense!”: " in result.stderr
    assert result.stderr.endswith("\nNothing was erased.\n")
    assert payers(aws_desk) == ["Asha", "Asha"]
    short = ["erase", short_reference(recorded), "--since", "2026-02-01", "--payee", "shilpa"]
    assert aws_desk.payees(*short, *WHY, "--yes").exit_code == 0
    assert payers(aws_desk) == ["Asha", "erased"]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("\u00e1sha asked", "--reason stays, and has a name in it that is erased: Asha."),
        (" ", "Invalid value for '--reason': must not be empty."),
    ],
)
def test_the_reason_stays_so_it_may_not_name_who_is_erased(
    aws_desk: Desk, recorded: PaymentId, why: str, said: str
) -> None:
    result = aws_desk.payees("erase", recorded.text, "--reason", why, "--yes")
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert payers(aws_desk) == ["Asha"]
    fine = aws_desk.payees("erase", recorded.text, "--reason", "washashas", "--yes")
    assert fine.exit_code == 0


def test_what_people_wrote_beside_it_stays_and_is_told_where_it_names_the_payer(
    aws_desk: Desk, system: System, recorded: PaymentId
) -> None:
    correct(system, recorded, "reversed", why="ASHA paid twice")
    result = aws_desk.payees("erase", recorded.text, *WHY, "--yes")
    assert (
        f"What people wrote beside 1 payment names the payer, and stays: {recorded.reference}.\n"
    ) in result.stderr


def test_somebody_confirms_at_that_moment_and_both_stand(
    aws_desk: Desk, recorded: PaymentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_once = [make_event(recorded, "shilpa", status=PaymentStatus.CONFIRMED)]
    erase = DynamoLedger.erase

    def too_late(ledger: DynamoLedger, payment: Payment, event: Event) -> Event | None:
        if confirm_once:
            ledger.append(confirm_once.pop())
        return erase(ledger, payment, event)

    monkeypatch.setattr(DynamoLedger, "erase", too_late)
    assert aws_desk.payees("erase", recorded.text, *WHY, "--yes").exit_code == 0
    [document] = documents(aws_desk)
    assert (document["payer_id"], document["status"]) == ("erased", "confirmed")
    assert isinstance(document["events"], list)
    assert [event["status"] for event in document["events"]] == ["confirmed", "erased"]


def test_a_throttled_write_is_tried_again(
    aws_desk: Desk, recorded: PaymentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was done, and only the answer got lost."""
    tries = []
    erase = DynamoLedger.erase

    def throttled(ledger: DynamoLedger, payment: Payment, event: Event) -> Event | None:
        tries.append(event)
        if len(tries) == 2:
            erase(ledger, payment, event)
        raise LedgerThrottled("slower")

    monkeypatch.setattr(DynamoLedger, "erase", throttled)
    assert aws_desk.payees("erase", recorded.text, *WHY, "--yes").exit_code == 0
    assert len(tries) == 2
    [document] = documents(aws_desk)
    assert [event["status"] for event in document["events"]] == ["erased"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LedgerUnavailable("Read timeout"), "AWS did not say that it is done: Read timeout\n"),
        (KeyboardInterrupt(), "Stopped. "),
    ],
)
def test_a_lost_answer_says_what_is_done_and_what_is_unknown_and_the_same_command_goes_on(
    aws_desk: Desk,
    system: System,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    said: str,
) -> None:
    aws_desk.payees("publish")
    for number in (1, 2, 3):
        record(system, number)
    with monkeypatch.context() as patch:
        patch.setattr(DynamoLedger, "erase", failing(2, error))
        result = aws_desk.payees("erase", "--payer", "Asha", *WHY, "--yes")
    assert result.exit_code == 1
    assert f"1 of 3 were erased. {said}Whether " in result.stderr
    assert (
        "50.00 INR from Asha to shilpa was erased is unknown: the same command again finds out, "
        "and erases what is left.\n"
    ) in result.stderr
    assert payers(aws_desk) == ["erased", "Asha", "Asha"]
    again = aws_desk.payees("erase", "--payer", "Asha", *WHY, "--yes")
    assert "Erased: 2 payments, by ravi." in again.stderr
    assert payers(aws_desk) == ["erased", "erased", "erased"]


def failing(turn: int, error: BaseException) -> Callable[..., Event | None]:
    """DynamoLedger.erase that fails from its n-th turn on."""
    turns = []
    erase = DynamoLedger.erase

    def act(ledger: DynamoLedger, payment: Payment, event: Event) -> Event | None:
        turns.append(event)
        if len(turns) >= turn:
            raise error
        return erase(ledger, payment, event)

    return act
