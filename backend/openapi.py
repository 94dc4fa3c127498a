"""The API described for programs: OpenAPI 3.1, from the definitions the code validates with."""

import re
from itertools import groupby
from typing import Any

from backend import problems
from backend.problems import Problem
from payments.documents import PUBLIC_FIELDS, RECORDED_FIELDS
from payments.erasing import ERASED
from payments.events import PaymentStatus
from payments.money import AMOUNT_PATTERN
from payments.payee import SLUG_PATTERN
from payments.payment import (
    BANK_REFERENCE_PATTERN,
    METHOD_PATTERN,
    PAYER_ID_MAX_LENGTH,
    REASON_MAX_LENGTH,
)
from payments.payment_id import PAYMENT_ID_PATTERN

_ANY_REQUEST = (problems.BAD_REQUEST, problems.METHOD_NOT_ALLOWED, problems.INTERNAL_ERROR)
_EITHER = (
    problems.INVALID_FIELDS,
    problems.LEDGER_THROTTLED,
    problems.LEDGER_UNAVAILABLE,
    *_ANY_REQUEST,
)
_PUT_PROBLEMS = (
    problems.MALFORMED_JSON,
    problems.PAYMENT_CONFLICT,
    problems.UNKNOWN_PAYEE,
    problems.PAYEE_CLOSED,
    problems.BODY_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    problems.CLOCK_SKEW,
    *_EITHER,
)
_GET_PROBLEMS = (problems.UNKNOWN_PAYMENT, *_EITHER)

_REQUEST_EXAMPLE = {
    "payer_id": "Asha",
    "amount": "50.00",
    "currency": "INR",
    "reason": "2 kg tomatoes",
    "method": "upi",
    "bank_reference": "437276589036",
}
_EXAMPLE = {
    "payment_id": "01KJKBWN7VZ8Z1T7Q0ZJ5S9G4M",
    "payee_id": "mahantesh",
    **_REQUEST_EXAMPLE,
    "status": PaymentStatus.CLAIMED,
    "reference": "1KJKBWN7VZ8Z1T7Q0ZJ5S9G4M",
    "recorded_at": "2026-03-01T04:00:00.123Z",
}
_PAYMENT_EXAMPLE = {name: _EXAMPLE[name] for name in RECORDED_FIELDS}
_STATE_EXAMPLE = {name: _EXAMPLE[name] for name in PUBLIC_FIELDS}


