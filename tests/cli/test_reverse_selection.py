"""`payees reverse` of all that conditions choose, as after a flood of made-up payments."""

import json

import pytest

from cli.system import System
from payments.payment_id import PaymentId
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, record

REVERSE = ("reverse", "--reason", "spam", "--by", "meena", "--payer", "buy now")


@pytest.fixture
def ids(aws_desk: Desk, system: System) -> list[PaymentId]:
    """Three made-up payments, the first of which is confirmed, and an honest one."""
    aws_desk.payees("publish")
    names = ["Buy now!", "buy NOW", "Buy Now 2", "Asha"]
    ids = [record(system, number, payer_id=name) for number, name in enumerate(names, 1)]
    correct(system, ids[0], "confirmed")
    return ids


def statuses(desk: Desk) -> list[str]:
    documents = json.loads(desk.payees("payments", "--json").stdout)
    return [one["status"] for one in documents]


def test_a_dry_run_lists_and_changes_nothing(aws_desk: Desk, ids: list[PaymentId]) -> None:
    result = aws_desk.payees("reverse", "--payer", "buy now", "--dry-run", "--json")
    assert result.exit_code == 0
    listed = [one["payment_id"] for one in json.loads(result.stdout)]
    assert listed == [ids[1].text, ids[2].text]
    assert result.stderr == "Would reverse 2 payments, 100.00 INR. Nothing was changed.\n"
    assert "reversed" not in statuses(aws_desk)


def test_those_that_are_claimed_are_reversed(aws_desk: Desk, ids: list[PaymentId]) -> None:
    assert aws_desk.payees(*REVERSE).exit_code == 2  # nobody can be asked
    assert "reversed" not in statuses(aws_desk)
    result = aws_desk.payees(*REVERSE, "--yes")
    assert (result.exit_code, "Reversed 2." in result.stderr) == (0, True)
    assert statuses(aws_desk) == ["confirmed", "reversed", "reversed", "claimed"]
    result = aws_desk.payees(*REVERSE, "--yes")
    assert result.exit_code == 1
    assert result.stderr.startswith("No claimed payments are such, in ")


@pytest.mark.parametrize("more", [["7q0zj5s9g4v", "--payer", "x"], ["7q0zj5s9g4v", "--yes"], []])
def test_either_references_or_conditions(aws_desk: Desk, more: list[str]) -> None:
    result = aws_desk.payees("reverse", "--reason", "spam", *more)
    assert (result.exit_code, "conditions" in result.stderr) == (2, True)


def test_why_is_asked_for_before_anything_is_read(aws_desk: Desk) -> None:
    result = aws_desk.payees("reverse", "--payer", "x", "--table", "nowhere", "--yes")
    assert (result.exit_code, "Say why: --reason" in result.stderr) == (2, True)
