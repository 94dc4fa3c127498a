"""A till's part of the API: a payee's payments, and what becomes of them, for who has a key."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, g, jsonify, request

from backend.request_body import load_json_object
from payments.documents import full_document, noted_document
from payments.ledger import Latest, Ledger
from payments.payee import PayeeId, parse_payee_id
from payments.refusals import InvalidValue
from payments.registry import Payees
from payments.till import latest_of, note_event, parse_event, parse_listing
from payments.till_keys import TillKey, TillKeys, opening_key
from payments.times import format_time

KEY_HEADER = "Till-Key"  # a function URL behind a CDN signs with Authorization, so that is taken


class NoTillKey(Exception):
    """There is no key, or none that opens this payee's till. Which of these, nobody is told."""


def till_routes(
    ledger: Ledger, payees: Payees, till_keys: TillKeys, now: Callable[[], datetime]
) -> Blueprint:
    api = Blueprint("till", __name__)

    @api.get("/payees/<payee_id>/payments")
    def list_payments(payee_id: str) -> Response:
        _, payee_ids = _open_till(payees, till_keys, payee_id)
        moment = now()
        listed = parse_listing(request.args.to_dict(flat=False), moment)
        latest = Latest((), is_all=True)
        if listed.bounds:
            latest = latest_of(ledger, payee_ids, listed.bounds, listed.limit)
        g.outcome = "listed"
        return jsonify(
            payments=list(map(full_document, latest.histories)),
            next=None if latest.is_all else latest.histories[-1].payment.payment_id.text,
            now=format_time(moment),
        )

    @api.put("/payees/<payee_id>/payments/<payment_id>/events/<n>")
    def put_event(payee_id: str, payment_id: str, n: str) -> tuple[Response, int]:
        key, payee_ids = _open_till(payees, till_keys, payee_id)
        event = parse_event(payment_id, n, load_json_object())
        noted = note_event(event, key, payee_ids, ledger=ledger, now=now())
        response = jsonify(noted_document(noted.event, noted.status))
        g.outcome = "noted-before" if noted.replayed else "noted"
        if noted.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response, 200 if noted.replayed else 201

    return api


def _open_till(
    payees: Payees, till_keys: TillKeys, text: str
) -> tuple[TillKey, tuple[PayeeId, ...]]:
    """The key that opens the till, and the ids that its payee has or had: a key that was made
    under any of them does. The same work and answer whatever is wrong. Raises NoTillKey."""
    try:
        payee_id = parse_payee_id(text)
    except InvalidValue as error:
        raise NoTillKey from error
    payee = payees.find(payee_id)
    payee_ids = payee.all_ids if payee else (payee_id,)
    keys = [key for one in payee_ids for key in till_keys.till_keys(one)]
    key = opening_key(keys, request.headers.get(KEY_HEADER, ""))
    if key is None:
        raise NoTillKey
    return key, payee_ids
