"""The API as a Flask application: routes and documents; what they decide is in `payments`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, g, jsonify, request

from backend.errors import register_error_handlers
from backend.request_body import CONTENT_LENGTH_LIMIT, load_json_object
from backend.request_log import RequestLog, log_requests
from backend.till_routes import KEY_HEADER, till_routes
from payments.documents import public_document, recorded_document
from payments.ledger import Ledger
from payments.payee import PayeeId, parse_payee_id
from payments.payment_id import parse_payment_id
from payments.recording import read_claim, record_payment
from payments.refusals import (
    InvalidField,
    InvalidFields,
    InvalidValue,
    UnknownPayee,
    UnknownPayment,
)
from payments.registry import Payees
from payments.till_keys import TillKeys

PREFLIGHT_SECONDS = 7200  # the longest that Chromium keeps one


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    ledger: Ledger,
    payees: Payees,
    till_keys: TillKeys,
    *,
    base_path: str = "",
    origins: Sequence[str] = (),
    log: RequestLog | None = None,
    now: Callable[[], datetime] = _utc_now,
    admits: Callable[[PayeeId], bool] = lambda _: True,
) -> Flask:
    """The API below `base_path` ("" or such as "/api"), recording into `ledger`.

    `origins` are the other web origins whose pages may use it; `log` takes an entry per request;
    `admits` bounds how many payments of one payee are recorded.
    """
    app = Flask("backend", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = CONTENT_LENGTH_LIMIT
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    api = _routes(ledger, payees, base_path, now, admits)
    for routes in (api, till_routes(ledger, payees, till_keys, now)):
        app.register_blueprint(routes, url_prefix=base_path or None)
    app.after_request(_protect)
    register_error_handlers(app)
    if log:
        log_requests(app, log)
    if origins:
        _allow_origins(app, origins)
    return app


def _routes(
    ledger: Ledger,
    payees: Payees,
    base_path: str,
    now: Callable[[], datetime],
    admits: Callable[[PayeeId], bool],
) -> Blueprint:
    api = Blueprint("api", __name__)

    @api.put("/payees/<payee_id>/payments/<payment_id>")
    def put_payment(payee_id: str, payment_id: str) -> tuple[Response, int]:
        try:
            slug = parse_payee_id(payee_id)
        except InvalidValue as error:
            raise UnknownPayee from error
        claim = read_claim(slug, payment_id, load_json_object(), payees)
        recording = record_payment(claim, ledger=ledger, payees=payees, now=now(), admits=admits)
        response = jsonify(recorded_document(recording.payment))
        g.outcome = "replayed" if recording.replayed else "recorded"
        if recording.replayed:
            response.headers["Idempotency-Replayed"] = "true"
            return response, 200
        # As the client asked: `url_for` would add the gateway's stage, which the CDN hides.
        response.headers["Location"] = request.path
        return response, 201

    @api.get("/payees/<payee_id>/payments/<payment_id>")
    def get_payment(payee_id: str, payment_id: str) -> Response:
        try:
            slug = parse_payee_id(payee_id)
        except InvalidValue as error:
            raise UnknownPayment from error
        try:
            parsed_id = parse_payment_id(payment_id)
        except InvalidValue as error:
            raise InvalidFields([InvalidField("/payment_id", str(error))]) from error
        history = next(ledger.histories(slug, (parsed_id, parsed_id)), None)
        if history is None:
            raise UnknownPayment
        g.outcome = "found"
        return jsonify(public_document(history))

    @api.get("/openapi.json")
    def openapi() -> Response:
        from backend.openapi.document import openapi_document  # noqa: PLC0415 (payments never wait for it)

        return jsonify(openapi_document(base_path))

    @api.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    return api


def _protect(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _allow_origins(app: Flask, origins: Sequence[str]) -> None:
    from flask_cors import CORS  # noqa: PLC0415 (a site with its API on its own origin needs none)

    CORS(
        app,
        origins=list(origins),
        methods=["GET", "PUT"],
        allow_headers=["Content-Type", KEY_HEADER],
        expose_headers=["Location", "Retry-After", "Idempotency-Replayed"],
        max_age=PREFLIGHT_SECONDS,
    )
