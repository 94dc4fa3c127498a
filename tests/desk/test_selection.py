"""Which payments a condition means."""

from datetime import timedelta
from decimal import Decimal

import pytest

from desk.selection import Selection
from payments.events import History
from payments.money import Money
from payments.payment import Payment
from testkit.factories import NOW, make_payment, make_payment_id

HOUR = timedelta(hours=1)


def select(selection: Selection, *payments: Payment) -> list[Payment]:
    return [payment for payment in payments if selection.matches(History(payment))]


@pytest.mark.parametrize(
    ("selection", "matches"),
    [
        (Selection(), True),
        (Selection(since=NOW), True),
        (Selection(since=NOW + HOUR), False),
        (Selection(until=NOW), False),
        (Selection(until=NOW + HOUR), True),
        (Selection(payer="SHA"), True),
        (Selection(payer="\uff41sh\u00e1"), True),
        (Selection(payer="Ben"), False),
        (Selection(least=Decimal("50.00")), True),
        (Selection(least=Decimal("50.01")), False),
        (Selection(most=Decimal(50)), True),
        (Selection(most=Decimal("49.99")), False),
        (Selection(method="upi"), True),
        (Selection(method="cash"), False),
        (Selection(bank_reference="437276589036"), True),
        (Selection(bank_reference="437276589037"), False),
    ],
)
def test_each_condition_must_hold(selection: Selection, *, matches: bool) -> None:
    payment = make_payment(method="upi", bank_reference="437276589036")
    assert bool(select(selection, payment)) is matches


@pytest.mark.parametrize("selection", [Selection(method="upi"), Selection(bank_reference="4372")])
def test_what_a_payer_did_not_say_is_none_of_it(selection: Selection) -> None:
    assert select(selection, make_payment()) == []


def test_amounts_are_compared_in_major_units_of_each_currency() -> None:
    yen = make_payment(make_payment_id(random=1), money=Money(50, "JPY"))
    dinar = make_payment(make_payment_id(random=2), money=Money(49_999, "KWD"))
    assert select(Selection(least=Decimal(50)), yen, dinar) == [yen]


@pytest.mark.parametrize("device_is_ahead", [timedelta(days=-31), timedelta(0), timedelta(days=1)])
def test_the_servers_time_decides_whatever_the_devices_clock_said(
    device_is_ahead: timedelta,
) -> None:
    payment = make_payment(make_payment_id(NOW + device_is_ahead, random=2**80 - 1))
    instant = timedelta(milliseconds=1)
    assert select(Selection(since=NOW, until=NOW + instant), payment) == [payment]
    assert select(Selection(since=NOW + instant), payment) == []
    assert select(Selection(until=NOW), payment) == []


def test_a_day_of_a_year_does_not_read_the_year() -> None:
    bounds = Selection(since=NOW, until=NOW + 24 * HOUR).bounds()
    assert Selection().bounds() is None
    assert bounds
    assert timedelta(milliseconds=bounds[1].minted_ms - bounds[0].minted_ms) == timedelta(days=33)
