"""The registry: which payees exist, in which currency and limits, and whether they are open."""

from collections.abc import Callable, Iterator
from typing import Protocol

from payments.payee import Payee, PayeeId


class PayeeReader(Protocol):
    def find(self, payee_id: PayeeId, *, fresh: bool = True) -> Payee | None:
        """The payee as it is now; unless `fresh`, as it was lately, at half the price.

        Raises LedgerUnavailable.
        """


class PayeeRegistry(PayeeReader, Protocol):
    """A fresh `find` sees every earlier `register` and `close`. Every method may raise
    LedgerUnavailable: registry and ledger share one table."""

    def register(self, payee: Payee) -> None:
        """Create the payee, or replace what is known of it."""

    def close(self, payee_id: PayeeId) -> None:
        """Stop the payee from taking payments; nothing happens if it is unknown."""

    def payees(self) -> Iterator[Payee]:
        """All payees ever registered, in no order. Reads the whole table."""


class CachedPayees:
    """Remembers the payees it found for `seconds`.

    A remembered payee may accept a payment, never refuse one: before refusing, ask `find_fresh`.
    Misses are not remembered, so a payee published a moment ago is found at once.
    """

    def __init__(
        self, registry: PayeeReader, *, monotonic: Callable[[], float], seconds: float = 60
    ) -> None:
        self._registry = registry
        self._monotonic = monotonic
        self._seconds = seconds
        self._remembered: dict[PayeeId, tuple[float, Payee]] = {}

    def find(self, payee_id: PayeeId) -> Payee | None:
        found_at, payee = self._remembered.get(payee_id, (0.0, None))
        if payee is not None and self._monotonic() - found_at < self._seconds:
            return payee
        return self._ask(payee_id, fresh=False)

    def find_fresh(self, payee_id: PayeeId) -> Payee | None:
        return self._ask(payee_id, fresh=True)

    def _ask(self, payee_id: PayeeId, *, fresh: bool) -> Payee | None:
        payee = self._registry.find(payee_id, fresh=fresh)
        if payee is None:
            self._remembered.pop(payee_id, None)
        else:
            self._remembered[payee_id] = (self._monotonic(), payee)
        return payee
