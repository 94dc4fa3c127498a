"""A flood of made-up payments to one payee: refused above a ceiling, whoever sends them."""

import pytest

from backend.app import create_app
from backend.ceiling import Ceiling
from cli.local.memory import MemoryLedger, MemoryRegistry
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.factories import BAKERY, NOW, make_document, make_payee, make_payment_id
from tests.backend.api import problem

PAYEE, OTHER = PayeeId("bakery"), PayeeId("butcher")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(("an_hour", "burst"), [(60, 10), (1200, 200), (3, 1)])
def test_a_sixth_of_an_hours_may_come_at_once_and_then_as_many_as_time_gives(
    an_hour: int, burst: int
) -> None:
    clock = Clock()
    ceiling = Ceiling(an_hour, clock)
    assert [ceiling.admits(PAYEE) for _ in range(burst + 2)] == [True] * burst + [False] * 2
    clock.seconds += 3600 / an_hour
    assert [ceiling.admits(PAYEE) for _ in range(2)] == [True, False]
    clock.seconds += 86_400
    assert sum(ceiling.admits(PAYEE) for _ in range(burst * 3)) == burst, (
        "a quiet day saves none up"
    )


def test_a_payee_has_a_ceiling_of_its_own() -> None:
    ceiling = Ceiling(6, Clock())
    assert [ceiling.admits(payee) for payee in (PAYEE, PAYEE, OTHER)] == [True, False, True]


def test_above_the_ceiling_nothing_is_recorded_and_what_was_recorded_is_still_answered() -> None:
    clock, ledger, registry = Clock(), MemoryLedger(), MemoryRegistry()
    registry.register(make_payee())
    ceiling = Ceiling(12, clock)
    app = create_app(ledger, registry, registry, now=lambda: NOW, admits=ceiling.admits)
    phone = app.test_client()

    def pay(number: int) -> int:
        address = f"/payees/{BAKERY}/payments/{make_payment_id(NOW, random=number)}"
        response = phone.put(address, json=make_document())
        assert (response.status_code == 429) == ("Retry-After" in response.headers)
        if response.status_code == 429:
            problem(response, 429, "ledger-unavailable")
        return response.status_code

    assert [pay(number) for number in range(300)] == [201, 201, *[429] * 298]
    assert pay(0) == 200, "a recorded payment decides first"
    clock.seconds += 3600 / 12
    assert [pay(2), pay(3)] == [201, 429], "a resend gets its turn"
    payee = PayeeId(BAKERY)
    assert [pay_id.text for pay_id in recorded(ledger, payee)] == [
        str(make_payment_id(NOW, random=number)) for number in (0, 1, 2)
    ]


def recorded(ledger: MemoryLedger, payee: PayeeId) -> list[PaymentId]:
    return sorted(
        (history.payment.payment_id for history in ledger.histories(payee)),
        key=lambda payment_id: payment_id.text,
    )


def test_without_a_ceiling_everything_is_admitted() -> None:
    clock = Clock()
    ceiling = Ceiling(float("inf"), clock)
    for _ in range(1000):
        assert ceiling.admits(PAYEE)
        clock.seconds += 0.5
