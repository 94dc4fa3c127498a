"""From what went wrong to the problem that says so."""

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from backend import problems
from backend.json_reading import MalformedJson
from backend.problems import Problem
from backend.request_log import note_trouble
from backend.till_routes import KEY_HEADER, NoTillKey
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
from payments.till import EventConflict, EventNotAllowed
from payments.times import format_time

_BY_STATUS = {
    404: problems.NOT_FOUND,
    405: problems.METHOD_NOT_ALLOWED,
    413: problems.BODY_TOO_LARGE,
    415: problems.UNSUPPORTED_MEDIA_TYPE,
}


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(MalformedJson, _malformed)
    app.register_error_handler(UnknownPayment, _unknown_payment)
    app.register_error_handler(NoTillKey, _no_till_key)
    app.register_error_handler(EventConflict, _event_conflict)
    app.register_error_handler(EventNotAllowed, _event_refused)
    app.register_error_handler(LedgerUnavailable, _unavailable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _refused(refusal: Refusal) -> Response:
    match refusal:
        case InvalidFields():
            return _answer(
                problems.INVALID_FIELDS,
                errors=[
                    {"pointer": field.pointer, "detail": field.detail} for field in refusal.fields
                ],
            )
        case PaymentConflict():
            return _answer(
                problems.PAYMENT_CONFLICT,
                detail=f"It differs in {', '.join(refusal.fields)}",
                fields=list(refusal.fields),
            )
        case ClockSkew():
            return _answer(
                problems.CLOCK_SKEW,
                detail="Mint a new id with the server's time",
                now=format_time(refusal.now),
            )
        case UnknownPayee():
            return _answer(problems.UNKNOWN_PAYEE)
        case PayeeClosed():
            return _answer(problems.PAYEE_CLOSED)
    raise AssertionError(f"no problem is written down for {type(refusal).__name__}")


def _malformed(error: MalformedJson) -> Response:
    return _answer(problems.MALFORMED_JSON, detail=str(error))


def _unknown_payment(_: UnknownPayment) -> Response:
    return _answer(problems.UNKNOWN_PAYMENT)


def _no_till_key(_: NoTillKey) -> Response:
    response = _answer(problems.TILL_KEY)
    response.headers["WWW-Authenticate"] = KEY_HEADER  # a scheme that no browser asks people about
    return response


def _event_conflict(error: EventConflict) -> Response:
    return _answer(problems.EVENT_CONFLICT, payment_status=error.status)


def _event_refused(error: EventNotAllowed) -> Response:
    return _answer(problems.EVENT_REFUSED, detail=str(error), payment_status=error.status)


def _unavailable(error: LedgerUnavailable) -> Response:
    note_trouble(error)
    throttled = isinstance(error, LedgerThrottled)
    problem = problems.LEDGER_THROTTLED if throttled else problems.LEDGER_UNAVAILABLE
    return _answer(problem)


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    other = problems.BAD_REQUEST if code < 500 else problems.INTERNAL_ERROR
    response = _answer(_BY_STATUS.get(code, other))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    note_trouble(error)
    return _answer(problems.INTERNAL_ERROR)


def _answer(problem: Problem, **members: object) -> Response:
    g.outcome = problem.code
    return problem.response(**members)
