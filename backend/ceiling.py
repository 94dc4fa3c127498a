"""How many payments of one payee a Lambda records in an hour: a flood of made-up ones is refused,
and costs half a read each instead of a write."""

from collections.abc import Callable

from payments.payee import PayeeId

_BURST = 6  # a sixth of an hour's may come at once, as when a school sends all its parents a link


class Ceiling:
    """A bucket of tokens for each payee. Each Lambda has its own, so as many times the ceiling get
    through as there are Lambdas; nothing is read or written to keep count."""

    def __init__(self, an_hour: float, monotonic: Callable[[], float]) -> None:
        self._burst = max(1.0, an_hour / _BURST)
        self._a_second = an_hour / 3600
        self._monotonic = monotonic
        self._buckets: dict[PayeeId, tuple[float, float]] = {}

    def admits(self, payee_id: PayeeId) -> bool:
        """Whether another payment of this payee is below the ceiling; it then counts."""
        now = self._monotonic()
        tokens, filled_at = self._buckets.get(payee_id, (self._burst, now))
        since = now - filled_at
        tokens = min(self._burst, tokens + since * self._a_second if since else tokens)
        admitted = tokens >= 1
        self._buckets[payee_id] = (tokens - admitted, now)
        return admitted
