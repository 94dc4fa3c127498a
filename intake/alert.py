"""A bank's message, as a phone or a mailbox forwarded it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from payments.times import format_time

SENDER_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 16_000
ANYBODY = "*"
_WORD = r"(?<![^\W_]){}(?![^\W_])"
_MAILBOX = r"(?<![\w.+-]){}(?![\w.-])"


@dataclass(frozen=True, slots=True)
class Posted:
    """What a forwarder sent. `sender` is whom the message came from, which anybody can feign;
    `sent_at` is when, as far as the forwarder tells it."""

    sender: str
    text: str
    sent_at: datetime | None = None  # UTC, whole milliseconds

    @property
    def digest(self) -> str:
        """The same for what a forwarder sends again, and for nothing else: two messages of the
        same words are told apart by when they were sent, or not at all."""
        moment = format_time(self.sent_at) if self.sent_at else ""
        return sha256("\x1f".join((self.sender, moment, self.text)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Alert:
    """What was posted, when it came, and by which key."""

    posted: Posted
    received_at: datetime  # UTC, whole milliseconds
    key: int

    @property
    def at(self) -> datetime:
        """When it was sent, or else when it came."""
        return self.posted.sent_at or self.received_at


def is_from(senders: Iterable[str], sender: str) -> bool:
    """Whether a sender is one of `senders`. VM-HDFCBK and JD-HDFCBK-S are HDFCBK: what stands
    before and behind is the network's. `*` is anybody, and also who is not told."""
    told = sender.casefold()
    for one in senders:
        bound = _MAILBOX if "@" in one else _WORD
        if one == ANYBODY or re.search(bound.format(re.escape(one.casefold())), told):
            return True
    return False
