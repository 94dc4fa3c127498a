"""The finished zip under AWS's own runtime client: every gateway's requests, real answers."""

import itertools
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from ulid import ULID

from testkit.factories import BAKERY, TILL_KEY, make_document, make_payment_id
from testkit.lambda_events import SOURCE, function_url, http_api_v2, rest_api_v1
from testkit.runtime_api import Lambda, LambdaDied
from tests.deploy.conftest import ORIGIN

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

Gateway = Callable[..., dict[str, Any]]
JSON = {"Content-Type": "application/json"}
_numbers = itertools.count(1)


@pytest.fixture(params=[rest_api_v1, http_api_v2, function_url])
def gateway(request: pytest.FixtureRequest) -> Gateway:
    chosen: Gateway = request.param
    return chosen


@pytest.fixture
def address() -> str:
    payment_id = make_payment_id(datetime.now(UTC), random=next(_numbers))
    return f"/api/payees/{BAKERY}/payments/{payment_id}"


def body(**changes: object) -> str:
    return json.dumps(make_document(**changes))


def headers(answer: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in answer["headers"].items()}


def test_a_payment_is_recorded_replayed_and_defended(
    started_lambda: Lambda, gateway: Gateway, address: str
) -> None:
    def put(document: str) -> dict[str, Any]:
        answer: dict[str, Any] = started_lambda.invoke(gateway("PUT", address, document, JSON))
        return answer

    first, again, other = put(body()), put(body()), put(body(amount="51"))
    shown = started_lambda.invoke(gateway("GET", address, None, {}))
    assert [a["statusCode"] for a in (first, again, other, shown)] == [201, 200, 409, 200]
    assert headers(first)["location"] == address  # as a page behind the CDN would ask for it
    assert headers(again)["idempotency-replayed"] == "true"
    assert again["body"] == first["body"]
    assert json.loads(other["body"])["fields"] == ["amount"]
    assert headers(other)["content-type"] == "application/problem+json"
    assert not any(answer.get("isBase64Encoded") for answer in (first, again, other, shown))
    assert "payer_id" not in json.loads(shown["body"])


@pytest.mark.parametrize("name", ["Till-Key", "till-key"])
def test_a_till_lists_a_payment_and_confirms_it(
    started_lambda: Lambda, gateway: Gateway, address: str, name: str
) -> None:
    started_lambda.invoke(gateway("PUT", address, body(), JSON))
    payment_id = address.rpartition("/")[2]
    listing = address.rpartition("/")[0]
    with_key = {name: TILL_KEY}
    query = {"until": until_just_after(payment_id), "limit": "1"}
    listed = started_lambda.invoke(gateway("GET", listing, None, with_key, query=query))
    assert listed["statusCode"] == 200
    [payment] = json.loads(listed["body"])["payments"]
    assert (payment["payment_id"], payment["payer_id"]) == (payment_id, "Asha")
    event = gateway("PUT", f"{address}/events/1", '{"status": "confirmed"}', JSON | with_key)
    noted, again = started_lambda.invoke(event), started_lambda.invoke(event)
    assert [answer["statusCode"] for answer in (noted, again)] == [201, 200]
    assert json.loads(noted["body"])["event"]["by"] == "Counter 1"
    shown = started_lambda.invoke(gateway("GET", address, None, {}))
    assert json.loads(shown["body"])["status"] == "confirmed"
    started_lambda.output()
    for refused in (
        gateway("GET", listing, None, {}),
        gateway("GET", listing, None, {name: "0" * 32}),
        gateway("PUT", f"{address}/events/2", "{}", {name: "0" * 32}),
    ):
        answer = started_lambda.invoke(refused)
        assert (answer["statusCode"], headers(answer)["www-authenticate"]) == (401, "Till-Key")
    assert TILL_KEY not in started_lambda.output()


def until_just_after(payment_id: str) -> str:
    """Other tests record payments, too."""
    return str(ULID.from_int(int(ULID.from_str(payment_id)) + 1))


def test_what_is_not_there_is_a_404(started_lambda: Lambda, gateway: Gateway, address: str) -> None:
    for path, code in [
        (address, "unknown-payment"),
        ("/api/nowhere", "not-found"),
        ("/nowhere", "not-found"),
        ("/", "not-found"),
    ]:
        answer = started_lambda.invoke(gateway("GET", path, None, {}))
        assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, code)


