"""Erasing from a payment what may tell who somebody is: who paid, why, and the bank's number.

All else stays: the id, the payee, the amount, the method and the times are what totals and the
device's resend rely on. A payment says by itself that it was erased, for a payer may be called
anything, also “erased”.
"""

from dataclasses import replace
from typing import Any

from payments.payment import Payment

ERASED = "erased"
"""What stands in the place of words that were erased. What the payer never said stays unsaid."""

ERASED_FIELDS = ("payer_id", "reason", "bank_reference")


class PaymentReplaced(Exception):
    """Another row stands in the payment's place than the one that was read."""


def erased(payment: Payment) -> Payment:
    """`payment` without what may tell who somebody is."""
    said: dict[str, Any] = {name: ERASED for name in ERASED_FIELDS if getattr(payment, name)}
    return replace(payment, **said, is_erased=True)
