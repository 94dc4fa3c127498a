"""The ledger as the domain sees it: payments and what became of them, only ever appended, but for
what `erase` takes out of a payment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from payments.events import Event, History
from payments.lateness import LateMark
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId

Bounds = tuple[PaymentId, PaymentId]
"""The first and the last id of a range, both in it."""


@dataclass(frozen=True, slots=True)
class Latest:
    """Payments with their events, the newest first; `is_all` if none older lie in the range."""

    histories: tuple[History, ...]
    is_all: bool


class Ledger(Protocol):
    """Every method may raise LedgerUnavailable; what was done is then unknown."""

    def record(self, payment: Payment) -> Payment | None:
        """Append `payment` unless its id is taken: None if appended, else the one that stands."""

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None:
        """What stands under this id now: every earlier `record` is seen."""

    def append(self, event: Event) -> Event | None:
        """Append `event` unless its number is taken: None if appended, else the one that stands,
        which equals `event` when this is a resend after a lost answer: that counts as done.

        Event and evidence are one step: both stand or neither. A line settles one payment of all
        payees', ever: if the confirmation that it settled stands, or was reversed, this raises
        EvidenceTaken and nothing is written. If that confirmation was undone, the line is free.

        LedgerThrottled is also the answer when another write to the same payment or line was under
        way: that try wrote nothing, but as with all throttling an earlier one of the SDK's may
        have. Sending the same event again finds out, and is safe.
        """

    def erase(self, payment: Payment, event: Event) -> Event | None:
        """Put `erased(payment)` in the place of `payment`, and append `event`, which says so, in
        one step: None if done, else the event that stands under its number, as with `append`.

        The only change that a row ever sees; it needs a right of its own. Raises PaymentReplaced,
        with nothing written, if what would be erased is not what stands there.
        """

    def histories(self, payee_id: PayeeId, bounds: Bounds | None = None) -> Iterator[History]:
        """A payee's payments in the order of their ids, which is the order of their minting, each
        with its events: all of them, or only those whose ids are in `bounds`, which is also all
        that is read. Every earlier `record` and `append` is seen."""

    def latest(self, payee_id: PayeeId, bounds: Bounds, limit: int) -> Latest:
        """Of a payee's payments in `bounds` the newest `limit`, or fewer where they have very many
        events, but at least one if there is one. Sees what `histories` sees, and reads no more
        than it gives, a few rows aside."""

    def find_among(self, payee_ids: Iterable[PayeeId], payment_id: PaymentId) -> Iterator[Payment]:
        """What stands under this id with any of `payee_ids`."""

    def late_marks(self, written_on: date) -> Iterator[LateMark]:
        """The marks of that day, each once. `record`, `append` and `erase` leave theirs before
        they write what is late, so that nothing late is ever seen without its mark; a mark alone
        means nothing: it may be of what was refused, or of a try that did not come through."""
