"""Many at once with one id: one is first, and everybody gets the same payment."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.fault.api_process import api_process
from tests.fault.payer import Sending
from tests.fault.reconcile import reconcile
from tests.fault.storm import PAYEES, prepare_table

pytestmark = pytest.mark.emulator

THREADS = 64
IDS = 40


@pytest.mark.parametrize("engine", ["ministack", "dynamodb_local"])
def test_of_64_senders_of_one_id_exactly_one_records(
    engine: str, request: pytest.FixtureRequest
) -> None:
    endpoint_url = request.getfixturevalue(engine)
    table = f"race-{uuid4()}"
    ledger = prepare_table(endpoint_url, table)
    sendings = [Sending(PAYEES[0], f"payer {number}", "50.00", "race") for number in range(IDS)]
    start = threading.Barrier(THREADS)

    def race(_: int) -> None:
        for sending in sendings:
            start.wait()
            sending.send(api.port)

    with api_process(endpoint_url, table) as api, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(race, range(THREADS)))

    for sending in sendings:
        statuses = Counter(answer and answer.status for answer in sending.answers)
        assert statuses == {201: 1, 200: THREADS - 1}
    tally = reconcile(sendings, ledger)
    assert (tally.broken, tally.payments) == ([], IDS)
