"""A market day in every engine: who pays, who is paid and the treasurer agree to the rupee."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from payments.payment_id import PaymentId
from testkit.demo_process import Demo
from testkit.engines import ENGINES
from testkit.phone import Phone, Screen
from testkit.till_steps import make_key, mint, payees
from testkit.weak_network import Way, WeakNetwork, weak_network
from tests.engines.steps import try_now

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

SETTLED = "chromium"
"""Whose day ends with a statement: the till is the same in each."""

_EARS = """() => {
  window.heard = [];
  const hear = (sound) => heard.push({ at: Date.now(), ...sound });
  const noted = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
  class Recorder {
    constructor() { this.state = "running"; this.currentTime = 0; }
    resume() {}
    createGain() { return { gain: noted, connect() {} }; }
    createOscillator() {
      const tone = { type: "", connect() {}, stop() {}, start: () => hear({ tone: tone.type }) };
      tone.frequency = { ...noted };
      return tone;
    }
  }
  const voices = [{ lang: "en-GB" }];
  const speech = { getVoices: () => voices, cancel() {}, speak: ({ text }) => hear({ text }) };
  class Utterance { constructor(text) { this.text = text; } }
  const put = (name, value) => Object.defineProperty(window, name, { value, configurable: true });
  put("AudioContext", Recorder);
  put("speechSynthesis", speech);
  put("SpeechSynthesisUtterance", Utterance);
}"""
_WATCH_ANSWERS = """() => {
  window.recordedAt = {};
  const { fetch } = window;
  window.fetch = async (...all) => {
    const answer = await fetch(...all);
    if (answer.status === 201) recordedAt[answer.url.slice(-26)] = Date.now();
    return answer;
  };
}"""
_SAY_PAID = """(url, body) => void fetch(url, {
  method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })"""
_SAID_ALOUD = "(words) => heard.some(({ text }) => (text || '').includes(words))"
_KNOCK = ["triangle", "triangle"]
_TWO_NOTES = ["sine", "sine"]


class Payer:
    """A phone on the payee's page, and the amounts that the API recorded of it."""

    def __init__(self, phone: Phone, network: WeakNetwork, payee_id: str) -> None:
        self.phone, self.network = phone, network
        self.payee_id = payee_id
        self.visits = 0

    def scan(self, fragment: str = "") -> None:
        """Another load, as from a camera, also where only the fragment is another."""
        self.visits += 1
        self.phone.goto(f"{self.network.url}{self.payee_id}/?scan={self.visits}{fragment}")
        self.phone.wait_for("#form")
        self.phone.evaluate(_WATCH_ANSWERS)

    def pay(self, amount: str = "", payer: str = "Asha") -> None:
        if amount:
            self.phone.fill("#amount", amount)
        self.phone.fill("#payer_id", payer)
        self.phone.tap("#form .primary")
        self.phone.wait_for("#review")
        self.phone.tap("#record")

    @property
    def last_id(self) -> str:
        return self.network.sent[-1][0].split("/")[-1]

    def pay_and_see(self, amount: str = "") -> str:
        """Until the receipt; the payment's id."""
        self.pay(amount)
        self.phone.wait_for("#receipt")
        return self.last_id

    def say_quickly(self, amount: str, payment_id: PaymentId | None = None, **fields: str) -> str:
        """As the page sends it, without its screens."""
        payment_id = payment_id or mint()
        url = f"/api/payees/{self.payee_id}/payments/{payment_id}"
        body = {"payer_id": "Ravi", "amount": amount, **fields}
        self.phone.evaluate(_SAY_PAID, url, body)
        self.phone.wait_until("(id) => id in recordedAt", str(payment_id))
        return str(payment_id)

    def recorded_at(self, payment_id: str) -> float:
        """When this page got the 201, in seconds."""
        return float(self.phone.evaluate("(id) => recordedAt[id]", payment_id)) / 1000


