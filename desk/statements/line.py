"""A line of a bank statement: one booking, whatever the format it came in."""

import re
from base64 import b32encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from payments.events import Fingerprint, parse_fingerprint
from payments.money import Money

SAY = "say it with --map, such as --map 'date=1 amount=5 text=3+4 order=dmy decimal=comma'"
_NONE = Fingerprint("")
_COMMON = 3  # bookings: of fewer, two may be a credit and its return
_LONG = re.compile("“([^”]{60})[^”]+”")


class Kind(StrEnum):
    """CREDIT came in. TAKEN_BACK went out because a credit was returned, reversed or charged back;
    RETURNED came in because a transfer of one's own did not arrive. A BATCH is credits in one sum,
    without its parts. PENDING is not booked yet; ZERO moves nothing."""

    CREDIT = "credit"
    DEBIT = "debit"
    TAKEN_BACK = "taken back"
    RETURNED = "returned"
    BATCH = "batch"
    PENDING = "pending"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: a line of text, a row of a sheet, or an entry counted from 1."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One booking. `money` is never negative: `kind` says which way it went.

    text        all that the bank tells in words, names aside, as it stands there
    name        the other side's name; empty where it stands in the text, if anywhere
    bank_id     the bank's own number of the booking (UTR, AcctSvcrRef, FITID), empty if none
    references  what stands in fields made for references: end-to-end id, creditor reference …
    account     whose statement it is, empty if it does not say
    """

    place: Place
    kind: Kind
    money: Money
    booked_on: date
    text: str
    name: str = ""
    bank_id: str = ""
    references: tuple[str, ...] = ()
    account: str = ""
    fingerprint: Fingerprint = _NONE

    @property
    def words(self) -> str:
        """All of its text, to look for something in."""
        return "\n".join(filter(None, (self.text, *self.references, self.name)))


class Unreadable(ValueError):
    """What cannot be read without a guess. `str()` says where, what, and what to do."""


class NotSaid(Unreadable):
    """It could be read if somebody said how, by --map. `rows` are the file's first, for who is to
    say which column is what."""

    rows: Sequence[tuple[int, list[str]]] = ()


def refuse(place: Place, what: str, remedy: str = "") -> Unreadable:
    return Unreadable(_sentence(place, what, remedy))


def ask_to_say(place: Place, what: str, remedy: str = SAY) -> NotSaid:
    return NotSaid(_sentence(place, what, remedy))


def _sentence(place: Place, what: str, remedy: str) -> str:
    what = _LONG.sub(r"“\1…”", what)
    return f"{place}: {what}{f': {remedy}' if remedy else '.'}"


def without_common_numbers(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines, with no number of the bank's where most of three or more have the same: that is
    the account's or the customer's. By it, one payer's money would be taken for another's."""
    number, lead = "", 0
    for line in lines:  # a vote: the number that most have is left, or one that too few have
        if not lead:
            number = line.bank_id
        lead += 1 if line.bank_id == number else -1
    times = sum(line.bank_id == number for line in lines)
    if not number or times < _COMMON or times * 2 <= len(lines):
        return lines
    return [
        replace(line, bank_id="", references=(*line.references, number))
        if line.bank_id == number
        else line
        for line in lines
    ]


def with_fingerprints(lines: Iterable[Line]) -> list[Line]:
    """The lines of one file, each with what tells it from every other line of its bank.

    It is made of what stays the same when a bank exports the line again, in a file of another
    period: account, day, amount and direction, with the bank's number or else all words. Lines of
    a file that agree in all of it are counted. Another file may begin between two such lines, and
    then counts the second as the first: so two may be taken for one, and stay unsettled, but one
    is never taken for two.
    """
    known: set[Fingerprint] = set()
    more: Counter[str] = Counter()
    found = []
    for line in lines:
        said = "".join(line.words.upper().split())
        parts = (
            line.account,
            line.booked_on.isoformat(),
            line.kind,
            str(line.money),
            line.bank_id,
            "" if line.bank_id else said,
        )
        key = "\x1f".join(parts)
        fingerprint = _fingerprint(line.booked_on, key, 1)
        if fingerprint in known:
            more[key] += 1
            fingerprint = _fingerprint(line.booked_on, key, 1 + more[key])
        known.add(fingerprint)
        found.append(replace(line, fingerprint=fingerprint))
    return found


def _fingerprint(day: date, key: str, count: int) -> Fingerprint:
    text = digest_text(f"{key}\x1f{count}")
    return parse_fingerprint(f"{day:%Y%m%d}-{text}")


def digest_text(key: str) -> str:
    """160 bits of a hash, in 32 letters and digits."""
    return b32encode(sha256(key.encode()).digest()[:20]).decode()
