"""What the log says about a request, and what it never says."""

import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from backend.request_log import with_metrics
from payments.payment import Payment
from payments.refusals import LedgerUnavailable
from testkit.demo_process import ROOT
from testkit.factories import TILL_KEY, make_document
from tests.backend.api import ADDRESS, Api
from tests.backend.test_app import FailingLedger

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse


def last(api: Api) -> dict[str, Any]:
    return api.log[-1]


def test_each_request_leaves_one_entry_with_its_outcome(api: Api) -> None:
    requests: list[tuple[Callable[[], TestResponse], str, int]] = [
        (api.put, "recorded", 201),
        (api.put, "replayed", 200),
        (lambda: api.put(amount="51"), "payment-conflict", 409),
        (lambda: api.put(payer_id=""), "invalid-fields", 422),
        (api.get, "found", 200),
        (lambda: api.get("/healthz"), "ok", 200),
        (lambda: api.get("/nowhere"), "not-found", 404),
        (lambda: api.put_bytes(b"{"), "malformed-json", 400),
        (lambda: api.client.delete(ADDRESS), "method-not-allowed", 405),
    ]
    for send, outcome, status in requests:
        before = len(api.log)
        send()
        assert len(api.log) == before + 1
        assert (last(api)["outcome"], last(api)["status"]) == (outcome, status)
        assert last(api)["ms"] >= 0


def test_an_entry_names_the_operation_and_the_payee(api: Api) -> None:
    api.put()
    assert (last(api)["operation"], last(api)["payee"]) == ("put_payment", "town-bakery")
    api.get("/nowhere")
    assert (last(api)["operation"], last(api)["payee"]) == (None, None)


def test_a_tills_requests_are_told_apart_from_payments_and_without_its_key(api: Api) -> None:
    api.make_key()
    api.put()
    requests: list[tuple[Callable[[], TestResponse], str, str, int]] = [
        (api.listing, "list_payments", "listed", 200),
        (api.note, "put_event", "noted", 201),
        (api.note, "put_event", "noted-before", 200),
        (lambda: api.note("reversed", why="x"), "put_event", "event-conflict", 409),
        (lambda: api.note("confirmed", n=2), "put_event", "event-refused", 409),
        (lambda: api.listing("WRONGKEY"), "list_payments", "till-key", 401),
        (lambda: api.note(key="WRONGKEY"), "put_event", "till-key", 401),
    ]
    for send, operation, outcome, status in requests:
        send()
        entry = last(api)
        assert (entry["operation"], entry["outcome"], entry["status"]) == (
            *(operation, outcome, status),
        )
        assert entry["payee"] == "town-bakery"
    text = json.dumps(api.log)
    assert not any(word in text for word in (TILL_KEY, "WRONGKEY", "Till", "Lunch"))


def test_a_failing_till_logs_no_key(api: Api) -> None:
    failing = Api(FailingLedger(ValueError(TILL_KEY)))
    failing.make_key()
    assert failing.note().status_code == 500
    assert TILL_KEY not in json.dumps(failing.log)


def test_nobody_learns_from_the_log_who_paid_or_why(api: Api) -> None:
    api.put(payer_id="Asha Secret", reason="medicine")
    api.put(payer_id="Ravi Secret", reason="rent", amount="77.77")
    text = json.dumps(api.log)
    assert not any(word in text for word in ("Secret", "medicine", "rent", "77"))


@pytest.mark.parametrize(
    "path",
    [
        "/payees/x%0a%7B%22outcome%22%3A%22recorded%22%7D/payments/1",
        "/payees/%22%2C%22outcome%22%3A%22recorded/payments/1",
        "/%0a%0dforged",
    ],
)
def test_a_path_can_forge_nothing(api: Api, path: str) -> None:
    api.get(path)
    assert last(api)["payee"] is None
    assert "forged" not in json.dumps(api.log)
    assert last(api)["outcome"] != "recorded"


