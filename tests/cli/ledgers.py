"""A ledger with a little of everything, for the commands that read it."""

from datetime import timedelta

from cli.system import System
from payments.events import PaymentStatus
from payments.money import Money
from payments.payment_id import PaymentId
from testkit.factories import NOW, make_event, make_payment, make_payment_id

DAY = timedelta(days=1)


def record(
    system: System,
    number: int,
    payee_id: str = "shilpa",
    *,
    payer_id: str = "Asha",
    money: Money | None = None,
    reason: str = "Lunch",
    days: int = 0,
    method: str | None = None,
    bank_reference: str | None = None,
) -> PaymentId:
    """Record a payment, `days` after NOW."""
    moment = NOW + days * DAY
    payment_id = make_payment_id(moment, random=number)
    payment = make_payment(
        payment_id,
        payee_id,
        payer_id=payer_id,
        money=money,
        reason=reason,
        recorded_at=moment,
        method=method,
        bank_reference=bank_reference,
    )
    assert system.ledger().record(payment) is None
    return payment_id


def correct(
    system: System,
    payment_id: PaymentId,
    status: str,
    payee_id: str = "shilpa",
    *,
    number: int = 1,
    why: str = "never arrived",
) -> None:
    event = make_event(payment_id, payee_id, number=number, status=PaymentStatus(status), why=why)
    assert system.ledger().append(event) is None


def fill(system: System) -> list[PaymentId]:
    """Six payments to two payees on three days, in two currencies, of every status."""
    ids = [
        record(system, 1, "mahantesh", money=Money(2000, "INR")),
        record(system, 2, "mahantesh", payer_id="Ben", money=Money(10000, "INR"), days=1),
        record(system, 3, "mahantesh", payer_id="=1+1", money=Money(500, "JPY"), days=2),
        record(system, 4, money=Money(5000, "INR")),
        record(system, 5, money=Money(7000, "INR"), days=1),
        record(system, 6, money=Money(100, "INR"), days=2),
    ]
    correct(system, ids[4], "confirmed")
    correct(system, ids[5], "reversed")
    return ids
