"""The one DynamoDB table: its keys, and how payees and payments are written in it.

    PK               SK                what
    PAYEE#<payee_id> PROFILE           the payee as registered
    PAYEE#<payee_id> PAYMENT#<ULID>    a payment, immutable
    PAYEE#<payee_id> PAYMENT#<ULID>#…  kept free for what later happens to it

Payments of a payee lie side by side in the order of their minting, so listing them is one
Query and recording one costs one write unit; there is no index to pay for or wait for.
"""

from typing import TYPE_CHECKING

from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.times import format_time, parse_time

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, CreateTableInputTypeDef

    Item = dict[str, AttributeValueTypeDef]

PROFILE = "PROFILE"
PAYMENT_PREFIX = "PAYMENT#"
_PAYMENT_SK_LENGTH = len(PAYMENT_PREFIX) + 26


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


def item_to_payee(item: "Item") -> Payee:
    currency = item["currency"]["S"]
    return Payee(
        payee_id=PayeeId(item["PK"]["S"].removeprefix("PAYEE#")),
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


def is_payment(item: "Item") -> bool:
    """Whether a row under PAYMENT_PREFIX is the payment, and not an event that happened to it."""
    return len(item["SK"]["S"]) == _PAYMENT_SK_LENGTH


def item_to_payment(item: "Item") -> Payment:
    return Payment(
        payment_id=PaymentId(item["SK"]["S"].removeprefix(PAYMENT_PREFIX)),
        payee_id=PayeeId(item["PK"]["S"].removeprefix("PAYEE#")),
        payer_id=item["payer_id"]["S"],
        money=Money(int(item["amount_minor"]["N"]), item["currency"]["S"]),
        reason=item["reason"]["S"],
        recorded_at=parse_time(item["recorded_at"]["S"]),
    )
