"""Somebody who buys the same every day: as many lines as claims, and any pairing is as good."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.settling.case import Grade
from desk.settling.matching import Matching, match
from desk.statements.line import Kind, Line
from payments.events import History
from payments.payment_id import PaymentId
from testkit.factories import NOW, make_payment_id
from tests.desk.settling.test_matching import asked, claim, grades, line, lines


def own(day: int, n: int = 0) -> PaymentId:
    return make_payment_id(NOW + timedelta(day), random=2**60 + 100 * day + n)


def daily(*days: int, payer: str = "Asha") -> list[History]:
    return [claim(own(day, n), payer, days=day) for n, day in enumerate(days)]


def paid(*days: int, name: str = "ASHA RAO") -> list[Line]:
    return [line("UPI", name, bank_id=f"B{n}{name}", days=day) for n, day in enumerate(days)]


def pairs(found: Matching) -> list[tuple[int, int]]:
    """Days of the line and of the claim, counted from the first."""
    return [
        ((one.line.booked_on - NOW.date()).days, (one.history.payment.recorded_at - NOW).days)
        for one in found.matches
    ]


def test_a_regulars_payments_are_likely_in_the_order_of_their_days() -> None:
    days = range(20)
    found = match(lines(*paid(*(day + 1 for day in days))), daily(*days))
    assert {grade for grade, _ in grades(found)} == {Grade.LIKELY}
    assert pairs(found) == [(day + 1, day) for day in days]
    assert not found.asks
    assert "of as many lines as claims" in found.matches[0].why


def test_where_one_is_missing_it_is_asked() -> None:
    for booked, claimed in (((1, 2), (0, 1, 2)), ((1, 2, 3), (0, 1))):
        found = match(lines(*paid(*booked)), daily(*claimed))
        assert grades(found) == []
    apart = match(lines(*paid(1, 2, 21, 22)), [*daily(0, 1), *daily(20)])
    assert pairs(apart) == [(1, 0), (2, 1)], "three weeks later is another matter"
    assert len(apart.asks) == 2


def test_where_anything_else_comes_into_question_it_is_asked() -> None:
    some, claims = paid(1, 2), daily(0, 1)
    another_line = paid(2, name="ASHA PATIL")
    another_payer = claim(own(1, 9), "Asha Rao", days=1)
    another_way = claim(own(1, 8), "Asha", days=1, method="upi")
    gone_back = line("to Asha", "ASHA RAO", bank_id="X", kind=Kind.DEBIT, days=3)
    assert len(grades(match(lines(*some), claims))) == 2
    for booked, claimed in (
        ([*some, *another_line], [*claims, *daily(2)]),
        ([*some, *paid(3)], [*claims, another_payer]),
        (some, [claims[0], another_way]),
        ([*some, gone_back], claims),
    ):
        assert grades(match(lines(*booked), claimed)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 25), st.integers(-1, 7)), min_size=2, max_size=25),
    st.randoms(use_true_random=False),
)
def test_as_many_as_there_are_are_all_likely_and_none_twice(
    some: list[tuple[int, int]], dice: object
) -> None:
    claims = [claim(own(day, n), "Asha", days=day) for n, (day, _) in enumerate(some)]
    booked = [
        line("UPI", "ASHA RAO", bank_id=f"B{n}", days=day + late)
        for n, (day, late) in enumerate(some)
    ]
    dice.shuffle(booked)  # type: ignore[attr-defined]
    found = match(lines(*booked), claims)
    settled = [payment_id for _, payment_id in grades(found)]
    assert len(set(settled)) == len(settled)
    assert {one for candidates in asked(found) for one in candidates}.isdisjoint(settled)
    assert all(-1 <= line_day - day <= 7 for line_day, day in pairs(found))
    assert len(found.matches) == len(some), "every claim has its line"
