"""The whole way by each rail, in every engine: scan, choose, what a bank's app would be given, come
back, record; then what the treasurer has. No bank's app is here: a link is read at the tap, and a
code is read from a picture of the screen."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

import rails
from payments.money import Money
from payments.payment_id import PaymentId
from rails.link import pays_at
from testkit.demo_process import Demo, running_demo
from testkit.phone import Phone, Screen
from testkit.till_steps import mint, payees
from testkit.weak_network import Way, WeakNetwork, weak_network
from tests.rails.vectors import VECTORS, Vector

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

_ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
_INSIDE_AN_APP = _ANDROID.replace("Android 14", "Android 14; Pixel; wv")
_FIRST: dict[str, Vector] = {code["rail"]: code for code in reversed(VECTORS["codes"])}
_BY_LINK = "https://pay.example.org/by-link?for={reference}&sum={amount}"
_MERCHANT: Vector = {"upi": "mahantesh@examplebank", "merchant": "true"}
WAYS: dict[str, Vector] = {
    "upi": {"account": _MERCHANT, "currency": "INR"},
    **{kind: _FIRST[kind] for kind in rails.RAILS if kind not in ("upi", "link", "cash")},
    "link": {"account": {"link": _BY_LINK}, "currency": "INR"},
    "cash": {"account": {"cash": ""}, "currency": "INR"},
}
"""An account of each rail, and its currency."""
_NUMBER = "437276589036"
_LOOKS = 20

# In place of a bank's app: it has the link, and the page goes out of sight and back.
_ENCODER_IS_HERE = (
    "() => performance.getEntriesByType('resource').some(({name}) => name.includes('/assets/qr.'))"
)
_BANK_APP = """() => {
  window.opened = [];
  addEventListener("click", (event) => {
    const link = event.target.closest("#links a");
    if (link) { event.preventDefault(); opened.push(link.href); }
  });
}"""
_LEAVE_AND_RETURN = """() => {
  for (const value of [true, false]) {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }
}"""


@pytest.fixture(scope="module")
def market(_aws_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with a payee for each rail, and one whom all rupees reach."""
    folder = tmp_path_factory.mktemp("ways")
    ways: dict[str, list[Any]] = {kind: [way["account"]] for kind, way in WAYS.items()}
    ways["cash"] = ["cash"]
    ways["choice"] = [*ways["upi"], *ways["link"], "cash"]
    entries = [
        {
            "id": f"by-{kind}",
            "name": f"Payee of {kind}",
            "currency": WAYS.get(kind, WAYS["upi"])["currency"],
            "limits": {"min": "1", "max": "1000000"},
            "pay_by": pay_by,
        }
        for kind, pay_by in ways.items()
    ]
    site = {
        "title": "Ways",
        "url": "https://pay.example.org/",
        "currency": "INR",
        "limits": {"min": "1", "max": "10000"},
    }
    roster = folder / "payees.yaml"
    roster.write_text(json.dumps({"site": site, "payees": entries}))
    with running_demo(folder / "state", "--roster", str(roster)) as demo:
        yield demo


@pytest.fixture
def network(market: Demo) -> Iterator[WeakNetwork]:
    with weak_network(market.url) as network:
        yield network


@dataclass
class Payer:
    """A phone on which nothing is written down yet."""

    phone: Phone
    network: WeakNetwork
    folder: Path
    name: str = "Asha"
    roads: Iterator[str] = field(
        default_factory=lambda: cycle(["the same tab", "a reload", "a new tab"])
    )
    recorded: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Method and bank number of each payment."""

    def fill(self, kind: str, amount: str, fragment: str = "") -> str:
        """Scan and Continue; the page's address."""
        url = f"{self.network.url}by-{kind}/{fragment}"
        self.phone.goto(url)
        if amount:
            self.phone.fill("#amount", amount)
        self.phone.fill("#payer_id", self.name)
        self.phone.tap("#form .primary")
        return url

    def choose(self, kind: str) -> None:
        self.phone.tap(f"#rails button:nth-child({list('ulc').index(kind[0]) + 1})")

    def scanned(self) -> str:
        """The code on the screen, as a bank app's camera reads it."""
        picture = self.folder / "way.png"
        self.phone.tap("#show-qr")
        self.phone.wait_for("#qr svg")
        for _ in range(_LOOKS):  # WebKit's picture may be of the moment before
            self.phone.picture(picture)
            with Image.open(picture) as image:
                for code in zxingcpp.read_barcodes(image.convert("L"), try_invert=False):
                    return code.bytes.decode()
        raise AssertionError("no code is seen")

    def opened(self) -> str:
        """What the bank app is given by the first link."""
        self.phone.evaluate(_BANK_APP)
        self.phone.tap("#links a")
        [link] = self.phone.evaluate("() => opened")
        return str(link)

    def come_back(self, url: str, *, was_opened: bool) -> None:
        road = next(self.roads)
        if road == "the same tab" and not was_opened:
            self.phone.tap("#paid")
            return
        if road == "the same tab":
            self.phone.evaluate(_LEAVE_AND_RETURN)
        elif road == "a reload":
            self.phone.reload()
        else:
            self.phone.new_tab()
            self.phone.goto(url)
        self.phone.wait_for("#return")
        self.phone.tap("#yes-paid")

    def record(self, kind: str, payment_id: str = "") -> str:
        """From the last question to the receipt; the payment's id."""
        before = len(self.network.sent)
        number = _NUMBER if kind == "upi" else ""
        self.phone.wait_for("#review")
        assert self.phone.sees("#bank_reference") == (kind == "upi")
        if number:
            self.phone.fill("#bank_reference", "4372 7658-9036")
        self.phone.tap("#record")
        self.phone.wait_for("#receipt .code")
        [(path, document)] = self.network.sent[before:]
        sent_id = str(path.rpartition("/")[2])
        assert (document["method"], document.get("bank_reference", "")) == (kind, number)
        assert payment_id in ("", sent_id)
        self.recorded[sent_id] = (kind, number)
        return sent_id

    def pay(self, kind: str) -> None:
        """The whole way to a payee who has this way and no other."""
        url = self.fill(kind, "12" if kind == "vietqr" else "12.50")
        if kind == "cash":
            self.record(kind)
            return
        self.phone.wait_for("#way")
        payment_id = self.phone.evaluate("() => history.state.id")
        was_opened = kind in ("upi", "link")
        check_read(self.scanned(), kind, payment_id)
        if was_opened:
            check_read(self.opened(), kind, payment_id)
        self.come_back(url, was_opened=was_opened)
        self.record(kind, payment_id)


