"""Rows of the ledger's table that only the desk reads and writes, all of them append-only.

They stand here and not beside the tables' other rows, as no request of a payer's ever asks for
them, and the Lambda carries only what one does.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend.dynamodb import dynamodb_errors, put_new, refuse_cut_answers
from cli.system import System

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from backend.table import Item

_AFTER_ALL = "~"


class DeskRows:
    """Every method raises LedgerUnavailable."""

    def __init__(self, system: System) -> None:
        self._client, self._table = system.dynamodb(), system.ledger_table
        refuse_cut_answers(self._client)

    def put_new(self, item: "Item") -> "Item | None":
        """Write `item` unless its key is taken: None if written, else the item that stands."""
        return put_new(self._client, self._table, item)

    def get(self, key: "Item") -> "Item | None":
        with dynamodb_errors():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def beginning(self, partition: "AttributeValueTypeDef", start: str) -> Iterator["Item"]:
        """Those of a partition whose sort key begins with `start`, in its order."""
        with dynamodb_errors():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":pk": partition,
                    ":first": {"S": start},
                    ":last": {"S": start + _AFTER_ALL},
                },
                ConsistentRead=True,
            )
            for page in pages:
                yield from page["Items"]
