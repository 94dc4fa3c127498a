"""Money that carries a reference of ours which nobody recorded: the payer paid and never came back
to the page.

Only the whole reference says the whole id, and it has no check character. What speaks for it is
the time that it begins with, which has to be of the days before the booking, and that it is no
word; whether the payment is recorded after all is asked of the ledger before anything is written.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desk.settling.case import EARLIEST, LATEST_BY_REFERENCE
from desk.settling.traces import squeezed
from desk.statements.line import Line
from payments.events import Fingerprint
from payments.payee import PayeeId
from payments.payment_id import ALPHABET, PaymentId

_LENGTH = 25
_TIME = 9  # so much of a reference is its time
_NO_LETTERS = set("23456789")  # 0 and 1 may be an O, an I or an L of a word


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A payment as its line tells it; `payee_id` is None where several may receive there."""

    payment_id: PaymentId
    payee_id: PayeeId | None


def find_unrecorded(
    lines: Iterable[Line],
    recorded: Collection[PaymentId],
    accounts: Mapping[str, Collection[str]],
    payees: Collection[PayeeId],
) -> dict[Fingerprint, Unrecorded]:
    """Of `lines` those that carry one whole reference of a payment that is not among those
    `recorded`. Whose it is tells the line's account, or that there is but one of `payees`."""
    found = {}
    for line in lines:
        named = set(_references(line))
        if len(named) != 1 or named & set(recorded):
            continue
        here = accounts.get(line.account.casefold()) if line.account else None
        receivers = [payee for payee in payees if here is None or payee in here]
        payee_id = receivers[0] if len(receivers) == 1 else None
        found[line.fingerprint] = Unrecorded(named.pop(), payee_id)
    return found


def _references(line: Line) -> Iterator[PaymentId]:
    text = squeezed(line.words)
    booked = datetime.combine(line.booked_on, datetime.min.time(), UTC)
    earliest, latest = booked - LATEST_BY_REFERENCE, booked + EARLIEST + timedelta(days=1)
    for at in range(len(text) - _LENGTH + 1):
        window = text[at : at + _LENGTH]
        if set(window) <= _SIGNS and set(window[_TIME:]) & _NO_LETTERS:
            payment_id = PaymentId(f"0{window}")
            if _ms(earliest) <= payment_id.minted_ms <= _ms(latest):
                yield payment_id


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


_SIGNS = frozenset(ALPHABET)
