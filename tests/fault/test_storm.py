"""Recorded exactly once, whatever the network does between the API and DynamoDB."""

from uuid import uuid4

import pytest

from testkit.fault_proxy import FAULTS
from tests.fault.storm import run_storm

pytestmark = pytest.mark.emulator

PAYMENTS = 1100


def test_faulted_payments_are_recorded_exactly_once(
    endpoint_url: str,
) -> None:
    storm = run_storm(endpoint_url, f"storm-{uuid4()}", payments=PAYMENTS, seed=1)
    assert storm.tally.broken == []
    assert (storm.tally.duplicates, storm.tally.lost) == (0, 0)
    assert storm.faulted_payments == PAYMENTS
    assert set(FAULTS) <= storm.injected.keys()
    assert storm.tally.answered_unknown > 0
