"""Many payees' payments, where most of them have none: who has any is asked for together."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from backend.dynamodb import dynamodb_errors, refuse_cut_answers
from backend.table import history_range, payee_partition, time_to_value
from cli.many_payees.side_by_side import READERS, read_side_by_side
from cli.system import System
from payments.events import History
from payments.ledger import Bounds
from payments.payee import PayeeId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import ExecuteStatementInputTypeDef

Found = TypeVar("Found")

_MOST_KEYS = 50  # of partitions, that PartiQL's IN takes
# Answers to IN come ten rows at a time, says DynamoDB's guide, one after the other. From so many
# on, a Query for each payee, of which none waits for another, is as fast.
_MOST_PAGES, _MOST_ROWS = 10, 250
_TRIES = 8  # that may be in vain before it is left alone
_NOT_DONE = {"AccessDeniedException", "ValidationException", "UnknownOperationException"}


class AskedTogether:
    """A ledger asked for a range of ids of many payees: what is given is what a Query for each
    would give, and as consistent, but the Query is saved of whom a statement for up to fifty of
    them shows to have nothing in that range.

    Where most have something, where the right for it is missing (`dynamodb:PartiQLSelect`) or
    DynamoDB does not do it, each payee has its Query.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._ledger = system.ledger()
        # An emulated ledger would look at all of its rows for each statement.
        self._may = system.endpoint_url is None
        self._helped = self._vain = 0

    @cached_property
    def _client(self) -> "DynamoDBClient":
        client = self._system.dynamodb()
        refuse_cut_answers(client)
        return client

    def read(
        self,
        payee_ids: Sequence[PayeeId],
        bounds: Bounds | None,
        since: datetime | None = None,
        done: Callable[[int], None] = lambda _: None,
    ) -> Iterator[History]:
        """Payee by payee, each in the order of minting; up to READERS requests are on their way at
        a time. What was recorded before `since` may be left out. `done` hears how many payees are
        read."""

        def read_part(part: Sequence[PayeeId]) -> Iterator[History]:
            for payee_id in self._narrowed(part, bounds, since):
                yield from self._ledger.histories(payee_id, bounds)

        yield from self._in_parts(payee_ids, bounds, read_part, done)

    def who_has_any(
        self, payee_ids: Sequence[PayeeId], bounds: Bounds | None, since: datetime
    ) -> Iterator[PayeeId]:
        """Those of `payee_ids` that may have payments in `bounds` of which something was written
        `since`: the rest have none."""
        return self._in_parts(
            payee_ids, bounds, lambda part: iter(self._narrowed(part, bounds, since))
        )

    def _in_parts(
        self,
        payee_ids: Sequence[PayeeId],
        bounds: Bounds | None,
        read: Callable[[Sequence[PayeeId]], Iterator[Found]],
        done: Callable[[int], None] = lambda _: None,
    ) -> Iterator[Found]:
        self._helped = self._vain = 0
        size = max(1, min(_MOST_KEYS, len(payee_ids) // (2 * READERS))) if bounds else 1
        parts = [payee_ids[start : start + size] for start in range(0, len(payee_ids), size)]
        yield from read_side_by_side(
            parts, read, lambda count: done(min(count * size, len(payee_ids)))
        )

    def _narrowed(
        self, payee_ids: Sequence[PayeeId], bounds: Bounds | None, since: datetime | None
    ) -> Sequence[PayeeId]:
        if len(payee_ids) > 1 and self._may and self._vain <= self._helped + _TRIES:
            return self._who_has_any(payee_ids, bounds, since)
        return payee_ids

    def _who_has_any(
        self, payee_ids: Sequence[PayeeId], bounds: Bounds | None, since: datetime | None
    ) -> Sequence[PayeeId]:
        """Those of `payee_ids` that may have payments in `bounds` which were recorded `since`."""
        marks = ", ".join("?" * len(payee_ids))
        table = self._system.ledger_table  # which no mark can stand for
        request: ExecuteStatementInputTypeDef = {
            "Statement": f'SELECT PK FROM "{table}" WHERE PK IN [{marks}] AND SK BETWEEN ? AND ?',  # noqa: S608
            "Parameters": [*map(payee_partition, payee_ids), *history_range(bounds)],
            "ConsistentRead": True,
        }
        if since:  # an event of today's, whose payment is older, only costs its payee's Query
            request["Statement"] += ' AND "at" >= ?'
            request["Parameters"] = [*request["Parameters"], time_to_value(since)]
        found: list[str] = []
        for _ in range(_MOST_PAGES):
            with dynamodb_errors():
                try:
                    answer = self._client.execute_statement(**request)
                except ClientError as error:
                    if error.response["Error"]["Code"] not in _NOT_DONE:
                        raise
                    self._may = False
                    return payee_ids
            found += [item["PK"]["S"] for item in answer["Items"]]
            if "NextToken" not in answer:
                having = {*found}
                self._helped += 1
                return [one for one in payee_ids if payee_partition(one)["S"] in having]
            if len(found) > _MOST_ROWS:
                break
            request["NextToken"] = answer["NextToken"]
        self._vain += 1
        return payee_ids
