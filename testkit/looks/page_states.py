"""Every state of the payee's page, one after the other, on a phone in any engine.

Whoever walks them takes a picture of each, or looks for what is cut.
"""

import time
from collections.abc import Iterator

from testkit.demo_process import Demo
from testkit.phone import Phone
from testkit.till_steps import make_key, mint, say_paid, tell
from testkit.weak_network import Way, WeakNetwork

_SET_ONLINE = """() => {{
  Object.defineProperty(navigator, "onLine", {{ value: {is_online}, configurable: true }});
  dispatchEvent(new Event("{event}"));
}}"""
_OFFLINE = _SET_ONLINE.format(is_online="false", event="offline")
_ONLINE = _SET_ONLINE.format(is_online="true", event="online")
_CLICK = "(selector) => document.querySelector(selector).click()"


def page_states(
    phone: Phone, network: WeakNetwork, market: Demo, amount: str = "9999.50"
) -> Iterator[str]:
    """The name of each state, once the phone shows it: from the form to what became of payments.

    `market` is testkit.looks.market's, and `network` the phone's way to it.
    """
    network.way = Way.OPEN
    yield from _typing(phone, network, amount)
    yield from _paying(phone)
    yield from _sending(phone, network)
    yield from _told(phone, network, market, amount)
    yield from _failing(phone, network)
    yield from _asked_for(phone, network, market)
    yield from _others(phone, network)


def _typing(phone: Phone, network: WeakNetwork, amount: str) -> Iterator[str]:
    phone.goto(f"{network.url}mahantesh/")
    phone.wait_for("#form")
    yield "form"
    phone.tap("#form .primary")
    phone.wait_for("#problems a[href='#amount']")
    yield "form-empty"
    _fill(phone, "1.234", payer="", reason="x" * 150)
    phone.tap("#form .primary")
    phone.wait_for("#reason-error")
    yield "form-mistakes"
    _fill(phone, amount)


def _paying(phone: Phone) -> Iterator[str]:
    _go_on(phone)
    phone.wait_for("#rails button")
    yield "ways"
    phone.tap("#rails button")
    phone.wait_for("#rows li")
    yield "way-upi"
    phone.tap("#show-qr")
    phone.wait_until("() => !!document.querySelector('#qr svg')")
    yield "way-upi-code"
    phone.reload()
    phone.wait_for("#return")
    yield "did-you-pay"
    phone.tap("#forget-it")
    phone.wait_for("#question")
    yield "did-you-pay-forget"
    phone.tap("#no")
    phone.wait_for("#yes-paid")
    phone.tap("#yes-paid")
    phone.wait_for("#record")
    yield "review-upi"
    phone.fill("#bank_reference", "4372 7658")
    phone.tap("#record")
    phone.wait_for("#bank-error")
    yield "review-upi-wrong-number"
    phone.fill("#bank_reference", "4372 7658 9036")


def _sending(phone: Phone, network: WeakNetwork) -> Iterator[str]:
    network.way = Way.HANG
    phone.tap("#record")
    phone.wait_for("#sending")
    yield "sending"
    network.way = Way.CUT
    phone.come_online()
    phone.wait_for("#unanswered")
    yield "unanswered"
    phone.evaluate(_OFFLINE)
    yield "unanswered-offline"
    phone.evaluate(_CLICK, "#stop")
    phone.wait_for("#question")
    yield "unanswered-stop"
    phone.tap("#no")
    phone.evaluate(_ONLINE)
    phone.new_tab()
    phone.goto(f"{network.url}mahantesh/")
    phone.wait_for("#sending #try-now")
    yield "unanswered-second-tab"
    phone.use_tab(0)
    network.way = Way.OPEN
    phone.evaluate(_CLICK, "#try-now")
    phone.wait_for("#receipt")


def _told(phone: Phone, network: WeakNetwork, market: Demo, amount: str) -> Iterator[str]:
    """What became of two payments: one is confirmed, and then not any more, one did not come."""
    key = make_key(market, "mahantesh", "Stall phone")
    first = _last_id(network)
    yield "recorded"
    phone.tap("#keep")
    phone.tap("#another")
    phone.wait_for("#last")
    yield "form-last"
    _fill(phone, amount)
    _go_on(phone)
    phone.wait_for("#same")
    yield "review-equal"
    phone.tap("#record")
    phone.tap("#rails button:last-of-type")
    phone.wait_for("#record")
    yield "review-cash"
    phone.tap("#record")
    phone.wait_for("#receipt .amount")
    phone.wait_until("() => !document.querySelector('#receipt').hidden")
    second = _last_id(network)
    tell(market, key, second, 1, "confirmed")
    phone.reload()
    phone.wait_for("#receipt.confirmed")
    yield "confirmed"
    tell(market, key, second, 2, "reversed")
    phone.reload()
    phone.wait_for("#receipt.reversed")
    yield "withdrawn"
    tell(market, key, first, 1, "reversed")
    phone.goto(f"{network.url}mahantesh/")
    phone.wait_for("#form")


