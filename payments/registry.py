"""The registry: which payees exist, in which currency and limits, and whether they are open."""

from collections.abc import Iterator
from typing import Protocol

from payments.payee import Payee, PayeeId


class Payees(Protocol):
    """What recording asks. Every method may raise LedgerUnavailable."""

    def find(self, payee_id: PayeeId) -> Payee | None:
        """The payee as it is now or was lately: enough to accept a payment, never to refuse one."""

    def find_fresh(self, payee_id: PayeeId) -> Payee | None:
        """The payee as it is now."""


class PayeeRegistry(Payees, Protocol):
    """`find_fresh` sees every earlier `register` and `close`. Every method may raise
    LedgerUnavailable: registry and ledger share one table."""

    def register(self, payee: Payee) -> None:
        """Create the payee, or replace what is known of it."""

    def close(self, payee_id: PayeeId) -> None:
        """Stop the payee from taking payments; nothing happens if it is unknown."""

    def payees(self) -> Iterator[Payee]:
        """All payees ever registered, in no order. Reads the whole table."""
