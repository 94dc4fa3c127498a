"""Sums of payments, by currency and state."""

from desk.totals import Group, Total, add_up, total_document
from payments.events import History, PaymentStatus
from payments.money import Money
from testkit.factories import make_event, make_payment


def made(money: Money, *statuses: PaymentStatus) -> History:
    events = [make_event(number=n, status=status) for n, status in enumerate(statuses, start=1)]
    return History(make_payment(money=money), tuple(events))


CONFIRMED, REVERSED = PaymentStatus.CONFIRMED, PaymentStatus.REVERSED
HISTORIES = [
    made(Money(5000, "INR")),
    made(Money(7000, "INR"), CONFIRMED),
    made(Money(100, "INR"), CONFIRMED, REVERSED),
    made(Money(1, "INR"), REVERSED),
    made(Money(50, "JPY")),
]


def test_currencies_are_never_mixed_and_reversed_money_is_told_apart() -> None:
    assert add_up(HISTORIES, lambda history: (history.payment.payee_id,)) == {
        Group(("town-bakery",), "INR"): Total(2, 12000, 1, 7000, 2, 101),
        Group(("town-bakery",), "JPY"): Total(count=1, recorded_minor=50),
    }


def test_groups_come_in_order() -> None:
    groups = add_up(HISTORIES, lambda history: (str(history.payment.money.amount_minor),))
    assert list(groups) == sorted(groups)


def test_a_total_is_said_in_major_units() -> None:
    assert total_document(
        Group(("x",), "INR"), ("payee_id",), Total(2, 12000, 1, 7000, 2, 101)
    ) == {
        "payee_id": "x",
        "currency": "INR",
        "payments": 2,
        "recorded": "120.00",
        "confirmed_payments": 1,
        "confirmed": "70.00",
        "reversed_payments": 2,
        "reversed": "1.01",
    }
