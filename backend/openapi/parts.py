"""What the OpenAPI document is put together from."""

import re
from itertools import groupby
from typing import Any

from backend import problems
from backend.problems import Problem
from payments.payee import SLUG_PATTERN
from payments.payment_id import PAYMENT_ID_PATTERN

ANY_REQUEST = (problems.BAD_REQUEST, problems.METHOD_NOT_ALLOWED, problems.INTERNAL_ERROR)
ANY_PAYMENT = (
    problems.INVALID_FIELDS,
    problems.LEDGER_THROTTLED,
    problems.LEDGER_UNAVAILABLE,
    *ANY_REQUEST,
)


def problem_responses(kinds: tuple[Problem, ...]) -> dict[str, Any]:
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
        response["headers"] = {"Retry-After": header_object("Seconds", "integer")}
    return response


def object_schema(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties) if required is None else required,
        "properties": properties,
        "additionalProperties": False,
    }


def content_object(schema: str, example: object) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}


def header_object(description: str, kind: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


def path_parameter(name: str, pattern: re.Pattern[str], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "pattern": anchored(pattern)},
    }


def anchored(pattern: re.Pattern[str]) -> str:
    return f"^{pattern.pattern}$"


PAYEE_PARAMETER = path_parameter("payee_id", SLUG_PATTERN, "Who receives.")
PAYMENT_PARAMETER = path_parameter(
    "payment_id",
    PAYMENT_ID_PATTERN,
    "A ULID in its canonical spelling, minted by the sender before sending: the idempotency key."
    " Its time may be up to 31 days before and 1 day after the server's.",
)
