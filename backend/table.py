"""The one DynamoDB table: its keys, and how payees and payments are written in it.

    PK               SK                        what
    PUBLISH          GENERATION                how many publishes have begun
    PAYEE#<payee_id> PROFILE                   the payee as registered, and by which publish
    PAYEE#<payee_id> PAYMENT#<ULID>            a payment, immutable
    PAYEE#<payee_id> PAYMENT#<ULID>#EVENT#<n>  what later happened to it, n from 1

Payments of a payee lie side by side in the order of their minting, so listing them is one
Query and recording one costs one write unit; there is no index to pay for or wait for.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from payments.events import Event, History, PaymentStatus
from payments.ledger import Bounds
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.times import format_time, parse_time

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, CreateTableInputTypeDef

    Item = dict[str, AttributeValueTypeDef]

GENERATION_KEY: "Item" = {"PK": {"S": "PUBLISH"}, "SK": {"S": "GENERATION"}}
PROFILE = "PROFILE"
PAYMENT_PREFIX = "PAYMENT#"
_EVENT = "#EVENT#"
_AFTER_ALL = "~"  # sorts after every character of a key


def table_definition(name: str) -> "CreateTableInputTypeDef":
    """What CreateTable needs: on demand, two string keys."""
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
    }


def payee_partition(payee_id: PayeeId) -> "AttributeValueTypeDef":
    return {"S": f"PAYEE#{payee_id}"}


def payee_key(payee_id: PayeeId) -> "Item":
    return {"PK": payee_partition(payee_id), "SK": {"S": PROFILE}}


def payment_key(payee_id: PayeeId, payment_id: PaymentId) -> "Item":
    return {"PK": payee_partition(payee_id), "SK": {"S": f"{PAYMENT_PREFIX}{payment_id}"}}


def payee_to_item(payee: Payee) -> "Item":
    return payee_key(payee.payee_id) | {
        "name": {"S": payee.name},
        "currency": {"S": payee.currency},
        "min_minor": {"N": str(payee.limits.min.amount_minor)},
        "max_minor": {"N": str(payee.limits.max.amount_minor)},
        "status": {"S": payee.status},
    }


def item_to_payee(item: "Item") -> Payee | None:
    """None for a payee that was never registered, only closed."""
    if "name" not in item:
        return None
    currency = item["currency"]["S"]
    return Payee(
        payee_id=_payee_id(item),
        name=item["name"]["S"],
        limits=Limits(
            min=Money(int(item["min_minor"]["N"]), currency),
            max=Money(int(item["max_minor"]["N"]), currency),
        ),
        status=PayeeStatus(item["status"]["S"]),
    )


def payment_to_item(payment: Payment) -> "Item":
    return payment_key(payment.payee_id, payment.payment_id) | {
        "payer_id": {"S": payment.payer_id},
        "amount_minor": {"N": str(payment.money.amount_minor)},
        "currency": {"S": payment.money.currency},
        "reason": {"S": payment.reason},
        "recorded_at": {"S": format_time(payment.recorded_at)},
    }


def history_range(bounds: Bounds | None) -> "tuple[AttributeValueTypeDef, AttributeValueTypeDef]":
    """Between which sort keys the payments in `bounds` lie, with their events; None: all."""
    first, last = bounds or ("", "")
    return {"S": f"{PAYMENT_PREFIX}{first}"}, {"S": f"{PAYMENT_PREFIX}{last}{_AFTER_ALL}"}


def items_to_histories(items: "Iterable[Item]") -> Iterator[History]:
    """Rows of a history_range, in order, as payments with their events."""
    payment: Payment | None = None
    events: list[Event] = []
    for item in items:
        if _EVENT in item["SK"]["S"]:
            events.append(item_to_event(item))
            continue
        if payment:
            yield History(payment, _in_order(events))
        payment, events = item_to_payment(item), []
    if payment:
        yield History(payment, _in_order(events))


def _in_order(events: list[Event]) -> tuple[Event, ...]:
    """By number: their keys sort 10 before 2."""
    return tuple(sorted(events, key=lambda event: event.number))


def event_to_item(event: Event) -> "Item":
    key = payment_key(event.payee_id, event.payment_id)
    return {
        "PK": key["PK"],
        "SK": {"S": f"{key['SK']['S']}{_EVENT}{event.number}"},
        "status": {"S": event.status},
        "by": {"S": event.by},
        "why": {"S": event.why},
        "recorded_at": {"S": format_time(event.recorded_at)},
    }


def item_to_event(item: "Item") -> Event:
    payment_id, _, number = item["SK"]["S"].removeprefix(PAYMENT_PREFIX).partition(_EVENT)
    return Event(
        payee_id=_payee_id(item),
        payment_id=PaymentId(payment_id),
        number=int(number),
        status=PaymentStatus(item["status"]["S"]),
        by=item["by"]["S"],
        why=item["why"]["S"],
        recorded_at=parse_time(item["recorded_at"]["S"]),
    )


def item_to_payment(item: "Item") -> Payment:
    return Payment(
        payment_id=PaymentId(item["SK"]["S"].removeprefix(PAYMENT_PREFIX)),
        payee_id=_payee_id(item),
        payer_id=item["payer_id"]["S"],
        money=Money(int(item["amount_minor"]["N"]), item["currency"]["S"]),
        reason=item["reason"]["S"],
        recorded_at=parse_time(item["recorded_at"]["S"]),
    )


def _payee_id(item: "Item") -> PayeeId:
    return PayeeId(item["PK"]["S"].removeprefix("PAYEE#"))
