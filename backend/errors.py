"""From what went wrong to the problem that says so."""

import logging

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from backend import problems
from backend.json_reading import MalformedJson
from backend.problems import Problem
from payments.refusals import (
    ClockSkew,
    InvalidFields,
    LedgerThrottled,
    LedgerUnavailable,
    PayeeClosed,
    PaymentConflict,
    Refusal,
    UnknownPayee,
    UnknownPayment,
)
from payments.times import format_time

RETRY_AFTER_SECONDS = 2

_BY_STATUS = {
    404: problems.NOT_FOUND,
    405: problems.METHOD_NOT_ALLOWED,
    413: problems.BODY_TOO_LARGE,
    415: problems.UNSUPPORTED_MEDIA_TYPE,
}
_log = logging.getLogger(__name__)


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(MalformedJson, _malformed)
    app.register_error_handler(UnknownPayment, _unknown_payment)
    app.register_error_handler(LedgerUnavailable, _unavailable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    match refusal:
        case InvalidFields():
            return problems.INVALID_FIELDS.response(
                errors=[{"pointer": p.pointer, "detail": p.detail} for p in refusal.problems]
            )
        case PaymentConflict():
            return problems.PAYMENT_CONFLICT.response(
                f"It differs in {', '.join(refusal.fields)}", fields=list(refusal.fields)
            )
        case ClockSkew():
            return problems.CLOCK_SKEW.response(
                "Mint a new id with the server's time", now=format_time(refusal.now)
            )
        case UnknownPayee():
            return problems.UNKNOWN_PAYEE.response()
        case PayeeClosed():
            return problems.PAYEE_CLOSED.response()
    raise AssertionError(f"no problem is written down for {type(refusal).__name__}")


def _malformed(error: MalformedJson) -> Response:
    return problems.MALFORMED_JSON.response(str(error))


def _unknown_payment(_: UnknownPayment) -> Response:
    return problems.UNKNOWN_PAYMENT.response()


def _unavailable(error: LedgerUnavailable) -> Response:
    _log.error("ledger unavailable: %s", error)
    throttled = isinstance(error, LedgerThrottled)
    problem = problems.LEDGER_THROTTLED if throttled else problems.LEDGER_UNAVAILABLE
    response = problem.response()
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _http_error(error: HTTPException) -> Response:
    problem = _BY_STATUS.get(error.code or 500)
    if problem is None:
        problem = Problem("http-error", error.code or 500, error.name)
    response = problem.response()
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected error", exc_info=error)
    return problems.INTERNAL_ERROR.response()
