"""`payees notices`: what was given up is seen, and secrets are made without being in the shell."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from standardwebhooks.webhooks import Webhook

from backend.table import table_definition
from cli.system import System
from notices.notice import Notice, message_to_notice
from notices.queue import Failed
from notices.rows import NoticeRows
from notices.signing import parse_secrets, webhook_headers
from payments.addressee import NoticeKind
from payments.payee import PayeeId
from testkit.factories import NOW, make_payment_id
from tests.cli.desk import Desk

SHOP = "https://shop.example/payments"


@pytest.fixture
def rows(system: System) -> NoticeRows:
    """The table of a system whose notices are on."""
    name = f"{system.ledger_table.removesuffix('-ledger')}-notices"
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(**table_definition(name))
    return NoticeRows(client, name)


def failed(payee_id: str, number: int, to: str = SHOP) -> Failed:
    payment_id = make_payment_id(random=number)
    notice = Notice(NoticeKind.RECORDED, PayeeId(payee_id), to, payment_id.text)
    return Failed(notice, "the answer was 500", NOW + timedelta(days=1), NOW)


def test_a_system_without_notices_says_how_to_turn_them_on(aws_desk: Desk) -> None:
    result = aws_desk.payees("notices")
    assert result.exit_code == 1
    assert "its notices are not turned on. `make notices STAGE=…`" in result.stderr


def test_what_was_given_up_is_listed_and_sent_again(
    aws_desk: Desk, rows: NoticeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nothing was given up" in aws_desk.payees("notices").stderr
    for one in (failed("usha", 1), failed("usha", 2, "mailto:u@example.org"), failed("ravi", 3)):
        rows.keep_failed(one)
    listed = json.loads(aws_desk.payees("notices", "usha", "--json").stdout)
    assert {(one["payee_id"], one["to"], one["reason"]) for one in listed} == {
        ("usha", SHOP, "the answer was 500"),
        ("usha", "mailto:u@example.org", "the answer was 500"),
    }
    assert listed[0]["id"].startswith("usha_01")
    asked = asking(monkeypatch, {"sent": 2})
    result = aws_desk.payees("notices", "--again", "--to", SHOP)
    assert "Sent again: 2." in result.stderr
    (question,) = asked
    sent = [message_to_notice(message) for message in question["again"]]
    assert {(one.payee_id, one.to) for one in sent} == {("usha", SHOP), ("ravi", SHOP)}
    assert [one.notice.to for one in rows.failed()] == ["mailto:u@example.org"]


def test_a_test_says_whom_it_reached(
    aws_desk: Desk, rows: NoticeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [{"to": SHOP, "why": ""}, {"to": "ntfy://x", "why": "no answer in 10 seconds"}]
    asking(monkeypatch, {"payee": "usha", "told": told})
    result = aws_desk.payees("notices", "usha", "--test")
    assert result.exit_code == 1
    assert "told\n" in result.stdout
    assert "not told: " in result.stdout
    assert "no answer in 10 seconds" in result.stdout


def asking(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The notices' Lambda in place of AWS's; what it is asked."""
    asked: list[dict[str, Any]] = []

    class Body:
        def read(self) -> bytes:
            return json.dumps(answer).encode()

    class Lambda:
        def invoke(self, **call: Any) -> dict[str, Any]:
            asked.append(json.loads(call["Payload"]))
            return {"Payload": Body()}

    monkeypatch.setattr(System, "lambda_", lambda _: Lambda())
    return asked


def test_a_new_secret_signs_beside_the_one_before(
    aws_desk: Desk, rows: NoticeRows, system: System
) -> None:
    first = aws_desk.payees("notices", "--new-secret", "shop").stdout.strip()
    second = aws_desk.payees("notices", "--new-secret", "shop").stdout.strip()
    path = f"/{system.ledger_table.removesuffix('-ledger')}/notices/shop"
    found = system.ssm().get_parameter(Name=path, WithDecryption=True)["Parameter"]
    assert (found["Type"], found["Value"]) == ("SecureString", f"{second} {first}")
    body = b'{"type":"test"}'
    now = int(datetime.now(UTC).timestamp())
    headers = webhook_headers(parse_secrets(found["Value"]), "a_b_0", now, body)
    for secret in (first, second):
        assert Webhook(secret).verify(body, headers)


def test_a_token_is_typed_and_never_an_option(
    aws_desk: Desk, rows: NoticeRows, system: System
) -> None:
    result = aws_desk.payees("notices", "--set-secret", "telegram", stdin="123:abc\n")
    assert result.exit_code == 0
    assert "123:abc" not in result.output
    path = f"/{system.ledger_table.removesuffix('-ledger')}/notices/telegram"
    found = system.ssm().get_parameter(Name=path, WithDecryption=True)["Parameter"]
    assert found["Value"] == "123:abc"
    assert aws_desk.payees("notices", "--set-secret", "x", stdin="").exit_code == 2


def test_a_mailbox_that_was_stopped_is_listed_and_resumed(aws_desk: Desk, rows: NoticeRows) -> None:
    token = "t" * 32
    assert rows.unsubscribe_token(PayeeId("usha"), "u@example.org", token) == token
    assert rows.unsubscribe_token(PayeeId("usha"), "u@example.org", "other" * 6) == token
    assert rows.whose_token(token) == ("usha", "u@example.org")
    rows.stop_mail(PayeeId("usha"), "u@example.org", NOW)
    rows.stop_mailbox("ravi@example.org", "there is no such mailbox")
    assert rows.unsubscribe_token(PayeeId("usha"), "u@example.org", token) is None
    listed = json.loads(aws_desk.payees("notices", "--stopped", "--json").stdout)
    assert [(one["mailbox"], one["why"]) for one in listed] == [
        ("ravi@example.org", "there is no such mailbox"),
        ("u@example.org", "unsubscribed from usha"),
    ]
    aws_desk.payees("notices", "--resume", "u@example.org")
    assert rows.unsubscribe_token(PayeeId("usha"), "u@example.org", "new" * 10) == token


def test_failures_in_a_row_are_counted_until_one_is_taken(rows: NoticeRows) -> None:
    assert [rows.count_failure("g", NOW) for _ in range(3)] == [1, 2, 3]
    rows.forget_failures("g")
    assert rows.count_failure("g", NOW) == 1


def test_what_was_told_is_remembered_for_longer_than_a_queue_keeps_anything(
    rows: NoticeRows, system: System
) -> None:
    told, other = failed("usha", 1).notice, failed("usha", 2).notice
    assert not rows.was_told(told)
    rows.keep_told(told, NOW)
    rows.keep_told(told, NOW)
    assert [rows.was_told(told), rows.was_told(other)] == [True, False]
    table = f"{system.ledger_table.removesuffix('-ledger')}-notices"
    found = system.dynamodb().scan(TableName=table)
    (item,) = found["Items"]
    assert int(item["expires_at"]["N"]) > (NOW + timedelta(days=14)).timestamp()


def test_capitals_of_a_mailbox_do_not_count(rows: NoticeRows) -> None:
    """SES may say them otherwise than the roster."""
    rows.stop_mailbox("usha@example.org", "there is no such mailbox")
    assert rows.unsubscribe_token(PayeeId("usha"), "Usha@Example.org", "t" * 32) is None


def test_only_one_thing_is_asked_at_a_time(aws_desk: Desk) -> None:
    result = aws_desk.payees("notices", "--again", "--stopped")
    assert result.exit_code == 2
    assert "Say one of" in result.stderr
