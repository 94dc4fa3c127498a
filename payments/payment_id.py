"""The payment id: a ULID minted on the payer's device, which makes resending safe.

A ULID is 48 bits of Unix milliseconds and 80 random bits in Crockford's base32
(https://github.com/ulid/spec). Only the canonical spelling counts, so that one payment
cannot be written as two ids.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from payments.refusals import InvalidValue
from payments.times import to_unix_milliseconds

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAYMENT_ID_PATTERN = re.compile(rf"[0-7][{ALPHABET}]{{25}}", re.ASCII)
MAX_AHEAD = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_AGE = timedelta(days=31)
_LAST_MS = 2**48 - 1
_TO_PYTHONS_BASE32 = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")


@dataclass(frozen=True, slots=True, order=True)
class PaymentId:
    """Sorts by the time it was minted."""

    text: str

    @property
    def reference(self) -> str:
        """The id without its leading 0 (constant until the year 3084): 25 characters, which
        fit the reference field of every common bank transfer and QR standard."""
        return self.text[1:]

    @property
    def minted_ms(self) -> int:
        """Unix milliseconds of the device's clock when it minted the id."""
        return self.number >> 80

    @property
    def number(self) -> int:
        """All its 128 bits: ids sort by this, too."""
        return int(self.text.translate(_TO_PYTHONS_BASE32), 32)

    def is_current(self, now: datetime) -> bool:
        """Whether the id was minted from 31 days before to 1 day after `now`."""
        return (
            -MAX_AHEAD
            <= timedelta(milliseconds=to_unix_milliseconds(now) - self.minted_ms)
            <= _MAX_AGE
        )

    def __str__(self) -> str:
        return self.text


def parse_payment_id(text: str) -> PaymentId:
    """Raises InvalidValue unless `text` is a ULID in its canonical spelling."""
    if not PAYMENT_ID_PATTERN.fullmatch(text):
        raise InvalidValue(
            "must be a ULID: 26 characters of 0-9 and A-Z without I, L, O, U, the first 0-7"
        )
    return PaymentId(text)


def id_bounds(since: datetime | None, until: datetime | None) -> tuple[PaymentId, PaymentId]:
    """The least and the greatest id that may stand under a payment recorded from `since` until
    just before `until`: the clock that minted it may be behind or ahead of the server's."""
    first = max(to_unix_milliseconds(since - _MAX_AGE), 0) if since else 0
    last = min(to_unix_milliseconds(until + MAX_AHEAD), _LAST_MS) if until else _LAST_MS
    return _to_id(first << 80), _to_id(last << 80 | 2**80 - 1)


def minted_bounds(
    since: datetime, until: "datetime | PaymentId"
) -> tuple[PaymentId, PaymentId] | None:
    """The least and the greatest id that was minted from `since` until just before `until`, which
    is a moment or an id; None if nothing can lie between."""
    first = _first_at(since)
    end = until.number if isinstance(until, PaymentId) else _first_at(until)
    return (_to_id(first), _to_id(end - 1)) if first < end else None


def _first_at(moment: datetime) -> int:
    """The least id of `moment`, or where it lies between two milliseconds of the later one; ids
    begin with 1970 and end in the year 10889."""
    return max(-((_EPOCH - moment) // timedelta(milliseconds=1)), 0) << 80


def mint_payment_id(now: datetime, randomness: bytes) -> PaymentId:
    """A new id from a clock and 10 random bytes."""
    if len(randomness) != 10:
        raise ValueError(f"a ULID takes 10 random bytes, not {len(randomness)}")
    return _to_id(to_unix_milliseconds(now) << 80 | int.from_bytes(randomness))


def _to_id(number: int) -> PaymentId:
    return PaymentId("".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5)))
