"""Pages of other origins: exactly the configured ones, and none by default."""

import pytest
from werkzeug.test import TestResponse

from payments.refusals import LedgerThrottled, LedgerUnavailable
from testkit.factories import TILL_KEY
from tests.backend.api import ADDRESS, LIST, Api
from tests.backend.test_app import FailingLedger

OURS = "https://pay.example.org"


@pytest.fixture
def api() -> Api:
    return Api(origins=(OURS, "https://other.example.org"))


def preflight(
    api: Api,
    origin: str,
    method: str = "PUT",
    address: str = ADDRESS,
    headers: str = "content-type",
) -> TestResponse:
    return api.client.options(
        address,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )


def test_a_configured_origin_may_send_for_two_hours_without_asking_again(api: Api) -> None:
    answer = preflight(api, OURS)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, PUT"
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    assert answer.headers["Access-Control-Max-Age"] == "7200"
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("method", "address"), [("GET", LIST), ("PUT", f"{ADDRESS}/events/1")], ids=["list", "event"]
)
def test_a_till_of_a_configured_origin_may_send_its_key(
    api: Api, method: str, address: str
) -> None:
    answer = preflight(api, OURS, method, address, "content-type, till-key")
    assert answer.status_code == 200
    assert method in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "content-type, till-key"
    assert "Access-Control" not in str(
        preflight(api, "https://evil.example", method, address).headers
    )


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://pay.example.org",
        "https://pay.example.org.evil.example",
        "https://payXexample.org",
        "https://pay.example.org:444",
        "null",
    ],
)
def test_no_other_origin_may(api: Api, origin: str) -> None:
    for answer in (preflight(api, origin), api.client.get("/healthz", headers={"Origin": origin})):
        assert "Access-Control" not in str(answer.headers)


def test_every_answer_can_be_read_by_the_page(api: Api) -> None:
    headers = {"Origin": OURS, "Content-Type": "application/json"}
    answers = [
        api.client.put(ADDRESS, data=b'{"payer_id": "A", "amount": 5}', headers=headers),
        api.client.put(ADDRESS, data=b"{", headers=headers),
        api.client.put(ADDRESS, data=b"x" * 5000, headers=headers),
        api.client.put(ADDRESS, data=b"{}", headers={"Origin": OURS}),
        api.client.delete(ADDRESS, headers=headers),
        api.client.get("/nowhere", headers=headers),
    ]
    api.make_key()
    keyed = headers | {"Till-Key": TILL_KEY}
    answers += [
        api.client.get(LIST, headers=headers),
        api.client.get(LIST, headers=keyed),
        api.client.put(f"{ADDRESS}/events/1", json={"status": "confirmed"}, headers=keyed),
    ]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 400, 413, 415, 405, 404, 401, 200, 201]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == OURS
        exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert exposed == {"Location", "Retry-After", "Idempotency-Replayed"}
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_our_own_failures_can_be_read_by_the_page() -> None:
    for error in (LedgerThrottled(), LedgerUnavailable(), RuntimeError()):
        answer = Api(FailingLedger(error), origins=(OURS,)).client.get(
            ADDRESS, headers={"Origin": OURS}
        )
        assert answer.status_code in (429, 503, 500)
        assert answer.headers["Access-Control-Allow-Origin"] == OURS


def test_on_one_origin_there_is_no_cors_at_all() -> None:
    answer = preflight(Api(), OURS)
    assert "Access-Control" not in str(answer.headers)
