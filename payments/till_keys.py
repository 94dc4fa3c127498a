"""Till keys: secrets that open one payee's payments each, of which only a hash is kept.

A key is 160 random bits in Crockford's base32: 32 characters, none of which looks like another.
So many cannot be guessed, and therefore neither salt nor a slow hash is needed.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from payments.events import BY_MAX_LENGTH
from payments.payee import PayeeId
from payments.payment_id import ALPHABET
from payments.text import parse_text

KEY_BYTES = 20

_MISREAD = bytes.maketrans(b"OIL", b"011")
_NOBODYS = bytes(32)  # no text is known that has this digest


@dataclass(frozen=True, slots=True)
class TillKey:
    """What is kept of a key. `number` counts a payee's keys from 1; `label` becomes the `by` of
    events; a key that was revoked stays, so that one can see who `by` was."""

    payee_id: PayeeId
    number: int
    label: str
    digest: bytes
    made_at: datetime  # UTC, whole milliseconds
    revoked_at: datetime | None = None


class TillKeys(Protocol):
    """What a till's request asks of the registry. Every method may raise LedgerUnavailable."""

    def till_keys(self, payee_id: PayeeId) -> list[TillKey]:
        """A payee's keys in the order of their numbers, revoked ones too: every earlier making and
        revoking is seen."""


class TillKeyRegistry(TillKeys, Protocol):
    """Where keys are made and ended."""

    def add_till_key(
        self, payee_id: PayeeId, label: str, digest: bytes, made_at: datetime
    ) -> TillKey:
        """Keep a new key under the payee's next number: of two at once, each gets its own."""

    def revoke_till_key(
        self, payee_id: PayeeId, number: int, revoked_at: datetime
    ) -> TillKey | None:
        """The key, which opens nothing from now on; it keeps the moment of its first revoking.
        None if the payee has none of that number."""


def mint_till_key(randomness: bytes) -> str:
    """A new key from 20 random bytes."""
    if len(randomness) != KEY_BYTES:
        raise ValueError(f"a till key takes {KEY_BYTES} random bytes, not {len(randomness)}")
    number = int.from_bytes(randomness)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(155, -1, -5))


def key_digest(text: str) -> bytes:
    """SHA-256 of a key in its one spelling. People may type it in small letters, in groups, with O
    for 0 and I or L for 1; any other text has a digest, too, which is no key's."""
    return sha256(text.encode(errors="replace").upper().translate(_MISREAD, b" -")).digest()


def opening_key(keys: Iterable[TillKey], text: str) -> TillKey | None:
    """Which of a payee's `keys` is `text`, unless that one was revoked.

    All of them are compared, each in constant time, and one more: so that how long it takes tells
    neither which one fits nor how much of it.
    """
    digest = key_digest(text)
    hmac.compare_digest(digest, _NOBODYS)  # also where there are none
    found = None
    for key in keys:
        if hmac.compare_digest(digest, key.digest) and key.revoked_at is None:
            found = key
    return found


def parse_label(text: str) -> str:
    """Raises InvalidValue."""
    return parse_text(text, max_length=BY_MAX_LENGTH, required=True)
