"""What is written late: a payment that was long on its way, and what became of an older one.

Whoever looks for what changed would have to read all payments, since anything may be said of any
of them at any time. So what is late leaves a mark of where it is, and what has none is fresh.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from payments.payee import PayeeId
from payments.payment_id import PaymentId
from payments.times import from_unix_milliseconds, to_unix_milliseconds

FRESH = timedelta(days=1)
"""What is written of a payment no longer after it was minted leaves no mark."""


@dataclass(frozen=True, slots=True, order=True)
class LateMark:
    """On the day `written_on` something was written of a payment of `payee_id` that was minted on
    the day `minted_on`, both UTC's. It says nothing of who paid, and many share it."""

    written_on: date
    payee_id: PayeeId
    minted_on: date


def late_mark(payee_id: PayeeId, payment_id: PaymentId, written_at: datetime) -> LateMark | None:
    """The mark to leave for what is written of a payment at that moment; None if it is fresh."""
    age = timedelta(milliseconds=to_unix_milliseconds(written_at) - payment_id.minted_ms)
    if age <= FRESH:
        return None
    minted_at = from_unix_milliseconds(payment_id.minted_ms)
    return LateMark(written_at.astimezone(UTC).date(), payee_id, minted_at.date())
