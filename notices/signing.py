"""Signatures by the Standard Webhooks specification (https://www.standardwebhooks.com)."""

import binascii
import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

_PREFIX = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64


class InvalidSecret(ValueError):
    """What stands in the parameter signs nothing; the message says why, and not what it is."""


def write_secret(randomness: bytes) -> str:
    """A new secret as the specification spells it."""
    return f"{_PREFIX}{b64encode(randomness).decode()}"


def parse_secrets(text: str) -> tuple[bytes, ...]:
    """The keys that sign: several, parted by spaces, while one takes the place of another. Raises
    InvalidSecret."""
    return tuple(map(_parse, text.split())) or _refuse("is empty")


def _parse(word: str) -> bytes:
    try:
        key = b64decode(word.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not word.startswith(_PREFIX) or not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        _refuse(f"is not {_PREFIX} and {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64")
    return key


def _refuse(why: str) -> tuple[bytes, ...]:
    raise InvalidSecret(f"the secret {why}: make one with `payees notices --new-secret NAME`")


def sign(keys: tuple[bytes, ...], notice_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one for each key, so that a receiver with either is served.
    `timestamp` is in seconds since 1970."""
    signed = f"{notice_id}.{timestamp}.".encode() + body
    macs = (hmac.new(key, signed, sha256).digest() for key in keys)
    return " ".join(f"v1,{b64encode(mac).decode()}" for mac in macs)


def webhook_headers(
    keys: tuple[bytes, ...], notice_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "Payee-Pages-Notices/1",
        "webhook-id": notice_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(keys, notice_id, timestamp, body),
    }
