"""The API's contract, row by row, on the in-memory fakes."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend.request_body import MAX_BODY_BYTES
from cli.local.memory import MemoryLedger
from payments.erasing import erased
from payments.events import History, PaymentStatus
from payments.ledger import Bounds
from payments.payee import PayeeId, PayeeStatus
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.refusals import LedgerThrottled, LedgerUnavailable
from testkit.factories import (
    BAKERY,
    FAMILY,
    NOW,
    PAYMENT_ID,
    PERSIAN,
    make_document,
    make_event,
    make_payee,
    make_payment,
    make_payment_id,
)
from tests.backend.api import ADDRESS, Api, problem

DOCUMENT = {
    "payment_id": PAYMENT_ID.text,
    "payee_id": "town-bakery",
    "payer_id": "Asha",
    "amount": "50.00",
    "currency": "INR",
    "reason": "Lunch",
    "method": None,
    "bank_reference": None,
    "status": "claimed",
    "reference": PAYMENT_ID.text[1:],
    "recorded_at": "2026-03-01T09:30:00.123Z",
}

PRIVATE = {"payer_id", "reason", "bank_reference"}


def address_of(payment_id: object = PAYMENT_ID, payee_id: str = BAKERY) -> str:
    return f"/payees/{payee_id}/payments/{payment_id}"


def pointers(response: TestResponse) -> list[str]:
    errors: list[dict[str, str]] = problem(response, 422, "invalid-fields")["errors"]
    assert all(error["detail"] for error in errors)
    return [error["pointer"] for error in errors]


class TestRecording:
    def test_a_new_payment_is_created_at_its_own_address(self, api: Api) -> None:
        response = api.put()
        assert response.status_code == 201
        assert response.headers["Location"] == ADDRESS
        assert response.content_type == "application/json"
        assert response.get_json() == DOCUMENT
        assert "Idempotency-Replayed" not in response.headers
        assert api.recorded() == [make_payment()]

    def test_a_replay_gets_the_first_answer(self, api: Api) -> None:
        first = api.put()
        api.now += timedelta(minutes=5)
        again = api.put()
        assert (again.status_code, again.data) == (200, first.data)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Location" not in again.headers
        assert api.recorded() == [make_payment()]

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount": "50"},
            {"amount": 50},
            {"currency": None},
            {"payer_id": " Asha "},
            {"payee_id": BAKERY},
        ],
    )
    def test_another_spelling_of_the_same_payment_is_a_replay(
        self, api: Api, changes: dict[str, object]
    ) -> None:
        first = api.put()
        again = api.put(make_document(**changes))
        assert (again.status_code, again.data) == (200, first.data)

    @pytest.mark.parametrize("literal", ["50", "50.0", "50.00", '"50"', '"50.00"'])
    def test_numbers_and_strings_are_the_same_amount(self, api: Api, literal: str) -> None:
        response = api.put_bytes(b'{"payer_id": "Asha", "amount": %s}' % literal.encode())
        assert (response.status_code, response.get_json()["amount"]) == (201, "50.00")

    def test_reason_and_currency_may_be_left_out(self, api: Api) -> None:
        document = api.put(currency=None, reason=None).get_json()
        assert (document["currency"], document["reason"]) == ("INR", "")

    @pytest.mark.parametrize(
        "text", [FAMILY, PERSIAN, "<script>alert(1)</script>", "{{ 7*7 }}", "'; DROP TABLE x;--"]
    )
    def test_text_comes_back_as_it_was_typed(self, api: Api, text: str) -> None:
        document = api.put(payer_id=text, reason=text).get_json()
        assert (document["payer_id"], document["reason"]) == (text, text)
        assert api.recorded() == [make_payment(payer_id=text, reason=text)]

    def test_the_location_has_the_base_path(self) -> None:
        api = Api(base_path="/api")
        response = api.put()
        assert response.headers["Location"] == "/api" + ADDRESS
        assert api.client.get(response.headers["Location"]).status_code == 200
        problem(api.client.put(ADDRESS, json=make_document()), 404, "not-found")

    def test_the_charset_may_be_named(self, api: Api) -> None:
        body = json.dumps(make_document()).encode()
        assert (
            api.put_bytes(body, content_type="application/json; charset=UTF-8").status_code == 201
        )

    def test_of_many_requests_at_once_one_creates_and_the_rest_replay(self, api: Api) -> None:
        api.client  # noqa: B018 -- made once, before the threads start
        with ThreadPoolExecutor(16) as threads:
            answers = list(
                threads.map(
                    lambda _: api.client.application.test_client().put(
                        ADDRESS, json=make_document()
                    ),
                    range(16),
                )
            )
        assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
        assert len({answer.data for answer in answers}) == 1
        assert api.recorded() == [make_payment()]


class TestConflict:
    def test_it_names_the_fields_and_leaks_no_recorded_value(self, api: Api) -> None:
        api.put(payer_id="Confidential", reason="Secret")
        response = api.put(payer_id="Ben", amount="77", reason="Tea")
        document = problem(response, 409, "payment-conflict")
        assert document["fields"] == ["payer_id", "amount", "reason"]
        for recorded in (b"Confidential", b"Secret", b"50.00", b"2026"):
            assert recorded not in response.data
        assert api.recorded() == [make_payment(payer_id="Confidential", reason="Secret")]


class TestARecordedPaymentDecidesFirst:
    @pytest.mark.parametrize(
        "payee",
        [
            make_payee(status=PayeeStatus.CLOSED),
            make_payee(least="60"),
            make_payee(most="40"),
            make_payee(currency="JPY"),
        ],
        ids=["closed", "too-little", "too-much", "currency"],
    )
    @pytest.mark.parametrize("days", [0, 400])
    def test_whatever_changed_since(self, api: Api, payee: Any, days: int) -> None:
        first = api.put()
        later = Api(api.ledger, api.registry, now=NOW + timedelta(days=days))
        later.registry.register(payee)
        again = later.put(currency=None)
        assert (again.status_code, again.data) == (200, first.data)
        problem(later.put(payer_id="Ben"), 409, "payment-conflict")


class TestMediaType:
    @pytest.mark.parametrize(
        "content_type",
        [
            None,
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/problem+json",
            "application/jsonp",
            "application/json; charset=utf-16",
            "application/json; charset=latin-1",
        ],
    )
    def test_only_json_in_utf_8_is_read(self, api: Api, content_type: str | None) -> None:
        body = json.dumps(make_document()).encode()
        problem(api.put_bytes(body, content_type=content_type), 415, "unsupported-media-type")
        assert api.recorded() == []

    def test_a_compressed_body_is_not_read(self, api: Api) -> None:
        response = api.client.put(
            ADDRESS, json=make_document(), headers={"Content-Encoding": "gzip"}
        )
        problem(response, 415, "unsupported-media-type")


class TestSize:
    def test_four_kibibytes_are_read(self, api: Api) -> None:
        body = json.dumps(make_document()).encode().ljust(MAX_BODY_BYTES)
        assert len(body) == 4096
        assert api.put_bytes(body).status_code == 201

    def test_one_byte_more_is_too_large(self, api: Api) -> None:
        body = json.dumps(make_document()).encode().ljust(MAX_BODY_BYTES + 1)
        problem(api.put_bytes(body), 413, "body-too-large")
        assert api.recorded() == []

    @pytest.mark.parametrize(("size", "status"), [(4096, 201), (4097, 413), (1_000_000, 413)])
    def test_a_body_of_unannounced_length_is_measured(
        self, api: Api, size: int, status: int
    ) -> None:
        body = json.dumps(make_document()).encode().ljust(size)
        response = api.client.put(
            ADDRESS,
            input_stream=io.BytesIO(body),
            content_type="application/json",
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert response.status_code == status
        if status == 413:
            problem(response, 413, "body-too-large")

    def test_a_type_that_is_not_read_is_told_before_the_size(self, api: Api) -> None:
        response = api.put_bytes(b"x" * 5000, content_type="text/plain")
        problem(response, 415, "unsupported-media-type")


class TestInvalidFields:
    def test_all_are_named_at_once(self, api: Api) -> None:
        response = api.put(
            {"amount": "1e3", "currency": "USD", "reason": "x" * 141, "tip": 1, "payee_id": "x"},
            address_of("nonsense"),
        )
        assert pointers(response) == [
            *("/amount", "/currency", "/payee_id", "/payer_id", "/payment_id", "/reason", "/tip")
        ]

    @pytest.mark.parametrize(
        "amount",
        [
            *(" 50", "+50", "050", "5_0", "\u0665\u0660", "50.", ".5", "1e3", "-1", "1" * 13),
            *("50.001", "0", "0.99", "10000.01", "1,000", "", True, None, [50]),
        ],
    )
    def test_an_amount_that_cannot_be_is_pointed_at(self, api: Api, amount: object) -> None:
        document = {"payer_id": "Asha", "amount": amount}
        assert pointers(api.put(document)) == ["/amount"]
        assert api.recorded() == []

    @pytest.mark.parametrize(
        "payment_id",
        [
            *(
                PAYMENT_ID.text.lower(),
                "8" + PAYMENT_ID.text[1:],
                PAYMENT_ID.reference,
                "I" * 26,
                "1",
            ),
            *(PAYMENT_ID.text + "%0A", "%00", "%F0%9F%98%80", "%FF"),
        ],
    )
    def test_only_the_canonical_id_is_taken(self, api: Api, payment_id: str) -> None:
        assert pointers(api.put(address=address_of(payment_id))) == ["/payment_id"]
        assert pointers(api.get(address_of(payment_id))) == ["/payment_id"]

    def test_limits_are_told_in_the_payees_currency(self, api: Api) -> None:
        [error] = problem(api.put(amount="0.50"), 422, "invalid-fields")["errors"]
        assert error == {"pointer": "/amount", "detail": "must be at least 1.00 INR"}


class TestPayees:
    @pytest.mark.parametrize("payee_id", ["nobody", "Town-Bakery", "-x", "x" * 65, "%F0%9F", "a.b"])
    def test_an_unknown_payee_is_not_found(self, api: Api, payee_id: str) -> None:
        problem(api.put(address=address_of(payee_id=payee_id)), 404, "unknown-payee")

    def test_a_closed_payee_is_gone(self, api: Api) -> None:
        api.registry.close(BAKERY)
        problem(api.put(), 410, "payee-closed")
        assert api.recorded() == []

    def test_an_away_payee_takes_nothing_until_open_again(self, api: Api) -> None:
        api.registry.register(make_payee(status=PayeeStatus.AWAY))
        problem(api.put(), 410, "payee-closed")
        assert api.recorded() == []
        api.registry.register(make_payee())
        assert api.put().status_code == 201

    def test_a_payee_published_a_moment_ago_is_known(self, api: Api) -> None:
        at_the_florist = address_of(payee_id="florist")
        problem(api.put(address=at_the_florist), 404, "unknown-payee")
        api.registry.register(make_payee("florist"))
        assert api.put(address=at_the_florist).status_code == 201

    def test_a_payee_opened_a_moment_ago_takes_payments(self, api: Api) -> None:
        api.registry.close(BAKERY)
        problem(api.put(), 410, "payee-closed")
        api.registry.register(make_payee())
        assert api.put().status_code == 201


class TestClock:
    @pytest.mark.parametrize("days", [-31, 1])
    def test_an_id_at_the_edge_is_taken(self, api: Api, days: int) -> None:
        minted = make_payment_id(NOW + timedelta(days=days))
        assert api.put(address=address_of(minted)).status_code == 201

    @pytest.mark.parametrize(
        "shift", [timedelta(days=-31, seconds=-1), timedelta(days=1, seconds=1)]
    )
    def test_beyond_it_the_servers_time_is_told(self, api: Api, shift: timedelta) -> None:
        response = api.put(address=address_of(make_payment_id(NOW + shift)))
        document = problem(response, 422, "clock-skew")
        assert document["now"] == "2026-03-01T09:30:00.123Z"
        assert api.recorded() == []


class TestReading:
    def test_who_paid_and_why_is_left_out(self, api: Api) -> None:
        api.put()
        response = api.get()
        assert response.status_code == 200
        assert response.get_json() == {
            name: value for name, value in DOCUMENT.items() if name not in PRIVATE
        }
        assert b"Asha" not in response.data
        assert b"Lunch" not in response.data

    def test_by_which_way_it_was_paid_is_told_and_the_banks_number_is_not(self, api: Api) -> None:
        answer = api.put(make_document(method="upi", bank_reference="4372 7658 9036")).get_json()
        assert (answer["method"], answer["bank_reference"]) == ("upi", "437276589036")
        response = api.get()
        assert response.get_json()["method"] == "upi"
        assert b"437276589036" not in response.data

    def test_what_became_of_it_is_told_and_by_whom_and_why_is_not(self, api: Api) -> None:
        api.put()
        for number, status in enumerate(("confirmed", "reversed"), start=1):
            api.ledger.append(make_event(number=number, status=PaymentStatus(status)))
            response = api.get()
            assert response.get_json()["status"] == status
            assert response.get_json().keys() == DOCUMENT.keys() - PRIVATE
            assert b"ravi" not in response.data
            assert b"never arrived" not in response.data

    def test_a_resend_of_what_was_reversed_gets_its_first_answer(self, api: Api) -> None:
        first = api.put().get_json()
        api.ledger.append(make_event())
        assert api.put().get_json() == first

    @pytest.mark.parametrize("changes", [{}, {"payer_id": "Ben", "reason": None}])
    def test_a_resend_of_what_was_erased_is_answered_without_what_is_gone(
        self, api: Api, changes: dict[str, Any]
    ) -> None:
        first = api.put(method="upi", bank_reference="437276589036").get_json()
        [payment] = api.recorded()
        api.ledger.erase(payment, make_event(status="erased"))
        again = api.put(method="upi", bank_reference="437276589036", **changes)
        gone = dict.fromkeys(["payer_id", "reason", "bank_reference"], "erased")
        assert (again.status_code, again.get_json()) == (200, first | gone)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert api.recorded() == [erased(payment)]
        assert api.get().get_json()["status"] == "claimed"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"amount": "50.01"}, "amount"), ({"method": "cash"}, "method")],
    )
    def test_what_is_left_of_an_erased_payment_is_compared(
        self, api: Api, changes: dict[str, Any], field: str
    ) -> None:
        api.put(method="upi")
        [payment] = api.recorded()
        api.ledger.erase(payment, make_event(status="erased"))
        answer = api.put(**{"method": "upi", **changes})
        assert problem(answer, 409, "payment-conflict")["fields"] == [field]

    def test_who_is_called_erased_is_compared_as_anybody(self, api: Api) -> None:
        api.put(payer_id="erased", reason="erased")
        answer = api.put(payer_id="Asha", reason="erased")
        assert problem(answer, 409, "payment-conflict")["fields"] == ["payer_id"]

    def test_a_payment_never_recorded_is_not_found(self, api: Api) -> None:
        problem(api.get(), 404, "unknown-payment")
        problem(api.get(address_of(payee_id="nobody")), 404, "unknown-payment")

    def test_nothing_is_recorded_for_what_is_no_payees_name(self, api: Api) -> None:
        problem(api.get(address_of(payee_id="Town-Bakery")), 404, "unknown-payment")

    def test_payments_of_a_closed_payee_are_still_shown(self, api: Api) -> None:
        api.put()
        api.registry.close(BAKERY)
        assert api.get().status_code == 200

    def test_the_service_says_that_it_is_well(self, api: Api) -> None:
        response = api.get("/healthz")
        assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            *(
                "/",
                "/payees",
                "/payees/town-bakery",
                "/payees/town-bakery/payments/",
                ADDRESS + "/",
            ),
            *(f"{ADDRESS}/events", f"{ADDRESS}/events/", f"{ADDRESS}/events/1/", f"{ADDRESS}/1"),
            *("/" + ADDRESS, ADDRESS.replace("/payments", "//payments"), "/payees/../healthz"),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
    def test_nothing_else_is_found(self, api: Api, path: str, method: str) -> None:
        problem(api.client.open(path, method=method), 404, "not-found")

    @pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "TRACE", "PROPFIND"])
    def test_other_methods_are_told_which_are_allowed(self, api: Api, method: str) -> None:
        response = api.client.open(ADDRESS, method=method)
        problem(response, 405, "method-not-allowed")
        assert {"GET", "PUT"} <= set(response.headers["Allow"].split(", "))


class FailingLedger(MemoryLedger):
    """Raises `error` for whatever it is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def record(self, payment: Payment) -> Payment | None:
        raise self.error

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None:
        raise self.error

    def histories(self, payee_id: PayeeId, bounds: Bounds | None = None) -> Iterator[History]:
        raise self.error


