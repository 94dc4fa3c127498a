"""Where the contract tests keep their rows: in memory, and in three DynamoDBs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pytest
from types_boto3_dynamodb import DynamoDBClient

from payments.ledger import Ledger
from payments.registry import PayeeRegistry
from payments.till_keys import TillKeyRegistry

DYNAMODB_LOCAL = pytest.param("dynamodb-local", marks=pytest.mark.emulator)
MINISTACK = pytest.param("ministack", marks=pytest.mark.emulator)
TABLES = ["moto", MINISTACK, DYNAMODB_LOCAL]
STORES = ["memory", *TABLES]
ATOMIC_STORES = ["memory", MINISTACK, DYNAMODB_LOCAL]  # moto checks and writes without a lock
PAGE_ROWS = 7


class Registry(PayeeRegistry, TillKeyRegistry, Protocol):
    """All that the registry keeps."""


Stores = tuple[Ledger, Registry]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of its own for one test."""

    client: DynamoDBClient
    name: str

    def turn_pages_after(self, rows: int) -> None:
        """Make DynamoDB end a page after `rows` rows rather than after 1 MB."""

        def lower_the_limit(params: dict[str, object], **_: object) -> None:
            params["Limit"] = rows

        for operation in ("Query", "Scan"):
            self.client.meta.events.register(
                f"provide-client-params.dynamodb.{operation}", lower_the_limit
            )

    def after_the_next_query(self, act: Callable[[], object]) -> None:
        """Do this when a Query was answered, before who asked learns the answer."""
        events = self.client.meta.events

        def act_once(**_: object) -> None:
            events.unregister("after-call.dynamodb.Query", act_once)
            act()

        events.register("after-call.dynamodb.Query", act_once)

    def count_rows(self) -> list[int]:
        """A list that grows by the rows of each page that is read from now on."""
        rows: list[int] = []

        def page_was_read(parsed: dict[str, int], **_: object) -> None:
            rows.append(parsed["ScannedCount"])

        self.client.meta.events.register("after-call.dynamodb.Query", page_was_read)
        return rows

    def count_pages(self) -> list[str]:
        """A list that grows by one with each page that is read from now on."""
        pages: list[str] = []

        def page_was_read(model: object, **_: object) -> None:
            pages.append(str(model))

        for operation in ("Query", "Scan"):
            self.client.meta.events.register(f"after-call.dynamodb.{operation}", page_was_read)
        return pages
