"""What payers do, in every engine: the way to a receipt, on networks good and bad."""

import time

import pytest

from testkit.phone import Phone
from testkit.weak_network import Way, WeakNetwork
from tests.engines.steps import try_now

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def fill(phone: Phone, amount: str = "50", payer: str = "Asha", reason: str = "Lunch") -> None:
    phone.fill("#amount", amount)
    phone.fill("#payer_id", payer)
    phone.fill("#reason", reason)


def review(phone: Phone) -> None:
    phone.tap("#form .primary")
    phone.wait_for("#review")


def send(phone: Phone) -> None:
    fill(phone)
    review(phone)
    phone.tap("#record")


def test_a_payment_is_reviewed_changed_and_recorded(network: WeakNetwork, phone: Phone) -> None:
    phone.goto(f"{network.url}mahantesh/")
    phone.tap("#form .primary")
    phone.wait_for("#problems a[href='#amount']")
    fill(phone)
    review(phone)
    assert "₹50" in phone.text("#review .amount")
    phone.back()
    assert phone.value("#payer_id") == "Asha"
    review(phone)
    phone.tap("#change")
    fill(phone, amount="20")
    review(phone)
    phone.tap("#record")
    phone.wait_for("#receipt")
    assert "₹20" in phone.text("#receipt .amount")
    assert [document["amount"] for _, document in network.sent] == ["20.00"]


@pytest.mark.parametrize("way", [Way.CUT, Way.LOST, Way.BUSY])
def test_a_payment_without_an_answer_is_sent_again_as_it_was(
    network: WeakNetwork, phone: Phone, way: Way
) -> None:
    phone.goto(f"{network.url}mahantesh/")
    network.way = way
    send(phone)
    phone.wait_for("#unanswered")
    phone.reload()
    phone.wait_for("#unanswered")
    network.way = Way.OPEN
    if way is not Way.BUSY:  # which said when to ask again: soon
        try_now(phone)
    phone.wait_for("#receipt")
    assert len(network.sent) > 1
    assert all(sent == network.sent[0] for sent in network.sent)


@pytest.mark.parametrize("way", [Way.SLOW, Way.BUSY])
def test_leaving_by_a_link_and_coming_back_finds_out_what_became_of_the_payment(
    network: WeakNetwork, phone: Phone, way: Way
) -> None:
    """Engines keep the page that was left as it was. WebKit rejects its lock's promise while the
    request goes on."""
    phone.goto(f"{network.url}mahantesh/")
    network.way = way
    send(phone)
    phone.wait_for("#sending")
    if way is Way.BUSY:
        phone.wait_for("#unanswered")
    phone.tap("header a")
    phone.wait_for("main a[href*=mahantesh]")
    phone.back()
    phone.wait_for("#sending")
    network.way = Way.OPEN
    phone.wait_for("#receipt")
    assert all(sent == network.sent[0] for sent in network.sent)


def test_a_network_that_is_back_does_not_wait_for_a_request_that_hangs(
    network: WeakNetwork, phone: Phone
) -> None:
    phone.goto(f"{network.url}mahantesh/")
    network.way = Way.HANG
    send(phone)
    phone.wait_until("() => !document.querySelector('#sending').hidden")
    for _ in range(600):
        if network.sent:
            break
        time.sleep(0.05)
    assert network.sent
    network.way = Way.OPEN
    phone.come_online()
    phone.wait_for("#receipt")
    assert network.sent == network.sent[:1] * 2


def test_back_reload_and_a_second_scan_do_not_lose_a_receipt(
    network: WeakNetwork, phone: Phone
) -> None:
    phone.goto(f"{network.url}mahantesh/")
    send(phone)
    code = phone.text("#receipt .code")
    phone.reload()
    assert phone.text("#receipt .code") == code
    phone.back()
    phone.wait_until("() => !document.querySelector('#receipt').getClientRects().length")
    phone.forward()
    assert phone.text("#receipt .code") == code
    phone.goto(f"{network.url}mahantesh/")
    phone.wait_for("#form")
    phone.tap("#last")
    assert phone.text("#receipt .code") == code
    assert len(network.sent) == 1


def test_two_tabs_record_one_payment(network: WeakNetwork, phone: Phone) -> None:
    phone.goto(f"{network.url}sneha/")
    network.way = Way.CUT
    send(phone)
    phone.wait_for("#unanswered")
    phone.new_tab()
    phone.goto(f"{network.url}sneha/")
    phone.wait_for("#sending")
    network.way = Way.OPEN
    phone.use_tab(0)
    try_now(phone)
    phone.wait_for("#receipt")
    assert all(sent == network.sent[0] for sent in network.sent)


def test_a_phone_is_addressed_in_its_own_language(network: WeakNetwork, phone: Phone) -> None:
    phone.goto(f"{network.url}mahantesh/")
    title = phone.text("#form .primary")
    phone.evaluate(
        """() => {
          const picker = document.getElementById("language");
          picker.value = "hi";
          picker.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    phone.wait_until(
        "(was) => document.querySelector('#form .primary').innerText !== was && "
        "document.documentElement.lang === 'hi'",
        title,
    )
    phone.reload()
    phone.wait_until("() => document.documentElement.lang === 'hi'")
    send(phone)
    phone.wait_for("#receipt")
