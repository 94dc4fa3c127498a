"""Many at once: of one id one is first, and of a flood no more is recorded than a ceiling lets."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from uuid import uuid4

import pytest

from backend.app import create_app
from backend.ceiling import Ceiling
from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.payee_cache import CachedPayees
from backend.table import ledger_table, registry_table
from cli.local.serving import listen, server_on
from payments.payee import PayeeId
from testkit.dynamodb_local import dynamodb_client
from tests.fault.payer import Sending
from tests.fault.reconcile import reconcile
from tests.fault.storm import PAYEES, prepare_tables

pytestmark = pytest.mark.emulator

THREADS = 64
IDS = 20


@contextmanager
def patient_api(
    endpoint_url: str, stage: str, admits: Callable[[PayeeId], bool] = lambda _: True
) -> Iterator[int]:
    """The API on a port, with a client that waits for a busy emulator: here every answer is to
    be a definite one."""
    with closing(dynamodb_client(endpoint_url)) as client, listen("127.0.0.1", 0) as listener:
        registry = DynamoRegistry(client, registry_table(stage))
        payees = CachedPayees(registry, monotonic=time.monotonic)
        app = create_app(DynamoLedger(client, ledger_table(stage)), payees, registry, admits=admits)
        server = server_on(listener, app)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield listener.getsockname()[1]
        server.shutdown()
        thread.join()


def test_of_64_senders_of_one_id_exactly_one_records(
    endpoint_url: str,
) -> None:
    stage = f"race-{uuid4()}"
    ledger = prepare_tables(endpoint_url, stage)
    sendings = [Sending(PAYEES[0], f"payer {number}", "50.00", "race") for number in range(IDS)]
    start = threading.Barrier(THREADS)

    def race(port: int) -> None:
        for sending in sendings:
            start.wait()
            sending.send(port)

    with patient_api(endpoint_url, stage) as port, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(race, [port] * THREADS))

    for sending in sendings:
        statuses = Counter(answer and answer.status for answer in sending.answers)
        assert statuses == {201: 1, 200: THREADS - 1}
    tally = reconcile(sendings, ledger)
    assert (tally.broken, tally.payments) == ([], IDS)


def test_a_flood_to_one_payee_stops_at_its_ceiling_and_hurts_nobody_else(
    endpoint_url: str,
) -> None:
    stage = f"flood-{uuid4()}"
    ledger = prepare_tables(endpoint_url, stage)
    flooded, spared = PAYEES[:2]
    flood = [Sending(flooded, f"bot {number}", "50.00", "spam") for number in range(300)]
    others = [Sending(spared, f"payer {number}", "50.00", "lunch") for number in range(2)]
    ceiling = Ceiling(12, time.monotonic)  # two at once, and another after five minutes

    with (
        patient_api(endpoint_url, stage, ceiling.admits) as port,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        list(pool.map(lambda one: one.send(port), [*flood[:150], *others, *flood[150:]]))
        told = [one.answers[0] for one in flood]
        admitted = [one for one in flood if one.acknowledgements]
        assert Counter(one.status for one in told if one) == {201: 2, 429: 298}
        assert all(int(one.retry_after or 0) > 0 for one in told if one and one.status == 429)
        assert [one.answers[0].status for one in others if one.answers[0]] == [201, 201]
        for one in admitted:
            again = one.send(port)
            assert again
            assert again.status == 200
    assert {one.payment.payment_id for one in ledger.histories(PayeeId(flooded))} == {
        one.payment_id for one in admitted
    }
