"""The registry in DynamoDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from backend.dynamodb import CONDITION_FAILED, dynamodb_errors, put_new, refuse_cut_answers
from backend.table import (
    GENERATION_KEY,
    PROFILE,
    TILL_PREFIX,
    item_to_payee,
    item_to_till_key,
    payee_key,
    payee_partition,
    payee_to_item,
    till_key_key,
    till_key_to_item,
    time_to_value,
)
from payments.payee import Payee, PayeeId, PayeeStatus
from payments.registry import PublishOvertaken
from payments.till_keys import TillKey
from payments.times import to_milliseconds

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef

    from backend.table import Item

_NOT_NEWER = "attribute_not_exists(#generation) OR #generation <= :mine"


class DynamoRegistry:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        refuse_cut_answers(client)
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

    def till_keys(self, payee_id: PayeeId) -> list[TillKey]:
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :payee AND begins_with(SK, :till)",
            "ExpressionAttributeValues": {
                ":payee": payee_partition(payee_id),
                ":till": {"S": TILL_PREFIX},
            },
            "ConsistentRead": True,
        }
        keys: list[TillKey] = []
        with dynamodb_errors():
            while True:
                page = self._client.query(**request)
                keys += map(item_to_till_key, page["Items"])
                if "LastEvaluatedKey" not in page:
                    return sorted(keys, key=lambda key: key.number)
                request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def add_till_key(
        self, payee_id: PayeeId, label: str, digest: bytes, made_at: datetime
    ) -> TillKey:
        keys = self.till_keys(payee_id)
        key = TillKey(payee_id, len(keys) + 1, label, digest, to_milliseconds(made_at))
        while (standing := self._put_new(key)) and standing.digest != digest:
            key = replace(key, number=key.number + 1)
        return key

    def _put_new(self, key: TillKey) -> TillKey | None:
        """None if written, else the key that has its number."""
        standing = put_new(self._client, self._table, till_key_to_item(key))
        return item_to_till_key(standing) if standing else None

    def revoke_till_key(
        self, payee_id: PayeeId, number: int, revoked_at: datetime
    ) -> TillKey | None:
        with dynamodb_errors():
            try:
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=till_key_key(payee_id, number),
                    UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
                    ConditionExpression="attribute_exists(PK)",
                    ExpressionAttributeValues={":now": time_to_value(revoked_at)},
                    ReturnValues="ALL_NEW",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != CONDITION_FAILED:
                    raise
                return None
        return item_to_till_key(answer["Attributes"])


@contextmanager
def _not_overtaken(payee_id: PayeeId) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != CONDITION_FAILED:
            raise
        raise PublishOvertaken(f"a newer publish wrote {payee_id}") from error
