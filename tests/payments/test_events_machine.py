"""What becomes of payments, against a model: any order of confirming, reversing, undoing and
erasing, with statements' lines or without, by people who look at what is no longer so."""

import os
from dataclasses import dataclass, field
from datetime import timedelta

import boto3
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backend.dynamo_ledger import DynamoLedger
from backend.table import table_definition
from cli.local.memory import MemoryLedger
from payments.events import (
    Event,
    EventRefused,
    EventStatus,
    EvidenceTaken,
    History,
    PaymentStatus,
    plan_event,
)
from payments.ledger import Ledger
from payments.payee import PayeeId
from payments.payment import Payment
from testkit.factories import NOW, make_evidence, make_payment, make_payment_id

PAYMENTS = [
    make_payment(make_payment_id(random=1)),
    make_payment(make_payment_id(random=2)),
    make_payment(make_payment_id(random=1), "florist"),
]
LINES = ["line-1", "line-2"]


@dataclass
class Model:
    """A payment as people think of it: what it is, what it was before each step that stands, and
    the line that each step used."""

    status: str = "claimed"
    before: list[tuple[str, str | None]] = field(default_factory=list)
    erased: bool = False

    def refuses(self, status: str) -> bool:
        if status == "undone":
            return not self.before
        if status == "erased":
            return self.erased
        return status not in {"claimed": ("confirmed", "reversed"), "confirmed": ("reversed",)}.get(
            self.status, ()
        )

    def become(self, status: str, line: str | None) -> None:
        if status == "undone":
            self.status, _ = self.before.pop()
        elif status == "erased":
            self.erased = True
        else:
            self.before.append((self.status, line))
            self.status = status

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self.before if line]


class Events(RuleBasedStateMachine):
    """The model is each payment's state, the events written, and who looked at them when."""

    @staticmethod
    def new_ledger() -> Ledger:
        return MemoryLedger()

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.ledger = self.new_ledger()
        self.models = [Model() for _ in PAYMENTS]
        self.written: list[list[Event]] = [[] for _ in PAYMENTS]
        self.seen = [History(payment) for payment in PAYMENTS]
        for payment in PAYMENTS:
            self.ledger.record(payment)

    @rule(place=st.sampled_from(range(len(PAYMENTS))))
    def look(self, place: int) -> None:
        """What is planned from now on rests on this look."""
        self.seen[place] = self.read(PAYMENTS[place])

    @rule(
        place=st.sampled_from(range(len(PAYMENTS))),
        status=st.sampled_from(EventStatus),
        line=st.sampled_from([None, *LINES]),
        looks_first=st.sampled_from([True, True, True, False]),
    )
    def become(
        self, place: int, status: EventStatus, line: str | None, *, looks_first: bool
    ) -> None:
        self.now += timedelta(seconds=1)
        if looks_first:
            self.look(place)
        line = line if status is EventStatus.CONFIRMED else None
        planned = self.plan(self.seen[place], status, line)
        if isinstance(planned, Event):
            self.append(place, planned, line)

    @rule(place=st.sampled_from(range(len(PAYMENTS))), which=st.integers(0, 9))
    def resend(self, place: int, which: int) -> None:
        """As after a lost answer."""
        if written := self.written[place]:
            event = written[which % len(written)]
            assert self.ledger.append(event) == event

    @invariant()
    def the_ledger_holds_exactly_what_was_written(self) -> None:
        for payment, written, model in zip(PAYMENTS, self.written, self.models, strict=True):
            history = self.read(payment)
            assert history == History(payment, tuple(written))
            assert history.status is PaymentStatus(model.status)

    @invariant()
    def no_line_settles_two_payments(self) -> None:
        lines = [line for model in self.models for line in model.lines]
        assert len(lines) == len(set(lines))

    def plan(self, seen: History, status: EventStatus, line: str | None) -> object:
        evidence = make_evidence(line) if line else None
        model = self.model_of(seen)
        try:
            planned: object = plan_event(
                seen, status, by="ravi", why="w", now=self.now, evidence=evidence
            )
        except EventRefused as refused:
            planned = refused.standing
        if not model.refuses(status):
            assert isinstance(planned, Event)
            assert planned.number == len(seen.events) + 1
            return planned
        if status is EventStatus.UNDONE:
            assert planned is None
        elif status is EventStatus.ERASED:
            assert planned in [event for event in seen.events if event.status == "erased"]
        else:
            assert planned in [event for event in seen.events if event.status == model.status]
        return None

    def append(self, place: int, event: Event, line: str | None) -> None:
        written = self.written[place]
        holders = [
            (payment.payee_id, payment.payment_id)
            for payment, model in zip(PAYMENTS, self.models, strict=True)
            if line in model.lines
        ]
        try:
            outcome: object = self.ledger.append(event)
        except EvidenceTaken as taken:
            outcome = [(taken.payee_id, taken.payment_id)]
        if event.number <= len(written):  # planned on what was no longer so
            assert outcome == written[event.number - 1] != event
        elif holders:
            assert outcome == holders
        else:
            assert outcome is None
            written.append(event)
            self.models[place].become(event.status, line)

    def read(self, payment: Payment) -> History:
        ids = (payment.payment_id, payment.payment_id)
        [history] = self.ledger.histories(PayeeId(payment.payee_id), ids)
        return history

    @staticmethod
    def model_of(history: History) -> Model:
        model = Model()
        for event in history.events:
            model.become(event.status, event.evidence.fingerprint if event.evidence else None)
        return model


def test_events_agree_with_the_model() -> None:
    run_state_machine_as_test(Events, settings=settings(max_examples=300, stateful_step_count=40))


@pytest.mark.emulator
def test_events_in_dynamodb_agree_with_the_model(dynamodb_local: str) -> None:
    class InDynamoDB(Events):
        @staticmethod
        def new_ledger() -> Ledger:
            table = f"machine-{os.urandom(8).hex()}"
            client.create_table(**table_definition(table))
            return DynamoLedger(client, table)

    client = boto3.client("dynamodb", endpoint_url=dynamodb_local)
    run_state_machine_as_test(
        InDynamoDB, settings=settings(max_examples=15, stateful_step_count=25)
    )
    client.close()
