"""What was settled by one statement, and went back in a later one: told first, and of whom."""

from dataclasses import replace

import pytest

from desk.deciding.plan import plan_rows
from desk.settling.matching import Matching, match
from desk.statements.line import Kind, Line
from payments.events import EventStatus, Evidence, History
from payments.money import Money
from testkit.factories import make_event
from tests.desk.settling.later import prove_later
from tests.desk.settling.months import HABITS
from tests.desk.settling.test_matching import ID, OTHER, claim, line, lines

[CAME] = lines(line("lunch", "ASHA RAO", bank_id="123456789012"))


def settled(of: History, came: Line = CAME) -> History:
    evidence = Evidence(came.fingerprint, came.bank_id, came.booked_on, came.money)
    payment = of.payment
    event = make_event(payment.payment_id, status=EventStatus.CONFIRMED, evidence=evidence)
    return History(payment, (event,))


def back(
    text: str, name: str = "", bank_id: str = "B9", minor: int = 5000, kind: Kind = Kind.TAKEN_BACK
) -> Line:
    return line(text, name, minor, bank_id, kind=kind, days=30)


def why(found: Matching) -> str:
    return str(next(iter(plan_rows(found)))["why"])


@pytest.mark.parametrize(
    "went",
    [
        back("REV", bank_id="123456789012"),
        back("REVERSAL OF 000123456789012"),
        back(f"REV {ID.reference[:14]}"),
    ],
    ids=["its number", "its number in words", "part of its reference"],
)
def test_what_the_bank_took_back_by_the_credits_number_is_told(went: Line) -> None:
    """The payer typed no number, and is called otherwise than at the bank."""
    found = match(
        lines(went),
        [
            settled(claim(payer="Mum")),
            settled(claim(OTHER, "Asha"), *lines(line("x", bank_id="77"))),
        ],
    )
    [one] = found.to_undo
    assert (one.history.payment.payment_id, one.is_named) == (ID, True)
    assert why(found).startswith("settled, and the bank took it back: payees undo ")


def test_of_what_the_bank_took_back_it_may_have_kept_some() -> None:
    found = match(lines(back("RET", bank_id="123456789012", minor=4900)), [settled(claim())])
    assert len(found.to_undo) == 1
    assert "the bank took back 49.00 INR of it: payees undo" in why(found)
    assert (
        match(lines(back("RET", bank_id="123456789012", minor=5100)), [settled(claim())]).to_undo
        == ()
    )


def test_a_name_alone_is_told_as_perhaps_after_what_is_named() -> None:
    two = [
        settled(claim(payer="Asha Rao")),
        settled(
            claim(OTHER, "Asha Rao", days=1), *lines(line("y", bank_id="998877665544", days=1))
        ),
    ]
    by_name, by_number = back("RET", "ASHA RAO"), back("RET", "ASHA RAO", "998877665544")
    found = match(lines(by_name, by_number), two)
    assert [(one.history.payment.payment_id, one.is_named) for one in found.to_undo] == [
        (OTHER, True),
        (ID, False),
    ]
    told = match(lines(by_name), two)
    assert "took back that amount of such a name: if it is this: payees undo" in why(told)


def test_a_refund_is_seen_where_the_bank_has_the_name_in_the_text() -> None:
    refund = back("ASHA RAO", "gone back", kind=Kind.DEBIT)
    [one] = match(lines(refund), [settled(claim())]).to_undo
    assert (one.history.payment.payment_id, one.is_named) == (ID, False)


def test_what_was_taken_back_of_nobody_known_is_told_too() -> None:
    went = back("RET", "SITA NAIK", minor=7700)
    found = match(lines(went), [settled(claim())])
    assert (found.to_undo, [one.money.amount for one in found.took_back]) == ((), ["77.00"])
    assert why(found) == "the bank took it back, and nothing says of whom"
    other = replace(went, money=Money(5000, "INR"), name="ASHA RAO")
    assert match(lines(other), [settled(claim())]).took_back == ()


@pytest.mark.parametrize("habit", HABITS)
def test_what_goes_back_later_is_told_and_nothing_that_did_not(habit: str) -> None:
    """A few of the months that `make settling` settles before their end."""
    counts = prove_later(3, 100, [habit])[habit]
    assert (counts["sure WRONG"], counts["named WRONG"], counts["by its number MISSED"]) == (
        0,
        0,
        0,
    )
    assert counts["sure right"] + counts["by its number named"] > 0
