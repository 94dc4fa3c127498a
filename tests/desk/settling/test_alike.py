"""Somebody who buys the same every day: any pairing of such lines and claims is as good."""

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
    assert "of lines and claims that are alike" in found.matches[0].why


def test_what_is_left_over_is_the_one_that_is_farthest() -> None:
    one_never_paid = match(lines(*paid(1, 2, 9)), daily(0, 1, 5, 8))
    assert pairs(one_never_paid) == [(1, 0), (2, 1), (9, 8)]
    assert [one.payment.payment_id for one in one_never_paid.without_money] == [own(5, 2)]
    one_never_said = match(lines(*paid(1, 2, 3)), daily(0, 1))
    assert pairs(one_never_said) == [(1, 0), (2, 1)]
    assert [line.booked_on.day for line in one_never_said.unclaimed] == [NOW.day + 3]
    twice = match(lines(*paid(1, 1)), daily(0))
    assert (len(twice.matches), len(twice.unclaimed)) == (1, 1)


def test_one_line_of_another_is_seen_among_more_than_are_looked_at_of_one() -> None:
    many = paid(*[1] * 70)
    assert len(match(lines(*many), daily(*[0] * 3)).matches) == 3
    for another in (0, 70):  # before and behind all of them
        among = [*many[:another], *paid(1, name="ASHA PATIL"), *many[another:]]
        assert match(lines(*among), daily(*[0] * 3)).matches == (), another


def test_a_line_that_may_have_gone_back_is_asked_and_the_others_are_not() -> None:
    booked = paid(1, 2, 9)
    back = line("return", "ASHA RAO", 2000, booked[1].bank_id, kind=Kind.TAKEN_BACK, days=4)
    found = match(lines(*booked, back), daily(0, 1, 8))
    assert pairs(found) == [(9, 8)]
    assert all("may have gone back" in one.why for some in found.asks for one in some)
    assert len(found.asks) == 2, "either of the first two"


def test_where_anything_else_comes_into_question_it_is_asked() -> None:
    some, claims = paid(1, 2), daily(0, 1)
    another_line = paid(2, name="ASHA PATIL")
    another_payer = claim(own(1, 9), "Asha Rao", days=1)
    gone_back = line("to Asha", "ASHA RAO", bank_id="X", kind=Kind.DEBIT, days=3)
    assert len(grades(match(lines(*some), claims))) == 2
    for booked, claimed in (
        ([*some, *another_line], [*claims, *daily(2)]),
        ([*some, *paid(3)], [*claims, another_payer]),
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
