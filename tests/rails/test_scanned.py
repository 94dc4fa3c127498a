"""A bank app's camera reads from each code the account, amount and reference that went in: codes
that the site and the command draw, and those that phones draw with the part that they fetch."""

import json
import subprocess
from typing import Any

import pytest

import rails
from payments.money import Money
from payments.payment_id import PaymentId
from rails.account import Account
from sitegen.page import TEMPLATES
from sitegen.qr import qr_matrix
from tests.qr_reading import read_qr
from tests.rails.phone import find_node
from tests.rails.vectors import VECTORS, Vector, name_of, payable

ID = PaymentId("01KDP8W3Z9Q5VX2M7TBRN4CHSA")
_DRAW = f"""
import {{ readFileSync }} from "node:fs";
import {{ makeQr }} from "{(TEMPLATES / "js/parts/qr.js").as_uri()}";
const rows = ({{ size, isDark }}) => {{
  const whole = Array.from({{ length: size + 8 }}, () => Array(size + 8).fill(false));
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) whole[y + 4][x + 4] = isDark(x, y);
  return whole;
}};
const codes = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(codes.map((code) => rows(makeQr(code)))));
"""


def code_of(account: Account, money: Money) -> str:
    rail = rails.RAILS[account.kind]
    return rail.code_text(account, money, *rail.remittance(account, ID))


def scan(rows: list[list[bool]]) -> str:
    """Bank apps are told nothing of the encoding and take the bytes as UTF-8."""
    code = read_qr(rows)
    assert code.ec_level == "M"  # as EPC and SIX ask for
    return code.bytes.decode()


@pytest.mark.parametrize(("name", "account", "money"), payable())
def test_a_code_is_scanned(name: str, account: Account, money: Money) -> None:
    check_scanned(scan(qr_matrix(code_of(account, money))), account, money)


def test_codes_that_phones_draw_are_scanned() -> None:
    accounts = payable()
    codes = [code_of(account, money) for _, account, money in accounts]
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", _DRAW],
        input=json.dumps(codes),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    drawn: list[list[list[Any]]] = json.loads(done.stdout)
    for (_, account, money), rows in zip(accounts, drawn, strict=True):
        check_scanned(scan(rows), account, money)


def check_scanned(text: str, account: Account, money: Money) -> None:
    rail = rails.RAILS[account.kind]
    reading = rails.read(text)
    assert reading
    assert reading.account.destination == account.destination
    assert reading.money == money
    assert (reading.reference, reading.text) == rail.remittance(account, ID)


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=name_of)
def test_a_bank_code_is_no_larger_than_its_standard_allows(vector: Vector) -> None:
    size = len(qr_matrix(vector["code"])) - 8
    most = {"sepa": 13, "swiss": 25}.get(vector["rail"], 25)
    assert size <= 17 + 4 * most
