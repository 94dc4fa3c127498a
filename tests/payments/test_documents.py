"""What leaves the system: exactly these fields, in this order, and no other for being there."""

from dataclasses import dataclass, fields

from payments.documents import full_document, public_document, recorded_document
from payments.events import History, PaymentStatus
from payments.payment import Payment
from testkit.factories import PAYMENT_ID, make_event, make_evidence, make_payment

SECRET = "437276589036"
PAYMENT = make_payment(method="upi", bank_reference="437276589036")
REVERSED = History(PAYMENT, (make_event(),))


@dataclass(frozen=True, slots=True)
class LaterPayment(Payment):
    """A payment as it may be one day, with a field that nobody thought of when this was written."""

    telephone: str = SECRET


LATER = LaterPayment(
    **{field.name: getattr(PAYMENT, field.name) for field in fields(Payment)},
    telephone=SECRET,
)


def test_recording_answers_the_claim() -> None:
    assert list(recorded_document(PAYMENT).items()) == [
        ("payment_id", PAYMENT_ID.text),
        ("payee_id", "town-bakery"),
        ("payer_id", "Asha"),
        ("amount", "50.00"),
        ("currency", "INR"),
        ("reason", "Lunch"),
        ("method", "upi"),
        ("bank_reference", "437276589036"),
        ("status", "claimed"),
        ("reference", PAYMENT_ID.reference),
        ("recorded_at", "2026-03-01T09:30:00.123Z"),
    ]


def test_the_public_learns_the_state_not_who_or_why() -> None:
    assert list(public_document(REVERSED).items()) == [
        ("payment_id", PAYMENT_ID.text),
        ("payee_id", "town-bakery"),
        ("amount", "50.00"),
        ("currency", "INR"),
        ("method", "upi"),
        ("status", "reversed"),
        ("reference", PAYMENT_ID.reference),
        ("recorded_at", "2026-03-01T09:30:00.123Z"),
    ]


def test_the_full_document_has_all_fields_the_status_and_each_event() -> None:
    assert list(full_document(REVERSED).items()) == [
        ("payee_id", "town-bakery"),
        ("payment_id", PAYMENT_ID.text),
        ("reference", PAYMENT_ID.reference),
        ("payer_id", "Asha"),
        ("amount", "50.00"),
        ("currency", "INR"),
        ("reason", "Lunch"),
        ("method", "upi"),
        ("bank_reference", "437276589036"),
        ("recorded_at", "2026-03-01T09:30:00.123Z"),
        ("status", "reversed"),
        (
            "events",
            [
                {
                    "status": PaymentStatus.REVERSED,
                    "by": "ravi",
                    "why": "never arrived",
                    "recorded_at": "2026-03-01T09:30:00.123Z",
                    "evidence": None,
                }
            ],
        ),
    ]


def test_an_event_tells_the_line_that_settled_the_payment() -> None:
    settled = make_event(status="confirmed", evidence=make_evidence())
    document = full_document(History(PAYMENT, (settled,)))
    assert [event["evidence"] for event in document["events"]] == [  # type: ignore[attr-defined]
        {
            "fingerprint": "2026-03-02_00014",
            "bank_id": "437276589036",
            "booked_on": "2026-03-02",
            "amount": "50.00",
            "currency": "INR",
        }
    ]


def test_what_was_not_said_is_null() -> None:
    document = recorded_document(make_payment())
    assert (document["method"], document["bank_reference"]) == (None, None)
    assert full_document(History(make_payment()))["status"] == "claimed"


def test_a_field_added_to_payments_is_in_no_document_by_itself() -> None:
    history = History(LATER, (make_event(),))
    assert recorded_document(LATER) == recorded_document(PAYMENT)
    assert public_document(history) == public_document(REVERSED)
    assert full_document(history) == full_document(REVERSED)