@pytest.mark.parametrize(
    ("context", "source"),
    [
        ({"http": {"sourceIp": "192.0.2.7"}}, "192.0.2.7"),  # HTTP API and Function URL
        ({"identity": {"sourceIp": "192.0.2.8"}}, "192.0.2.8"),  # REST API
        ({}, None),
    ],
)
def test_the_source_address_is_what_the_gateway_saw(
    api: Api, context: dict[str, Any], source: str | None
) -> None:
    api.client.get(
        "/healthz",
        headers={"X-Forwarded-For": "203.0.113.9"},
        environ_overrides={
            "REMOTE_ADDR": "203.0.113.9",
            "lambda.event": {"requestContext": context},
        },
    )
    assert last(api)["source"] == source


def test_an_outage_is_logged_with_its_cause_but_not_its_words(api: Api) -> None:
    class Unreachable(FailingLedger):
        def record(self, payment: Payment) -> Payment | None:
            cause = ReadTimeoutError(endpoint_url="https://words.example")
            raise LedgerUnavailable(str(cause)) from cause

    failing = Api(Unreachable(RuntimeError()))
    failing.client.put(
        ADDRESS,
        json=make_document(payer_id="Asha Secret"),
        environ_overrides={"lambda.context": SimpleNamespace(aws_request_id="request-1")},
    )
    entry = failing.log[-1]
    assert (entry["outcome"], entry["error"]) == ("ledger-unavailable", "ReadTimeoutError")
    assert entry["request_id"] == "request-1"
    assert "words" not in json.dumps(entry)


def test_an_unexpected_error_is_logged_with_its_place_but_not_its_words() -> None:
    api = Api(FailingLedger(ValueError("Asha Secret")))
    api.put()
    assert (last(api)["outcome"], last(api)["error"]) == ("internal-error", "ValueError")
    assert last(api)["at"][-1].endswith(" record")
    assert "Secret" not in json.dumps(api.log)


def test_an_entry_counts_itself_by_its_outcome_and_nothing_else(api: Api) -> None:
    """Every value of every dimension is a metric of its own, which has a monthly price."""
    api.put()
    line = json.loads(json.dumps(with_metrics(last(api), "payee-pages-x", 1772357400.1234)))
    assert line.pop("_aws") == {
        "Timestamp": 1772357400123,
        "CloudWatchMetrics": [
            {"Namespace": "payee-pages-x", "Dimensions": [["outcome"]], "Metrics": [{"Name": "ms"}]}
        ],
    }
    assert line == last(api)


def test_the_queries_in_the_docs_ask_for_fields_that_entries_have(api: Api) -> None:
    failing = Api(FailingLedger(LedgerUnavailable()))
    failing.put()
    operations = (ROOT / "docs/operations.md").read_text()
    section = operations.split("## Logs and counters")[1].split("\n## ")[0]
    [queries] = re.findall(r"```text\n(.*?)```", section, re.DOTALL)
    table = {name for row in re.findall(r"^\| (`.*?) \|", section, re.M) for name in row.split()}
    of_a_lambda = {"first"}  # backend.wsgi adds it to what is its Lambda's first
    assert {name.strip("`") for name in table} == set(failing.log[0]) | of_a_lambda
    bare = re.sub(r'#.*|"[^"]*"|@timestamp|\b(?:record|type)[.\w]*|bin\(\w+\)', "", queries)
    aliases = set(re.findall(r" as (\w+)", bare))
    language = {
        *("filter", "stats", "fields", "sort", "limit", "count", "pct", "max", "as", "by", "desc"),
        *("and", "ispresent"),
    }
    asked = set(re.findall(r"[a-z_]+", bare)) - aliases - language
    assert asked <= set(failing.log[0])
    assert {"outcome", "ms", "at", "source"} <= asked
    for query in queries.split("\n\n"):
        assert query.startswith("# ")
