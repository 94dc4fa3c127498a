"""The ledger in DynamoDB."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from backend.dynamodb import dynamodb_errors, new_put, put_new, refuse_cut_answers
from backend.table import (
    AFTER_ALL,
    PAYEE_PREFIX,
    event_key,
    event_to_item,
    history_range,
    item_to_event,
    item_to_mark,
    item_to_payment,
    item_to_settlement,
    items_to_histories,
    late_partition,
    mark_to_item,
    payee_partition,
    payment_key,
    payment_to_item,
    settlement_to_item,
)
from payments.erasing import PaymentReplaced, erased
from payments.events import Event, Evidence, EvidenceTaken, History, undoing_event
from payments.lateness import LateMark, late_mark
from payments.ledger import Bounds, Latest
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.refusals import LedgerThrottled

if TYPE_CHECKING:
    from datetime import date, datetime

    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        ConditionCheckTypeDef,
        PutTypeDef,
        QueryInputTypeDef,
        QueryOutputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

    from backend.table import Item

    Range = tuple[AttributeValueTypeDef, AttributeValueTypeDef]

_BATCH = 100  # BatchGetItem takes no more keys
_MOST_PAGES = 10  # of one answer
_MARKS_KNOWN = 1000


class DynamoLedger:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        refuse_cut_answers(client)
        self._client = client
        self._table = table
        self._marked: set[LateMark] = set()

    def record(self, payment: Payment) -> Payment | None:
        """The only place that writes a payment.

        When a reply is lost after the write, the SDK sends again and meets its own row: the
        old item that DynamoDB returns then equals the payment, and counts as recorded before.
        """
        self._mark(payment.payee_id, payment.payment_id, payment.recorded_at)
        standing = put_new(self._client, self._table, payment_to_item(payment))
        return item_to_payment(standing) if standing else None

    def append(self, event: Event) -> Event | None:
        self._mark(event.payee_id, event.payment_id, event.recorded_at)
        if event.evidence:
            return self._settle(event, event.evidence)
        standing = put_new(self._client, self._table, event_to_item(event))
        return item_to_event(standing) if standing else None

    def _mark(self, payee_id: PayeeId, payment_id: PaymentId, written_at: "datetime") -> None:
        """Before what is late is written, and not in one transaction with it: a mark too many does
        no harm, is written once for all of a day, and costs half as much so."""
        mark = late_mark(payee_id, payment_id, written_at)
        if mark is None or mark in self._marked:
            return
        with dynamodb_errors():
            self._client.put_item(TableName=self._table, Item=mark_to_item(mark))
        if len(self._marked) == _MARKS_KNOWN:
            self._marked.clear()
        self._marked.add(mark)

    def _settle(self, event: Event, evidence: Evidence) -> Event | None:
        """`append` for what has evidence: event and evidence in one transaction.

        A line whose confirmation was undone is taken over on condition that its row still names
        that confirmation. It turns again only if others settled by the line and undid that, all
        in between.
        """
        settlement = settlement_to_item(evidence.fingerprint, event)
        writes: list[TransactWriteItemTypeDef] = [{"Put": new_put(self._table, settlement)}]
        while True:
            taken = self._transact([{"Put": new_put(self._table, event_to_item(event))}, *writes])
            if taken is None:
                return None
            standing, settled, *_ = taken
            if standing:
                return item_to_event(standing)
            payee_id, payment_id, number = item_to_settlement(settled)
            events = self._events_of(payee_id, payment_id)
            if (payee_id, payment_id, number) == (event.payee_id, event.payment_id, event.number):
                return events[number - 1]  # should a cancelled transaction tell of one row only
            undoing = undoing_event(events, number)
            if undoing is None:
                raise EvidenceTaken(payee_id, payment_id)
            writes = [
                {"Put": self._instead(settlement, settled)},
                {"ConditionCheck": self._exists(undoing)},
            ]

    def erase(self, payment: Payment, event: Event) -> Event | None:
        self._mark(event.payee_id, event.payment_id, event.recorded_at)
        taken = self._transact(
            [
                {"Put": new_put(self._table, event_to_item(event))},
                {"Update": self._erasing(payment)},
            ]
        )
        if taken is None:
            return None
        if taken[0]:
            return item_to_event(taken[0])
        events = self._events_of(event.payee_id, event.payment_id)
        if len(events) < event.number:
            raise PaymentReplaced
        return events[event.number - 1]  # should a cancelled transaction tell of one row only

    def _erasing(self, payment: Payment) -> "UpdateTypeDef":
        """To change what is erased, if it is still what `payment` says, and nothing else."""
        before, after = payment_to_item(payment), payment_to_item(erased(payment))
        words = [name for name in before if before[name] != after[name]]
        return {
            "TableName": self._table,
            "Key": payment_key(payment.payee_id, payment.payment_id),
            "UpdateExpression": "SET "
            + ", ".join(f"{name} = :{name}" for name in (*words, "erased")),
            "ConditionExpression": " AND ".join(
                ["attribute_not_exists(erased)", *(f"{name} = :old_{name}" for name in words)]
            ),
            "ExpressionAttributeValues": {
                **{f":{name}": after[name] for name in (*words, "erased")},
                **{f":old_{name}": before[name] for name in words},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _transact(self, writes: "list[TransactWriteItemTypeDef]") -> "list[Item] | None":
        """All of `writes` or none: None if written, else for each the item that stood against its
        condition, empty where none did; one stands against the first or the second."""
        with dynamodb_errors():
            try:
                self._client.transact_write_items(TransactItems=writes)
            except ClientError as error:
                reasons: list[dict[str, Item]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
                taken = [reason.get("Item", {}) for reason in reasons]
                if not any(taken[:2]):
                    raise
                return taken
        return None

    def _instead(self, settlement: "Item", settled: "Item") -> "PutTypeDef":
        """To put `settlement` where `settled` stands, unless something else does by now."""
        return new_put(self._table, settlement) | {
            "ConditionExpression": "payee_id = :payee AND payment_id = :payment AND #number = :n",
            "ExpressionAttributeNames": {"#number": "number"},
            "ExpressionAttributeValues": {
                ":payee": settled["payee_id"],
                ":payment": settled["payment_id"],
                ":n": settled["number"],
            },
        }

    def _exists(self, event: Event) -> "ConditionCheckTypeDef":
        return {
            "TableName": self._table,
            "Key": event_key(event.payee_id, event.payment_id, event.number),
            "ConditionExpression": "attribute_exists(PK)",
        }

    def _events_of(self, payee_id: PayeeId, payment_id: PaymentId) -> tuple[Event, ...]:
        histories = self.histories(payee_id, (payment_id, payment_id))
        return next((history.events for history in histories), ())

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None:
        with dynamodb_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=payment_key(payee_id, payment_id), ConsistentRead=True
            )
        return item_to_payment(answer["Item"]) if "Item" in answer else None

    def histories(self, payee_id: PayeeId, bounds: Bounds | None = None) -> Iterator[History]:
        with dynamodb_errors():
            pages = self._pages(payee_partition(payee_id), history_range(bounds))
            yield from items_to_histories(item for page in pages for item in page["Items"])

    def latest(self, payee_id: PayeeId, bounds: Bounds, limit: int) -> Latest:
        """One page in most cases: rows of events may take further ones."""
        items: list[Item] = []
        found: list[History] = []
        is_last = True
        with dynamodb_errors():
            place = payee_partition(payee_id), history_range(bounds)
            pages = self._pages(*place, ScanIndexForward=False, Limit=limit + 1)
            for number, page in enumerate(pages, 1):
                items += page["Items"]
                found = list(items_to_histories(reversed(items)))[::-1]
                is_last = "LastEvaluatedKey" not in page
                if len(found) > limit or (found and number >= _MOST_PAGES):
                    break
        return Latest(tuple(found[:limit]), is_all=is_last and len(found) <= limit)

    def late_marks(self, written_on: "date") -> Iterator[LateMark]:
        all_of_it: Range = {"S": PAYEE_PREFIX}, {"S": PAYEE_PREFIX + AFTER_ALL}
        with dynamodb_errors():
            for page in self._pages(late_partition(written_on), all_of_it):
                yield from map(item_to_mark, page["Items"])

    def _pages(
        self, partition: "AttributeValueTypeDef", keys: "Range", **options: Any
    ) -> "Iterator[QueryOutputTypeDef]":
        """Without botocore's paginator: the Lambda does not carry its data."""
        first, last = keys
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :pk AND SK BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": partition,
                ":first": first,
                ":last": last,
            },
            "ConsistentRead": True,
        }
        request.update(options)  # type: ignore[typeddict-item]
        while True:
            page = self._client.query(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def find_among(self, payee_ids: Iterable[PayeeId], payment_id: PaymentId) -> Iterator[Payment]:
        keys = [payment_key(payee_id, payment_id) for payee_id in payee_ids]
        with dynamodb_errors():
            while keys:
                batch, keys = keys[:_BATCH], keys[_BATCH:]
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": batch, "ConsistentRead": True}}
                )
                yield from map(item_to_payment, answer["Responses"].get(self._table, []))
                if left := answer["UnprocessedKeys"].get(self._table):
                    if len(left["Keys"]) == len(batch):
                        raise LedgerThrottled("the table reads no more for now: try again")
                    keys += left["Keys"]
