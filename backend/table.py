"""The two DynamoDB tables: their keys, and how payees and payments are written in them.

    The registry, which who publishes writes and the API only reads
    PK                      SK                        what
    PUBLISH                 GENERATION                how many publishes have begun
    PAYEE#<payee_id>        PROFILE                   the payee as registered, by which publish
    PAYEE#<payee_id>        TILL#<n>                  a key of its till: hash, label, dates

    The ledger, which who publishes cannot write
    PK                      SK                        what
    PAYEE#<payee_id>        PAYMENT#<ULID>            a payment, never changed but by erasing
    PAYEE#<payee_id>        PAYMENT#<ULID>#EVENT#<n>  what later happened to it, n from 1
    EVIDENCE#<fingerprint>  EVIDENCE                  which event a statement's line settled
    LATE#<day>              PAYEE#<payee_id>#<day>    what was written that day of a payment that
                                                      was minted on the other: payments.lateness
    PAYEE#<payee_id>        COUNT#<day>#<n>           a counted cash box: cli/settling
    COUNTED#<day>           PAYEE#<payee_id>          a count was kept that day: cli/settling
    SETTLING                BATCH#<batch>…            decided, and not approved: cli/settling
    SETTLING                ALERT#<number>…           an alert was applied: cli/settling

Payments of a payee lie side by side in the order of their minting, so listing them is one
Query and recording one costs one write unit; there is no index to pay for or wait for.
For the largest payment to fit in that unit, 1024 bytes to the byte, attributes of payments have
short names and moments are numbers: Unix milliseconds. Events tell the same things by the same
names.

    payer   who says they paid       at    when it was recorded
    minor   the amount_minor         via   the method
    cur     the currency             bank  the bank reference
    erased  true if payer, reason and bank reference were erased, else absent
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from payments.addressee import addressees_to_text, text_to_addressees
from payments.events import Event, EventStatus, Evidence, Fingerprint, History
from payments.lateness import LateMark
from payments.ledger import Bounds
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.till_keys import TillKey
from payments.times import from_unix_milliseconds, to_unix_milliseconds

if TYPE_CHECKING:
    from datetime import datetime

    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef, CreateTableInputTypeDef

    Item = dict[str, AttributeValueTypeDef]

GENERATION_KEY: "Item" = {"PK": {"S": "PUBLISH"}, "SK": {"S": "GENERATION"}}
PROFILE = "PROFILE"
PAYEE_PREFIX = "PAYEE#"
PAYMENT_PREFIX = "PAYMENT#"
TILL_PREFIX = "TILL#"
_EVENT = "#EVENT#"
AFTER_ALL = "~"  # sorts after every character of a key


def ledger_table(stage: str) -> str:
    """What the ledger of `stage` is called: <project>-<stage>, as on AWS."""
    return f"{stage}-ledger"


def registry_table(stage: str) -> str:
    return f"{stage}-registry"


def table_definition(name: str) -> "CreateTableInputTypeDef":
    """What CreateTable needs, for either: on demand, two string keys."""
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
    return {"S": f"{PAYEE_PREFIX}{payee_id}"}


def payee_key(payee_id: PayeeId) -> "Item":
    return {"PK": payee_partition(payee_id), "SK": {"S": PROFILE}}


def payment_key(payee_id: PayeeId, payment_id: PaymentId) -> "Item":
    return {"PK": payee_partition(payee_id), "SK": {"S": f"{PAYMENT_PREFIX}{payment_id}"}}


def event_key(payee_id: PayeeId, payment_id: PaymentId, number: int) -> "Item":
    key = payment_key(payee_id, payment_id)
    return key | {"SK": {"S": f"{key['SK']['S']}{_EVENT}{number}"}}


def payee_to_item(payee: Payee) -> "Item":
    return payee_key(payee.payee_id) | {
        "name": {"S": payee.name},
        "currency": {"S": payee.currency},
        "min_minor": {"N": str(payee.limits.min.amount_minor)},
        "max_minor": {"N": str(payee.limits.max.amount_minor)},
        "status": {"S": payee.status},
        **({"notify": {"S": addressees_to_text(payee.notify)}} if payee.notify else {}),
        **({"ids": {"S": " ".join(payee.ids)}} if payee.ids else {}),
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
        notify=text_to_addressees(item["notify"]["S"]) if "notify" in item else (),
        ids=tuple(map(PayeeId, item["ids"]["S"].split())) if "ids" in item else (),
    )


def till_key_key(payee_id: PayeeId, number: int) -> "Item":
    return {"PK": payee_partition(payee_id), "SK": {"S": f"{TILL_PREFIX}{number}"}}


def till_key_to_item(key: TillKey) -> "Item":
    return till_key_key(key.payee_id, key.number) | {
        "label": {"S": key.label},
        "sha256": {"B": key.digest},
        "made_at": time_to_value(key.made_at),
    }


def item_to_till_key(item: "Item") -> TillKey:
    return TillKey(
        payee_id=_payee_id(item),
        number=int(item["SK"]["S"].removeprefix(TILL_PREFIX)),
        label=item["label"]["S"],
        digest=bytes(item["sha256"]["B"]),
        made_at=_value_to_time(item["made_at"]),
        revoked_at=_value_to_time(item["revoked_at"]) if "revoked_at" in item else None,
    )


def payment_to_item(payment: Payment) -> "Item":
    item = payment_key(payment.payee_id, payment.payment_id) | {
        "payer": {"S": payment.payer_id},
        **_money_to_attributes(payment.money),
        "reason": {"S": payment.reason},
        "at": time_to_value(payment.recorded_at),
    }
    if payment.method is not None:
        item["via"] = {"S": payment.method}
    if payment.bank_reference is not None:
        item["bank"] = {"S": payment.bank_reference}
    if payment.is_erased:
        item["erased"] = {"BOOL": True}
    return item


def history_range(bounds: Bounds | None) -> "tuple[AttributeValueTypeDef, AttributeValueTypeDef]":
    """Between which sort keys the payments in `bounds` lie, with their events; None: all."""
    first, last = bounds or ("", "")
    return {"S": f"{PAYMENT_PREFIX}{first}"}, {"S": f"{PAYMENT_PREFIX}{last}{AFTER_ALL}"}


def items_to_histories(items: "Iterable[Item]") -> Iterator[History]:
    """Rows of a history_range, in order, as payments with their events; events whose payment is
    not among the rows are left out."""
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
    item = event_key(event.payee_id, event.payment_id, event.number) | {
        "status": {"S": event.status},
        "by": {"S": event.by},
        "why": {"S": event.why},
        "at": time_to_value(event.recorded_at),
    }
    if evidence := event.evidence:
        item["evidence"] = {
            "M": {
                "line": {"S": evidence.fingerprint},
                "bank_id": {"S": evidence.bank_id},
                "booked_on": {"S": evidence.booked_on.isoformat()},
                **_money_to_attributes(evidence.money),
            }
        }
    return item


def item_to_event(item: "Item") -> Event:
    payment_id, _, number = item["SK"]["S"].removeprefix(PAYMENT_PREFIX).partition(_EVENT)
    return Event(
        payee_id=_payee_id(item),
        payment_id=PaymentId(payment_id),
        number=int(number),
        status=EventStatus(item["status"]["S"]),
        by=item["by"]["S"],
        why=item["why"]["S"],
        recorded_at=_value_to_time(item["at"]),
        evidence=_map_to_evidence(item["evidence"]["M"]) if "evidence" in item else None,
    )


def _map_to_evidence(attributes: "Mapping[str, AttributeValueTypeDef]") -> Evidence:
    return Evidence(
        fingerprint=Fingerprint(attributes["line"]["S"]),
        bank_id=attributes["bank_id"]["S"],
        booked_on=date.fromisoformat(attributes["booked_on"]["S"]),
        money=_attributes_to_money(attributes),
    )


def settlement_to_item(fingerprint: Fingerprint, event: Event) -> "Item":
    """That the line of this fingerprint settled a payment by `event`."""
    return {
        "PK": {"S": f"EVIDENCE#{fingerprint}"},
        "SK": {"S": "EVIDENCE"},
        "payee_id": {"S": event.payee_id},
        "payment_id": {"S": event.payment_id.text},
        "number": {"N": str(event.number)},
    }


def item_to_settlement(item: "Item") -> tuple[PayeeId, PaymentId, int]:
    """The payment that a line settled, and the number of the event by which it did."""
    return (
        PayeeId(item["payee_id"]["S"]),
        PaymentId(item["payment_id"]["S"]),
        int(item["number"]["N"]),
    )


def late_partition(written_on: date) -> "AttributeValueTypeDef":
    return {"S": f"LATE#{written_on}"}


def mark_to_item(mark: LateMark) -> "Item":
    """All of the row, which is always written whole: it does no harm to do it again."""
    place = f"{payee_partition(mark.payee_id)['S']}#{mark.minted_on}"
    return {"PK": late_partition(mark.written_on), "SK": {"S": place}}


def item_to_mark(item: "Item") -> LateMark:
    payee_id, _, minted_on = item["SK"]["S"].removeprefix(PAYEE_PREFIX).rpartition("#")
    written_on = date.fromisoformat(item["PK"]["S"].removeprefix("LATE#"))
    return LateMark(written_on, PayeeId(payee_id), date.fromisoformat(minted_on))


def item_to_payment(item: "Item") -> Payment:
    return Payment(
        payment_id=PaymentId(item["SK"]["S"].removeprefix(PAYMENT_PREFIX)),
        payee_id=_payee_id(item),
        payer_id=item["payer"]["S"],
        money=_attributes_to_money(item),
        reason=item["reason"]["S"],
        recorded_at=_value_to_time(item["at"]),
        method=item["via"]["S"] if "via" in item else None,
        bank_reference=item["bank"]["S"] if "bank" in item else None,
        is_erased="erased" in item,
    )


def _money_to_attributes(money: Money) -> "Item":
    return {"minor": {"N": str(money.amount_minor)}, "cur": {"S": money.currency}}


def _attributes_to_money(item: "Mapping[str, AttributeValueTypeDef]") -> Money:
    return Money(int(item["minor"]["N"]), item["cur"]["S"])


def time_to_value(moment: "datetime") -> "AttributeValueTypeDef":
    return {"N": str(to_unix_milliseconds(moment))}


def _value_to_time(value: "AttributeValueTypeDef") -> "datetime":
    return from_unix_milliseconds(int(value["N"]))


def _payee_id(item: "Item") -> PayeeId:
    return PayeeId(item["PK"]["S"].removeprefix(PAYEE_PREFIX))
