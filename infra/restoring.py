"""Rows that a table has lost, put back from a copy of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def plan_restoring(client: "DynamoDBClient", source: str, target: str) -> list[dict[str, Any]]:
    """The rows of `source` whose keys `target` does not have."""
    there = {_key(item) for item in _scan(client, target, ProjectionExpression="PK, SK")}
    return [item for item in _scan(client, source) if _key(item) not in there]


def apply_restoring(
    client: "DynamoDBClient", target: str, missing: list[dict[str, Any]]
) -> tuple[int, int]:
    """How many rows were put back, and how many were written meanwhile, which stay."""
    written = 0
    for item in missing:
        try:
            client.put_item(
                TableName=target, Item=item, ConditionExpression="attribute_not_exists(PK)"
            )
            written += 1
        except client.exceptions.ConditionalCheckFailedException:
            pass
    return written, len(missing) - written


def _scan(client: "DynamoDBClient", table: str, **options: Any) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True, **options)
    for page in pages:
        yield from page["Items"]


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["PK"]["S"], item["SK"]["S"]
