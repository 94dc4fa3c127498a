"""A thousand payments, told on emulated AWS through everything that goes wrong."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from cli.local.emulator import running_emulator
from cli.local.serving import free_port
from payments.addressee import OF_A_PAYMENT, Addressee, NoticeKind
from payments.events import EventStatus, History, plan_event
from payments.payment import Payment
from testkit.factories import make_payee, make_payment, make_payment_id
from tests.notices.emulated import SECRET, Receivers, World, mail_relay, receivers, wait_until

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


@dataclass(frozen=True)
class Town:
    """An emulator of its own, since Lambdas are killed on it; `mails` are what it relayed."""

    folder: Path
    world: World
    mails: list[bytes]


@pytest.fixture(scope="module")
def town(
    _aws_environment: None, notices_zip: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with mail_relay() as (address, mails), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMTP_HOST", address)
        with running_emulator(folder, free_port()) as url:
            world = World(url, "town", notices_zip)
            world.keep_secret("shop")
            yield Town(folder, world, mails)


def test_every_event_is_told_and_none_is_lost(town: Town, market: Receivers) -> None:
    world, killed = town.world, list[int]()

    def kill() -> None:
        for pid in children(int((town.folder / "emulator.pid").read_text())):
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
    confirmed = [one for one in market.told["steady"] if one.notice_id.endswith("_1")]
    assert {one.document["type"] for one in confirmed} == {"payment.confirmed"}
    assert {one.document["data"]["status"] for one in confirmed} == {"confirmed"}


def record_all(world: World, stall: str) -> list[str]:
    """Record, and confirm every twentieth; the ids of what is to be told, in order."""
    wanted = []
    for number in range(EACH):
        payment = record(world, stall, number)
        wanted.append(f"{stall}_{payment.payment_id}_0")
        if number % 20 == 19:
            event = plan_event(
                History(payment),
                EventStatus.CONFIRMED,
                by="asha",
                why="seen",
                now=datetime.now(UTC),
            )
            assert world.ledger.append(event) is None
            wanted.append(f"{stall}_{payment.payment_id}_1")
    return wanted


def test_mail_goes_by_ses_until_its_reader_ends_it(town: Town) -> None:
    world = town.world
    kinds = (NoticeKind.RECORDED, NoticeKind.DAY)
    told = (
        Addressee("mailto:usha@example.org", kinds, language="hi"),
        Addressee("mailto:treasurer@example.org", kinds),
    )
    world.registry.register(replace(make_payee("usha", name="Usha"), notify=told))
    record(world, "usha", 1, ago=timedelta(hours=2))
    wait_until(lambda: 2 - len(town.mails), seconds=30)
    mails = [message_from_bytes(one, policy=default) for one in town.mails]
    assert {str(one["To"]) for one in mails} == {"usha@example.org", "treasurer@example.org"}
    assert {str(one["From"]) for one in mails} == {"Usha <pay@example.org>"}
    (mine,) = (one for one in mails if one["To"] == "usha@example.org")
    assert "\u092c\u0924\u093e\u092f\u093e" in str(mine["Subject"])  # said
    path = "/stop/" + str(mine["List-Unsubscribe"]).strip("<>").rpartition("/")[2]
    click = {"rawPath": path, "requestContext": {"http": {"method": "POST"}}}
    assert world.ask(click)["statusCode"] == 200
    assert world.ask({"evening": True}) == {"queued": 2}
    wait_until(lambda: 3 - len(town.mails), seconds=30)
    last = message_from_bytes(town.mails[-1], policy=default)
    assert last["To"] == "treasurer@example.org"
    assert "50.00 INR" in str(last["Subject"])
    bounce = {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [{"emailAddress": "treasurer@example.org"}],
        },
    }
    sns = {"EventSource": "aws:sns", "Sns": {"Message": json.dumps(bounce)}}
    assert world.ask({"Records": [sns]}) is None
    record(world, "usha", 2)
    time.sleep(3)
    assert len(town.mails) == 3


def record(world: World, stall: str, number: int, ago: timedelta = timedelta()) -> Payment:
    now = datetime.now(UTC).replace(microsecond=0) - ago
    payment = make_payment(make_payment_id(now, random=number), stall, recorded_at=now)
    assert world.ledger.record(payment) is None
    return payment
