"""What a payee does at the till, what payers do meanwhile by the API, and what is seen of it."""

import json
import secrets
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from click.testing import CliRunner

from cli.main import main
from payments.payment_id import PaymentId, mint_payment_id
from testkit.demo_process import Demo


@dataclass(frozen=True)
class Key:
    """What `payees till` prints of a new key."""

    payee_id: str
    number: int
    link: str
    secret: str


def payees(demo: Demo, *arguments: str) -> str:
    """What a command of the treasurer's says, to the demo's system.

    In this process, since starting one takes longer than most commands do.
    """
    ran = CliRunner().invoke(main, [*arguments, "--state-dir", str(demo.state_dir)])
    assert ran.exit_code == 0, (arguments, ran.output, ran.exception)
    return ran.stdout


def make_key(demo: Demo, payee_id: str, label: str) -> Key:
    made = json.loads(payees(demo, "till", payee_id, "--label", label, "--json"))
    link = f"{demo.url}till/#{payee_id}.{made['key']}"
    return Key(payee_id, made["n"], link, made["key"])


def tell(demo: Demo, key: Key, payment_id: str, n: int, status: str) -> None:
    """A till says what became of a payment, as its event number `n`."""
    url = f"{demo.url}api/payees/{key.payee_id}/payments/{payment_id}/events/{n}"
    body = json.dumps({"status": status, "why": "seen"}).encode()
    headers = {"Content-Type": "application/json", "Till-Key": key.secret}
    request = urllib.request.Request(url, body, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=15) as answer:
        assert answer.status == 201


def mint(ago: timedelta = timedelta()) -> PaymentId:
    return mint_payment_id(datetime.now(UTC) - ago, secrets.token_bytes(10))


def say_paid(
    demo: Demo,
    payee_id: str,
    payer: str,
    amount: str,
    payment_id: PaymentId | None = None,
    **fields: str,
) -> PaymentId:
    """A payer's page records what they say, until it is answered."""
    payment_id = payment_id or mint()
    url = f"{demo.url}api/payees/{payee_id}/payments/{payment_id}"
    body = json.dumps({"payer_id": payer, "amount": amount, **fields}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=15) as answer:
        assert answer.status in (200, 201)
    return payment_id
