"""The API described for programs: OpenAPI 3.1, from the definitions the code validates with."""

from typing import Any

from backend import problems
from backend.openapi.parts import (
    ANY_PAYMENT,
    ANY_REQUEST,
    PAYEE_PARAMETER,
    PAYMENT_PARAMETER,
    anchored,
    content_object,
    header_object,
    object_schema,
    problem_responses,
)
from backend.openapi.till import till_paths, till_schemas, till_security
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

_PUT_PROBLEMS = (
    problems.MALFORMED_JSON,
    problems.PAYMENT_CONFLICT,
    problems.UNKNOWN_PAYEE,
    problems.PAYEE_CLOSED,
    problems.BODY_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    problems.CLOCK_SKEW,
    *ANY_PAYMENT,
)
_GET_PROBLEMS = (problems.UNKNOWN_PAYMENT, *ANY_PAYMENT)

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
                "parameters": [PAYEE_PARAMETER, PAYMENT_PARAMETER],
                "put": _put_operation(),
                "get": _get_operation(),
            },
            **till_paths(_EXAMPLE),
            "/healthz": {"get": _health_operation()},
        },
        "components": {"schemas": _schemas(), "securitySchemes": till_security()},
    }


def _put_operation() -> dict[str, Any]:
    return {
        "operationId": "putPayment",
        "summary": "Record a payment, or find that it was recorded before",
        "description": "Sending the same payment again under the same id is always safe.",
        "requestBody": {
            "required": True,
            "content": {"application/json": content_object("PaymentRequest", _REQUEST_EXAMPLE)},
        },
        "responses": {
            "201": {
                "description": "Recorded now",
                "headers": {"Location": header_object("The payment's address, a path", "string")},
                "content": {"application/json": content_object("Payment", _PAYMENT_EXAMPLE)},
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
                "headers": {"Idempotency-Replayed": header_object("Always `true`", "string")},
                "content": {"application/json": content_object("Payment", _PAYMENT_EXAMPLE)},
            },
            **problem_responses(_PUT_PROBLEMS),
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
                "content": {"application/json": content_object("PaymentState", _STATE_EXAMPLE)},
            },
            **problem_responses(_GET_PROBLEMS),
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
            **problem_responses(ANY_REQUEST),
        },
    }


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    fields = {
        "payment_id": {"type": "string", "pattern": anchored(PAYMENT_ID_PATTERN)},
        "payee_id": {"type": "string", "pattern": anchored(SLUG_PATTERN)},
        "payer_id": {"type": "string", "minLength": 1, "maxLength": PAYER_ID_MAX_LENGTH},
        "amount": {"type": "string", "pattern": anchored(AMOUNT_PATTERN)},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "reason": {"type": "string", "maxLength": REASON_MAX_LENGTH},
        "method": {"type": ["string", "null"], "pattern": anchored(METHOD_PATTERN)},
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
            "pattern": anchored(METHOD_PATTERN),
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
            "items": object_schema({"pointer": text, "detail": text}),
        },
        "fields": {
            "description": "`payment-conflict`: what differs from the recorded payment.",
            "type": "array",
            "items": text,
        },
        "payment_status": {
            "description": "`event-conflict` and `event-refused`: what the payment is.",
            "enum": list(PaymentStatus),
        },
        "now": {
            "description": "`clock-skew`: the server's time.",
            "type": "string",
            "format": "date-time",
        },
    }
    return {
        "PaymentRequest": object_schema(request, required=["payer_id", "amount"]),
        "Payment": object_schema(recorded | {"status": {"enum": [PaymentStatus.CLAIMED]}}),
        "PaymentState": object_schema({name: fields[name] for name in PUBLIC_FIELDS}),
        **till_schemas(fields),
        "Problem": object_schema(problem, required=["type", "title", "status", "code"]),
    }
