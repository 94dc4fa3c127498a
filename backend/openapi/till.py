"""A till's part of the OpenAPI document."""

from typing import Any

from backend import problems
from backend.openapi.parts import (
    ANY_PAYMENT,
    PAYEE_PARAMETER,
    PAYMENT_PARAMETER,
    anchored,
    content_object,
    header_object,
    object_schema,
    problem_responses,
)
from backend.till_routes import KEY_HEADER
from payments.documents import FULL_FIELDS
from payments.events import (
    BANK_ID_MAX_LENGTH,
    BY_MAX_LENGTH,
    FINGERPRINT_PATTERN,
    WHY_MAX_LENGTH,
    EventStatus,
    PaymentStatus,
)
from payments.payment_id import PAYMENT_ID_PATTERN
from payments.till import MAX_EVENTS, MAX_LIMIT, TILL_STATUSES, USUAL_LIMIT, USUAL_WHY

_SECURITY = [{"tillKey": list[str]()}]
_EITHER = (problems.TILL_KEY, *ANY_PAYMENT)
_EVENT_PROBLEMS = (
    problems.MALFORMED_JSON,
    problems.UNKNOWN_PAYMENT,
    problems.EVENT_CONFLICT,
    problems.EVENT_REFUSED,
    problems.BODY_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    *_EITHER,
)
_EVENT_EXAMPLE = {
    "status": EventStatus.CONFIRMED,
    "by": "Counter 1",
    "why": USUAL_WHY[EventStatus.CONFIRMED],
    "recorded_at": "2026-03-01T04:01:30.456Z",
    "evidence": None,
}


def till_paths(payment_example: dict[str, Any]) -> dict[str, Any]:
    """`payment_example` has every field of a payment."""
    payment = payment_example | {"status": PaymentStatus.CONFIRMED, "events": [_EVENT_EXAMPLE]}
    return {
        "/payees/{payee_id}/payments": {
            "parameters": [PAYEE_PARAMETER],
            "get": _list_operation({name: payment[name] for name in FULL_FIELDS}),
        },
        "/payees/{payee_id}/payments/{payment_id}/events/{n}": {
            "parameters": [
                PAYEE_PARAMETER,
                PAYMENT_PARAMETER,
                {
                    "name": "n",
                    "in": "path",
                    "required": True,
                    "description": "Which of the payment's events this is, counted from 1: with it,"
                    " sending again is safe.",
                    "schema": {"type": "integer", "minimum": 1, "maximum": MAX_EVENTS},
                },
            ],
            "put": _event_operation(payment_example),
        },
    }


def till_security() -> dict[str, Any]:
    return {
        "tillKey": {
            "type": "apiKey",
            "in": "header",
            "name": KEY_HEADER,
            "description": "A key of this payee's till, as `payees till` made it.",
        }
    }


