"""Recorded and noted exactly once, whatever the network does between the API and DynamoDB."""

from uuid import uuid4

import pytest

from testkit.fault_proxy import FAULTS
from tests.fault.storm import run_storm

pytestmark = pytest.mark.emulator

PAYMENTS = 250


def test_faulted_payments_are_recorded_exactly_once(
    endpoint_url: str,
) -> None:
    storm = run_storm(endpoint_url, f"storm-{uuid4()}", payments=PAYMENTS, seed=1)
    assert storm.tally.broken == []
    tally = storm.tally
    assert (tally.duplicates, tally.lost, tally.false_refusals) == (0, 0, 0)
    assert storm.faulted_payments >= PAYMENTS - tally.refused
    assert tally.refused > 0, "no payee was closed when somebody paid"
    assert min(tally.events, tally.events_refused) > 0
    assert set(FAULTS) <= storm.injected.keys()
    assert tally.answered_unknown > 0
