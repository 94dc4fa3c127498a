"""Many payees asked for in one request: what a Query for each gives, on AWS's own engine."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from backend.dynamo_ledger import DynamoLedger
from backend.table import ledger_table, registry_table
from cli.many_payees.asked_together import AskedTogether
from cli.many_payees.side_by_side import READERS
from cli.system import System
from desk.selection import Selection
from payments.events import EventStatus, History
from payments.ledger import Bounds
from payments.payee import PayeeId
from payments.refusals import LedgerThrottled
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import NOW, make_event, make_payment, make_payment_id

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DAY = timedelta(days=1)
PAYEES = [PayeeId(f"stall-{number}") for number in range(160)]
SINCE = NOW - 2 * DAY


class Asked:
    """The client of a system: counts its requests, and may answer as AWS does, ten rows at a time,
    or refuse to be asked for many."""

    def __init__(self, client: "DynamoDBClient", page: int, refusal: str) -> None:
        self._client, self._page, self._refusal = client, page, refusal
        self.requests: Counter[str] = Counter()
        self._left: dict[str, list[Any]] = {}
        self.meta = client.meta

    def query(self, **request: Any) -> Any:
        self.requests["query"] += 1
        return self._client.query(**request)

    def execute_statement(self, **request: Any) -> Any:
        self.requests["select"] += 1
        assert request["ConsistentRead"]
        if self._refusal:
            error: Any = {"Error": {"Code": self._refusal, "Message": "no"}}
            raise ClientError(error, "ExecuteStatement")
        token = request.get("NextToken")
        rows: list[Any]
        rows = (
            self._left.pop(token) if token else self._client.execute_statement(**request)["Items"]
        )
        answer: dict[str, Any] = {"Items": rows[: self._page]}
        if rows[self._page :]:
            answer["NextToken"] = uuid4().hex
            self._left[answer["NextToken"]] = rows[self._page :]
        return answer


@pytest.fixture(scope="module")
def ledger(dynamodb_local: str) -> "DynamoDBClient":
    """A few payments for one payee in eight, old ones and today's, some with events; and one payee
    with very many."""
    client = dynamodb_client(dynamodb_local)
    make_tables(client, "together", [])
    ledger, random = DynamoLedger(client, ledger_table("together")), Random(1)
    for number, payee_id in enumerate(PAYEES):
        for one in range(120 if number == 9 else random.choice((0,) * 15 + (1, 3))):
            at = NOW - random.choice((0, 1, 3, 20, 70)) * DAY
            minted = make_payment_id(at - random.choice((0, 30)) * DAY, one)
            payment = make_payment(minted, payee_id, recorded_at=at)
            ledger.record(payment)
            for event in range(1, random.choice((1, 1, 2, 3))):
                status = EventStatus.CONFIRMED if event == 1 else EventStatus.UNDONE
                ledger.append(make_event(minted, payee_id, number=event, status=status))
    return client


@pytest.fixture
def ask(ledger: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> Any:
    def ask(page: int = 10, refusal: str = "") -> tuple[AskedTogether, Counter[str]]:
        client: Any = Asked(ledger, page, refusal)
        monkeypatch.setattr(System, "dynamodb", lambda _: client)
        return AskedTogether(
            System(ledger_table("together"), registry_table("together"))
        ), client.requests

    return ask


def by_queries(ledger: "DynamoDBClient", bounds: Bounds | None) -> list[History]:
    asked = DynamoLedger(ledger, ledger_table("together"))
    return [one for payee_id in PAYEES for one in asked.histories(payee_id, bounds)]


@pytest.mark.parametrize(
    ("page", "since", "until"),
    [
        (1, SINCE, None),
        (10, NOW - 40 * DAY, None),
        (10, SINCE, NOW - DAY / 2),
        (1000, NOW - 40 * DAY, NOW - DAY / 2),
    ],
)
def test_all_is_given_that_a_query_for_each_gives(
    ask: Any, ledger: "DynamoDBClient", page: int, since: datetime, until: datetime | None
) -> None:
    selection = Selection(since, until)
    together, _ = ask(page)
    found = [*filter(selection.matches, together.read(PAYEES, selection.bounds(), since))]
    assert found == [*filter(selection.matches, by_queries(ledger, selection.bounds()))]
    assert found


def test_few_payments_of_many_payees_are_a_few_requests(ask: Any) -> None:
    together, requests = ask()
    told: list[int] = []
    soon = Selection(since=NOW + DAY)
    assert [*together.read(PAYEES, soon.bounds(), soon.since, told.append)] == []
    assert requests == {"select": 32}
    assert told == [*range(5, 161, 5)]


def test_a_payee_with_very_many_is_asked_for_apart_with_those_beside(ask: Any) -> None:
    together, requests = ask()
    found = [*together.read(PAYEES, Selection(since=NOW - 100 * DAY).bounds())]
    assert len(found) > 120
    assert requests["query"] >= 5
    assert requests.total() < 110


def test_where_most_have_payments_each_has_its_query(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, requests = ask(page=1)
    asked: list[PayeeId] = []

    def histories(payee_id: PayeeId, _: Bounds) -> Iterator[History]:
        asked.append(payee_id)
        return iter(())

    monkeypatch.setattr(together._ledger, "histories", histories)
    payees = [PAYEES[9]] * 3200  # 64 statements, of twelve pages or more each if it went on
    assert [*together.read(payees, Selection(since=NOW - 100 * DAY).bounds())] == []
    assert len(asked) == 3200
    assert requests["select"] <= 10 * (9 + READERS)


@pytest.mark.parametrize("refusal", ["AccessDeniedException", "ValidationException"])
def test_without_the_right_each_payee_is_asked_for(
    ask: Any, ledger: "DynamoDBClient", refusal: str
) -> None:
    together, requests = ask(refusal=refusal)
    bounds = Selection(since=SINCE).bounds()
    assert [*together.read(PAYEES, bounds)] == by_queries(ledger, bounds)
    assert requests["query"] == 160
    assert requests["select"] <= 16
    assert [*together.read(PAYEES, bounds)]
    assert requests["query"] == 320
    assert requests["select"] <= 16


def test_other_errors_are_told(ask: Any) -> None:
    together, _ = ask(refusal="ProvisionedThroughputExceededException")
    with pytest.raises(LedgerThrottled):
        [*together.read(PAYEES, Selection(since=SINCE).bounds())]
