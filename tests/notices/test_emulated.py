"""A thousand payments, told on emulated AWS through everything that goes wrong."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from payments.addressee import OF_A_PAYMENT, Addressee
from payments.events import EventStatus, History, plan_event
from testkit.factories import make_payee, make_payment, make_payment_id
from tests.notices.emulated import SECRET, Receivers, World, receivers, wait_until

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

STALLS = ("steady", "down", "slow", "lying", "killed")
EACH = int(os.environ.get("PAYMENTS", "150")) // len(STALLS)  # PAYMENTS=1000: some minutes


@pytest.fixture
def market() -> Iterator[Receivers]:
    with receivers() as found:
        yield found


def fate_of(kill: Callable[[], None], stall: str, count: int) -> int:
    if stall == "down" and count < 2:
        return 503
    if stall == "slow" and count == 3:
        time.sleep(12)
    if stall == "lying" and count % 25 == 10:
        return 500  # it took it, and says that it did not
    if stall == "killed" and count == 17:
        kill()
    return 200


def children(parent: int) -> list[int]:
    """Processes below one that this test's session started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [parent]
    for one in found:
        found += [pid for pid, its in parents.items() if its == one]
    return found[1:]


def test_every_event_is_told_and_none_is_lost(
    ministack: str,
    notices_zip: Path,
    market: Receivers,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = World(ministack, f"t{uuid4().hex[:12]}", notices_zip)
    world.keep_secret("shop")
    killed: list[int] = []

    def kill() -> None:
        (emulator,) = tmp_path_factory.getbasetemp().glob("ministack*/emulator.pid")
        for pid in children(int(emulator.read_text())):
            if "ministack-lambda" in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    market.fate = partial(fate_of, kill)
    for stall in STALLS:
        told = Addressee(market.url(stall), OF_A_PAYMENT, "shop")
        world.registry.register(replace(make_payee(stall, name=stall), notify=(told,)))
    wanted = {stall: record_all(world, stall) for stall in STALLS}

    def missing() -> dict[str, int]:
        taken = {
            stall: {one.notice_id for one in market.told[stall] if one.status == 200}
            for stall in STALLS
        }
        return {stall: left for stall in STALLS if (left := len(set(wanted[stall]) - taken[stall]))}

    wait_until(missing, seconds=60 + EACH * 3)
    assert killed
    for stall in STALLS:
        taken = market.told[stall]
        firsts = list(dict.fromkeys(one.notice_id for one in taken))
        assert firsts == wanted[stall]
        bodies = {(one.notice_id, one.body) for one in taken}
        assert len(bodies) == len(wanted[stall])  # what came twice is the same, byte for byte
        for one in taken[:10]:
            assert Webhook(SECRET).verify(one.body, one.headers)
    assert len(market.told["lying"]) > len(wanted["lying"])
    assert market.told["steady"][0].document["type"] == "payment.recorded"
    assert market.told["steady"][-1].document["data"]["status"] == "confirmed"


def record_all(world: World, stall: str) -> list[str]:
    """Record, and confirm every twentieth; the ids of what is to be told, in order."""
    wanted = []
    for number in range(EACH):
        now = datetime.now(UTC).replace(microsecond=0)
        payment_id = make_payment_id(now, random=number)
        payment = make_payment(payment_id, stall, recorded_at=now)
        assert world.ledger.record(payment) is None
        wanted.append(f"{stall}_{payment_id}_0")
        if number % 20 == 19:
            event = plan_event(
                History(payment), EventStatus.CONFIRMED, by="asha", why="seen", now=now
            )
            assert world.ledger.append(event) is None
            wanted.append(f"{stall}_{payment_id}_1")
    return wanted