def test_a_base64_body_is_read_as_what_it_holds(
    started_lambda: Lambda, gateway: Gateway, address: str
) -> None:
    document = body(reason="Grüße 🥐")
    packed = b64encode(document.encode()).decode()
    answer = started_lambda.invoke(gateway("PUT", address, packed, JSON, base64=True))
    assert answer["statusCode"] == 201
    assert json.loads(answer["body"])["reason"] == "Grüße 🥐"


def test_a_text_outside_ascii_goes_through_unchanged(
    started_lambda: Lambda, gateway: Gateway, address: str
) -> None:
    answer = started_lambda.invoke(
        gateway("PUT", address, json.dumps(make_document(reason="茶"), ensure_ascii=False), JSON)
    )
    assert json.loads(answer["body"])["reason"] == "茶"


@pytest.mark.parametrize("name", ["content-type", "CONTENT-TYPE", "cOnTeNt-TyPe"])
def test_headers_may_be_spelt_in_any_case(
    started_lambda: Lambda, gateway: Gateway, address: str, name: str
) -> None:
    event = gateway("PUT", address, body(), {name: "application/json"})
    assert started_lambda.invoke(event)["statusCode"] == 201


def test_a_stages_name_inside_a_path_stays_there(started_lambda: Lambda, gateway: Gateway) -> None:
    answer = started_lambda.invoke(gateway("GET", "/api/payees/local/payments/local", None, {}))
    assert json.loads(answer["body"])["code"] == "invalid-fields"


def test_a_page_of_a_configured_origin_may_ask_and_read(
    started_lambda: Lambda, gateway: Gateway, address: str
) -> None:
    asking = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}
    preflight = started_lambda.invoke(gateway("OPTIONS", address, None, asking))
    assert preflight["statusCode"] == 200
    assert headers(preflight)["access-control-allow-methods"] == "GET, PUT"
    for document, status in ((body(), 201), ("{", 400)):
        answer = started_lambda.invoke(gateway("PUT", address, document, JSON | {"Origin": ORIGIN}))
        assert answer["statusCode"] == status
        assert headers(answer)["access-control-allow-origin"] == ORIGIN
    foreign = gateway("GET", address, None, {"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in headers(started_lambda.invoke(foreign))


def test_no_request_reaches_zappas_commands(
    started_lambda: Lambda, gateway: Gateway, address: str
) -> None:
    """Zappa runs an event's `raw_command` as Python: no client may write one into the event."""
    commands = {
        "raw_command": "raise SystemExit('owned')",
        "command": "os.abort",
        "manage": "check",
        "Records": [{"s3": {"configurationId": "x:os.abort"}}],
        "httpMethod": None,
        "version": "1.0",
    }
    as_headers = {name: json.dumps(value) for name, value in commands.items()}
    answers = [
        started_lambda.invoke(gateway("PUT", address, json.dumps(commands), JSON | as_headers)),
        started_lambda.invoke(gateway("PUT", "/?raw_command=1", "{}", JSON | as_headers)),
        started_lambda.invoke(gateway("POST", "/", json.dumps(commands), as_headers)),
    ]
    assert [answer["statusCode"] for answer in answers] == [422, 404, 404]


def test_each_request_is_one_line_of_our_log_and_none_of_zappas(
    started_lambda: Lambda, gateway: Gateway, address: str
) -> None:
    started_lambda.output()
    forging = {"User-Agent": 'x"\n{"forged": 1}', "X-Real-Ip": "198.51.100.66"}
    started_lambda.invoke(gateway("PUT", address, body(), JSON | forging))
    started_lambda.invoke(gateway("GET", "/api/x%0a{}", None, forging))
    lines = started_lambda.output().splitlines()
    put, get = (json.loads(line) for line in lines)
    assert (put["source"], put["outcome"]) == (SOURCE, "recorded")
    [counted] = put["_aws"]["CloudWatchMetrics"]
    assert (counted["Namespace"], counted["Dimensions"]) == ("payee-pages-local", [["outcome"]])
    assert (get["source"], get["status"]) == (SOURCE, 404)
    assert "Asha" not in "".join(lines)


@pytest.mark.parametrize(
    "event",
    [
        {"raw_command": "open('owned', 'w')"},
        {"command": "os.abort"},
        {"Records": [{"s3": {"configurationId": "x:os.abort"}}]},
        {"requestContext": {"http": {}}, "raw_command": "open('owned', 'w')"},
        {"version": "1.0", "raw_command": "open('owned', 'w')"},
        {},
    ],
)
def test_whoever_may_invoke_the_function_can_still_only_ask_by_http(
    started_lambda: Lambda, event: dict[str, object]
) -> None:
    with pytest.raises(LambdaDied, match="answers HTTP requests, nothing else"):
        started_lambda.invoke(event)