def till_schemas(fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` are those of a payment."""
    why = {"type": "string", "minLength": 1, "maxLength": WHY_MAX_LENGTH}
    event = {
        "status": {"enum": list(EventStatus)},
        "by": {"type": "string", "minLength": 1, "maxLength": BY_MAX_LENGTH},
        "why": why,
        "recorded_at": fields["recorded_at"],
        "evidence": {
            "description": "The line of a bank statement that settled the payment.",
            "oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Evidence"}],
        },
    }
    evidence = {
        "fingerprint": {"type": "string", "pattern": anchored(FINGERPRINT_PATTERN)},
        "bank_id": {"type": "string", "maxLength": BANK_ID_MAX_LENGTH},
        "booked_on": {"type": "string", "format": "date"},
        "amount": fields["amount"],
        "currency": fields["currency"],
    }
    events = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
    known = fields | {"events": {"description": "In order, number 1 first.", **events}}
    listed = {
        "payments": {
            "description": "The newest first, by the time at which their ids were minted.",
            "type": "array",
            "items": {"$ref": "#/components/schemas/TillPayment"},
            "maxItems": MAX_LIMIT,
        },
        "next": {
            "description": "What to send as `until` for older ones; null if there are none.",
            "type": ["string", "null"],
            "pattern": anchored(PAYMENT_ID_PATTERN),
        },
        "now": {"description": "The server's time.", "type": "string", "format": "date-time"},
    }
    usual = ", ".join(f"“{words}” for `{status}`" for status, words in USUAL_WHY.items())
    request = {
        "status": {"enum": list(TILL_STATUSES)},
        "why": {"description": f"May be left out but for `reversed`: {usual}.", **why},
    }
    noted = {
        "payee_id": fields["payee_id"],
        "payment_id": fields["payment_id"],
        "n": {"type": "integer", "minimum": 1, "maximum": MAX_EVENTS},
        "status": {"description": "What the payment is now.", "enum": list(PaymentStatus)},
        "event": {"$ref": "#/components/schemas/Event"},
    }
    return {
        "TillList": object_schema(listed),
        "TillPayment": object_schema({name: known[name] for name in FULL_FIELDS}),
        "Event": object_schema(event),
        "Evidence": object_schema(evidence),
        "EventRequest": object_schema(request, required=["status"]),
        "NotedEvent": object_schema(noted),
    }


def _list_operation(payment: dict[str, Any]) -> dict[str, Any]:
    example = {"payments": [payment], "next": None, "now": "2026-03-01T04:02:00.789Z"}
    moment = {"type": "string", "format": "date-time"}
    return {
        "operationId": "listPayments",
        "summary": "A payee's payments, for their till",
        "description": "Those minted from `since` until just before `until`, at most 31 days apart,"
        " the newest first, everything about each.",
        "security": _SECURITY,
        "parameters": [
            _query_parameter("since", "24 hours ago, if left out", moment),
            _query_parameter(
                "until",
                "A time, or a payment's id for what is older than that payment; a day from now, if"
                " left out, for clocks that run ahead, but not above 31 days after `since`",
                {"anyOf": [moment, {"type": "string", "pattern": anchored(PAYMENT_ID_PATTERN)}]},
            ),
            _query_parameter(
                "limit",
                "How many at most",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": USUAL_LIMIT},
            ),
        ],
        "responses": {
            "200": {
                "description": "These are recorded",
                "content": {"application/json": content_object("TillList", example)},
            },
            **_till_problems(_EITHER),
        },
    }


def _event_operation(payment: dict[str, Any]) -> dict[str, Any]:
    example = {
        "payee_id": payment["payee_id"],
        "payment_id": payment["payment_id"],
        "n": 1,
        "status": PaymentStatus.CONFIRMED,
        "event": _EVENT_EXAMPLE,
    }
    request = {"status": EventStatus.REVERSED, "why": "never arrived"}
    content = {"application/json": content_object("NotedEvent", example)}
    return {
        "operationId": "putEvent",
        "summary": "Note at the till what became of a payment",
        "description": "`confirmed`: the money was seen. `reversed`: it never arrived or went back."
        " `undone`: the last of the two that stands was a mistake. Sending the same event again"
        " under the same number is always safe.",
        "security": _SECURITY,
        "requestBody": {
            "required": True,
            "content": {"application/json": content_object("EventRequest", request)},
        },
        "responses": {
            "201": {"description": "Noted now", "content": content},
            "200": {
                "description": "Noted before: the event as it stands",
                "headers": {"Idempotency-Replayed": header_object("Always `true`", "string")},
                "content": content,
            },
            **_till_problems(_EVENT_PROBLEMS),
        },
    }


def _till_problems(kinds: tuple[problems.Problem, ...]) -> dict[str, Any]:
    responses = problem_responses(kinds)
    responses[str(problems.TILL_KEY.status)]["headers"] = {
        "WWW-Authenticate": header_object(f"Always `{KEY_HEADER}`", "string")
    }
    return responses


def _query_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": f"{description}.", "schema": schema}
