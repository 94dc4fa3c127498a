"""A payment: from the device's claim to the row that stands in the ledger."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from payments.money import Money, check_amount_text, parse_money
from payments.payee import Payee, PayeeId
from payments.payment_id import PaymentId, parse_payment_id
from payments.refusals import (
    ClockSkew,
    InvalidField,
    InvalidFields,
    InvalidValue,
    PayeeClosed,
    UnknownPayee,
)
from payments.text import parse_text
from payments.times import to_milliseconds

PAYER_ID_MAX_LENGTH = 64
REASON_MAX_LENGTH = 140  # ISO 20022 remittance information
METHOD_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,15}", re.ASCII)
BANK_REFERENCE_PATTERN = re.compile(r"[A-Z0-9]{4,35}", re.ASCII)  # ISO 20022 end-to-end id: 35
_BANK_REFERENCE_FILLING = str.maketrans("", "", " -/")


class NumberText(str):
    """A JSON number as it was written, so that `50.10` never becomes a float."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A well-formed request to record a payment, not yet held against its payee."""

    payment_id: PaymentId
    payee_id: PayeeId
    payer_id: str
    amount: str
    currency: str | None
    reason: str
    method: str | None = None
    bank_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as recorded: the payer's claim, not settled money. It never changes, but for what
    `payments.erasing` takes out of it for good."""

    payment_id: PaymentId
    payee_id: PayeeId
    payer_id: str
    money: Money
    reason: str
    recorded_at: datetime  # UTC, whole milliseconds
    method: str | None = None  # the rail by which the payer says they paid
    bank_reference: str | None = None  # the bank's own number of the transfer, as the payer has it
    is_erased: bool = False


def parse_claim(payee_id: PayeeId, payment_id: str, document: Mapping[str, object]) -> Claim:
    """Read a request's address and JSON object; its numbers come as NumberText.

    Raises InvalidFields with all that shows without knowing the payee.
    """
    invalid = []
    fields: dict[str, str] = {}
    for name, value in document.items():
        try:
            if name == "payee_id":
                _check_repeated_payee(value, payee_id)
            elif parse := _FIELDS.get(name):
                fields[name] = parse(value)
            else:
                raise InvalidValue("is not a field of a payment")
        except InvalidValue as error:
            invalid.append(InvalidField(field_pointer(name), str(error)))
    missing = [name for name in ("payer_id", "amount") if name not in document]
    invalid += [InvalidField(f"/{name}", "is required") for name in missing]
    try:
        parsed_payment_id = parse_payment_id(payment_id)
    except InvalidValue as error:
        invalid.append(InvalidField("/payment_id", str(error)))
    if invalid:
        raise InvalidFields(invalid, fields.get("amount"), fields.get("currency"))
    return Claim(
        parsed_payment_id,
        payee_id,
        payer_id=fields["payer_id"],
        amount=fields["amount"],
        currency=fields.get("currency"),
        reason=fields.get("reason", ""),
        method=fields.get("method"),
        bank_reference=fields.get("bank_reference"),
    )


def accept_claim(claim: Claim, payee: Payee | None, now: datetime) -> Payment:
    """Hold a claim against its payee and the server's clock.

    Raises UnknownPayee, PayeeClosed, ClockSkew or InvalidFields.
    """
    if payee is None:
        raise UnknownPayee
    if not payee.is_open:
        raise PayeeClosed
    if not claim.payment_id.is_current(now):
        raise ClockSkew(now)
    if invalid := against_terms(payee, claim.amount, claim.currency):
        raise InvalidFields(invalid)
    return Payment(
        payment_id=claim.payment_id,
        payee_id=claim.payee_id,
        payer_id=claim.payer_id,
        money=parse_money(claim.amount, payee.currency),
        reason=claim.reason,
        recorded_at=to_milliseconds(now),
        method=claim.method,
        bank_reference=claim.bank_reference,
    )


def against_terms(payee: Payee, amount: str | None, currency: str | None) -> list[InvalidField]:
    """Which of an amount and a currency are not what `payee` takes; None is not judged."""
    invalid = []
    if currency not in (None, payee.currency):
        invalid.append(InvalidField("/currency", f"this payee takes {payee.currency}"))
    if amount is not None:
        try:
            payee.limits.check(parse_money(amount, payee.currency))
        except InvalidValue as error:
            invalid.append(InvalidField("/amount", str(error)))
    return invalid


def differing_fields(claim: Claim, standing: Payment) -> list[str]:
    """The fields in which a claim differs from the payment that stands under its id.

    The claim is read in the standing payment's currency, whatever the payee takes today. What was
    erased from the payment cannot differ.
    """
    currency = standing.money.currency
    try:
        same_amount = parse_money(claim.amount, currency) == standing.money
    except InvalidValue:
        same_amount = False
    same = {
        "payer_id": standing.is_erased or claim.payer_id == standing.payer_id,
        "amount": same_amount,
        "currency": claim.currency in (None, currency),
        "reason": standing.is_erased or claim.reason == standing.reason,
        "method": claim.method == standing.method,
        "bank_reference": standing.is_erased or claim.bank_reference == standing.bank_reference,
    }
    return [field for field, is_same in same.items() if not is_same]


def parse_bank_reference(text: str) -> str:
    """The bank's own number of a transfer in its one form: capitals and digits, not grouped.

    Raises InvalidValue.
    """
    # Only ASCII may be put in capitals: a dotless \u0131 would become an I.
    number = text.translate(_BANK_REFERENCE_FILLING).upper() if text.isascii() else ""
    if not BANK_REFERENCE_PATTERN.fullmatch(number):
        raise InvalidValue(
            "must be the bank's number of the transfer: 4 to 35 of A-Z and 0-9, such as "
            "437276589036"
        )
    return number


def _parse_payer_id(value: object) -> str:
    return parse_text(require_string(value), max_length=PAYER_ID_MAX_LENGTH, required=True)


def _parse_reason(value: object) -> str:
    return parse_text(require_string(value), max_length=REASON_MAX_LENGTH, required=False)


def _parse_amount(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValue('must be a string such as "50.00", or a number')
    return check_amount_text(str(value))


def _parse_currency(value: object) -> str:
    text = require_string(value)
    if not (len(text) == 3 and text.isascii() and text.isupper()):
        raise InvalidValue("must be an ISO 4217 code such as INR")
    return text


def _parse_method(value: object) -> str:
    text = require_string(value)
    if not METHOD_PATTERN.fullmatch(text):
        raise InvalidValue(
            "must be the name of a way to pay, such as upi or cash: a-z, then up to 15 of a-z, "
            "0-9 and hyphens"
        )
    return text


def _parse_bank_reference(value: object) -> str:
    return parse_bank_reference(require_string(value))


def _check_repeated_payee(value: object, payee_id: PayeeId) -> None:
    if require_string(value) != payee_id:
        raise InvalidValue("must equal the payee in the address")


def require_string(value: object) -> str:
    """Raises InvalidValue."""
    if not isinstance(value, str) or isinstance(value, NumberText):
        raise InvalidValue("must be a string")
    return value


def field_pointer(name: str) -> str:
    """RFC 6901"""
    return "/" + name.replace("~", "~0").replace("/", "~1")


_FIELDS: dict[str, Callable[[object], str]] = {
    "payer_id": _parse_payer_id,
    "amount": _parse_amount,
    "currency": _parse_currency,
    "reason": _parse_reason,
    "method": _parse_method,
    "bank_reference": _parse_bank_reference,
}