def _failing(phone: Phone, network: WeakNetwork) -> Iterator[str]:
    """One is refused, one given up; and what the phone keeps of all."""
    network.way = Way.CLOSED
    _fill(phone, "20", payer="Farida Khan", reason="")
    _go_on(phone)
    phone.tap("#rails button:last-of-type")
    phone.tap("#record")
    phone.wait_for("#notice")
    yield "refused"
    network.way = Way.CUT
    _fill(phone, "35", payer="Farida Khan", reason="")
    _go_on(phone)
    if phone.sees("#return"):
        phone.tap("#yes-paid")
    else:
        phone.tap("#rails button:last-of-type")
    phone.tap("#record")
    phone.wait_for("#unanswered")
    phone.evaluate(_CLICK, "#stop")
    phone.tap("#yes")
    phone.wait_for("#open-kept")
    yield "stopped"
    network.way = Way.OPEN
    phone.tap("#open-kept")
    phone.wait_for("#notes button.reversed")
    yield "kept"
    phone.fill("#search", "nobody")
    phone.wait_until("() => !document.querySelector('#notes button')")
    yield "kept-nothing-found"
    phone.tap("#forget")
    phone.wait_for("#question")
    yield "kept-forget"
    phone.tap("#no")
    phone.fill("#search", "")
    phone.tap("#notes button.reversed")
    phone.wait_for("#receipt.reversed")
    yield "reversed"


def _asked_for(phone: Phone, network: WeakNetwork, market: Demo) -> Iterator[str]:
    request = mint()
    link = f"{network.url}shilpa/?request#amount=120&reason=Garland&id={request}"
    phone.goto(link)
    phone.wait_for("#form")
    yield "request"
    phone.fill("#payer_id", "Asha")
    phone.tap("#form .primary")
    phone.wait_for("#record")
    yield "review"
    say_paid(market, "shilpa", "Ravi", "120", request, reason="Garland")
    phone.goto(f"{network.url}shilpa/?again#amount=120&reason=Garland&id={request}")
    phone.wait_for("#notice")
    yield "request-answered"


def _others(phone: Phone, network: WeakNetwork) -> Iterator[str]:
    """Other payees, and a browser in which the page's script does not run."""
    for payee_id in ("bakery", "adarsh", "ravi", "kavya"):
        phone.goto(f"{network.url}{payee_id}/")
        phone.wait_for("h1")
        if payee_id == "bakery":
            yield "long-name"
            _fill(phone, "49999.95", payer="Featherstonehaugh-Bhattacharya, Wilhelmina")
            _go_on(phone)
            phone.wait_for("#rows li")
            yield "way-sepa"
            phone.tap("#paid")
            phone.wait_for("#record")
            phone.tap("#record")
            phone.wait_for("#receipt .amount")
            phone.wait_until("() => !document.querySelector('#receipt').hidden")
            yield "recorded-long-name"
        else:
            yield {"adarsh": "fixed-amount", "ravi": "away", "kavya": "closed"}[payee_id]
    phone.goto(f"{network.url}shilpa/")
    phone.wait_for("#form")
    phone.evaluate("() => document.documentElement.classList.remove('runs')")
    yield "too-old"


def _fill(phone: Phone, amount: str, payer: str = "Asha", reason: str = "2 kg tomatoes") -> None:
    phone.fill("#amount", amount)
    phone.fill("#payer_id", payer)
    phone.fill("#reason", reason)


def _go_on(phone: Phone) -> None:
    """Continue, until something else than the form is there: a part may still be on its way."""
    phone.tap("#form .primary")
    until = time.monotonic() + 10
    while phone.sees("#form") and time.monotonic() < until:
        time.sleep(0.05)


def _last_id(network: WeakNetwork) -> str:
    return str(network.sent[-1][0].split("/")[-1])