class Till:
    """The payee's phone."""

    def __init__(self, phone: Phone, network: WeakNetwork, key: str) -> None:
        self.phone, self.network = phone, network
        phone.goto(f"{network.url}till/#{key}")
        self.listen()
        phone.wait_for("#fresh", "up to date")

    def listen(self) -> None:
        """With ears of ours, once somebody touched the page."""
        self.phone.evaluate(_EARS)
        self.phone.tap("#span-today")
        self.heard()

    def heard(self) -> list[dict[str, Any]]:
        """What was played and said since the last time."""
        return list(self.phone.evaluate("() => heard.splice(0)"))

    def hear_of(self, payment_ids: Sequence[str]) -> list[float]:
        """Each is told once, after a knock of its own; when, in seconds."""
        spelled = [", ".join(one[-4:]) for one in payment_ids]
        for letters in spelled:
            self.phone.wait_until(_SAID_ALOUD, letters)
        heard = self.heard()
        assert tones(heard) == _KNOCK * len(payment_ids)
        texts = [one for one in heard if "text" in one]
        assert len(texts) == len(payment_ids)
        assert all("says paid" in one["text"] for one in texts)
        return [one["at"] / 1000 for letters in spelled for one in texts if letters in one["text"]]

    def ask_for(self, amount: str, reason: str, picture: Path) -> str:
        """The fragment of the link in the QR code that is on the screen."""
        self.phone.tap("#ask")
        for digit in amount:
            self.phone.tap(f"#keys button[value='{digit}']")
        self.phone.fill("#reason", reason)
        self.phone.tap("#show-qr")
        self.phone.wait_until("() => document.querySelectorAll('#qr svg').length > 0")
        self.phone.picture(picture)
        with Image.open(picture) as image:
            [code] = zxingcpp.read_barcodes(image.convert("L"))
        assert code.text.startswith(self.network.url)
        return "#" + code.text.split("#")[1]

    def open(self, payment_id: str) -> None:
        if not self.phone.sees("#ticket"):
            self.phone.tap(f"#row-{payment_id}")
        self.phone.wait_for("#ticket")

    def got(self, payment_id: str) -> None:
        self.open(payment_id)
        self.phone.tap("#ticket .got")
        self.phone.wait_for("#ticket", "Confirmed")

    def leave(self) -> None:
        self.phone.tap("#back")
        self.phone.wait_for("#list")

    def look_now(self) -> None:
        """As when the network is back: what it is not timed by need not be waited for."""
        self.phone.come_online()

    def reconnect(self) -> None:
        self.network.way = Way.OPEN
        self.look_now()

    def settle(self) -> None:
        """What was done here has arrived."""
        self.phone.wait_until(
            "() => !Object.keys(localStorage).some((key) => key.includes(':action:'))"
        )

    def sum(self, kind: str) -> Decimal:
        return Decimal(re.sub(r"[^0-9.]", "", self.phone.text(f"#sums .{kind} .amount")))


def tones(heard: list[dict[str, Any]]) -> list[str]:
    return [one["tone"] for one in heard if "tone" in one]


