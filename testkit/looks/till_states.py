"""Every state of a payee's till, one after the other, on a phone or a tablet in any engine."""

from collections.abc import Iterator
from datetime import timedelta

from payments.payment_id import PaymentId
from testkit.demo_process import Demo
from testkit.phone import Phone
from testkit.till_steps import make_key, mint, payees, say_paid
from testkit.weak_network import Way, WeakNetwork

_IS_LISTED = "(n) => document.querySelectorAll('#list .row').length >= n"
_SETTLED = "() => !Object.keys(localStorage).some((key) => key.includes(':action:'))"
_REQUEST = "(key) => JSON.parse(localStorage[key]).payment_id"


def till_states(phone: Phone, network: WeakNetwork, market: Demo, payee_id: str) -> Iterator[str]:
    """The name of each state, once it is shown: from an empty list to a key that was revoked.

    `market` is testkit.looks.market's, `payee_id` one of its payees without payments, and
    `network` the phone's way to it.
    """
    network.way = Way.OPEN
    phone.goto(f"{network.url}till/")
    phone.wait_for("#closed-title")
    yield "till-no-key"
    key = make_key(market, payee_id, "Stall phone")
    phone.goto(f"{network.url}till/?{payee_id}#{payee_id}.{key.secret}")
    phone.wait_for("#nothing")
    phone.wait_for("#fresh", "")
    phone.wait_until("() => document.querySelector('#sums .amount')")
    yield "till-empty"
    yield from _list(phone, market, payee_id)
    yield from _asking(phone, market, payee_id)
    yield from _menu(phone)
    yield from _blind(phone, network)
    payees(market, "till", payee_id, "--revoke", str(key.number))
    network.way = Way.OPEN
    phone.come_online()
    phone.wait_for("#closed-title")
    yield "till-revoked"


def _list(phone: Phone, market: Demo, payee_id: str) -> Iterator[str]:
    long_name = "Wilhelmina Featherstonehaugh-Bhattacharya"
    first = say_paid(market, payee_id, "Asha", "50", reason="2 kg tomatoes", method="upi")
    say_paid(market, payee_id, "Ben", "8", reason="Mint")
    say_paid(market, payee_id, long_name, "9999.50", method="upi")
    say_paid(market, payee_id, "Meena", "20", mint(timedelta(days=2)), reason="Tea, the day before")
    say_paid(market, payee_id, "Ravi", "120", reason="Breakfast for four", method="cash")
    phone.reload()
    phone.wait_until(_IS_LISTED, 5)
    yield "till-list"
    phone.tap(f"#row-{first}")
    phone.wait_for("#ticket", "Asha")
    yield "till-payment"
    phone.tap("#ticket summary")
    phone.wait_for("#ticket fieldset")
    yield "till-didnt-come"
    phone.tap("#ticket fieldset label:last-of-type input")
    phone.wait_for("#ticket details > input")
    yield "till-didnt-come-else"
    phone.tap("#ticket .got")
    phone.wait_for("#ticket.confirmed")
    phone.wait_until(_SETTLED)
    yield "till-got-it"
    phone.tap("#ticket > :last-child > .wide")
    phone.wait_for("#ticket.said")
    phone.wait_until(_SETTLED)
    yield "till-undone"
    phone.tap("#ticket .got")
    phone.wait_for("#ticket.confirmed")
    yield from _reversed(phone)
    for span in ("yesterday", "week", "search"):
        phone.tap(f"#span-{span}")
        yield f"till-{span}"
    phone.fill("#query", "nobody")
    phone.wait_for("#nothing")
    yield "till-search-nothing"
    phone.tap("#span-today")


def _reversed(phone: Phone) -> Iterator[str]:
    if phone.sees("#back"):
        phone.tap("#back")
    phone.tap("#list .row.said")
    phone.wait_for("#ticket.said")
    phone.tap("#ticket summary")
    phone.tap("#ticket details button.bad")
    phone.wait_for("#ticket.reversed")
    phone.wait_until(_SETTLED)
    yield "till-reversed"
    phone.tap("#back")
    phone.wait_for("#list .row.reversed")
    yield "till-list-of-all"


def _asking(phone: Phone, market: Demo, payee_id: str) -> Iterator[str]:
    if phone.sees("#ask"):  # a counter always shows its keypad
        phone.tap("#ask")
    phone.wait_for("#keys")
    yield "till-keypad"
    for digit in "99999":
        phone.tap(f"#keys button[value='{digit}']")
    phone.wait_for("#out-of-limits")
    yield "till-keypad-too-much"
    for _ in range(3):
        phone.tap("#keys button[value=back]")
    phone.tap(".edit summary")
    for name, price in (("Tea", "10"), ("Samosa with chutney", "25")):
        phone.fill("#item-name", name)
        phone.fill("#item-price", price)
        phone.tap("#add-item")
    phone.wait_until("() => document.querySelectorAll('#items button').length === 2")
    phone.tap("#items button")
    phone.tap("#items button")
    yield "till-items"
    phone.tap("#show-qr")
    phone.wait_until("() => document.querySelectorAll('#qr svg').length > 0")
    yield "till-request"
    request = PaymentId(phone.evaluate(_REQUEST, f"payee-till:of:{payee_id}:request"))
    say_paid(market, payee_id, "Asha", "20", request, reason="2 Tea")
    phone.wait_for("#ticket", "Asha")
    yield "till-request-answered"
    phone.tap("#ticket .got")
    phone.wait_for("#ticket.confirmed")
    if phone.sees("#back"):
        phone.tap("#back")
    if phone.sees("#cash"):
        phone.tap("#cash")
    phone.tap("#keys button[value='9']")
    yield "till-cash"
    phone.tap("#got-cash")
    phone.wait_for("#ticket.confirmed")
    phone.wait_until(_SETTLED)
    yield "till-cash-taken"


def _menu(phone: Phone) -> Iterator[str]:
    phone.tap("#menu-open")
    phone.wait_for("#forget")
    yield "till-menu"
    phone.tap("#forget")
    phone.wait_for("#forget-sure")
    yield "till-forget"
    phone.tap("#forget-no")
    phone.tap("#try-sounds")
    phone.wait_for("#sound-said")
    yield "till-sounds"
    phone.tap("#back")


def _blind(phone: Phone, network: WeakNetwork) -> Iterator[str]:
    network.way = Way.CUT
    phone.come_online()
    phone.wait_for("#blind")
    yield "till-blind"
    phone.tap("#list .row.said")
    phone.tap("#ticket .got")
    phone.wait_for("#unsent")
    yield "till-blind-got-it"
    if phone.sees("#back"):
        phone.tap("#back")
    yield "till-blind-list"
