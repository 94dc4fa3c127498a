"""Payees remembered by a container, so that most payments cost no read of the registry."""

from collections.abc import Callable

from payments.payee import Payee, PayeeId
from payments.registry import Payees


class CachedPayees:
    """The payees of `registry`, each remembered for `seconds` after it was found.

    Misses are not remembered, so a payee published a moment ago is found at once.
    """

    def __init__(
        self, registry: Payees, *, monotonic: Callable[[], float], seconds: float = 60
    ) -> None:
        self._registry = registry
        self._monotonic = monotonic
        self._seconds = seconds
        self._remembered: dict[PayeeId, tuple[float, Payee]] = {}

    def find(self, payee_id: PayeeId) -> Payee | None:
        found_at, payee = self._remembered.get(payee_id, (0.0, None))
        if payee is not None and self._monotonic() - found_at < self._seconds:
            return payee
        return self._remember(payee_id, self._registry.find(payee_id))

    def find_fresh(self, payee_id: PayeeId) -> Payee | None:
        return self._remember(payee_id, self._registry.find_fresh(payee_id))

    def _remember(self, payee_id: PayeeId, payee: Payee | None) -> Payee | None:
        if payee is None:
            self._remembered.pop(payee_id, None)
        else:
            self._remembered[payee_id] = (self._monotonic(), payee)
        return payee
