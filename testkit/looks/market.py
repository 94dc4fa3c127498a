"""A market whose pages and tills show every state there is, for pictures and for tests of looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testkit.demo_process import Demo, running_demo

TILLS = 24
"""Payees who have had no payment: each walk through a till's states begins with none."""

_ROSTER = """site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
  languages: [en, hi, kn, ar]
  contact: treasurer@market.example
  privacy_url: https://market.example/privacy
payees:
  - id: mahantesh
    name: Mahantesh
    aliases: ["1"]
    description: Vegetables, stall 12
    amounts: ["20", "50", "100"]
    pay_by:
      - upi: mahantesh@examplebank
        merchant: true
        holder: Mahantesh K
      - link: https://hosted.example/pay?amount={amount}&client_reference_id={reference}
      - cash
  - id: shilpa
    name: Shilpa
    description: Flowers and garlands
  - id: adarsh
    name: Adarsh
    description: Bicycle parking
    limits: {min: "10", max: "10"}
  - id: bakery
    name: Wilhelmina Featherstonehaugh-Bhattacharya and Daughters, Bakers
    description: Bread, cakes and what the season brings, beside the fountain
    currency: EUR
    limits: {min: "0.50", max: "50000"}
    pay_by:
      - sepa: DE75512108001245126199
        holder: Wilhelmina Featherstonehaugh-Bhattacharya
  - id: ravi
    name: Ravi
    description: Juice, stall 7
    status: away
  - id: kavya
    name: Kavya
    status: closed
"""


@contextmanager
def running_market(state_dir: Path) -> Iterator[Demo]:
    """A demo of it, with the payees `till-0`, `till-1` …"""
    state_dir.mkdir(parents=True, exist_ok=True)
    roster = state_dir / "payees.yaml"
    tills = (
        f"  - {{id: till-{number}, name: Sneha {number}, description: Tea and snacks}}\n"
        for number in range(TILLS)
    )
    roster.write_text(_ROSTER + "".join(tills))
    with running_demo(state_dir / "demo", "--roster", str(roster)) as demo:
        yield demo
