"""What becomes of a recorded payment: events beside it, and the status they add up to.

claimed → confirmed | reversed, confirmed → reversed. The payment itself never changes.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from payments.text import parse_text
from payments.times import to_milliseconds

BY_MAX_LENGTH = 64
WHY_MAX_LENGTH = 500


class PaymentStatus(StrEnum):
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REVERSED = "reversed"


_MAY_BECOME = {
    PaymentStatus.CLAIMED: (PaymentStatus.CONFIRMED, PaymentStatus.REVERSED),
    PaymentStatus.CONFIRMED: (PaymentStatus.REVERSED,),
    PaymentStatus.REVERSED: (),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A payment became `status`; `number` counts a payment's events from 1."""

    payee_id: PayeeId
    payment_id: PaymentId
    number: int
    status: PaymentStatus
    by: str
    why: str
    recorded_at: datetime  # UTC, whole milliseconds


@dataclass(frozen=True, slots=True)
class History:
    """A payment and all that happened to it, in order."""

    payment: Payment
    events: tuple[Event, ...] = ()

    @property
    def status(self) -> PaymentStatus:
        return self.events[-1].status if self.events else PaymentStatus.CLAIMED


class EventRefused(Exception):
    """The payment cannot become that, because of what it has become already: `standing`."""

    def __init__(self, standing: Event) -> None:
        super().__init__(f"already {standing.status} by {standing.by}")
        self.standing = standing


def plan_event(
    history: History, status: PaymentStatus, *, by: str, why: str, now: datetime
) -> Event:
    """The event that makes the payment `status`, which is not "claimed".

    Raises EventRefused if it cannot become that, InvalidValue for a `by` or a `why` that is empty,
    too long, or has control characters.
    """
    if status not in _MAY_BECOME[history.status]:
        raise EventRefused(history.events[-1])  # what is only claimed may become anything
    payment = history.payment
    return Event(
        payment.payee_id,
        payment.payment_id,
        number=len(history.events) + 1,
        status=status,
        by=_parse_words("who", by, BY_MAX_LENGTH),
        why=_parse_words("why", why, WHY_MAX_LENGTH),
        recorded_at=to_milliseconds(now),
    )


def _parse_words(what: str, text: str, max_length: int) -> str:
    try:
        return parse_text(text, max_length=max_length, required=True)
    except InvalidValue as error:
        raise InvalidValue(f"{what}: {error}") from error
