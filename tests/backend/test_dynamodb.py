"""What only shows against DynamoDB itself: long lists, lost replies, outages."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from types_boto3_dynamodb import DynamoDBClient

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.dynamodb import CLIENT_CONFIG
from backend.table import event_key, event_to_item, payment_to_item
from payments.events import EvidenceTaken
from payments.payee import PayeeId
from payments.payment import Payment
from payments.refusals import LedgerThrottled, LedgerUnavailable
from payments.till_keys import TillKey
from testkit.dynamodb_local import dynamodb_client
from testkit.factories import (
    BAKERY,
    FOUR_BYTES,
    NOW,
    PAYMENT_ID,
    make_event,
    make_evidence,
    make_payee,
    make_payment,
    make_payment_id,
    payments_in,
)
from tests.backend.stores import DYNAMODB_LOCAL, MINISTACK, Table

CONFIRMATION = make_event(status="confirmed", evidence=make_evidence())
IMPATIENT = CLIENT_CONFIG.merge(
    Config(read_timeout=0.1, retries={"mode": "standard", "total_max_attempts": 1})
)


@pytest.mark.parametrize("table", [DYNAMODB_LOCAL], indirect=True)
def test_a_list_of_more_than_a_megabyte_is_complete(table: Table) -> None:
    payments = [
        make_payment(make_payment_id(random=n), payer_id=FOUR_BYTES * 64, reason=FOUR_BYTES * 140)
        for n in range(1200)
    ]
    for start in range(0, len(payments), 25):
        rows = [{"PutRequest": {"Item": payment_to_item(p)}} for p in payments[start : start + 25]]
        table.client.batch_write_item(RequestItems={table.name: rows})  # type: ignore[dict-item]
    pages = table.count_pages()
    assert payments_in(DynamoLedger(table.client, table.name)) == payments
    assert len(pages) == 2


def test_a_list_is_read_page_by_page(table: Table) -> None:
    ledger = DynamoLedger(table.client, table.name)
    payments = [make_payment(make_payment_id(random=n)) for n in range(5)]
    for payment in payments:
        ledger.record(payment)
    table.turn_pages_after(2)
    pages = table.count_pages()
    assert payments_in(ledger) == payments
    assert len(pages) == 3


def test_the_latest_are_read_and_little_more(table: Table) -> None:
    """A page of as many rows as were asked for, and one to see whether there are more."""
    ledger = DynamoLedger(table.client, table.name)
    ids = [make_payment_id(random=n) for n in range(30)]
    for payment_id in ids:
        ledger.record(make_payment(payment_id))
    rows = table.count_rows()
    pages = table.count_pages()
    latest = ledger.latest(BAKERY, (ids[0], ids[-1]), 10)
    assert [history.payment.payment_id for history in latest.histories] == ids[:19:-1]
    assert (latest.is_all, len(pages), sum(rows)) == (False, 1, 11)


def test_events_without_end_end_the_answer_not_the_list(table: Table) -> None:
    """However many events a payment has, an answer reads ten pages, or as many as one needs."""
    ledger = DynamoLedger(table.client, table.name)
    ids = [make_payment_id(random=n) for n in range(3)]
    for payment_id in ids:
        ledger.record(make_payment(payment_id))
        for number in range(1, 26):
            ledger.append(make_event(payment_id, number=number))
    table.turn_pages_after(2)
    latest = ledger.latest(BAKERY, (ids[0], ids[-1]), 5)
    assert [history.payment.payment_id for history in latest.histories] == [ids[2]]
    assert (len(latest.histories[0].events), latest.is_all) == (25, False)


@dataclass
class Wire:
    """A server in DynamoDB's place: answers as told, or passes requests on to a real one."""

    status: int = 200
    body: bytes = b"{}"
    upstream: str = ""
    replies_to_lose: int = 0
    cuts_replies: bool = False
    requests: list[str] = field(default_factory=list)

    def answer(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes] | None:
        """The status and body to reply, or None to hang up instead."""
        self.requests.append(headers["X-Amz-Target"].partition(".")[2])
        status, reply = self._pass_on(headers, body) if self.upstream else (self.status, self.body)
        if self.replies_to_lose:
            self.replies_to_lose -= 1
            return None
        return status, reply

    def _pass_on(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        with closing(HTTPConnection(urlsplit(self.upstream).netloc, timeout=10)) as connection:
            connection.request("POST", "/", body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read()

    @contextmanager
    def client(self, config: Config) -> Iterator[DynamoDBClient]:
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = wire.answer(dict(self.headers), body)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer[0])
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                if wire.cuts_replies:
                    self.close_connection = True
                    self.wfile.write(answer[1][: len(answer[1]) // 2])
                    return
                self.wfile.write(answer[1])

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                url = f"http://127.0.0.1:{server.server_port}"
                with closing(boto3.client("dynamodb", endpoint_url=url, config=config)) as client:
                    yield client
            finally:
                server.shutdown()
                thread.join()


def lose_the_next(
    wire: Wire, look: Callable[[PayeeId], list[TillKey]]
) -> Callable[[PayeeId], list[TillKey]]:
    """`look`, after whose answer the next reply is lost."""

    def look_then_lose(payee_id: PayeeId) -> list[TillKey]:
        found = look(payee_id)
        wire.replies_to_lose = 1
        return found

    return look_then_lose


@pytest.mark.parametrize("table", [MINISTACK, DYNAMODB_LOCAL], indirect=True)
class TestWhenTheReplyToAWriteIsLost:
    def test_the_sdk_sends_again_and_meets_its_own_row(self, table: Table) -> None:
        wire = Wire(upstream=table.client.meta.endpoint_url, replies_to_lose=1)
        with wire.client(CLIENT_CONFIG) as client:
            assert DynamoLedger(client, table.name).record(make_payment()) == make_payment()
        assert wire.requests == ["PutItem", "PutItem"]
        assert stands_in(table) == [make_payment()]

    def test_the_outcome_is_unknown_and_a_resend_finds_the_row(self, table: Table) -> None:
        wire = Wire(upstream=table.client.meta.endpoint_url, replies_to_lose=2)
        with wire.client(CLIENT_CONFIG) as client:
            ledger = DynamoLedger(client, table.name)
            with pytest.raises(LedgerUnavailable):
                ledger.record(make_payment())
            assert ledger.record(make_payment()) == make_payment()
        assert stands_in(table) == [make_payment()]

    def test_a_till_key_is_sent_again_and_has_one_number(
        self, table: Table, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wire = Wire(upstream=table.client.meta.endpoint_url)
        with wire.client(CLIENT_CONFIG) as client:
            registry = DynamoRegistry(client, table.name)
            first = registry.add_till_key(BAKERY, "Counter 1", bytes(32), NOW)
            assert wire.requests == ["Query", "PutItem"]
            monkeypatch.setattr(registry, "till_keys", lose_the_next(wire, registry.till_keys))
            second = registry.add_till_key(BAKERY, "Counter 2", bytes([1] * 32), NOW)
        assert wire.requests[2:] == ["Query", "PutItem", "PutItem"]
        assert (first.number, second.number) == (1, 2)
        assert DynamoRegistry(table.client, table.name).till_keys(BAKERY) == [first, second]

    def test_a_settlement_is_sent_again_and_stands_once(self, table: Table) -> None:
        wire = Wire(upstream=table.client.meta.endpoint_url, replies_to_lose=1)
        with wire.client(CLIENT_CONFIG) as client:
            assert DynamoLedger(client, table.name).append(CONFIRMATION) is None
        assert wire.requests == ["TransactWriteItems", "TransactWriteItems"]
        assert DynamoLedger(table.client, table.name).append(CONFIRMATION) == CONFIRMATION

    def test_a_settlements_outcome_is_unknown_and_a_resend_finds_its_own(
        self, table: Table
    ) -> None:
        wire = Wire(upstream=table.client.meta.endpoint_url, replies_to_lose=2)
        with wire.client(CLIENT_CONFIG) as client:
            ledger = DynamoLedger(client, table.name)
            with pytest.raises(LedgerUnavailable):
                ledger.append(CONFIRMATION)
            assert ledger.append(CONFIRMATION) == CONFIRMATION

    def test_an_event_without_evidence_is_one_plain_put(self, table: Table) -> None:
        """The API's rights end there."""
        wire = Wire(upstream=table.client.meta.endpoint_url)
        with wire.client(CLIENT_CONFIG) as client:
            assert DynamoLedger(client, table.name).append(make_event()) is None
        assert wire.requests == ["PutItem"]

    def test_the_mark_of_what_is_late_is_a_plain_put_before_it_and_one_for_a_day_of_them(
        self, table: Table
    ) -> None:
        """Whoever sees the row finds the mark. A mark of nothing is what a failure leaves."""
        wire = Wire(upstream=table.client.meta.endpoint_url)
        late = NOW + timedelta(days=3)
        DynamoLedger(table.client, table.name).record(make_payment())
        with wire.client(CLIENT_CONFIG) as client:
            ledger = DynamoLedger(client, table.name)
            for number in (1, 2):
                assert ledger.append(make_event(number=number, recorded_at=late)) is None
            assert wire.requests == ["PutItem"] * 3
            wire.replies_to_lose = 2
            settled = replace(CONFIRMATION, recorded_at=late + timedelta(days=1))
            with pytest.raises(LedgerUnavailable):
                ledger.append(settled)
        assert wire.requests[3:] == ["PutItem"] * 2
        ledger = DynamoLedger(table.client, table.name)
        assert len(list(ledger.late_marks(settled.recorded_at.date()))) == 1
        assert [len(one.events) for one in ledger.histories(BAKERY)] == [2]


@pytest.mark.parametrize("table", [MINISTACK, DYNAMODB_LOCAL], indirect=True)
def test_a_freed_line_is_taken_over_only_from_the_confirmation_that_was_undone(
    table: Table,
) -> None:
    """Between the look at who has the line and the write, somebody else settles by it."""
    ledger = DynamoLedger(table.client, table.name)
    undo_the_confirmation(ledger)
    quicker = replace(CONFIRMATION, payee_id=PayeeId("florist"))
    table.after_the_next_query(lambda: ledger.append(quicker))
    with pytest.raises(EvidenceTaken) as taken:
        ledger.append(replace(CONFIRMATION, payee_id=PayeeId("barber")))
    assert taken.value.payee_id == "florist"


@pytest.mark.parametrize("table", [MINISTACK, DYNAMODB_LOCAL], indirect=True)
def test_a_line_is_not_taken_over_when_the_undoing_is_gone_after_all(table: Table) -> None:
    """No row goes away while all is well; here somebody has the right to delete one."""
    ledger = DynamoLedger(table.client, table.name)
    undo_the_confirmation(ledger)
    undoing = event_key(BAKERY, PAYMENT_ID, 2)
    table.after_the_next_query(lambda: table.client.delete_item(TableName=table.name, Key=undoing))
    late = replace(CONFIRMATION, payee_id=PayeeId("florist"))
    with pytest.raises(LedgerUnavailable):
        ledger.append(late)
    with pytest.raises(EvidenceTaken) as taken:
        ledger.append(late)
    assert taken.value.payee_id == BAKERY


def undo_the_confirmation(ledger: DynamoLedger) -> None:
    ledger.record(make_payment())
    ledger.append(CONFIRMATION)
    ledger.append(make_event(number=2, status="undone"))


def stands_in(table: Table) -> list[Payment]:
    return payments_in(DynamoLedger(table.client, table.name))


def everything_asked_of(client: DynamoDBClient) -> dict[str, Any]:
    """Each way to use the ledger and the registry, by its name."""
    ledger, registry = DynamoLedger(client, "payments"), DynamoRegistry(client, "payments")
    return {
        "record": lambda: ledger.record(make_payment()),
        "find": lambda: ledger.find(BAKERY, PAYMENT_ID),
        "append": lambda: ledger.append(make_event()),
        "settle": lambda: ledger.append(CONFIRMATION),
        "histories": lambda: list(ledger.histories(BAKERY)),
        "find-among": lambda: list(ledger.find_among([BAKERY], PAYMENT_ID)),
        "find-payee": lambda: registry.find(PayeeId("florist")),
        "register": lambda: registry.register(make_payee()),
        "close": lambda: registry.close(BAKERY),
        "begin-publish": registry.begin_publish,
        "payees": lambda: list(registry.payees()),
    }


NO_EVENTS = SimpleNamespace(events=SimpleNamespace(register=lambda *_, **__: None))
"""Of a client that is none of botocore's."""

OPERATIONS = [
    "record", "append", "settle", "find", "histories", "find-among", "find-payee", "register",
    "close", "begin-publish", "payees",
]  # fmt: skip


def aws_error(name: str, **more: object) -> bytes:
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{name}"} | more).encode()


def cancelled(*reasons: dict[str, object]) -> bytes:
    return aws_error("TransactionCanceledException", CancellationReasons=reasons)


@pytest.mark.parametrize("operation", OPERATIONS)
class TestWhenDynamoDBDoesNotDoWhatItIsAsked:
    def test_it_throttles(self, operation: str) -> None:
        wire = Wire(400, aws_error("ThrottlingException"))
        with wire.client(IMPATIENT) as client, pytest.raises(LedgerThrottled):
            everything_asked_of(client)[operation]()

    def test_it_fails(self, operation: str) -> None:
        wire = Wire(500, aws_error("InternalServerError"))
        with wire.client(IMPATIENT) as client, pytest.raises(LedgerUnavailable):
            everything_asked_of(client)[operation]()

    def test_its_answer_is_cut_off(self, operation: str) -> None:
        """For botocore that is an answer without anything in it: what is there would not be."""
        wire = Wire(200, b'{"Item": {}, "Items": [], "Responses": {}}', cuts_replies=True)
        with wire.client(IMPATIENT) as client, pytest.raises(LedgerUnavailable):
            everything_asked_of(client)[operation]()

    def test_nobody_listens(self, operation: str, closed_port: str) -> None:
        with (
            closing(boto3.client("dynamodb", endpoint_url=closed_port, config=IMPATIENT)) as client,
            pytest.raises(LedgerUnavailable),
        ):
            everything_asked_of(client)[operation]()

    def test_it_never_answers(self, operation: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            with (
                closing(boto3.client("dynamodb", endpoint_url=url, config=IMPATIENT)) as client,
                pytest.raises(LedgerUnavailable),
            ):
                everything_asked_of(client)[operation]()


@pytest.mark.parametrize(
    ("status", "body", "is_throttled"),
    [
        (400, aws_error("ProvisionedThroughputExceededException"), True),
        (400, aws_error("RequestLimitExceeded"), True),
        (400, aws_error("ThrottlingException"), True),
        (400, aws_error("TransactionConflictException"), True),
        (500, aws_error("InternalServerError"), False),
        (400, aws_error("ResourceNotFoundException"), False),
        (400, aws_error("AccessDeniedException"), False),
        (503, b"<html>Service Unavailable</html>", False),
        (502, b"", False),
    ],
    ids=[
        "throughput",
        "limit",
        "throttling",
        "conflict",
        "internal",
        "no-table",
        "denied",
        "html",
        "empty",
    ],
)
def test_only_throttling_is_reported_as_such(
    status: int, body: bytes, *, is_throttled: bool
) -> None:
    with (
        Wire(status, body).client(IMPATIENT) as client,
        pytest.raises(LedgerUnavailable) as caught,
    ):
        DynamoLedger(client, "payments").record(make_payment())
    assert isinstance(caught.value, LedgerThrottled) is is_throttled


NO_REASON: dict[str, object] = {"Code": "None"}


@pytest.mark.parametrize(
    ("body", "is_throttled"),
    [
        (cancelled(NO_REASON, {"Code": "TransactionConflict"}), True),
        (cancelled({"Code": "ThrottlingError"}, NO_REASON), True),
        (cancelled({"Code": "ProvisionedThroughputExceeded"}, NO_REASON), True),
        (aws_error("TransactionInProgressException"), True),
        (cancelled({"Code": "ValidationError"}, NO_REASON), False),
        (cancelled(), False),
        (aws_error("TransactionCanceledException"), False),
    ],
    ids=["conflict", "throttling", "throughput", "in-progress", "invalid", "none", "silent"],
)
def test_a_cancelled_settlement_is_throttled_or_an_outage(
    body: bytes, *, is_throttled: bool
) -> None:
    with Wire(400, body).client(IMPATIENT) as client, pytest.raises(LedgerUnavailable) as caught:
        DynamoLedger(client, "payments").append(CONFIRMATION)
    assert isinstance(caught.value, LedgerThrottled) is is_throttled


def test_a_resend_that_is_told_of_its_line_only_finds_its_own_event() -> None:
    class Client:
        meta = NO_EVENTS

        def transact_write_items(self, TransactItems: list[Any]) -> None:  # noqa: N803
            line = TransactItems[1]["Put"]["Item"]
            reasons = [NO_REASON, {"Code": "ConditionalCheckFailed", "Item": line}]
            error = {"Error": {"Code": "TransactionCanceledException"}}
            raise ClientError(error | {"CancellationReasons": reasons}, "")  # type: ignore[arg-type]

        def query(self, **_: object) -> dict[str, Any]:
            return {"Items": [payment_to_item(make_payment()), event_to_item(CONFIRMATION)]}

    ledger = DynamoLedger(Client(), "payments")  # type: ignore[arg-type]
    assert ledger.append(CONFIRMATION) == CONFIRMATION


@pytest.mark.emulator
def test_a_table_that_does_not_exist_is_an_outage(ministack: str) -> None:
    with (
        closing(dynamodb_client(ministack)) as client,
        pytest.raises(LedgerUnavailable, match="ResourceNotFoundException"),
    ):
        DynamoLedger(client, "no-such-table").record(make_payment())


def test_keys_that_a_batch_left_out_are_asked_for_again_unless_none_was_read() -> None:
    asked: list[list[object]] = []

    class Client:
        meta = NO_EVENTS

        def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
            keys = RequestItems["payments"]["Keys"]
            asked.append(keys)
            read = keys[: len(keys) // 2]
            items = [payment_to_item(make_payment()) for _ in read]
            left = {"payments": {"Keys": keys[len(read) :]}}
            return {"Responses": {"payments": items}, "UnprocessedKeys": left}

    ledger = DynamoLedger(Client(), "payments")  # type: ignore[arg-type]
    found = ledger.find_among([PayeeId(f"payee-{number}") for number in range(4)], PAYMENT_ID)
    assert [next(found) for _ in range(3)] == [make_payment()] * 3
    with pytest.raises(LedgerThrottled):
        next(found)
    assert [len(keys) for keys in asked] == [4, 2, 1]


def test_what_may_refuse_is_read_consistently_and_the_rest_at_half_the_price() -> None:
    consistent: list[bool] = []

    class Client:
        meta = NO_EVENTS

        def get_item(self, *, ConsistentRead: bool, **_: object) -> dict[str, Any]:  # noqa: N803
            consistent.append(ConsistentRead)
            return {}

    registry = DynamoRegistry(Client(), "payments")  # type: ignore[arg-type]
    ledger = DynamoLedger(Client(), "payments")  # type: ignore[arg-type]
    registry.find(BAKERY)
    registry.find_fresh(BAKERY)
    ledger.find(BAKERY, PAYMENT_ID)
    assert consistent == [False, True, True]
