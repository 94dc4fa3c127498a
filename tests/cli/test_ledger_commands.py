import json

import pytest

from cli.ledger_commands import print_payments
from cli.system import System
from payments.money import Money
from tests.cli.desk import Desk
from tests.factories import FAMILY, NOW, make_payment, make_payment_id


@pytest.fixture
def published(aws_desk: Desk) -> Desk:
    aws_desk.payees("publish")
    return aws_desk


def record(system: System, number: int, payer_id: str, money: Money, reason: str) -> str:
    """Record a payment to Shilpa; gives its reference."""
    payment = make_payment(
        make_payment_id(random=number), "shilpa", payer_id=payer_id, money=money, reason=reason
    )
    assert system.ledger().record(payment) is None
    return payment.payment_id.reference


def test_a_pipe_gets_plain_lines_separated_by_tabs(published: Desk, system: System) -> None:
    lunch = record(system, 1, "Asha", Money(5000, "INR"), "Lunch")
    emoji = record(system, 2, "\U0001f468\u200d\U0001f469\u200d\U0001f467", Money(1, "INR"), "")
    result = published.payees("payments", "shilpa")
    time = NOW.astimezone().isoformat(sep=" ", timespec="seconds")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split("\t") for line in result.stdout.splitlines()] == [
        [time, "Asha", str(Money(5000, "INR")), "Lunch", lunch],
        [time, "\U0001f468\u200d\U0001f469\u200d\U0001f467", str(Money(1, "INR")), "", emoji],
    ]


def test_json_is_one_array_and_nothing_else(published: Desk, system: System) -> None:
    reference = record(system, 1, "Asha", Money(5000, "INR"), "Chai ☕")
    result = published.payees("payments", "shilpa", "--json")
    assert json.loads(result.stdout) == [
        {
            "payment_id": f"0{reference}",
            "payee_id": "shilpa",
            "payer_id": "Asha",
            "amount": "50.00",
            "currency": "INR",
            "reason": "Chai ☕",
            "status": "claimed",
            "reference": reference,
            "recorded_at": "2026-03-01T09:30:00.123Z",
        }
    ]


def test_no_payments_are_no_lines_and_a_word_about_it(published: Desk, system: System) -> None:
    result = published.payees("payments", "mahantesh")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"No payments are recorded for mahantesh in table {system.table} yet.\n"
    )
    assert published.payees("payments", "mahantesh", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    ("payee_id", "reason"),
    [
        ("nobody", "it is not in the registry: `payees publish` puts a payee there."),
        ("Shilpa", "it must be 1 to 64 characters of a-z, 0-9 and inner hyphens"),
    ],
)
def test_an_unknown_payee_is_told_from_one_without_payments(
    published: Desk, system: System, payee_id: str, reason: str
) -> None:
    result = published.payees("payments", payee_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"No payee “{payee_id}” in table {system.table}: {reason}")


def test_a_payee_that_left_the_roster_keeps_its_payments(published: Desk, system: System) -> None:
    reference = record(system, 1, "Asha", Money(5000, "INR"), "Lunch")
    published.write_roster("mahantesh")
    published.payees("publish", "--yes")
    assert reference in published.payees("payments", "shilpa").stdout


def test_a_table_that_does_not_exist_is_told(aws_desk: Desk) -> None:
    result = aws_desk.payees("payments", "shilpa", "--table", "nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("The ledger could not be read: ")


@pytest.mark.emulator
def test_the_running_demos_payments_are_listed(demo_desk: Desk) -> None:
    demo_desk.payees("publish")
    result = demo_desk.payees("payments", "shilpa")
    assert result.exit_code == 0
    assert "for shilpa in the demo at http://127.0.0.1:8000/ yet" in result.stderr


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 160])
@pytest.mark.parametrize("payer_id", ["Asha", "Lakshmi " * 7 + "Bhat", "x" * 64, FAMILY * 12])
def test_on_a_terminal_of_any_width_amounts_and_references_are_whole(
    columns: int,
    payer_id: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [
        make_payment(payer_id="Ravi", money=Money(10**14 - 1, "INR"), reason="r" * 140),
        make_payment(payer_id=payer_id, money=Money(125050, "INR"), reason="2 kg tomatoes"),
    ]
    print_payments(rows)
    shown = capsys.readouterr().out
    for row in rows:
        assert str(row.money) in shown
        assert row.payment_id.reference in shown
        words = row.payer_id + row.reason
        assert all(shown.count(letter) >= words.count(letter) for letter in set(words) - {" "})
    assert "…" not in shown


def test_ordinary_payments_are_a_table_in_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_payments([make_payment(reason="Lunch")])
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["recorded", "payer", "amount", "reason", "reference"]
    assert row.split()[3:6] == ["Asha", "50.00", "INR"]
