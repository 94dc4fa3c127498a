"""Every answer that is not a recorded payment: one table, RFC 9457 problem details."""

import json
from dataclasses import dataclass

from flask import Response

TYPE_PREFIX = "urn:payee-pages:"
RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: `code` names it for programs, for good; `title` for people."""

    code: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return f"{TYPE_PREFIX}{self.code}"

    @property
    def is_retryable(self) -> bool:
        """Whether sending the same again may get another answer."""
        return self.status in (429, 503)

    def document(self, **members: object) -> dict[str, object]:
        """The problem document; `members` are a `detail` and the kind's own extensions."""
        return {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            **members,
        }

    def response(self, **members: object) -> Response:
        response = Response(
            json.dumps(self.document(**members)),
            status=self.status,
            content_type="application/problem+json",
        )
        if self.is_retryable:
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


MALFORMED_JSON = Problem("malformed-json", 400, "The body is not one JSON object")
BAD_REQUEST = Problem("bad-request", 400, "The request cannot be understood")
TILL_KEY = Problem("till-key", 401, "This takes a key of this payee's till")
NOT_FOUND = Problem("not-found", 404, "There is nothing at this address")
UNKNOWN_PAYEE = Problem("unknown-payee", 404, "There is no such payee")
UNKNOWN_PAYMENT = Problem("unknown-payment", 404, "No payment is recorded under this id")
METHOD_NOT_ALLOWED = Problem("method-not-allowed", 405, "This address does not take this method")
PAYMENT_CONFLICT = Problem("payment-conflict", 409, "Another payment is recorded under this id")
EVENT_CONFLICT = Problem("event-conflict", 409, "Another event has this number")
EVENT_REFUSED = Problem("event-refused", 409, "The payment cannot become that")
PAYEE_CLOSED = Problem("payee-closed", 410, "This payee takes no payments")
BODY_TOO_LARGE = Problem("body-too-large", 413, "The body is larger than 4 KiB")
UNSUPPORTED_MEDIA_TYPE = Problem(
    "unsupported-media-type", 415, "The body must be application/json in UTF-8"
)
INVALID_FIELDS = Problem("invalid-fields", 422, "Some fields are not valid")
CLOCK_SKEW = Problem("clock-skew", 422, "The payment id's time is too far from now")
LEDGER_THROTTLED = Problem("ledger-unavailable", 429, "Too many payments at once: send it again")
INTERNAL_ERROR = Problem(
    "internal-error", 500, "Something went wrong here: sending it again is safe"
)
LEDGER_UNAVAILABLE = Problem(
    "ledger-unavailable", 503, "The outcome is unknown: sending it again is safe"
)

ALL = (
    MALFORMED_JSON,
    BAD_REQUEST,
    TILL_KEY,
    NOT_FOUND,
    UNKNOWN_PAYEE,
    UNKNOWN_PAYMENT,
    METHOD_NOT_ALLOWED,
    PAYMENT_CONFLICT,
    EVENT_CONFLICT,
    EVENT_REFUSED,
    PAYEE_CLOSED,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_FIELDS,
    CLOCK_SKEW,
    LEDGER_THROTTLED,
    INTERNAL_ERROR,
    LEDGER_UNAVAILABLE,
)
