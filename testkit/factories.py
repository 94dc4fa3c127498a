"""Payees, payments and claims for tests: say what matters, the rest is ordinary."""

from datetime import UTC, date, datetime

from payments.events import Event, EventStatus, Evidence, Fingerprint
from payments.ledger import Ledger
from payments.money import Money, parse_money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.payment import Claim, Payment
from payments.payment_id import PaymentId, mint_payment_id
from payments.till_keys import TillKey, key_digest

NOW = datetime(2026, 3, 1, 9, 30, 0, 123_000, tzinfo=UTC)
BAKERY = PayeeId("town-bakery")
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # three people joined into one emoji
PERSIAN = "\u0645\u06cc\u200c\u062e\u0631\u0645"  # "I buy": its ZWNJ is part of the spelling
FOUR_BYTES = "\U0001f600"  # as long as a code point gets in UTF-8


def make_payee(
    payee_id: str = BAKERY,
    *,
    name: str = "Town Bakery",
    currency: str = "INR",
    least: str = "1",
    most: str = "10000",
    status: PayeeStatus = PayeeStatus.OPEN,
) -> Payee:
    limits = Limits(min=parse_money(least, currency), max=parse_money(most, currency))
    return Payee(PayeeId(payee_id), name, limits, status)


def make_payment_id(minted: datetime = NOW, random: int = 0) -> PaymentId:
    return mint_payment_id(minted, random.to_bytes(10))


PAYMENT_ID = make_payment_id(random=12345)


def make_payment(
    payment_id: PaymentId = PAYMENT_ID,
    payee_id: str = BAKERY,
    *,
    payer_id: str = "Asha",
    money: Money | None = None,
    reason: str = "Lunch",
    recorded_at: datetime = NOW,
    method: str | None = None,
    bank_reference: str | None = None,
) -> Payment:
    return Payment(
        payment_id,
        PayeeId(payee_id),
        payer_id,
        money or Money(5000, "INR"),
        reason,
        recorded_at,
        method,
        bank_reference,
    )


def make_event(
    payment_id: PaymentId = PAYMENT_ID,
    payee_id: str = BAKERY,
    *,
    number: int = 1,
    status: str = EventStatus.REVERSED,
    by: str = "ravi",
    why: str = "never arrived",
    recorded_at: datetime = NOW,
    evidence: Evidence | None = None,
) -> Event:
    return Event(
        PayeeId(payee_id), payment_id, number, EventStatus(status), by, why, recorded_at, evidence
    )


def make_evidence(
    fingerprint: str = "2026-03-02_00014",
    *,
    bank_id: str = "437276589036",
    booked_on: date = date(2026, 3, 2),
    money: Money | None = None,
) -> Evidence:
    return Evidence(Fingerprint(fingerprint), bank_id, booked_on, money or Money(5000, "INR"))


TILL_KEY = "4XKQ8Z1V0C7DM2RJ6T9B3FHWN5PAYESG"


def make_till_key(
    secret: str = TILL_KEY,
    payee_id: str = BAKERY,
    *,
    number: int = 1,
    label: str = "Counter 1",
    made_at: datetime = NOW,
    revoked_at: datetime | None = None,
) -> TillKey:
    return TillKey(PayeeId(payee_id), number, label, key_digest(secret), made_at, revoked_at)


def payments_in(ledger: Ledger, payee_id: str = BAKERY) -> list[Payment]:
    """What is recorded for a payee, whatever became of it."""
    return [history.payment for history in ledger.histories(PayeeId(payee_id))]


def make_claim(
    payment_id: PaymentId = PAYMENT_ID,
    payee_id: str = BAKERY,
    *,
    payer_id: str = "Asha",
    amount: str = "50.00",
    currency: str | None = "INR",
    reason: str = "Lunch",
    method: str | None = None,
    bank_reference: str | None = None,
) -> Claim:
    return Claim(
        payment_id, PayeeId(payee_id), payer_id, amount, currency, reason, method, bank_reference
    )


def make_document(**changes: object) -> dict[str, object]:
    """A request's body; a field changed to None is left out."""
    document: dict[str, object] = {
        "payer_id": "Asha",
        "amount": "50.00",
        "currency": "INR",
        "reason": "Lunch",
    }
    return {name: value for name, value in (document | changes).items() if value is not None}


def largest_money(currency: str, digits: int) -> Money:
    """The most that can be written: twelve nines before the point and all nines behind it."""
    return Money(10 ** (12 + digits) - 1, currency)
