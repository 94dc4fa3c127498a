"""The API's contract as its tables say it, each row on every kind of store.

What a row means in all its variants is tested where it is built (test_app, test_till, …); here each
is asked once of memory and of each DynamoDB, and no row and no problem may be missing.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from backend import problems
from backend.openapi.document import openapi_document
from payments.documents import public_document, recorded_document
from payments.events import History
from payments.refusals import LedgerThrottled, LedgerUnavailable
from testkit.factories import BAKERY, TILL_KEY, make_document, make_payment, make_payment_id
from tests.backend.api import ADDRESS, LIST, Api, problem
from tests.backend.stores import Stores

OTHER = f"{LIST}/{make_payment_id(random=1)}"

Ask = Callable[[Api], TestResponse]


def recorded(api: Api) -> Api:
    assert api.put().status_code == 201
    return api


def closed(api: Api) -> Api:
    api.registry.close(BAKERY)
    return api


def later(api: Api, **shift: int) -> Api:
    api.now += timedelta(**shift)
    return api


def noted(api: Api, *statuses: str) -> Api:
    """With a payment of which these events were noted."""
    recorded(api)
    for n, status in enumerate(statuses, 1):
        assert api.note(status, n=n, why="x").status_code == 201
    return api


def broken(api: Api, error: Exception) -> Api:
    """Whose ledger answers nothing but `error`."""

    class Broken:
        def __getattr__(self, name: str) -> Callable[..., object]:
            def fail(*_: object) -> object:
                raise error

            return fail

    return Api(Broken(), api.registry)  # type: ignore[arg-type]


ANSWERS: dict[str, tuple[Ask, int]] = {
    "new": (lambda api: api.put(), 201),
    "again": (lambda api: recorded(api).put(), 200),
    "again, closed": (lambda api: closed(recorded(api)).put(), 200),
    "again, after a year": (lambda api: later(recorded(api), days=366).put(), 200),
    "get": (lambda api: recorded(api).get(), 200),
    "till": (lambda api: recorded(api).listing(), 200),
    "event": (lambda api: recorded(api).note(), 201),
    "event again": (lambda api: noted(api, "confirmed").note(why="x"), 200),
    "healthz": (lambda api: api.get("/healthz"), 200),
    "openapi.json": (lambda api: api.get("/openapi.json"), 200),
    "head": (lambda api: recorded(api).client.head(ADDRESS), 200),
    "options": (lambda api: api.client.options(ADDRESS), 200),
}

REFUSALS: list[tuple[problems.Problem, str, Ask]] = [
    (problems.MALFORMED_JSON, "no JSON", lambda api: api.put_bytes(b"{")),
    (problems.MALFORMED_JSON, "a key twice", lambda api: api.put_bytes(b'{"a": 1, "a": 1}')),
    (problems.MALFORMED_JSON, "an event", lambda api: api.client.put(
        f"{ADDRESS}/events/1", data=b"[]", content_type="application/json",
        headers={"Till-Key": TILL_KEY})),
    (problems.BAD_REQUEST, "half a body", lambda api: api.client.put(
        ADDRESS, data=b"{", content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": "100"})),
    (problems.TILL_KEY, "no key", lambda api: api.listing(None)),
    (problems.TILL_KEY, "a wrong key", lambda api: api.listing("0" * 32)),
    (problems.TILL_KEY, "another's", lambda api: api.listing(address="/payees/florist/payments")),
    (problems.TILL_KEY, "to note", lambda api: recorded(api).note(key="0" * 32)),
    (problems.NOT_FOUND, "no such place", lambda api: api.get("/payees")),
    (problems.UNKNOWN_PAYEE, "PUT", lambda api: api.put(address=ADDRESS.replace(BAKERY, "x"))),
    (problems.UNKNOWN_PAYMENT, "GET", lambda api: api.get()),
    (problems.UNKNOWN_PAYMENT, "an event", lambda api: api.note(address=OTHER)),
    (problems.METHOD_NOT_ALLOWED, "DELETE", lambda api: api.client.delete(ADDRESS)),
    (problems.PAYMENT_CONFLICT, "an amount", lambda api: recorded(api).put(amount="51")),
    (problems.PAYMENT_CONFLICT, "a method", lambda api: recorded(api).put(method="upi")),
    (problems.PAYMENT_CONFLICT, "closed", lambda api: closed(recorded(api)).put(amount="51")),
    (problems.EVENT_CONFLICT, "another event", lambda api: noted(api, "confirmed").note(
        "reversed", why="y")),
    (problems.EVENT_REFUSED, "nothing to undo", lambda api: recorded(api).note("undone")),
    (problems.EVENT_REFUSED, "a number too far", lambda api: recorded(api).note(n=2)),
    (problems.EVENT_REFUSED, "confirmed twice", lambda api: noted(api, "confirmed").note(n=2)),
    (problems.EVENT_REFUSED, "reversed", lambda api: noted(api, "reversed").note(n=2)),
    (problems.PAYEE_CLOSED, "closed", lambda api: closed(api).put()),
    (problems.BODY_TOO_LARGE, "4097 bytes", lambda api: api.put_bytes(b" " * 4097)),
    (problems.UNSUPPORTED_MEDIA_TYPE, "text", lambda api: api.put_bytes(b"{}", ADDRESS, "text/x")),
    (problems.INVALID_FIELDS, "an amount", lambda api: api.put(amount="-1")),
    (problems.INVALID_FIELDS, "below the limit", lambda api: api.put(amount="0.01")),
    (problems.INVALID_FIELDS, "another currency", lambda api: api.put(currency="EUR")),
    (problems.INVALID_FIELDS, "an unknown field", lambda api: api.put(tip="1")),
    (problems.INVALID_FIELDS, "an id in small letters", lambda api: api.put(
        address=ADDRESS.lower())),
    (problems.INVALID_FIELDS, "an event", lambda api: recorded(api).note("paid")),
    (problems.INVALID_FIELDS, "a range", lambda api: api.listing(since="yesterday")),
    (problems.CLOCK_SKEW, "too old", lambda api: later(api, days=32).put()),
    (problems.CLOCK_SKEW, "too far ahead", lambda api: later(api, days=-2).put()),
    (problems.LEDGER_THROTTLED, "PUT", lambda api: broken(api, LedgerThrottled("x")).put()),
    (problems.LEDGER_UNAVAILABLE, "PUT", lambda api: broken(api, LedgerUnavailable("x")).put()),
    (problems.LEDGER_UNAVAILABLE, "GET", lambda api: broken(api, LedgerUnavailable("x")).get()),
    (problems.LEDGER_UNAVAILABLE, "an event", lambda api: broken(
        api, LedgerUnavailable("x")).note()),
    (problems.INTERNAL_ERROR, "a bug", lambda api: broken(api, RuntimeError("x")).put()),
]  # fmt: skip


def documented(response: TestResponse) -> set[str]:
    """The codes that the OpenAPI document has for this operation and status."""
    method = response.request.method.lower()
    for template, operations in openapi_document("")["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), response.request.path):
            operation = operations.get(method)
            if operation is None:
                return {problems.METHOD_NOT_ALLOWED.code}
            content = operation["responses"][str(response.status_code)]["content"]
            return set(content["application/problem+json"]["examples"])
    return {problems.NOT_FOUND.code}


@pytest.fixture
def api(stores: Stores) -> Api:
    """The API on stores of each kind, with a key to the bakery's till."""
    api = Api(*stores)
    api.make_key()
    return api