@dataclass
class Day:
    """What happened by the test's own book."""

    market: Demo
    payee_id: str
    payer: Payer
    till: Till
    amounts: dict[str, Decimal] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    reversed: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    """The bank's own, where the payer typed it."""
    latencies: list[float] = field(default_factory=list)
    """From the API's word to the payer until the till tells it, in seconds. That they stay below
    three is held by the till's simulation, whose clock no other program slows down."""

    def told(self, payment_ids: Sequence[str], recorded: Sequence[float]) -> None:
        """In the till's own time, which is what counts."""
        told = self.till.hear_of(payment_ids)
        self.latencies += [at - since for at, since in zip(told, recorded, strict=True)]

    def told_now(self, payment_id: str, amount: str) -> None:
        self.amounts[payment_id] = Decimal(amount)
        self.till.look_now()
        self.till.hear_of([payment_id])

    def got(self, payment_id: str) -> None:
        self.till.got(payment_id)
        self.confirmed.add(payment_id)
        assert tones(self.till.heard()) == _TWO_NOTES

    def by_request(self, picture: Path) -> None:
        """What the till asks for is what the payer's page records; one is confirmed by mistake."""
        for amount, reason in (("120", "Garland & rose"), ("35", "Tea"), ("8", "Mint")):
            self.payer.scan(self.till.ask_for(amount, reason, picture))
            assert self.payer.phone.value("#reason") == reason
            payment_id = self.payer.pay_and_see()
            self.told_now(payment_id, amount)
            self.got(payment_id)
            if reason == "Tea":
                self.till.settle()
                self.till.network.way = Way.CUT
                self.till.phone.tap("#ticket button.wide:not(.bad)")
                self.till.phone.wait_for("#ticket", "Not confirmed")
                self.confirmed.remove(payment_id)
                assert tones(self.till.heard()) == []
                self.till.phone.wait_for("#unsent")
                self.till.reconnect()
            self.till.leave()
        self.till.settle()

    def by_scan(self) -> None:
        """One is confirmed, one did not come, one the treasurer confirms."""
        scanned, recorded = [], []
        for amount in ("41", "52", "63"):
            self.payer.scan()
            scanned.append(self.payer.pay_and_see(amount))
            recorded.append(self.payer.recorded_at(scanned[-1]))
            self.amounts[scanned[-1]] = Decimal(amount)
        self.told(scanned, recorded)
        self.got(scanned[0])
        self.till.leave()
        self.till.open(scanned[1])
        self.till.network.way = Way.CUT
        self.till.phone.tap("#ticket summary")
        self.till.phone.tap("#ticket details button.bad")
        self.till.phone.wait_for("#ticket.reversed")
        self.reversed.add(scanned[1])
        self.till.phone.wait_for("#unsent")
        self.till.reconnect()
        self.till.leave()
        self.till.settle()
        self.till.heard()
        evidence = ("--payee", self.payee_id, "--evidence", "statement")
        payees(self.market, "confirm", scanned[2], *evidence)
        self.confirmed.add(scanned[2])
        self.till.look_now()
        self.till.phone.wait_until(_SAID_ALOUD, "Confirmed")
        assert tones(self.till.heard()) == _TWO_NOTES

    def payers_network_goes(self) -> None:
        self.payer.scan()
        self.payer.network.way = Way.CUT
        self.payer.pay("77")
        self.payer.phone.wait_for("#unanswered")
        self.payer.network.way = Way.OPEN
        try_now(self.payer.phone)
        self.payer.phone.wait_for("#receipt")
        self.told_now(self.payer.last_id, "77")

    def tills_network_goes(self) -> None:
        """While one is confirmed and eight more pay, who are told at once when it is back."""
        self.till.network.way = Way.CUT
        self.got(self.payer.last_id)
        self.till.phone.wait_for("#unsent")
        self.till.phone.reload()  # what was done is kept
        self.till.listen()
        first = 101 + 20 * list(ENGINES).index(self.payee_id)  # another day's would be rivals
        for amount in range(first, first + 8):
            number = f"4372765{amount:05}"
            said = self.payer.say_quickly(str(amount), method="upi", bank_reference=number)
            self.amounts[said] = Decimal(amount)
            self.numbers[said] = number
        assert self.till.heard() == []
        self.till.reconnect()
        self.till.phone.wait_until(_SAID_ALOUD, "8 more")
        assert tones(self.till.heard()) == _KNOCK
        self.till.settle()

    def a_late_one_comes(self) -> None:
        """From a phone that had no network for two days: told, without a knock."""
        self.till.network.way = Way.CUT
        self.till.phone.reload()  # then it looks further back
        self.till.listen()
        self.amounts[self.payer.say_quickly("5", mint(timedelta(days=2)))] = Decimal(5)
        self.till.reconnect()
        self.till.phone.wait_until(_SAID_ALOUD, "Said late")
        heard = self.till.heard()
        assert tones(heard) == []

    def cash_is_taken(self) -> None:
        self.till.phone.tap("#cash")
        self.till.phone.tap("#keys button[value='9']")
        self.till.phone.tap("#got-cash")
        self.till.phone.wait_for("#ticket", "Confirmed")
        assert tones(self.till.heard()) == _TWO_NOTES
        cash = self.till.phone.evaluate("() => document.querySelector('.row').id").split("-")[1]
        self.amounts[cash] = Decimal(9)
        self.confirmed.add(cash)
        self.till.leave()
        self.till.settle()

    def the_last_ones_pay(self) -> None:
        """The till is busy, and tells them in time."""
        last = {self.payer.say_quickly(amount): Decimal(amount) for amount in ("11", "12", "13")}
        self.amounts.update(last)
        self.told(list(last), list(map(self.payer.recorded_at, last)))
        for payment_id in last:
            self.got(payment_id)
            self.till.leave()
        self.till.settle()

    def a_statement_settles(self, folder: Path) -> None:
        """The bank's, in which those who typed its number are found; and money of somebody else."""
        today = datetime.now(UTC).date()
        rows = [
            f"{today},UPI-RAVI-ravi@okbank-{number},{number},,{self.amounts[one]}.00"
            for one, number in self.numbers.items()
        ]
        rows += [f"{today},UPI-SITA-sita@okbank,437276500001,,3.00", f"{today},Fee,X1,10.00,"]
        statement, plan = folder / "statement.csv", folder / "plan.csv"
        statement.write_text("Date,Narration,Ref No,Debit,Credit\n" + "\n".join(rows) + "\n")
        payees(self.market, "reconcile", str(statement), "--plan", str(plan))
        with plan.open(encoding="utf-8-sig") as file:
            sure = {
                f"0{row['reference']}" for row in csv.DictReader(file) if row["grade"] == "sure"
            }
        assert sure == set(self.numbers)
        self.till.heard()
        payees(self.market, "reconcile", "--apply", str(plan), "--by", "Treasurer")
        self.confirmed.update(self.numbers)
        self.till.look_now()
        self.till.phone.wait_until(_SAID_ALOUD, "Confirmed")
        assert tones(self.till.heard()) == _TWO_NOTES

    def agrees(self) -> None:
        """Phone, till, ledger and totals."""
        assert len(self.amounts) == 20
        said = set(self.amounts) - self.confirmed - self.reversed
        sent = {path.split("/")[-1]: document for path, document in self.payer.network.sent}
        paid = {one: Decimal(document["amount"]) for one, document in sent.items()}
        [cash] = set(self.amounts) - set(paid)
        assert {**paid, cash: Decimal(9)} == self.amounts

        listed = json.loads(payees(self.market, "payments", self.payee_id, "--json"))
        assert {one["payment_id"]: Decimal(one["amount"]) for one in listed} == self.amounts
        assert {one["payment_id"]: one["status"] for one in listed} == {
            **dict.fromkeys(self.confirmed, "confirmed"),
            **dict.fromkeys(said, "claimed"),
            **dict.fromkeys(self.reversed, "reversed"),
        }
        confirmed_sum = sum(self.amounts[one] for one in self.confirmed)
        said_sum = sum(self.amounts[one] for one in said)
        self.till.phone.tap("#span-week")  # midnight may have passed
        assert (self.till.sum("confirmed"), self.till.sum("said")) == (confirmed_sum, said_sum)
        [totals] = json.loads(payees(self.market, "totals", self.payee_id, "--json"))
        assert Decimal(totals["recorded"]) == confirmed_sum + said_sum
        assert Decimal(totals["confirmed"]) == confirmed_sum


@pytest.fixture
def day(market: Demo, new_phone: Callable[[Screen], Phone], engine: str) -> Iterator[Day]:
    with ExitStack() as stack:
        payers, tills = [stack.enter_context(weak_network(market.url)) for _ in range(2)]
        key = make_key(market, engine, "Stall phone").secret
        payer = Payer(new_phone(Screen()), payers, engine)
        till = Till(new_phone(Screen()), tills, f"{engine}.{key}")
        yield Day(market, engine, payer, till)


def test_at_the_end_of_a_market_day_all_agree(
    day: Day, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    day.by_request(tmp_path / "request.png")
    day.by_scan()
    day.payers_network_goes()
    day.tills_network_goes()
    day.a_late_one_comes()
    day.cash_is_taken()
    day.the_last_ones_pay()
    if day.payee_id == SETTLED:
        day.agrees()
        day.a_statement_settles(tmp_path)
    day.agrees()
    told_after = [round(one, 2) for one in day.latencies]
    record_testsuite_property(f"seconds until told, {day.payee_id}", told_after)
