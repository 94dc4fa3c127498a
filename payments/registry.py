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


class PublishOvertaken(Exception):
    """A newer publish has decided about this payee, so an older one's late write is refused."""


class PayeeRegistry(Payees, Protocol):
    """`find_fresh` sees every earlier `register` and `close`. Every method may raise
    LedgerUnavailable: registry and ledger share one table.

    A write carries the generation of its publish, which stays with the payee: it raises
    PublishOvertaken where a newer one wrote, and changes nothing. Generation 0 yields to every
    publish.
    """

    def begin_publish(self) -> int:
        """A generation above every one that was given before."""

    def register(self, payee: Payee, generation: int = 0) -> None:
        """Create the payee, or replace what is known of it."""

    def close(self, payee_id: PayeeId, generation: int = 0) -> None:
        """Stop the payee from taking payments; one that is unknown stays so, but from now on no
        older generation can register it."""

    def payees(self) -> Iterator[Payee]:
        """All payees ever registered, in no order. Reads the whole table."""
