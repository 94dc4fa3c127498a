"""Money that carries a reference of ours which nobody recorded: the payer paid and never came back
to the page.

Only the whole reference says the whole id, and it has no check character. What speaks for it is
the time that it begins with, which has to be of the days before the booking, and that it is no
word; whether the payment is recorded after all is asked of the ledger before anything is written.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from desk.settling.case import EARLIEST, LATEST_BY_REFERENCE
from desk.settling.traces import PART, squeezed
from desk.statements.line import Line
from payments.events import Fingerprint
from payments.payee import PayeeId
from payments.payment_id import ALPHABET, PaymentId, minted_bounds

_LENGTH = 25
_TIME = 9  # so much of a reference is its time
_SIGNS = frozenset(ALPHABET)
_NO_LETTERS = frozenset("23456789")  # 0 and 1 may be an O, an I or an L of a word


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A payment as its line tells it; `payee_id` is None where several may receive there."""

    payment_id: PaymentId
    payee_id: PayeeId | None


def find_unrecorded(
    lines: Iterable[Line],
    recorded: Set[PaymentId],
    accounts: Mapping[str, Collection[str]],
    payees: Collection[PayeeId],
) -> dict[Fingerprint, Unrecorded]:
    """Of `lines` those that carry one whole reference of a payment that is not among those
    `recorded`, and no begin or end of theirs: a reference that was mistyped, or cut off with
    something else behind it, is no other payment's. Whose it is tells the line's account, or that
    there is but one of `payees`."""
    carrying = [(line, set(whole_references(line))) for line in lines]
    single = [(line, named.pop()) for line, named in carrying if len(named) == 1]
    wanted = recorded if single else ()
    known = {part for one in wanted for part in (one.reference[:PART], one.reference[-PART:])}
    return {
        line.fingerprint: Unrecorded(payment_id, receiver_of(line, accounts, payees))
        for line, payment_id in single
        if not _has_part(line, known)
    }


def _has_part(line: Line, parts: Set[str]) -> bool:
    text = squeezed(line.words)
    return any(text[at : at + PART] in parts for at in range(len(text) - PART + 1))


def receiver_of(
    line: Line, accounts: Mapping[str, Collection[str]], payees: Collection[PayeeId]
) -> PayeeId | None:
    """Who alone may receive what a line tells, by its account, or as the only payee there is."""
    here = accounts.get(line.account.casefold()) if line.account else None
    receivers = [payee for payee in payees if here is None or payee in here]
    return receivers[0] if len(receivers) == 1 else None


def whole_references(line: Line) -> Iterator[PaymentId]:
    """The ids of which a line has the whole reference, recorded or not."""
    text = squeezed(line.words)
    first, last, begin = _bounds(line.booked_on)
    at = text.find(begin)
    while 0 <= at <= len(text) - _LENGTH:
        window = text[at : at + _LENGTH]
        if first <= window <= last and _is_no_word(window):
            yield PaymentId(f"0{window}")
        at = text.find(begin, at + 1)


@lru_cache(maxsize=1000)
def _bounds(booked_on: date) -> tuple[str, str, str]:
    """The least and the greatest reference that a line of a day may have: they sort by their time,
    as text; and what both begin with."""
    booked = datetime.combine(booked_on, datetime.min.time(), UTC)
    bounds = minted_bounds(booked - LATEST_BY_REFERENCE, booked + EARLIEST + timedelta(days=1))
    assert bounds  # noqa: S101 (they are months apart)
    first, last = bounds[0].reference, bounds[1].reference
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=True))
    return first, last, "".join(sign for sign, _ in same)


def _is_no_word(window: str) -> bool:
    return _SIGNS.issuperset(window) and not _NO_LETTERS.isdisjoint(window[_TIME:])
