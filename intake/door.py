"""The one address of intake: a forwarder posts a message there, with a key.

It answers what a forwarder has to know to stop sending, and nothing of what is kept.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from intake.alert import Alert, is_from
from intake.reading import NotPosted, parse_post
from intake.rows import AlertKey
from payments.till_keys import opening_key
from payments.times import to_milliseconds

_PROBLEM = "application/problem+json"
PROBLEMS = {
    "malformed-body": (400, "The body cannot be read"),
    "intake-key": (401, "This takes a key of intake"),
    "not-found": (404, "There is nothing at this address"),
    "method-not-allowed": (405, "This address does not take this method"),
    "body-too-large": (413, "The message is too large"),
    "no-message": (422, "There is no message in it"),
    "intake-unavailable": (503, "It may not be kept"),
}
_PATH = re.compile(r"/+alerts/+([^/]+)/*|/+alerts/*")
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Rows(Protocol):
    def keys(self) -> list[AlertKey]: ...

    def keep(self, alert: Alert, days: int) -> bool: ...


def answer(event: Mapping[str, Any], rows: Rows, now: datetime, days: int) -> dict[str, Any]:
    """A request in the form in which an HTTP API hands it over, and its answer."""
    method = event["requestContext"]["http"]["method"]
    found = _PATH.fullmatch(str(event.get("rawPath", "")))
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    if not found:
        return _problem("not-found", "There is nothing here: post to /alerts.")
    if method != "POST":
        return _problem("method-not-allowed", "A message is posted.") | {
            "headers": _HEADERS | {"content-type": _PROBLEM, "allow": "POST"}
        }
    keys = rows.keys()
    opened = opening_key([one.key for one in keys], _key_text(found[1], headers))
    if opened is None:
        return _problem("intake-key", "`payees intake --list` tells which keys there are.")
    key = next(one for one in keys if one.key.number == opened.number)
    try:
        posted = parse_post(headers.get("content-type", "text/plain"), _body(event), now)
    except NotPosted as error:
        return _problem(error.code, str(error))
    if key.senders and not is_from(key.senders, posted.sender):
        return _json(200, {"kept": False, "why": "this key keeps no messages of that sender"})
    is_new = rows.keep(Alert(posted, to_milliseconds(now), opened.number), days)
    reply = _json(201 if is_new else 200, {"kept": True})
    if not is_new:
        reply["headers"] = reply["headers"] | {"idempotency-replayed": "true"}
    return reply


def unavailable() -> dict[str, Any]:
    """Nobody knows whether it was kept: to send it again doubles nothing."""
    reply = _problem("intake-unavailable", "Send it again: that doubles nothing.")
    return reply | {"headers": reply["headers"] | {"retry-after": "30"}}


def _key_text(path: str | None, headers: Mapping[str, str]) -> str:
    bearer = headers.get("authorization", "")
    if bearer[:7].lower() == "bearer ":
        bearer = bearer[7:]
    return path or headers.get("intake-key") or bearer


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise NotPosted("malformed-body", "The body cannot be read.") from None


def _problem(code: str, detail: str) -> dict[str, Any]:
    """As RFC 9457 has it, and as the API answers."""
    status, title = PROBLEMS[code]
    document = {
        "type": f"urn:payee-pages:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return _json(status, document) | {"headers": _HEADERS | {"content-type": _PROBLEM}}


def _json(status: int, document: Mapping[str, object]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": _HEADERS | {"content-type": "application/json"},
        "body": json.dumps(document),
    }
