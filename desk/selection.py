"""Which payments a maintainer wants to see."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from desk.names import folded
from payments.events import History, PaymentStatus
from payments.ledger import Bounds
from payments.payment_id import id_bounds


@dataclass(frozen=True, slots=True)
class Selection:
    """Payments recorded from `since` until just before `until`, by a payer whose name has `payer`
    in it, however spelled, of `least` to `most` in major units of whatever currency, by this
    `method`, with this `bank_reference`, that are `status` now; what is None or empty sets no
    bound."""

    since: datetime | None = None
    until: datetime | None = None
    payer: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    method: str = ""
    bank_reference: str | None = None
    status: PaymentStatus | None = None

    def matches(self, history: History) -> bool:
        payment = history.payment
        amount = Decimal(payment.money.amount)
        return (
            (self.since is None or self.since <= payment.recorded_at)
            and (self.until is None or payment.recorded_at < self.until)
            and (not self.payer or folded(self.payer) in folded(payment.payer_id))
            and (self.least is None or self.least <= amount)
            and (self.most is None or amount <= self.most)
            and self.method in ("", payment.method)
            and self.bank_reference in (None, payment.bank_reference)
            and self.status in (None, history.status)
        )

    def bounds(self) -> Bounds | None:
        """Between which ids they lie; None: anywhere."""
        if self.since is None and self.until is None:
            return None
        return id_bounds(self.since, self.until)
