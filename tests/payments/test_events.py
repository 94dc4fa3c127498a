"""What became of a payment follows from its events."""

import pytest

from payments.events import (
    Event,
    EventRefused,
    History,
    PaymentStatus,
    plan_event,
)
from payments.refusals import InvalidValue
from testkit.factories import BAKERY, NOW, PAYMENT_ID, make_event, make_payment

CLAIMED = History(make_payment())
CONFIRMED = History(make_payment(), (make_event(status=PaymentStatus.CONFIRMED),))
REVERSED = History(make_payment(), (make_event(),))


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (CLAIMED, PaymentStatus.CONFIRMED),
        (CLAIMED, PaymentStatus.REVERSED),
        (CONFIRMED, PaymentStatus.REVERSED),
    ],
)
def test_what_a_payment_may_become(history: History, status: PaymentStatus) -> None:
    event = plan_event(
        history, status, by=" Ravi ", why="line 14", now=NOW.replace(microsecond=123_456)
    )
    number = len(history.events) + 1
    assert event == Event(BAKERY, PAYMENT_ID, number, status, "Ravi", "line 14", NOW)
    assert History(history.payment, (*history.events, event)).status == status


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (CONFIRMED, PaymentStatus.CONFIRMED),
        (CONFIRMED, PaymentStatus.CLAIMED),
        (REVERSED, PaymentStatus.REVERSED),
        (REVERSED, PaymentStatus.CONFIRMED),
    ],
)
def test_what_it_may_not_and_who_made_it_so(history: History, status: PaymentStatus) -> None:
    with pytest.raises(EventRefused) as refused:
        plan_event(history, status, by="meena", why="w", now=NOW)
    assert refused.value.standing == history.events[-1]


@pytest.mark.parametrize(
    ("by", "why", "problem"),
    [
        ("", "w", "who: must not be empty"),
        ("ravi", " ", "why: must not be empty"),
        ("ravi", "w" * 501, "why: at most 500 characters, not 501"),
        ("ra\nvi", "w", "who: remove the hidden or unknown character U+000A"),
    ],
)
def test_who_and_why_are_said_in_words(by: str, why: str, problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem.replace("+", r"\+")):
        plan_event(CLAIMED, PaymentStatus.REVERSED, by=by, why=why, now=NOW)
