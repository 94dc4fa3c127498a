"""`payees totals`: sums by payee, day or payer."""

import json

import pytest

from cli.system import System
from tests.cli.desk import Desk
from tests.cli.ledgers import fill, record


@pytest.fixture
def desk_with_ledger(aws_desk: Desk, system: System, in_india: None) -> Desk:
    aws_desk.payees("publish")
    fill(system)
    return aws_desk


def test_each_payee_and_currency_by_itself(desk_with_ledger: Desk) -> None:
    result = desk_with_ledger.payees("totals")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "payee_id,currency,payments,recorded,confirmed_payments,confirmed,reversed_payments,reversed",
        "mahantesh,INR,2,120.00,0,0.00,0,0.00",
        "mahantesh,JPY,1,500,0,0,0,0",
        "shilpa,INR,2,120.00,1,70.00,1,1.00",
    ]


def test_days_and_months_are_the_maintainers(desk_with_ledger: Desk, system: System) -> None:
    record(system, 7, days=30)  # at 15:00 of 31 March in India
    by_day = json.loads(desk_with_ledger.payees("totals", "shilpa", "--by", "day", "--json").stdout)
    assert [total["day"] for total in by_day] == [
        "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-31",
    ]  # fmt: skip
    by_month = desk_with_ledger.payees("totals", "--by", "payee,month", "--since", "2026-03-02")
    assert [line.split(",")[:4] for line in by_month.stdout.splitlines()[1:]] == [
        ["mahantesh", "2026-03", "INR", "1"],
        ["mahantesh", "2026-03", "JPY", "1"],
        ["shilpa", "2026-03", "INR", "2"],
    ]


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_a_terminal_gets_a_table_with_a_last_row_for_each_currency_of_several(
    desk_with_ledger: Desk, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = desk_with_ledger.payees("totals", "--format", "table").stdout
    assert "240.00 INR" in shown
    assert shown.count("together") == 1
    assert "…" not in shown


def test_ways_to_pay_are_added_up(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    for number, method in enumerate(("upi", None, "cash", "upi")):
        record(system, number, method=method)
    lines = aws_desk.payees("totals", "--by", "method").stdout.splitlines()
    assert [line.split(",")[:4] for line in lines] == [
        ["method", "currency", "payments", "recorded"],
        ["", "INR", "1", "50.00"],
        ["cash", "INR", "1", "50.00"],
        ["upi", "INR", "2", "100.00"],
    ]
    table = aws_desk.payees("totals", "--by", "method,month", "--format", "table").stdout
    rows = [line.split("  ")[0] for line in table.splitlines()]
    assert rows == ["method", "not said", "cash", "upi", "together"]
    assert "not said  2026" in table
    assert table.splitlines()[-1].split()[1] == "4"  # the month of all of them is blank


def test_an_unknown_part_is_wrong_usage(aws_desk: Desk) -> None:
    result = aws_desk.payees("totals", "--by", "payee,weak")
    assert result.exit_code == 2
    assert "“weak” is not one of payee, day, month, method." in result.stderr


def test_nothing_to_add_up_is_told(aws_desk: Desk) -> None:
    aws_desk.payees("publish")
    result = aws_desk.payees("totals", "--format", "table")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("There is nothing to add up in table ")
