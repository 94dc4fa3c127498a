"""The pages' scripts, run by Node for as long as a module of tests takes."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from payments.money import Money
from payments.payment_id import PaymentId
from rails.account import Account
from sitegen.pages import pay_by_data
from testkit.demo_process import ROOT

if TYPE_CHECKING:
    from roster.model import RosterEntry

_RUNNER = Path(__file__).with_name("page_rails.mjs")


class Phone:
    """Says what a payee's page makes of an account and a payment."""

    def __init__(self, node: "subprocess.Popen[str]") -> None:
        self._node = node

    def show(
        self, account: Account, money: Money, payment_id: PaymentId, platform: str = ""
    ) -> dict[str, Any]:
        payment = {
            "amount": money.amount,
            "currency": money.currency,
            "payment_id": payment_id.text,
            "payee_name": "Mahantesh",
            "reason": "Lunch",
        }
        document = {"account": on_page(account), "payment": payment, "platform": platform}
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(f"{json.dumps(document)}\n")
        self._node.stdin.flush()
        answer: dict[str, Any] = json.loads(self._node.stdout.readline())
        return answer


def on_page(account: Account) -> Any:
    """The account as the payee's page carries it."""
    payee = SimpleNamespace(name="Mahantesh")
    entry = cast("RosterEntry", SimpleNamespace(payee=payee, pay_by=(account,)))
    [data] = json.loads(str(pay_by_data(entry)))
    return data


@contextmanager
def running_phone() -> Iterator[Phone]:
    process = subprocess.Popen(
        [find_node(), _RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield Phone(process)


def find_node() -> str:
    node = shutil.which("node", path=ROOT / ".tools/node") or shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    return node
