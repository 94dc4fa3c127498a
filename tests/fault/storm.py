"""Many payments at once over a network that fails, and the reckoning afterwards."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.dynamodb import CLIENT_CONFIG
from backend.table import PAYMENT_PREFIX, ledger_table, registry_table
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.till_keys import key_digest, mint_till_key
from testkit.api_process import api_process
from testkit.dynamodb_local import make_tables
from testkit.fault_proxy import FAULTS, Fault, fault_proxy
from tests.fault.corrections import judge_events, make_stories, say_all
from tests.fault.payer import Sending
from tests.fault.reconcile import Tally, reconcile

PAYEES = [PayeeId(f"stall-{number}") for number in range(8)]
FICKLE = PAYEES[:2]
"""These close and open again while the storm goes on."""
_OPEN_SECONDS, _CLOSED_SECONDS = 2.0, 1.0
_MEMORY_SECONDS = 0.5  # of the API, for payees: within a minute no short storm would meet a closing
_SECONDS_PER_PAYMENT = 60
_DESK = CLIENT_CONFIG.merge(Config(max_pool_connections=64))


class FaultPlan:
    """Every payment meets one to four faults before its writes go through; every twentieth read
    of the registry meets one too."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._planned: dict[str, list[Fault]] = {}

    def __call__(self, operation: str, document: dict[str, Any]) -> Fault:
        if operation != "PutItem":
            return self._random.choice(FAULTS) if self._random.random() < 0.05 else Fault.NONE
        payment = document["Item"]["SK"]["S"].removeprefix(PAYMENT_PREFIX)
        if payment not in self._planned:
            self._planned[payment] = self._random.choices(FAULTS, k=self._random.randint(1, 4))
        return self._planned[payment].pop() if self._planned[payment] else Fault.NONE

    @property
    def faulted_payments(self) -> int:
        return len(self._planned)


def make_sendings(count: int) -> list[Sending]:
    return [
        Sending(
            payee_id=PAYEES[number % len(PAYEES)],
            payer_id=f"payer {number}",
            amount=f"{number % 9000 + 1}.{number % 100:02}",
            reason="storm" if number % 3 else "",
        )
        for number in range(count)
    ]


def prepare_tables(endpoint_url: str, stage: str) -> DynamoLedger:
    """New tables with the payees registered; the ledger reads past any proxy."""
    client = boto3.client("dynamodb", endpoint_url=endpoint_url)
    limits = Limits(Money(1, "INR"), Money(10**9, "INR"))
    make_tables(client, stage, [Payee(payee, f"Payee {payee}", limits) for payee in PAYEES])
    return DynamoLedger(client, ledger_table(stage))


def make_till_keys(endpoint_url: str, stage: str) -> dict[str, tuple[str, str]]:
    """Two tills for each payee: at the counter and at the door."""
    keys: dict[str, tuple[str, str]] = {}
    with closing(boto3.client("dynamodb", endpoint_url=endpoint_url)) as client:
        registry = DynamoRegistry(client, registry_table(stage))
        for payee_id in PAYEES:
            keys[payee_id] = mint_till_key(os.urandom(20)), mint_till_key(os.urandom(20))
            for label, key in zip(("counter", "door"), keys[payee_id], strict=True):
                registry.add_till_key(payee_id, label, key_digest(key), datetime.now(UTC))
    return keys


@contextmanager
def opening_and_closing(endpoint_url: str, stage: str) -> Iterator[None]:
    """FICKLE payees are published closed, then open, again and again; open at the end."""
    with closing(boto3.client("dynamodb", endpoint_url=endpoint_url)) as client:
        registry = DynamoRegistry(client, registry_table(stage))
        payees = [payee for payee in registry.payees() if payee.payee_id in FICKLE]
        done = threading.Event()

        def publish(status: PayeeStatus) -> None:
            generation = registry.begin_publish()
            for payee in payees:
                registry.register(replace(payee, status=status), generation)

        def change() -> None:
            while not done.wait(_OPEN_SECONDS):
                publish(PayeeStatus.CLOSED)
                done.wait(_CLOSED_SECONDS)
                publish(PayeeStatus.OPEN)

        changing = threading.Thread(target=change)
        changing.start()
        try:
            yield
        finally:
            done.set()
            changing.join()


def send_all(sendings: Iterable[Sending], port: int, threads: int) -> None:
    """Each payment until it has a definite answer, `threads` at a time."""
    sendings = list(sendings)
    deadline = time.monotonic() + _SECONDS_PER_PAYMENT + len(sendings)
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(lambda sending: sending.send_until_definite(port, deadline), sendings):
            pass


@dataclass(frozen=True, slots=True)
class Storm:
    tally: Tally
    faulted_payments: int
    injected: Counter[Fault]


def run_storm(
    endpoint_url: str, stage: str, *, payments: int, seed: int, threads: int = 48
) -> Storm:
    """Send `payments` through faults, and what tills and the desk say of them; then all of it once
    more without faults, and reconcile."""
    ledger = prepare_tables(endpoint_url, stage)
    keys = make_till_keys(endpoint_url, stage)
    plan = FaultPlan(seed)
    upstream = urlsplit(endpoint_url).port
    assert upstream
    sendings = make_sendings(payments)
    with (
        fault_proxy(upstream, plan) as proxy,
        api_process(proxy.url, stage, _MEMORY_SECONDS) as api,
        closing(boto3.client("dynamodb", endpoint_url=proxy.url, config=_DESK)) as client,
    ):
        desk = DynamoLedger(client, ledger_table(stage))
        deadline = time.monotonic() + _SECONDS_PER_PAYMENT + 2 * payments
        with opening_and_closing(endpoint_url, stage):
            send_all(sendings, api.port, threads)
        faulted = plan.faulted_payments
        stories = make_stories(sendings, keys)
        say_all(stories, api.port, desk, threads // 2, deadline)
        proxy.choose = lambda *_: Fault.NONE
        send_all(sendings, api.port, threads)
        say_all(stories, api.port, desk, threads // 2, deadline)
    tally = reconcile(sendings, ledger)
    judge_events(stories, (one for payee_id in PAYEES for one in ledger.histories(payee_id)), tally)
    return Storm(tally, faulted, proxy.injected)