SECRET = "arn:aws:dynamodb:eu-west-1:123456789012:table/payments"


class TestOutages:
    @pytest.mark.parametrize(
        ("error", "status"), [(LedgerThrottled(SECRET), 429), (LedgerUnavailable(SECRET), 503)]
    )
    def test_a_ledger_that_does_not_answer_says_when_to_try_again(
        self, error: Exception, status: int
    ) -> None:
        api = Api(FailingLedger(error))
        refused = make_payment_id(NOW - timedelta(days=99))
        for response in (api.put(), api.get(), api.put(address=address_of(refused))):
            problem(response, status, "ledger-unavailable")
            assert int(response.headers["Retry-After"]) > 0
            assert SECRET.encode() not in response.data

    @pytest.mark.parametrize("error", [RuntimeError(SECRET), KeyError(SECRET), OSError(SECRET)])
    def test_an_unexpected_error_tells_nothing_but_that(self, error: Exception) -> None:
        api = Api(FailingLedger(error))
        for response in (api.put(), api.get()):
            document = problem(response, 500, "internal-error")
            assert document.keys() == {"type", "title", "status", "code"}


def test_no_answer_may_be_kept_or_guessed_at(api: Api) -> None:
    for response in (api.put(), api.put(), api.get(), api.get("/healthz"), api.get("/nowhere")):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers
