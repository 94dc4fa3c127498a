"""What a till may ask, having shown its key: a payee's payments, and to say what became of one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from payments.events import (
    WHY_MAX_LENGTH,
    Event,
    EventRefused,
    EventStatus,
    PaymentStatus,
    plan_event,
)
from payments.ledger import Bounds, Latest, Ledger
from payments.payee import PayeeId
from payments.payment import field_pointer, require_string
from payments.payment_id import (
    MAX_AHEAD,
    PAYMENT_ID_PATTERN,
    PaymentId,
    minted_bounds,
    parse_payment_id,
)
from payments.refusals import InvalidField, InvalidFields, InvalidValue, UnknownPayment
from payments.text import parse_text
from payments.till_keys import TillKey
from payments.times import parse_time, to_unix_milliseconds

T = TypeVar("T")
V = TypeVar("V")

LONGEST_RANGE = timedelta(days=31)
USUAL_RANGE = timedelta(days=1)
USUAL_LIMIT = 100
MAX_LIMIT = 200
MAX_EVENTS = 99  # of one payment, by tills
_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)

TILL_STATUSES = (EventStatus.CONFIRMED, EventStatus.REVERSED, EventStatus.UNDONE)
USUAL_WHY = {
    EventStatus.CONFIRMED: "seen at the till",
    EventStatus.UNDONE: "taken back at the till",
}


class EventConflict(Exception):
    """Another event has this number; `status` is what the payment is now."""

    def __init__(self, status: PaymentStatus) -> None:
        super().__init__(f"another event has this number; the payment is {status}")
        self.status = status


class EventNotAllowed(Exception):
    """What the payment is, `status`, forbids the event, or one before it is missing."""

    def __init__(self, status: PaymentStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True, slots=True)
class Listed:
    """Which payments a till asks for: the newest `limit` of those in `bounds`; None: of none."""

    bounds: Bounds | None
    limit: int


@dataclass(frozen=True, slots=True)
class EventRequest:
    """A well-formed request to note what became of a payment, not yet held against it."""

    payment_id: PaymentId
    number: int
    status: EventStatus
    why: str


@dataclass(frozen=True, slots=True)
class Noted:
    """An event that stands; `replayed` if an earlier request put it there. `status` is what the
    payment is now."""

    event: Event
    status: PaymentStatus
    replayed: bool


def parse_listing(parameters: Mapping[str, list[str]], now: datetime) -> Listed:
    """Read a query's parameters, each with all its values. Raises InvalidFields."""
    invalid: list[InvalidField] = []
    given: dict[str, str] = {}
    for name, values in parameters.items():
        if name not in ("since", "until", "limit"):
            invalid.append(InvalidField(field_pointer(name), "is not a parameter of this list"))
        elif len(values) > 1:
            invalid.append(InvalidField(field_pointer(name), "stands there twice"))
        else:
            given[name] = values[0]
    since = _read(invalid, given, "since", parse_time, now - USUAL_RANGE)
    until = _read(invalid, given, "until", _parse_until, None)
    limit = _read(invalid, given, "limit", _parse_limit, USUAL_LIMIT)
    if since and until:
        reach = _milliseconds(until) - to_unix_milliseconds(since)
        if reach > LONGEST_RANGE // timedelta(milliseconds=1):
            invalid.append(InvalidField("/since", "must be at most 31 days before until"))
        elif reach < 0 and "since" in given:
            invalid.append(InvalidField("/since", "must not be after until"))
    if invalid or not (since and limit):
        raise InvalidFields(invalid)
    if until is None:  # phones' clocks may run ahead
        latest = now + MAX_AHEAD
        until = latest if since >= latest - LONGEST_RANGE else since + LONGEST_RANGE
    return Listed(minted_bounds(since, until), limit)


def parse_event(payment_id: str, number: str, document: Mapping[str, object]) -> EventRequest:
    """Read a request's address and JSON object. Raises InvalidFields."""
    invalid = [
        InvalidField(field_pointer(name), "is not a field of an event")
        for name in document
        if name not in ("status", "why")
    ]
    address = {"payment_id": payment_id, "n": number}
    parsed_id = _read(invalid, address, "payment_id", parse_payment_id, None)
    parsed_number = _read(invalid, address, "n", _parse_number, None)
    status = _read(invalid, document, "status", _parse_status, None)
    why = _read(invalid, document, "why", _parse_why, USUAL_WHY.get(status) if status else None)
    if "status" not in document:
        invalid.append(InvalidField("/status", "is required"))
    if "why" not in document and status is EventStatus.REVERSED:
        invalid.append(InvalidField("/why", "is required where a payment is reversed"))
    if invalid or not (parsed_id and parsed_number and status and why):
        raise InvalidFields(invalid)
    return EventRequest(parsed_id, parsed_number, status, why)