@pytest.mark.parametrize(("ask", "status"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer(api: Api, ask: Ask, status: int) -> None:
    response = ask(api)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        pytest.param(kind, ask, id=f"{kind.status} {kind.code}: {case}")
        for kind, case, ask in REFUSALS
    ],
)
def test_a_refusal(api: Api, kind: problems.Problem, ask: Ask) -> None:
    response = ask(api)
    document = problem(response, kind.status, kind.code)
    assert document["title"] == kind.title
    assert kind.code in documented(response), "the OpenAPI document does not say so"


def test_every_problem_has_a_row() -> None:
    assert {kind for kind, _, _ in REFUSALS} == set(problems.ALL)


def test_what_is_told_of_a_payment(api: Api) -> None:
    """The row as it stands, and to whom: the payer's device, whoever has the id, the till."""
    created = api.put(make_document(method="upi", bank_reference="4372 7658 9036"))
    stands = make_payment(method="upi", bank_reference="437276589036")
    assert created.get_json() == recorded_document(stands)
    assert created.headers["Location"] == ADDRESS
    again = api.put(make_document(method="upi", bank_reference="437276589036"))
    assert (again.get_json(), again.headers["Idempotency-Replayed"]) == (
        created.get_json(),
        "true",
    )
    assert api.get().get_json() == public_document(History(stands))
    conflict = problem(api.put(payer_id="Ben", amount="51"), 409, "payment-conflict")
    assert conflict["fields"] == ["payer_id", "amount", "method", "bank_reference"]
    assert api.recorded() == [stands]