def check_read(text: str, kind: str, payment_id: str) -> None:
    """A bank's app has the payee's own account, the amount and this payment's reference."""
    currency = WAYS[kind]["currency"]
    money = Money(12 if currency == "VND" else 1250, currency)
    account = rails.parse_account(WAYS[kind]["account"], f"Payee of {kind}")
    reference, free_text = rails.RAILS[kind].remittance(account, PaymentId(payment_id))
    if kind == "link":  # an address of somebody else's page, which says nothing by itself
        assert pays_at(account, text)
        assert text == _BY_LINK.format(reference=reference, amount=money.amount)
        return
    assert rails.read_code(text) is not None
    reading = rails.read(text)
    assert reading
    assert (reading.account.kind, reading.account.destination) == (kind, account.destination)
    assert (reading.money, reading.reference, reading.text) == (money, reference, free_text)


def check_treasurers(market: Demo, recorded: dict[str, tuple[str, str]]) -> None:
    """The ledger's rows, as a list and as the table that goes to a spreadsheet."""
    listed = json.loads(payees(market, "payments", "--json"))
    table = list(csv.DictReader(io.StringIO(payees(market, "payments", "--format", "csv"))))
    for rows in (listed, table):
        found = {row["reference"]: (row["method"], row["bank_reference"] or "") for row in rows}
        assert {one: found.get(PaymentId(one).reference) for one in recorded} == recorded


def test_every_rail_leads_from_the_scan_to_the_treasurers_list(
    market: Demo,
    network: WeakNetwork,
    new_phone: Callable[[Screen], Phone],
    engine: str,
    tmp_path: Path,
) -> None:
    assert engine
    payer = Payer(new_phone(Screen(user_agent=_ANDROID)), network, tmp_path)
    for kind in WAYS:
        payer.pay(kind)
    assert [kind for kind, _ in payer.recorded.values()] == list(WAYS)
    for kind in ("upi", "link", "cash"):  # the same payee, by one way after the other
        payer.fill("choice", "7.25" if kind == "link" else "3" if kind == "cash" else "5")
        payer.choose(kind)
        if kind != "cash":
            payer.phone.tap("#paid")
        payer.record(kind)
    check_treasurers(market, payer.recorded)


def test_a_request_is_paid_once_whoever_answers_it_and_also_inside_another_app(
    market: Demo,
    network: WeakNetwork,
    new_phone: Callable[[Screen], Phone],
    engine: str,
    tmp_path: Path,
) -> None:
    """There links to bank apps lead nowhere: the rows and the code are left, offline too."""
    requested = str(mint())
    fragment = f"#amount=120&reason=Lunch+in+{engine}&id={requested}"
    other = Payer(new_phone(Screen(user_agent=_INSIDE_AN_APP)), network, tmp_path, "Ravi")
    url = other.fill("choice", "", fragment)
    other.choose("upi")
    other.phone.wait_for("#rows", "mahantesh@examplebank")
    assert not other.phone.sees("#links a")
    other.phone.wait_until(_ENCODER_IS_HERE)
    network.way = Way.OFF
    assert f"tr={requested[1:]}" in other.scanned()
    network.way = Way.OPEN

    payer = Payer(new_phone(Screen(user_agent=_ANDROID)), network, tmp_path)
    payer.fill("choice", "", fragment)
    payer.choose("upi")
    payer.opened()
    payer.phone.tap("#paid")
    payer.record("upi", requested)
    payer.phone.new_tab()
    payer.phone.goto(url)
    payer.phone.wait_for("#receipt", requested[-4:])
    assert len(network.sent) == 1

    answered = "Somebody has answered this already. Don\u2019t pay again."
    other.phone.tap("#paid")
    other.phone.tap("#record")
    other.phone.wait_for("#notice", answered)
    other.phone.new_tab()
    other.phone.goto(url)  # and whoever comes later is told at once
    other.phone.wait_for("#notice", answered)
    listed = json.loads(payees(market, "payments", "by-choice", "--json"))
    [kept] = [one for one in listed if one["payment_id"] == requested]
    assert (kept["payer_id"], kept["method"], kept["bank_reference"]) == ("Asha", "upi", _NUMBER)
