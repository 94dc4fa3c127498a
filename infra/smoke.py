"""The last step of a deployment: a payment to the roster's test payee, as a phone would send it."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Protocol

from cli.failure import Failure
from cli.local.local_cdn import API_PATH
from payments.payee import Payee, PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId, mint_payment_id, parse_payment_id
from roster.model import TEST_PAYEE, Roster

_TRIES = 20
_PAUSE_SECONDS = 3

# Method, path, headers and body to status, headers and body, at the site's host. Raises OSError.
Send = Callable[[str, str, Mapping[str, str], bytes], tuple[int, "list[tuple[str, str]]", bytes]]


class Finding(Protocol):
    """As much of a ledger as it takes to look whether a payment is there."""

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None: ...


@dataclass(frozen=True, slots=True)
class SmokePayment:
    """One per day and version of the code: deploying again resends it and records nothing new.

    Nobody can know its id beforehand: a stranger who did could record another payment under it,
    and every deployment of the day would fail.
    """

    payee: Payee
    payment_id: PaymentId
    reason: str

    @property
    def path(self) -> str:
        return f"{API_PATH}/payees/{self.payee.payee_id}/payments/{self.payment_id}"

    @property
    def body(self) -> bytes:
        amount = self.payee.limits.min
        document = {
            "payer_id": "Deployment",
            "amount": amount.amount,
            "currency": amount.currency,
            "reason": self.reason,
        }
        return json.dumps(document).encode()


def plan_smoke_payment(
    roster: Roster, code: str, now: datetime, randomness: bytes, remembered: bytes = b""
) -> SmokePayment | None:
    """None if the roster has no open payee `test`. `code` is the hash of what is deployed.

    If `remembered`, what `to_remember` said of an earlier one, is of today and of the same
    amount, it is sent again; else there is a new one, from 10 bytes of `randomness`.
    """
    for entry in roster.entries:
        payee = entry.payee
        if entry.payee_id == TEST_PAYEE and payee.is_open:
            day = datetime(now.year, now.month, now.day, tzinfo=UTC)
            new = SmokePayment(payee, mint_payment_id(day, randomness), f"Deployed {code[:12]}")
            again = replace(new, payment_id=_payment_id(remembered) or new.payment_id)
            is_same = (
                again.payment_id.minted_ms == new.payment_id.minted_ms
                and to_remember(again) == remembered
            )
            return again if is_same else new
    return None


def to_remember(payment: SmokePayment) -> bytes:
    """What has to be known to send it again, kept where strangers do not read."""
    amount = str(payment.payee.limits.min)
    return json.dumps({"payment_id": str(payment.payment_id), "amount": amount}).encode()


def _payment_id(remembered: bytes) -> PaymentId | None:
    try:
        return parse_payment_id(json.loads(remembered)["payment_id"])
    except (ValueError, LookupError, TypeError):
        return None


def apply_smoke_payment(
    payment: SmokePayment,
    send: Send,
    ledger: Finding,
    table: str,
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE_SECONDS),
) -> str:
    """Send it until it is recorded, once more to see it replayed, and read it back from the
    stage's own `ledger`, called `table`: what the API says of itself would prove nothing.

    Returns what to tell the operator. Raises Failure.
    """
    status, first = _put(payment, send, pause)
    again, second = _put(payment, send, pause)
    if again != 200 or second != first:
        raise Failure(
            f"The same payment sent twice was answered {status}, then {again} with another body: "
            "do not let payers use this. Go back with `make rollback`."
        )
    found = ledger.find(payment.payee.payee_id, payment.payment_id)
    if found is None or (found.money, found.reason) != (payment.payee.limits.min, payment.reason):
        raise Failure(
            f"The smoke payment was answered {status}, but it is not in {table}: the API records "
            "elsewhere. Do not let payers use this; see which tables the Lambda writes to, and go "
            "back with `make rollback`."
        )
    done = "Recorded" if status == 201 else "Was recorded before, and replayed"
    reference = payment.payment_id.reference
    return f"{done}: {payment.payee.limits.min} to {payment.payee.name}, reference {reference}."


def _put(payment: SmokePayment, send: Send, pause: Callable[[], None]) -> tuple[int, bytes]:
    headers = {
        "Content-Type": "application/json",
        "x-amz-content-sha256": hashlib.sha256(payment.body).hexdigest(),
    }
    outcome = ""
    for _ in range(_TRIES):
        try:
            status, _, body = send("PUT", payment.path, headers, payment.body)
        except (OSError, HTTPException) as error:
            outcome = f"no answer ({error})"
        else:
            if status in (200, 201):
                return status, body
            outcome = f"{status} {body[:300].decode(errors='replace')}"
            if status not in (403, 404, 429) and status < 500:
                break  # it will not change its mind; those others pass while the CDN comes up
        pause()
    raise Failure(
        f"The smoke payment was answered {outcome}\nEverything is deployed, but no payment gets "
        "through: look at `zappa tail`, and go back with `make rollback`."
    )
