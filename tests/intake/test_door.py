"""A forwarder posts, and is answered what it has to know."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from backend.problems import ALL, TYPE_PREFIX
from intake import entry
from intake.door import PROBLEMS, answer
from intake.rows import AlertRows
from payments.till_keys import key_digest

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY, OTHER = "K" * 32, "Q" * 32
MESSAGE = {"from": "VM-HDFCBK", "text": "Rs.50.00 credited", "time": 1772360100123}


@pytest.fixture(autouse=True)
def _key(rows: AlertRows) -> None:
    rows.add_key("phone", key_digest(KEY), NOW, [])


def post(
    rows: AlertRows, body: Any = MESSAGE, *, path: str = f"/alerts/{KEY}", method: str = "POST",
    headers: dict[str, str] | None = None, now: datetime = NOW, is_base64: bool = False,
) -> tuple[int, dict[str, Any], dict[str, str]]:  # fmt: skip
    event = {
        "requestContext": {"http": {"method": method}},
        "rawPath": path,
        "headers": {"content-type": "application/json"} | (headers or {}),
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": is_base64,
    }
    reply = answer(event, rows, now, days=60)
    assert reply["headers"]["cache-control"] == "no-store"
    return reply["statusCode"], json.loads(reply["body"]), reply["headers"]


def test_a_message_is_kept_once_and_answered_the_same_again(rows: AlertRows) -> None:
    assert post(rows)[:2] == (201, {"kept": True})
    for later in (0, 1, 40):
        status, document, headers = post(rows, now=NOW + timedelta(days=later))
        assert (status, document) == (200, {"kept": True})
        assert headers["idempotency-replayed"] == "true"
    [alert] = rows.alerts()
    assert alert.posted.text == "Rs.50.00 credited"
    assert (alert.received_at, alert.key) == (NOW, 1)
    assert post(rows, MESSAGE | {"time": 1772360100124})[0] == 201


def test_a_key_stands_in_the_path_or_in_a_header(rows: AlertRows) -> None:
    for number, headers in enumerate(
        [{"intake-key": KEY}, {"authorization": f"Bearer {KEY}"}, {"Authorization": KEY}]
    ):
        body = MESSAGE | {"text": f"Rs.{number}"}
        assert post(rows, body, path="/alerts", headers=headers)[0] == 201
    assert post(rows, path=f"/alerts/{KEY.lower()}/")[0] == 201


def test_without_a_key_there_is_nothing(rows: AlertRows) -> None:
    rows.revoke_key(2, NOW)
    for path in ("/alerts", "/alerts/", f"/alerts/{OTHER}"):
        status, document, headers = post(rows, path=path)
        assert (status, document["code"]) == (401, "intake-key")
        assert headers["content-type"] == "application/problem+json"
    rows.revoke_key(1, NOW)
    assert post(rows)[0] == 401
    assert list(rows.alerts()) == []


def test_other_paths_and_methods(rows: AlertRows) -> None:
    assert post(rows, path="/")[0] == 404
    status, _, headers = post(rows, method="GET")
    assert (status, headers["allow"]) == (405, "POST")


def test_a_key_for_some_senders_keeps_no_others(rows: AlertRows) -> None:
    rows.add_key("phone", key_digest(OTHER), NOW, ["HDFCBK"])
    path = f"/alerts/{OTHER}"
    assert post(rows, MESSAGE | {"from": "Mum"}, path=path)[:2] == (
        200, {"kept": False, "why": "this key keeps no messages of that sender"}
    )  # fmt: skip
    assert post(rows, path=path)[0] == 201
    assert [alert.key for alert in rows.alerts()] == [2]


def test_a_body_in_base64_and_one_that_is_none(rows: AlertRows) -> None:
    body = base64.b64encode(json.dumps(MESSAGE).encode()).decode()
    assert post(rows, body, is_base64=True)[0] == 201
    status, document, _ = post(rows, "%%", is_base64=True)
    assert (status, document["code"]) == (400, "malformed-body")
    assert post(rows, "{}")[0] == 422


def test_problems_are_told_as_the_api_tells_its_own(rows: AlertRows) -> None:
    _, document, _ = post(rows, "{}")
    assert document["type"] == f"{TYPE_PREFIX}no-message"
    assert set(document) == {"type", "title", "status", "code", "detail"}
    of_api = {one.code: one.status for one in ALL}
    for code, (status, _title) in PROBLEMS.items():
        assert of_api.get(code, status) == status


def test_of_two_keys_made_at_once_each_has_its_number(
    rows: AlertRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rows.keys
    stale = [real()]
    monkeypatch.setattr(rows, "keys", lambda: stale.pop() if stale else real())
    rows._put_new({"PK": {"S": "KEYS"}, "SK": {"S": "KEY#2"}, "label": {"S": "another's"},
                   "sha256": {"B": b"x"}, "made_at": {"N": "0"}})  # fmt: skip
    assert rows.add_key("mine", key_digest(OTHER), NOW, ()).key.number == 3
    assert [one.key.label for one in real()] == ["phone", "another's", "mine"]


def test_a_table_that_does_not_answer_is_a_503_and_the_log_has_no_message(
    rows: AlertRows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KEEP_DAYS", "60")
    monkeypatch.setattr(entry, "_rows", lambda: rows)
    event = {
        "requestContext": {"http": {"method": "POST"}}, "rawPath": f"/alerts/{KEY}",
        "headers": {"content-type": "application/json"}, "body": json.dumps(MESSAGE),
    }  # fmt: skip
    assert entry.handle(event, None)["statusCode"] == 201

    def fail(*_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="x")

    monkeypatch.setattr(rows, "keep", fail)
    reply = entry.handle(event, None)
    assert reply["statusCode"] == 503
    assert reply["headers"]["retry-after"] == "30"
    for word in ("Rs.50.00", "HDFCBK", KEY):
        assert word not in caplog.text


def test_what_is_kept_is_gone_after_its_days(rows: AlertRows) -> None:
    post(rows)
    [item] = rows._client.scan(TableName=rows._table, FilterExpression="attribute_exists(expires)")[
        "Items"
    ]
    assert int(item["expires"]["N"]) == int((NOW + timedelta(days=60)).timestamp())
    [alert] = rows.alerts()
    rows.forget(alert.posted.digest)
    assert list(rows.alerts()) == []
