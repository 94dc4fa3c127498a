"""`payees count`: a counted cash box."""

import pytest

from cli.settling.cash_counts import CashCount, cash_counts, keep_count
from cli.system import System
from payments.money import Money
from payments.payee import PayeeId
from testkit.factories import NOW
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, record

SHILPA = PayeeId("shilpa")


@pytest.fixture
def counter(aws_desk: Desk, system: System, in_india: None) -> Desk:
    """On the first of March two payments in cash, one that was reversed, and one by another way."""
    aws_desk.payees("publish")
    for number in range(2):
        record(system, number, method="cash")
    correct(system, record(system, 5, method="cash"), "reversed")
    record(system, 6, method="upi")
    record(system, 7)
    record(system, 8, method="cash", days=1)
    return aws_desk


def test_a_box_is_held_against_what_was_claimed_in_cash(counter: Desk, system: System) -> None:
    said = ["count", "shilpa", "--day", "2026-03-01"]
    first = counter.payees(*said, "--cash", "120", "--by", "Asha")
    assert (first.exit_code, first.stdout) == (
        0,
        "claimed     100.00 INR, in 2\ncounted     120.00 INR\ndifference  +20.00 INR\n",
    )
    again = counter.payees(*said, "--cash", "95.5", "--by", "Ben")
    assert "difference  -4.50 INR\n" in again.stdout
    assert "It replaces the 120.00 INR that Asha counted, " in again.stderr
    counts = cash_counts(system, SHILPA)
    assert [(one.number, one.by, one.difference) for one in counts] == [
        (1, "Asha", "+20.00 INR"),
        (2, "Ben", "-4.50 INR"),
    ]
    counter.payees("report", "--since", "2026-03-01", "--until", "2026-03-01")
    page = (counter.folder / "report.html").read_text()
    assert ("-4.50 INR" in page, "+20.00 INR" in page, ", again (1 before)" in page) == (
        True, False, True,
    )  # fmt: skip
    counter.payees("report", "--since", "2026-02-01", "--until", "2026-02-28")
    assert "Cash boxes" not in (counter.folder / "report.html").read_text()
    counter.payees("report", "--since", "2026-03-02")
    assert "Cash boxes" not in (counter.folder / "report.html").read_text()
    assert counter.payees("payments", "shilpa").stdout.count("\n") == 7  # no payment came of it


def test_an_empty_box_is_a_count(counter: Desk) -> None:
    result = counter.payees("count", "shilpa", "--day", "2026-03-03", "--cash", "0")
    assert result.stdout == (
        "claimed     0.00 INR, in 0\ncounted     0.00 INR\ndifference  0.00 INR\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nobody", "--cash", "5"], 1, "No payee “nobody” in"),
        (["shilpa", "--cash", "5.123"], 2, "--cash: INR has 2 decimals, not 3."),
        (["shilpa", "--cash", "-5"], 2, "“-5” is no amount"),
        (["shilpa", "--cash", "5", "--day", "2999-01-01"], 2, "2999-01-01 has not come yet."),
        (["shilpa"], 2, "Missing option '--cash'"),
    ],
)
def test_what_cannot_be_counted_is_told(
    counter: Desk, arguments: list[str], code: int, said: str
) -> None:
    result = counter.payees("count", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_two_who_count_at_once_do_not_replace_each_other_unseen(system: System) -> None:
    one = CashCount(
        SHILPA, NOW.date(), 1, Money(500, "INR"), Money(0, "INR"), 0, "Asha", NOW
    )  # fmt: skip
    other = CashCount(SHILPA, NOW.date(), 1, Money(700, "INR"), Money(0, "INR"), 0, "Ben", NOW)
    assert [keep_count(system, count) for count in (one, one, other)] == [True, True, False]
    for number in range(2, 12):
        later = CashCount(
            SHILPA, NOW.date(), number, one.counted, one.claimed, 0, "Asha", NOW
        )  # fmt: skip
        assert keep_count(system, later)
    assert cash_counts(system, SHILPA, NOW.date())[-1].number == 11  # 11 is after 2
