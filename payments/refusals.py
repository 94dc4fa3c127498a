"""Why a payment is not recorded.

InvalidValue            one value breaks a rule; the message is a sentence for people
Refusal                 the whole request is answered "no", and nothing was recorded by it
  InvalidFields         some fields break a rule; all of them are named at once
  UnknownPayee          no payee of that id was ever published
  PayeeClosed           the payee takes no payments, for now or for good
  ClockSkew             the payment id was minted too long ago, or in the future
  PaymentConflict       the id already stands for a payment with other content
UnknownPayment          nothing was ever recorded under this id
LedgerUnavailable       the ledger did not answer: the outcome is unknown, resending is safe
  LedgerThrottled       the ledger asks to slow down (an SDK's earlier try may have reached
                            it all the same, so the outcome is unknown here too)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


class InvalidValue(ValueError):
    """One value breaks a rule. `str()` says which, in words for the person who typed it."""


@dataclass(frozen=True, slots=True)
class InvalidField:
    """What is wrong with one field; `pointer` is its RFC 6901 JSON pointer."""

    pointer: str
    detail: str


class Refusal(Exception):
    """The request is refused; sending it again unchanged gets the same answer."""


class InvalidFields(Refusal):
    """`amount` and `currency` are kept where they were readable, for their payee to judge too."""

    def __init__(
        self,
        fields: Sequence[InvalidField],
        amount: str | None = None,
        currency: str | None = None,
    ) -> None:
        super().__init__("; ".join(f"{field.pointer}: {field.detail}" for field in fields))
        self.fields = tuple(sorted(fields, key=lambda field: field.pointer))
        self.amount = amount
        self.currency = currency


class UnknownPayee(Refusal):
    pass


class PayeeClosed(Refusal):
    pass


class ClockSkew(Refusal):
    """`now` is the server's clock, for a device that wants to mint a payment id anew."""

    def __init__(self, now: datetime) -> None:
        super().__init__(f"the server's clock says {now.isoformat()}")
        self.now = now


class PaymentConflict(Refusal):
    """`fields` names what differs from the recorded payment, never the recorded values."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(f"other {', '.join(fields)} than recorded")
        self.fields = tuple(fields)


class UnknownPayment(Exception):
    pass


class LedgerUnavailable(Exception):
    pass


class LedgerThrottled(LedgerUnavailable):
    pass
