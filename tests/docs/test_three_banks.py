"""The three banks of docs/statements.md: what is typed there, typed here, with the files of
docs/examples; each line that is shown there is said, in that order."""

import re
import shlex
from random import Random

import pytest

from cli.system import System
from payments.events import PaymentStatus
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.demo_process import ROOT
from tests.cli.conftest import aws_desk, desk, moto, system  # noqa: F401 (fixtures)
from tests.cli.desk import SITE, Desk
from tests.cli.ledgers import record

# payer, minor units, days after 1 March, and the bank's number that they typed
CLAIMS: dict[str, list[tuple[str, int, int, str | None]]] = {
    "India": [
        ("Asha", 5000, 0, "437276589036"),
        ("Ben King", 12000, 0, None),
        ("Mum", 3500, 1, None),
        ("Farida", 4000, 2, None),
    ],
    "Europe": [
        ("Anna Berg", 1250, 0, None),
        ("Jonas", 800, 1, None),
        ("Lucie", 1900, 1, None),
        ("Piet", 2500, 2, None),
    ],
    "Brazil": [
        ("Ana Souza", 4500, 0, None),
        ("Caio Lima", 3000, 1, None),
        ("Bia", 2000, 1, None),
    ],
}
ROSTERS = {
    "India": ("INR", "upi: market@examplebank"),
    "Europe": ("EUR", "sepa: DE89370400440532013000"),
    "Brazil": ("BRL", "pix: pay@market.example\n        city: Recife"),
}


def claimed(to: System, bank: str) -> list[PaymentId]:
    chance = Random(bank)
    currency, _ = ROSTERS[bank]
    return [
        record(
            to, chance.getrandbits(80), "mahantesh",
            payer_id=payer, money=Money(minor, currency), days=days, bank_reference=number,
        )
        for payer, minor, days, number in CLAIMS[bank]
    ]  # fmt: skip


def section(bank: str) -> str:
    text = (ROOT / "docs/statements.md").read_text("utf-8")
    return text.partition(f"\n### {bank}\n")[2].partition("\n## ")[0].partition("\n### ")[0]


@pytest.mark.parametrize("bank", CLAIMS)
@pytest.mark.usefixtures("in_india")
def test_a_bank_of_the_docs_is_as_they_say(
    aws_desk: Desk,  # noqa: F811
    system: System,  # noqa: F811
    bank: str,
) -> None:
    currency, account = ROSTERS[bank]
    (aws_desk.folder / "payees.yaml").write_text(
        SITE.replace("INR", currency)
        + f"payees:\n  - id: mahantesh\n    name: Mahantesh\n    pay_by:\n      - {account}\n"
    )
    published = aws_desk.payees("publish", "--yes-accounts")
    assert published.exit_code == 0, published.stderr
    ids = claimed(system, bank)
    (aws_desk.folder / "docs").symlink_to(ROOT / "docs")
    blocks = re.findall(r"```console\n(.*?)```", section(bank), re.DOTALL)
    assert blocks
    for block in blocks:
        for typed in block.split("$ ")[1:]:
            command, _, shown = typed.partition("\n")
            result = aws_desk.payees(*shlex.split(command)[1:])
            said = (result.stdout + result.stderr).splitlines()
            lines = iter(said)
            for line in filter(None, shown.splitlines()):
                if line.strip() == "…":
                    continue
                assert line in lines, f"{command} says\n" + "\n".join(said)
    confirmed = [
        one.payment.payment_id
        for one in system.ledger().histories(PayeeId("mahantesh"))
        if one.status is PaymentStatus.CONFIRMED
    ]
    assert set(confirmed) < set(ids)
    assert confirmed
