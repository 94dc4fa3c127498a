"""Two treasurers who apply at the same moment, against a DynamoDB that takes both at once."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import click
import pytest

from cli.corrections import Outcome, Result
from cli.settling.applying import apply_decisions
from cli.system import System
from desk.deciding.plan import Decision
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.factories import make_evidence
from tests.cli.desk import Desk
from tests.cli.ledgers import record

SHILPA = PayeeId("shilpa")
LINES = 12


def decided(ids: list[PaymentId]) -> list[Decision]:
    """A line for each, in order."""
    return [
        Decision(n, SHILPA, one, make_evidence(f"20260302-L{n}"), f"line {n}")
        for n, one in enumerate(ids)
    ]


@pytest.mark.emulator
@pytest.mark.parametrize("rivals", ["of the line", "of the payment"])
def test_one_line_settles_one_payment(demo_desk: Desk, rivals: str) -> None:
    """Two want the same lines for different payments, or the same payments by different lines."""
    system = System(**json.loads((demo_desk.folder / ".demo/demo.json").read_text()))
    ids = [record(system, n) for n in range(2 * LINES)]
    mine = decided(ids[:LINES])
    theirs = decided(ids[LINES:])
    if rivals == "of the payment":
        theirs = [
            Decision(n, SHILPA, one, make_evidence(f"20260302-X{n}"), f"line {n}")
            for n, one in enumerate(ids[:LINES])
        ]
    start = Barrier(2)

    def apply(who: str, decisions: list[Decision]) -> list[Result]:
        start.wait(timeout=30)
        with click.Context(click.Command("reconcile")):
            return apply_decisions(system, decisions, by=who, batch=who.upper())

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(apply, ["asha", "ben"], [mine, theirs]))
    for pair in zip(*both, strict=True):
        assert Counter(one.outcome for one in pair) == {Outcome.DONE: 1, Outcome.REFUSED: 1}
    events = [event for one in system.ledger().histories(SHILPA) for event in one.events]
    lines = [event.evidence.fingerprint for event in events if event.evidence]
    assert (len(events), len(set(lines))) == (LINES, LINES)
