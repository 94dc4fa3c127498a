"""What becomes of a recorded payment: events beside it, and the status they add up to.

claimed → confirmed | reversed, confirmed → reversed; `undone` takes back the last event that
stands, so that the payment is what it was before; `erased` notes that who paid, why and the bank's
number were erased, and changes no status. The payment itself never changes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from payments.money import Money
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from payments.text import parse_text
from payments.times import to_milliseconds

BY_MAX_LENGTH = 64
WHY_MAX_LENGTH = 500
BANK_ID_MAX_LENGTH = 64

Fingerprint = NewType("Fingerprint", str)
"""Tells one line of one statement from every other."""

FINGERPRINT_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
ALERT = "ALERT-"
"""Begins the fingerprint of a line that a bank's message tells, which somebody's phone forwarded;
that of no statement's line does."""


class PaymentStatus(StrEnum):
    """What a payment is."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REVERSED = "reversed"


class EventStatus(StrEnum):
    """What an event says became of a payment."""

    CONFIRMED = "confirmed"
    REVERSED = "reversed"
    UNDONE = "undone"
    ERASED = "erased"


_MAY_BECOME = {
    PaymentStatus.CLAIMED: (EventStatus.CONFIRMED, EventStatus.REVERSED),
    PaymentStatus.CONFIRMED: (EventStatus.REVERSED,),
    PaymentStatus.REVERSED: (),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The line of a bank statement that settles a payment; one line settles one payment, ever."""

    fingerprint: Fingerprint
    bank_id: str  # the bank's own number of the booking; empty where it gives none
    booked_on: date
    money: Money


@dataclass(frozen=True, slots=True)
class Event:
    """Something became of a payment; `number` counts a payment's events from 1."""

    payee_id: PayeeId
    payment_id: PaymentId
    number: int
    status: EventStatus
    by: str
    why: str
    recorded_at: datetime  # UTC, whole milliseconds
    evidence: Evidence | None = None  # only with `confirmed`


@dataclass(frozen=True, slots=True)
class History:
    """A payment and all that happened to it, in order."""

    payment: Payment
    events: tuple[Event, ...] = ()

    @property
    def status(self) -> PaymentStatus:
        standing = standing_events(self.events)
        return PaymentStatus(standing[-1].status) if standing else PaymentStatus.CLAIMED


class EventRefused(Exception):
    """What the payment has become already forbids it: `standing`; None if there is nothing to undo.

    `standing` is the last event that stands, or for a second `erased` the first.
    """

    def __init__(self, standing: Event | None) -> None:
        super().__init__(
            f"already {standing.status} by {standing.by}" if standing else "nothing to undo"
        )
        self.standing = standing


class EvidenceTaken(Exception):
    """The line of the statement settles another payment already."""

    def __init__(self, payee_id: PayeeId, payment_id: PaymentId) -> None:
        super().__init__(f"the line settles {payment_id.reference} of {payee_id} already")
        self.payee_id = payee_id
        self.payment_id = payment_id


def standing_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Those of a payment's `events`, in order, that made it what it is: not taken back."""
    standing: list[Event] = []
    for event in events:
        if event.status is EventStatus.UNDONE:
            del standing[-1:]
        elif event.status is not EventStatus.ERASED:
            standing.append(event)
    return tuple(standing)


def undoing_event(events: Sequence[Event], number: int) -> Event | None:
    """Which of a payment's `events`, in order, took back the one with that number. As an undoing
    is itself never undone, one that is found is final."""
    for place, event in enumerate(events):
        if event.status is EventStatus.UNDONE:
            standing = standing_events(events[:place])
            if standing and standing[-1].number == number:
                return event
    return None


def plan_event(
    history: History,
    status: EventStatus,
    *,
    by: str,
    why: str,
    now: datetime,
    evidence: Evidence | None = None,
) -> Event:
    """The event by which the payment becomes `status`.

    Raises EventRefused if it cannot become that; InvalidValue for a `by` or a `why` that is empty,
    too long, or has control characters, and for evidence that breaks a rule or confirms nothing.
    """
    _check_allowed(history, status)
    if evidence and status is not EventStatus.CONFIRMED:
        raise InvalidValue("only a confirmation has evidence")
    payment = history.payment
    return Event(
        payment.payee_id,
        payment.payment_id,
        number=len(history.events) + 1,
        status=status,
        by=_parse_words("who", by, BY_MAX_LENGTH),
        why=_parse_words("why", why, WHY_MAX_LENGTH),
        recorded_at=to_milliseconds(now),
        evidence=_parse_evidence(evidence) if evidence else None,
    )


def parse_fingerprint(text: str) -> Fingerprint:
    """Raises InvalidValue."""
    if not FINGERPRINT_PATTERN.fullmatch(text):
        raise InvalidValue("a line's fingerprint is 1 to 64 characters of A-Z, a-z, 0-9, _ and -")
    return Fingerprint(text)


def is_alert(fingerprint: str) -> bool:
    """Whether a line is a bank's message and no statement's."""
    return fingerprint.startswith(ALERT)


def _check_allowed(history: History, status: EventStatus) -> None:
    standing = standing_events(history.events)
    if status is EventStatus.UNDONE:
        if not standing:
            raise EventRefused(None)
    elif status is EventStatus.ERASED:
        for event in history.events:
            if event.status is EventStatus.ERASED:
                raise EventRefused(event)
    elif status not in _MAY_BECOME[history.status]:
        raise EventRefused(standing[-1])  # what is only claimed may become anything


def _parse_evidence(evidence: Evidence) -> Evidence:
    try:
        bank_id = parse_text(evidence.bank_id, max_length=BANK_ID_MAX_LENGTH, required=False)
    except InvalidValue as error:
        raise InvalidValue(f"the bank's own number: {error}") from error
    fingerprint = parse_fingerprint(evidence.fingerprint)
    return replace(evidence, fingerprint=fingerprint, bank_id=bank_id)


def _parse_words(what: str, text: str, max_length: int) -> str:
    try:
        return parse_text(text, max_length=max_length, required=True)
    except InvalidValue as error:
        raise InvalidValue(f"{what}: {error}") from error
