"""The registry in DynamoDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from backend.dynamodb import CONDITION_FAILED, dynamodb_errors
from backend.table import (
    GENERATION_KEY,
    PROFILE,
    item_to_payee,
    payee_key,
    payee_to_item,
)
from payments.payee import Payee, PayeeId, PayeeStatus
from payments.registry import PublishOvertaken

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    from backend.table import Item

_NOT_NEWER = "attribute_not_exists(#generation) OR #generation <= :mine"


class DynamoRegistry:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, payee_id: PayeeId) -> Payee | None:
        return self._get(payee_id, consistent=False)  # at half the price

    def find_fresh(self, payee_id: PayeeId) -> Payee | None:
        return self._get(payee_id, consistent=True)

    def _get(self, payee_id: PayeeId, *, consistent: bool) -> Payee | None:
        with dynamodb_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=payee_key(payee_id), ConsistentRead=consistent
            )
        return item_to_payee(answer["Item"]) if "Item" in answer else None

    def begin_publish(self) -> int:
        with dynamodb_errors():
            answer = self._client.update_item(
                TableName=self._table,
                Key=GENERATION_KEY,
                UpdateExpression="ADD #generation :one",
                ExpressionAttributeNames={"#generation": "generation"},
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["generation"]["N"])

    def register(self, payee: Payee, generation: int = 0) -> None:
        mine: Item = {"generation": {"N": str(generation)}}
        with dynamodb_errors(), _not_overtaken(payee.payee_id):
            self._client.put_item(
                TableName=self._table,
                Item=payee_to_item(payee) | mine,
                ConditionExpression=_NOT_NEWER,
                ExpressionAttributeNames={"#generation": "generation"},
                ExpressionAttributeValues={":mine": mine["generation"]},
            )

    def close(self, payee_id: PayeeId, generation: int = 0) -> None:
        with dynamodb_errors(), _not_overtaken(payee_id):
            self._client.update_item(
                TableName=self._table,
                Key=payee_key(payee_id),
                UpdateExpression="SET #status = :closed, #generation = :mine",
                ConditionExpression=_NOT_NEWER,
                ExpressionAttributeNames={"#status": "status", "#generation": "generation"},
                ExpressionAttributeValues={
                    ":closed": {"S": PayeeStatus.CLOSED},
                    ":mine": {"N": str(generation)},
                },
            )

    def payees(self) -> Iterator[Payee]:
        with dynamodb_errors():
            pages = self._client.get_paginator("scan").paginate(
                TableName=self._table,
                FilterExpression="SK = :profile",
                ExpressionAttributeValues={":profile": {"S": PROFILE}},
                ConsistentRead=True,
            )
            for page in pages:
                yield from filter(None, map(item_to_payee, page["Items"]))


@contextmanager
def _not_overtaken(payee_id: PayeeId) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != CONDITION_FAILED:
            raise
        raise PublishOvertaken(f"a newer publish wrote {payee_id}") from error
