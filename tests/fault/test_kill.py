"""The API dies in the middle of its work, again and again."""

import random
import threading
import time
from uuid import uuid4

import pytest

from testkit.api_process import ApiProcess, api_process
from tests.fault.reconcile import reconcile
from tests.fault.storm import make_sendings, prepare_tables, send_all

pytestmark = pytest.mark.emulator

PAYMENTS = 400
KILLS = 5


def test_nothing_acknowledged_is_lost_when_the_api_is_killed_under_load(
    endpoint_url: str,
) -> None:
    stage = f"kill-{uuid4()}"
    ledger = prepare_tables(endpoint_url, stage)
    sendings = make_sendings(PAYMENTS)
    with api_process(endpoint_url, stage) as api:
        killer = threading.Thread(target=kill_again_and_again, args=(api,))
        killer.start()
        while killer.is_alive():  # the load goes on until the last restart
            send_all(sendings, api.port, threads=16)
        killer.join()
        send_all(sendings, api.port, threads=16)

    tally = reconcile(sendings, ledger)
    assert (tally.broken, tally.lost, tally.duplicates) == ([], 0, 0)
    assert tally.answered_unknown > 0, "no request was cut off: the kills missed the load"


def kill_again_and_again(api: ApiProcess) -> None:
    moments = random.Random(1)
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.1, 0.5))
        api.kill()
        api.start()
