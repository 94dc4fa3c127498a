"""The whole decision against a model: any sequence of sends, resends, closings and wrong clocks."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import boto3
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from backend.dynamo_ledger import DynamoLedger
from backend.payee_cache import CachedPayees
from backend.table import table_definition
from cli.local.memory import MemoryLedger, MemoryRegistry
from payments.ledger import Ledger
from payments.payee import Payee, PayeeStatus
from payments.payment import Claim, Payment
from payments.recording import Recording, record_payment
from payments.refusals import (
    ClockSkew,
    InvalidFields,
    PayeeClosed,
    PaymentConflict,
    Refusal,
    UnknownPayee,
)
from testkit.factories import (
    NOW,
    make_claim,
    make_payee,
    make_payment_id,
    payments_in,
)

CACHE_SECONDS = 60
AMOUNTS = {"1": 100, "1.00": 100, "20": 2000, "20.5": 2050, "9999": 999900, "10001": 1000100}


class Recordings(RuleBasedStateMachine):
    """The model is a dict of rows and the list of what the payee has been, with times."""

    claims: Bundle[Claim] = Bundle("claims")

    @staticmethod
    def new_ledger() -> Ledger:
        return MemoryLedger()

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.ledger = self.new_ledger()
        self.registry = MemoryRegistry()
        self.payees = CachedPayees(self.registry, monotonic=self.seconds, seconds=CACHE_SECONDS)
        self.rows: dict[str, Payment] = {}
        self.history: list[tuple[datetime, Payee | None]] = [(NOW - timedelta(days=1), None)]
        self.minted = 0

    @rule(status=st.sampled_from(PayeeStatus), most=st.sampled_from(["100", "10000"]))
    def publish_payee(self, status: PayeeStatus, most: str) -> None:
        self.change_payee(make_payee(most=most, status=status))

    @rule()
    def publish_payee_in_another_currency(self) -> None:
        self.change_payee(make_payee(currency="JPY"))

    @rule(seconds=st.sampled_from([1, 59, 61, 86_400, 40 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        target=claims,
        amount=st.sampled_from(list(AMOUNTS)),
        currency=st.sampled_from([None, "INR", "JPY"]),
        method=st.sampled_from([None, "upi"]),
        clock=st.sampled_from([0, 0, 0, -30, -32, 2, 365]),
    )
    def send(self, amount: str, currency: str | None, method: str | None, clock: int) -> Claim:
        self.minted += 1
        payment_id = make_payment_id(self.now + timedelta(days=clock), random=self.minted)
        claim = make_claim(payment_id, amount=amount, currency=currency, method=method)
        self.check(claim)
        return claim

    @rule(claim=claims)
    def resend(self, claim: Claim) -> None:
        self.check(claim)

    @rule(
        claim=claims, payer_id=st.sampled_from(["Asha", "Ravi"]), reason=st.sampled_from(["", "x"])
    )
    def resend_with_other_content(self, claim: Claim, payer_id: str, reason: str) -> None:
        self.check(replace(claim, payer_id=payer_id, reason=reason))

    @rule(
        claim=claims,
        method=st.sampled_from([None, "upi", "cash"]),
        bank_reference=st.sampled_from([None, "437276589036"]),
    )
    def resend_as_paid_another_way(
        self, claim: Claim, method: str | None, bank_reference: str | None
    ) -> None:
        self.check(replace(claim, method=method, bank_reference=bank_reference))

    @rule(claim=claims, amount=st.sampled_from(list(AMOUNTS)))
    def resend_with_another_amount(self, claim: Claim, amount: str) -> None:
        self.check(replace(claim, amount=amount))

    @invariant()
    def the_ledger_holds_exactly_the_rows(self) -> None:
        expected = sorted(self.rows.values(), key=lambda row: row.payment_id)
        assert payments_in(self.ledger) == expected

    def seconds(self) -> float:
        return self.now.timestamp()

    def change_payee(self, payee: Payee) -> None:
        self.history.append((self.now, payee))
        self.registry.register(payee)

    def check(self, claim: Claim) -> None:
        outcome = self.record(claim)
        standing = self.rows.get(claim.payment_id.text)
        if standing:
            assert outcome == self.expected_replay(claim, standing)
        elif isinstance(outcome, Recording):
            assert not outcome.replayed
            assert any(
                self.expected_refusal(claim, payee) is None for payee in self.payees_of_late()
            ), "recorded for no state of the payee that may be remembered"
            assert outcome.payment.recorded_at == self.now
            self.rows[claim.payment_id.text] = outcome.payment
        else:
            assert outcome == self.expected_refusal(claim, self.history[-1][1])

    def record(self, claim: Claim) -> object:
        try:
            return record_payment(claim, ledger=self.ledger, payees=self.payees, now=self.now)
        except PaymentConflict as conflict:
            return set(conflict.fields)
        except Refusal as refusal:
            return type(refusal)

    def expected_replay(self, claim: Claim, standing: Payment) -> object:
        currency = standing.money.currency
        digits = {"INR": 2, "JPY": 0}[currency]
        fits = "." not in claim.amount or digits == 2
        minor = AMOUNTS[claim.amount] // 10 ** (2 - digits)
        differing = {
            *(["payer_id"] if claim.payer_id != standing.payer_id else []),
            *(["reason"] if claim.reason != standing.reason else []),
            *(["method"] if claim.method != standing.method else []),
            *(["bank_reference"] if claim.bank_reference != standing.bank_reference else []),
            *(["currency"] if claim.currency not in (None, currency) else []),
            *(["amount"] if not fits or minor != standing.money.amount_minor else []),
        }
        return differing or Recording(standing, replayed=True)

    def expected_refusal(self, claim: Claim, payee: Payee | None) -> type[Refusal] | None:
        if payee is None:
            return UnknownPayee
        if not payee.is_open:
            return PayeeClosed
        age_days = (self.now.timestamp() - claim.payment_id.minted_ms / 1000) / 86_400
        if not -1 <= age_days <= 31:
            return ClockSkew
        most = payee.limits.max.amount_minor * (100 if payee.currency == "JPY" else 1)
        fits = "." not in claim.amount or payee.currency == "INR"
        if claim.currency not in (None, payee.currency) or not fits or AMOUNTS[claim.amount] > most:
            return InvalidFields
        return None

    def payees_of_late(self) -> Iterator[Payee | None]:
        """What the payee is now, and was at some time within the cache's memory."""
        for since, payee in reversed(self.history):
            yield payee
            if (self.now - since).total_seconds() >= CACHE_SECONDS:
                return


def test_recordings_agree_with_the_model() -> None:
    run_state_machine_as_test(
        Recordings, settings=settings(max_examples=300, stateful_step_count=40)
    )


@pytest.mark.emulator
def test_recordings_in_dynamodb_agree_with_the_model(dynamodb_local: str) -> None:
    class InDynamoDB(Recordings):
        @staticmethod
        def new_ledger() -> Ledger:
            table = f"machine-{os.urandom(8).hex()}"
            client.create_table(**table_definition(table))
            return DynamoLedger(client, table)

    client = boto3.client("dynamodb", endpoint_url=dynamodb_local)
    run_state_machine_as_test(
        InDynamoDB, settings=settings(max_examples=25, stateful_step_count=25)
    )
    client.close()