def latest_of(ledger: Ledger, payee_ids: Sequence[PayeeId], bounds: Bounds, limit: int) -> Latest:
    """The newest payments in `bounds` under any of a payee's ids: `limit`, or fewer, as with the
    ledger's own `latest`."""
    if len(payee_ids) == 1:
        return ledger.latest(payee_ids[0], bounds, limit)
    each = [ledger.latest(payee_id, bounds, limit) for payee_id in payee_ids]
    # Under one id there may be more that is older than what it gave: so far down nothing is whole.
    ends = [one.histories[-1].payment.payment_id for one in each if not one.is_all]
    found = [
        history
        for one in each
        for history in one.histories
        if not ends or history.payment.payment_id >= max(ends)
    ]
    found.sort(key=lambda history: history.payment.payment_id, reverse=True)
    return Latest(tuple(found[:limit]), is_all=not ends and len(found) <= limit)


def note_event(
    request: EventRequest,
    key: TillKey,
    payee_ids: Sequence[PayeeId],
    *,
    ledger: Ledger,
    now: datetime,
) -> Noted:
    """Note what became of a payment of the key's payee, recorded under any of its `payee_ids`, or
    find that it was noted before.

    Raises UnknownPayment, EventConflict, EventNotAllowed or LedgerUnavailable.
    """
    bounds = (request.payment_id, request.payment_id)
    found = (history for one in payee_ids for history in ledger.histories(one, bounds))
    history = next(found, None)
    if history is None:
        raise UnknownPayment
    events = history.events
    if request.number <= len(events):
        return _replay(request, key, events[request.number - 1], history.status)
    if request.number > len(events) + 1:
        detail = f"this payment's next event is number {len(events) + 1}"
        raise EventNotAllowed(history.status, detail)
    try:
        event = plan_event(history, request.status, by=key.label, why=request.why, now=now)
    except EventRefused as error:
        raise EventNotAllowed(history.status, str(error)) from error
    standing = ledger.append(event)
    status = replace(history, events=(*events, standing or event)).status
    if standing:
        return _replay(request, key, standing, status)
    return Noted(event, status, replayed=False)


def _read(
    invalid: list[InvalidField],
    given: Mapping[str, V],
    name: str,
    parse: Callable[[V], T],
    default: T | None,
) -> T | None:
    """The value of that name; None where there is neither one nor a default, and where it is
    `invalid`, which then says why."""
    if name not in given:
        return default
    try:
        return parse(given[name])
    except InvalidValue as error:
        invalid.append(InvalidField(field_pointer(name), str(error)))
        return None


def _parse_until(text: str) -> datetime | PaymentId:
    return parse_payment_id(text) if PAYMENT_ID_PATTERN.fullmatch(text) else parse_time(text)


def _parse_limit(text: str) -> int:
    return _parse_number_up_to(MAX_LIMIT, text)


def _parse_number(text: str) -> int:
    return _parse_number_up_to(MAX_EVENTS, text)


def _parse_number_up_to(most: int, text: str) -> int:
    if not (_WHOLE_NUMBER.fullmatch(text) and int(text) <= most):
        raise InvalidValue(f"must be a whole number from 1 to {most}")
    return int(text)


def _parse_status(value: object) -> EventStatus:
    for status in TILL_STATUSES:
        if value == status:
            return status
    raise InvalidValue(f"must be one of {', '.join(TILL_STATUSES)}")


def _parse_why(value: object) -> str:
    return parse_text(require_string(value), max_length=WHY_MAX_LENGTH, required=True)


def _milliseconds(until: datetime | PaymentId) -> int:
    return until.minted_ms if isinstance(until, PaymentId) else to_unix_milliseconds(until)


def _replay(request: EventRequest, key: TillKey, standing: Event, status: PaymentStatus) -> Noted:
    mine = (request.status, request.why, key.label, None)
    if (standing.status, standing.why, standing.by, standing.evidence) != mine:
        raise EventConflict(status)
    return Noted(standing, status, replayed=True)
