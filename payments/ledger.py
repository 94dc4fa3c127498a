"""The ledger: the append-only store of payments, as the domain sees it."""

from collections.abc import Iterator
from typing import Protocol

from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId


class Ledger(Protocol):
    """Every method may raise LedgerUnavailable; what was done is then unknown."""

    def record(self, payment: Payment) -> Payment | None:
        """Append `payment` unless its id is taken: None if appended, else the one that stands."""

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None:
        """What stands under this id now: every earlier `record` is seen."""

    def payments(self, payee_id: PayeeId) -> Iterator[Payment]:
        """A payee's payments in the order of their ids, which is the order of their minting."""
