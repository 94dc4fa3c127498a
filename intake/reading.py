"""What forwarders post, each in its own way: JSON, a form, or the message as plain text.

Apps that forward an SMS agree on little, so each thing is looked for under the names that they
give it, and inside of `data` or `payload`, where some put all of it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from unicodedata import category
from urllib.parse import parse_qsl

from intake.alert import SENDER_MAX_LENGTH, TEXT_MAX_LENGTH, Posted
from payments.refusals import InvalidValue
from payments.times import from_unix_milliseconds, parse_time, to_milliseconds

BODY_MAX_BYTES = 65_536
_MOST_FIELDS = 200
SENDERS = (
    *("from", "sender", "phonenumber", "phone_number", "address", "contact", "number", "title"),
    "from_",
)
TEXTS = (
    *("text", "message", "content", "body", "msg", "sms", "textbody", "body-plain", "plain"),
    "body_plain",
)
TIMES = (
    *("sentstamp", "sent_at", "sentat", "date_sent", "sent", "time", "timestamp", "receivedstamp"),
    *("receivedat", "received_at", "date"),
)
_INSIDE = ("data", "payload", "query")
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


class NotPosted(Exception):
    """What came is no message. `code` is the answer's, `str()` its detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def parse_post(content_type: str, body: bytes, now: datetime) -> Posted:
    """The message that a forwarder posted. Raises NotPosted."""
    if len(body) > BODY_MAX_BYTES:
        raise NotPosted("body-too-large", f"A message has at most {BODY_MAX_BYTES} bytes.")
    kind = _content_type(content_type)
    name = kind.get_content_type()
    if name == "multipart/form-data":
        return _posted(_parts(content_type, body), now)
    try:
        text = body.decode(kind.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        raise NotPosted("malformed-body", "The body is not in UTF-8.") from None
    if name == "application/x-www-form-urlencoded" and not text.lstrip().startswith("{"):
        return _posted(_form(text), now)
    if name in ("application/json", "application/x-www-form-urlencoded") or name.endswith("+json"):
        return _posted(_json(text), now)
    if text.lstrip().startswith("{"):  # some forwarders say no more than that it is text
        return _posted(_json(text), now)
    return _posted({"text": text}, now)


def _content_type(text: str) -> Message:
    message = Message()
    message["content-type"] = text if text.isprintable() else ""
    return message


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NotPosted(
            "malformed-body", "The body is no JSON: a forwarder has to escape what it puts into it."
        ) from None
    if not isinstance(found, dict):
        raise NotPosted("malformed-body", "The body is JSON, but no object with from and text.")
    for name, value in [(key.lower(), value) for key, value in found.items()]:
        if name in _INSIDE and isinstance(value, dict):
            return value
    return found


def _form(text: str) -> Mapping[str, Any]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise NotPosted("malformed-body", "The form has too many fields.") from None


def _parts(content_type: str, body: bytes) -> Mapping[str, Any]:
    head = f"content-type: {content_type}\r\n\r\n".encode(errors="replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found: dict[str, Any] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content.decode(errors="replace")
    return found


def _posted(fields: Mapping[str, Any], now: datetime) -> Posted:
    named = {name.lower(): value for name, value in fields.items()}
    text = _first(named, TEXTS)
    if not text.strip():
        raise NotPosted(
            "no-message", "There is no message in it: put it into a field that is called text."
        )
    if len(text) > TEXT_MAX_LENGTH:
        raise NotPosted("body-too-large", f"A message has at most {TEXT_MAX_LENGTH} characters.")
    return Posted(_first(named, SENDERS).strip()[:SENDER_MAX_LENGTH], text, _sent_at(named, now))


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return _seen(str(value))
    return ""


def _seen(text: str) -> str:
    """Without what storage or a terminal would stumble over; nothing that has a meaning is lost."""
    return "".join(
        character if category(character) not in ("Cc", "Cs") or character in "\n\t" else " "
        for character in text
    )


def _sent_at(fields: Mapping[str, Any], now: datetime) -> datetime | None:
    """The first time that is one: as RFC 3339, or in seconds or milliseconds since 1970. What
    another clock's zone would have to be guessed for is none."""
    for name in TIMES:
        moment = _moment(fields.get(name))
        if moment and _BEFORE_ALL < moment < now + _AHEAD:
            return to_milliseconds(moment.astimezone(UTC))
    return None


def _moment(value: object) -> datetime | None:
    text = str(value).strip() if isinstance(value, str | int) else ""
    try:
        if text.isdecimal() and len(text) in (10, 13):
            return from_unix_milliseconds(int(text) * (1000 if len(text) == 10 else 1))
        return parse_time(text)
    except (InvalidValue, OverflowError):
        return None
