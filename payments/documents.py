"""What leaves the system as JSON: each document names the fields it tells, so that a field that
payments get one day is in none of them until somebody writes it here."""

from collections.abc import Callable

from payments.events import Event, Evidence, History, PaymentStatus
from payments.payment import Payment
from payments.times import format_time

RECORDED_FIELDS = (
    "payment_id",
    "payee_id",
    "payer_id",
    "amount",
    "currency",
    "reason",
    "method",
    "bank_reference",
    "status",
    "reference",
    "recorded_at",
)
# The id ends up on screenshots and bank statements: whoever holds it may learn that the payment
# is recorded and what became of it, not who paid or why.
PUBLIC_FIELDS = (
    "payment_id",
    "payee_id",
    "amount",
    "currency",
    "method",
    "status",
    "reference",
    "recorded_at",
)
FULL_FIELDS = (
    "payee_id",
    "payment_id",
    "reference",
    "payer_id",
    "amount",
    "currency",
    "reason",
    "method",
    "bank_reference",
    "recorded_at",
    "status",
    "events",
)
OPTIONAL_FIELDS = ("method", "bank_reference")  # null where the payer did not say

_VALUES: dict[str, Callable[[History], object]] = {
    "payment_id": lambda history: history.payment.payment_id.text,
    "payee_id": lambda history: history.payment.payee_id,
    "payer_id": lambda history: history.payment.payer_id,
    "amount": lambda history: history.payment.money.amount,
    "currency": lambda history: history.payment.money.currency,
    "reason": lambda history: history.payment.reason,
    "method": lambda history: history.payment.method,
    "bank_reference": lambda history: history.payment.bank_reference,
    "status": lambda history: history.status,
    "reference": lambda history: history.payment.payment_id.reference,
    "recorded_at": lambda history: format_time(history.payment.recorded_at),
    "events": lambda history: list(map(_event_document, history.events)),
}


def recorded_document(payment: Payment) -> dict[str, object]:
    """What recording answers, to the payer: the claim, whatever became of it since."""
    return _document(History(payment), RECORDED_FIELDS)


def public_document(history: History) -> dict[str, object]:
    """What anybody who has the payment's id may know."""
    return _document(history, PUBLIC_FIELDS)


def full_document(history: History) -> dict[str, object]:
    """Everything, with the events: for the payee's side, in listings and exports."""
    return _document(history, FULL_FIELDS)


def noted_document(event: Event, status: PaymentStatus) -> dict[str, object]:
    """What noting an event answers, to a till: the event, and what the payment is now."""
    return {
        "payee_id": event.payee_id,
        "payment_id": event.payment_id.text,
        "n": event.number,
        "status": status,
        "event": _event_document(event),
    }


def _document(history: History, fields: tuple[str, ...]) -> dict[str, object]:
    return {name: _VALUES[name](history) for name in fields}


def _event_document(event: Event) -> dict[str, object]:
    return {
        "status": event.status,
        "by": event.by,
        "why": event.why,
        "recorded_at": format_time(event.recorded_at),
        "evidence": _evidence_document(event.evidence) if event.evidence else None,
    }


def _evidence_document(evidence: Evidence) -> dict[str, object]:
    return {
        "fingerprint": evidence.fingerprint,
        "bank_id": evidence.bank_id,
        "booked_on": evidence.booked_on.isoformat(),
        "amount": evidence.money.amount,
        "currency": evidence.money.currency,
    }
