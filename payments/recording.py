"""Recording a payment exactly once, however often and from wherever it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from payments.ledger import Ledger
from payments.payee import PayeeId
from payments.payment import (
    Claim,
    Payment,
    accept_claim,
    against_terms,
    differing_fields,
    parse_claim,
)
from payments.refusals import (
    InvalidFields,
    LedgerThrottled,
    LedgerUnavailable,
    PaymentConflict,
    Refusal,
)
from payments.registry import Payees


@dataclass(frozen=True, slots=True)
class Recording:
    """A payment that stands in the ledger; `replayed` if an earlier request put it there."""

    payment: Payment
    replayed: bool


def read_claim(
    payee_id: PayeeId,
    payment_id: str,
    document: Mapping[str, object],
    payees: Payees,
) -> Claim:
    """Like `parse_claim`, and names what the payee has against the readable fields as well."""
    try:
        return parse_claim(payee_id, payment_id, document)
    except InvalidFields as refusal:
        try:
            payee = payees.find_fresh(payee_id)
        except LedgerUnavailable:
            raise refusal from None  # what was found is reason enough
        if payee is None:
            raise
        more = against_terms(payee, refusal.amount, refusal.currency)
        raise InvalidFields([*refusal.fields, *more]) from refusal


def record_payment(
    claim: Claim,
    *,
    ledger: Ledger,
    payees: Payees,
    now: datetime,
    admits: Callable[[PayeeId], bool] = lambda _: True,
) -> Recording:
    """Record `claim`, or find that it was recorded before.

    A recorded payment decides first: whatever the clock and the registry say today, an equal
    resend gets the first answer and any other content a PaymentConflict. Only when nothing is
    recorded may a Refusal stand, and only on what the registry says right now. Whom `admits`
    does not let through gets LedgerThrottled, unless the payment was recorded before.
    """
    try:
        payment = accept_claim(claim, payees.find(claim.payee_id), now)
    except Refusal:
        standing = ledger.find(claim.payee_id, claim.payment_id)
        if standing is not None:
            return _replay(claim, standing)
        payment = accept_claim(claim, payees.find_fresh(claim.payee_id), now)
    if not admits(claim.payee_id):
        standing = ledger.find(claim.payee_id, claim.payment_id)
        if standing is None:
            raise LedgerThrottled("this payee gets too many payments: try again")
        return _replay(claim, standing)
    standing = ledger.record(payment)
    if standing is not None:
        return _replay(claim, standing)
    return Recording(payment, replayed=False)


def _replay(claim: Claim, standing: Payment) -> Recording:
    if fields := differing_fields(claim, standing):
        raise PaymentConflict(fields)
    return Recording(standing, replayed=True)
