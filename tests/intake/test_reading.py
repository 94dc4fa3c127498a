"""Whatever forwarders post, the same message is read in it."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.alert import TEXT_MAX_LENGTH, Posted, is_from
from intake.reading import BODY_MAX_BYTES, NotPosted, parse_post

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SENT = datetime(2026, 3, 1, 10, 15, 0, 123000, tzinfo=UTC)
STAMP = 1772360100123
TEXT = "Rs.50.00 credited\nto A/c XX1234 & more"
MESSAGE = Posted("VM-HDFCBK", TEXT, SENT)
JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

POSTED_AS_JSON: dict[str, object] = {
    "SMS to URL forwarder": {"from": "VM-HDFCBK", "text": TEXT, "sentStamp": STAMP,
                             "receivedStamp": STAMP + 900, "sim": "sim1"},
    "its stamps as text": {"from": "VM-HDFCBK", "text": TEXT, "sentStamp": str(STAMP)},
    "sms-hooks": {"body": TEXT, "from": "VM-HDFCBK", "timestamp": STAMP},
    "sms2webhook": {"_id": "2", "address": "VM-HDFCBK", "date": STAMP + 1000, "date_sent": STAMP,
                    "body": TEXT, "type": "1"},
    "httpSMS": {"data": {"contact": "VM-HDFCBK", "content": TEXT, "owner": "+911234567890",
                         "timestamp": "2026-03-01T10:15:00.123Z"},
                "time": "2026-03-01T10:15:02Z", "type": "message.phone.received"},
    "SMS gateway": {"event": "sms:received", "payload": {
        "message": TEXT, "phoneNumber": "VM-HDFCBK", "receivedAt": "2026-03-01T15:45:00.123+05:30",
        "simNumber": 1}},
    "a shortcut": {"From": "VM-HDFCBK", "Text": TEXT, "Time": "2026-03-01T10:15:00.123Z"},
    "a mail parser": {"From": "VM-HDFCBK", "Subject": "Alert", "TextBody": TEXT,
                      "Date": "Sun, 1 Mar 2026 10:15:00 +0000", "timestamp": STAMP},
}  # fmt: skip


@pytest.mark.parametrize("posted", POSTED_AS_JSON.values(), ids=POSTED_AS_JSON)
def test_json_of_every_app(posted: object) -> None:
    assert parse_post(JSON, json.dumps(posted).encode(), NOW) == MESSAGE


def test_forms() -> None:
    fields = {"from": "VM-HDFCBK", "content": TEXT, "timestamp": str(STAMP), "sign": "x"}
    assert parse_post(FORM, urlencode(fields).encode(), NOW) == MESSAGE
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    body = f"{parts}--b--\r\n".encode()
    assert parse_post("multipart/form-data; boundary=b", body, NOW) == MESSAGE


def test_plain_text_is_the_message_itself_and_json_whatever_it_is_called() -> None:
    assert parse_post("text/plain", b"Rs.50.00", NOW) == Posted("", "Rs.50.00")
    assert parse_post("", b"Rs.50.00", NOW) == Posted("", "Rs.50.00")
    body = json.dumps({"from": "VM-HDFCBK", "text": TEXT, "time": STAMP}).encode()
    for kind in ("text/plain", FORM, "application/vnd.x+json"):
        assert parse_post(kind, body, NOW) == MESSAGE


@pytest.mark.parametrize(
    "time", ["", "10:15", "01/03/2026 10:15", "2026-03-01T10:15:00", "9" * 13, -1, True, None, "x"]
)
def test_a_time_that_would_be_a_guess_is_none(time: object) -> None:
    body = json.dumps({"from": "A", "text": "B", "time": time}).encode()
    assert parse_post(JSON, body, NOW) == Posted("A", "B")


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        (JSON, b"{", "malformed-body"),
        (JSON, b"[1]", "malformed-body"),
        (JSON, b'{"text": "\xff"}', "malformed-body"),
        (JSON, b"[" * 60_000, "malformed-body"),
        ("text/plain; charset=nonsense", b"x", "malformed-body"),
        (JSON, b"{}", "no-message"),
        (JSON, b'{"text": " ", "from": "A"}', "no-message"),
        (JSON, b'{"text": {"a": 1}}', "no-message"),
        (FORM, b"from=A", "no-message"),
        (FORM, b"&".join([b"a=1"] * 300), "malformed-body"),
        ("text/plain", b"", "no-message"),
        ("text/plain", b"x" * (BODY_MAX_BYTES + 1), "body-too-large"),
        ("text/plain", b"x" * (TEXT_MAX_LENGTH + 1), "body-too-large"),
        ("multipart/form-data", b"--", "no-message"),
    ],
)
def test_what_is_no_message_is_refused_by_a_code(kind: str, body: bytes, code: str) -> None:
    with pytest.raises(NotPosted) as refused:
        parse_post(kind, body, NOW)
    assert refused.value.code == code


@given(st.text(max_size=40), st.binary(max_size=300))
def test_nothing_that_is_posted_is_anything_else(kind: str, body: bytes) -> None:
    try:
        posted = parse_post(kind, body, NOW)
    except NotPosted:
        return
    assert posted.text.strip()
    assert len(posted.digest) == 64  # it can be written


def test_what_cannot_be_seen_or_stored_is_a_space() -> None:
    body = json.dumps({"from": "A\x1b[31m", "text": "a\ud800b\x00c\nd"}).encode()
    assert parse_post(JSON, body, NOW) == Posted("A [31m", "a b c\nd")


def test_a_digest_is_of_sender_text_and_time() -> None:
    assert MESSAGE.digest == Posted("VM-HDFCBK", TEXT, SENT).digest
    others = [Posted("x", TEXT, SENT), Posted("VM-HDFCBK", "x", SENT), Posted("VM-HDFCBK", TEXT)]
    assert len({MESSAGE.digest, *(one.digest for one in others)}) == 4


@pytest.mark.parametrize(
    ("senders", "sender", "is_one"),
    [
        (["HDFCBK"], "VM-HDFCBK", True),
        (["HDFCBK"], "JD-HDFCBK-S", True),
        (["hdfcbk"], "HDFCBK", True),
        (["HDFCBK"], "VM-XHDFCBK", False),
        (["HDFCBK"], "HDFCBK2", False),
        (["HDFCBK"], "", False),
        (["x", "HDFCBK"], "HDFCBK", True),
        (["*"], "", True),
        (["alerts@bank.example"], "Bank <alerts@bank.example>", True),
        (["alerts@bank.example"], "alerts@bank.example.evil.example", False),
        (["alerts@bank.example"], "more-alerts@bank.example", False),
    ],
)
def test_who_a_sender_is(senders: list[str], sender: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_from(senders, sender) is is_one
