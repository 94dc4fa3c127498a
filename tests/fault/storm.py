"""Many payments at once over a network that fails, and the reckoning afterwards."""

import random
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3

from backend.dynamo_ledger import DynamoLedger
from backend.table import PAYMENT_PREFIX, ledger_table
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId
from testkit.api_process import api_process
from testkit.dynamodb_local import make_tables
from testkit.fault_proxy import FAULTS, Fault, fault_proxy
from tests.fault.payer import Sending
from tests.fault.reconcile import Tally, reconcile

PAYEES = [PayeeId(f"stall-{number}") for number in range(8)]
_SECONDS_PER_PAYMENT = 60


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
    """Send `payments` through faults, then once more without, and reconcile."""
    ledger = prepare_tables(endpoint_url, stage)
    plan = FaultPlan(seed)
    upstream = urlsplit(endpoint_url).port
    assert upstream
    sendings = make_sendings(payments)
    with fault_proxy(upstream, plan) as proxy, api_process(proxy.url, stage) as api:
        send_all(sendings, api.port, threads)
        proxy.choose = lambda *_: Fault.NONE
        send_all(sendings, api.port, threads)
    return Storm(reconcile(sendings, ledger), plan.faulted_payments, proxy.injected)