def openapi_document(base_path: str) -> dict[str, Any]:
    """The document for an API served below `base_path`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Payee Pages",
            "version": "1",
            "summary": "Records each payment exactly once, however often it is sent.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base_path or "/"}],
        "paths": {
            "/payees/{payee_id}/payments/{payment_id}": {
                "parameters": [
                    _path_parameter("payee_id", SLUG_PATTERN, "Who receives."),
                    _path_parameter(
                        "payment_id",
                        PAYMENT_ID_PATTERN,
                        "A ULID in its canonical spelling, minted by the sender before sending:"
                        " the idempotency key. Its time may be up to 31 days before and 1 day"
                        " after the server's.",
                    ),
                ],
                "put": _put_operation(),
                "get": _get_operation(),
            },
            "/healthz": {"get": _health_operation()},
        },
        "components": {"schemas": _schemas()},
    }


def _put_operation() -> dict[str, Any]:
    return {
        "operationId": "putPayment",
        "summary": "Record a payment, or find that it was recorded before",
        "description": "Sending the same payment again under the same id is always safe.",
        "requestBody": {
            "required": True,
            "content": {"application/json": _content("PaymentRequest", _REQUEST_EXAMPLE)},
        },
        "responses": {
            "201": {
                "description": "Recorded now",
                "headers": {"Location": _header("The payment's address, a path", "string")},
                "content": {"application/json": _content("Payment", _PAYMENT_EXAMPLE)},
                "links": {
                    "state": {
                        "operationId": "getPayment",
                        "parameters": {
                            "payee_id": "$request.path.payee_id",
                            "payment_id": "$request.path.payment_id",
                        },
                    }
                },
            },
            "200": {
                "description": "Recorded before with the same content: the first answer again, but"
                " for payer, reason and bank reference once they are erased. Each that was given"
                f" is `{ERASED}` then, and what is sent of them is not compared any more.",
                "headers": {"Idempotency-Replayed": _header("Always `true`", "string")},
                "content": {"application/json": _content("Payment", _PAYMENT_EXAMPLE)},
            },
            **_problem_responses(_PUT_PROBLEMS),
        },
    }


def _get_operation() -> dict[str, Any]:
    return {
        "operationId": "getPayment",
        "summary": "Whether a payment is recorded, and what became of it",
        "description": "`status` is `claimed` until the payee's side has `confirmed` that the money"
        " arrived or `reversed` the payment. Says neither who paid nor why: ids end up on"
        " screenshots and statements.",
        "responses": {
            "200": {
                "description": "It is recorded",
                "content": {"application/json": _content("PaymentState", _STATE_EXAMPLE)},
            },
            **_problem_responses(_GET_PROBLEMS),
        },
    }


def _health_operation() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"const": "ok"}},
        "additionalProperties": False,
    }
    return {
        "operationId": "health",
        "summary": "Whether the API is up; the ledger is not asked",
        "responses": {
            "200": {"description": "It is", "content": {"application/json": {"schema": schema}}},
            **_problem_responses(_ANY_REQUEST),
        },
    }


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    fields = {
        "payment_id": {"type": "string", "pattern": _anchored(PAYMENT_ID_PATTERN)},
        "payee_id": {"type": "string", "pattern": _anchored(SLUG_PATTERN)},
        "payer_id": {"type": "string", "minLength": 1, "maxLength": PAYER_ID_MAX_LENGTH},
        "amount": {"type": "string", "pattern": _anchored(AMOUNT_PATTERN)},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "reason": {"type": "string", "maxLength": REASON_MAX_LENGTH},
        "method": {"type": ["string", "null"], "pattern": _anchored(METHOD_PATTERN)},
        "bank_reference": {
            "type": ["string", "null"],
            "pattern": f"^({BANK_REFERENCE_PATTERN.pattern}|{ERASED})$",
        },
        "status": {"enum": list(PaymentStatus)},
        "reference": {"type": "string", "minLength": 25, "maxLength": 25},
        "recorded_at": {"type": "string", "format": "date-time"},
    }
    request = {
        **{name: fields[name] for name in ("payee_id", "payer_id", "currency", "reason")},
        "amount": {
            "description": "In major units, judged by its literal text.",
            "oneOf": [fields["amount"], {"type": "number", "exclusiveMinimum": 0}],
        },
        "method": {
            "description": "By which way the payer says they paid; any that is well-formed.",
            "type": "string",
            "pattern": _anchored(METHOD_PATTERN),
        },
        "bank_reference": {
            "description": "The bank's own number of the transfer, as the payer copied it: 4 to 35"
            " letters and digits, in which spaces, - and / do not count, nor whether capital.",
            "type": "string",
            "pattern": "^[A-Za-z0-9 /-]{4,}$",
        },
    }
    recorded = {name: fields[name] for name in RECORDED_FIELDS}
    problem = {
        "type": {"type": "string", "format": "uri"},
        "title": text,
        "status": {"type": "integer"},
        "code": {"enum": sorted({problem.code for problem in problems.ALL})},
        "detail": text,
        "errors": {
            "description": "`invalid-fields`: every field, by its RFC 6901 pointer.",
            "type": "array",
            "items": _object({"pointer": text, "detail": text}),
        },
        "fields": {
            "description": "`payment-conflict`: what differs from the recorded payment.",
            "type": "array",
            "items": text,
        },
        "now": {
            "description": "`clock-skew`: the server's time.",
            "type": "string",
            "format": "date-time",
        },
    }
    return {
        "PaymentRequest": _object(request, required=["payer_id", "amount"]),
        "Payment": _object(recorded | {"status": {"enum": [PaymentStatus.CLAIMED]}}),
        "PaymentState": _object({name: fields[name] for name in PUBLIC_FIELDS}),
        "Problem": _object(problem, required=["type", "title", "status", "code"]),
    }


def _problem_responses(kinds: tuple[Problem, ...]) -> dict[str, Any]:
    """One response for each status, with an example for each kind of problem in it."""
    by_status = groupby(sorted(kinds, key=lambda kind: kind.status), lambda kind: kind.status)
    return {str(status): _problem_response(list(group)) for status, group in by_status}


def _problem_response(kinds: list[Problem]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": "; ".join(kind.title for kind in kinds),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.code: {"value": kind.document()} for kind in kinds},
            }
        },
    }
    if any(kind.is_retryable for kind in kinds):
        response["headers"] = {"Retry-After": _header("Seconds", "integer")}
    return response


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties) if required is None else required,
        "properties": properties,
        "additionalProperties": False,
    }


def _content(schema: str, example: dict[str, str]) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}


def _header(description: str, kind: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


def _path_parameter(name: str, pattern: re.Pattern[str], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": _anchored(pattern)},
    }


def _anchored(pattern: re.Pattern[str]) -> str:
    return f"^{pattern.pattern}$"
