"""Nothing that is typed, paid or said is lost, done twice or lost sight of."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from testkit.demo_process import Demo
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    reconnect,
    review,
    send,
    wait_until,
    watch_requests,
)

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def test_what_is_typed_survives_a_reload_with_its_id_for_an_hour(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    fill(page, amount="12.5", payer="Asha", reason="Tea")
    page.reload()
    for label, text in (("Amount", "12.5"), ("Your name", "Asha"), ("What for", "Tea")):
        expect(page.get_by_label(label, exact=True)).to_have_value(text)
    review(page)
    expect(page.get_by_role("heading", name="You say you have paid")).to_be_visible()
    place = page.evaluate("history.state.id")
    page.reload()
    expect(page.locator("#review .amount")).to_have_text("₹12.50")
    assert page.evaluate("history.state.id") == place
    sent = watch_requests(page)
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    assert [url.rpartition("/")[2] for url, _ in sent] == [place]

    page.go_back()
    fill(page, amount="13")
    page.evaluate("""() => {
      const key = "payee-pages:typed:mahantesh";
      const typed = JSON.parse(sessionStorage[key]);
      sessionStorage[key] = JSON.stringify({ ...typed, at: typed.at - 3600001 });
    }""")
    page.reload()
    expect(page.get_by_label("Amount", exact=True)).to_have_value("")


def test_the_same_again_is_asked_about_and_the_first_is_shown(demo: Demo, page: Page) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}shilpa/")
    fill(page, amount="77", payer="Asha")
    send(page)
    expect_receipt(page)
    reference = page.locator("#reference").inner_text()
    page.goto(f"{demo.url}shilpa/")
    fill(page, amount="77.00", payer="asha", reason="Something else")
    review(page)
    expect(page.get_by_role("heading", name="You wrote down the same at ")).to_be_visible()
    expect(page.get_by_role("alert").last).to_contain_text("Is this a second payment?")
    page.get_by_role("button", name="No, show the first").click()
    expect_receipt(page)
    assert page.locator("#reference").inner_text() == reference
    assert len(sent) == 1
    page.go_back()
    page.get_by_role("button", name="Yes, write down a second").click()
    expect_receipt(page)
    assert page.locator("#reference").inner_text() != reference
    assert len(sent) == 2
    page.goto(f"{demo.url}shilpa/")
    fill(page, amount="78", payer="Asha")
    review(page)
    expect(page.get_by_role("heading", name="You say you have paid")).to_be_visible()


def test_a_slow_first_answer_says_something_after_four_seconds(demo: Demo, page: Page) -> None:
    page.clock.install()
    page.goto(f"{demo.url}mahantesh/")
    page.route(API, lambda _: None)
    fill(page)
    send(page)
    expect(page.get_by_role("heading", name="Writing it down…")).to_be_visible()
    page.clock.run_for(3000)
    expect(page.get_by_text("This is slow. Leave the page open.")).to_be_hidden()
    page.clock.run_for(2000)
    expect(page.get_by_text("This is slow. Leave the page open.")).to_be_visible()
    expect(page.get_by_role("button", name="Try now")).to_be_hidden()


@pytest.mark.parametrize("way", ["the button", "the network's return"])
def test_a_request_that_hangs_is_cut_short_and_sent_again(demo: Demo, page: Page, way: str) -> None:
    page.goto(f"{demo.url}mahantesh/")
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            route.abort()
        elif len(asked) > 2:
            route.continue_()

    page.route(API, answer)
    fill(page)
    send(page)
    while len(asked) < 2:
        page.wait_for_timeout(50)
    expect_unconfirmed(page)
    if way == "the button":
        page.get_by_role("button", name="Try now").click()
    else:
        page.evaluate("dispatchEvent(new Event('online'))")
    expect_receipt(page)
    assert len(asked) >= 3


def test_a_second_tab_shows_how_it_goes_and_can_take_it_over(
    demo: Demo, phone: BrowserContext
) -> None:
    first, second = phone.new_page(), phone.new_page()
    first.goto(f"{demo.url}sneha/")
    first.route(API, abort)
    sent = watch_requests(first)
    fill(first, amount="21")
    send(first)
    expect_unconfirmed(first)
    second.goto(f"{demo.url}sneha/")
    expect(second.get_by_text("Another tab is sending this.")).to_be_visible()
    expect(second.get_by_text("Tried")).to_be_visible()
    sent_by_second = watch_requests(second)
    second.get_by_role("button", name="Send from here").click()
    expect_receipt(second)
    assert sent_by_second == [sent[0]]
    expect_receipt(first)
    shown = second.locator("#reference").inner_text()
    assert first.locator("#reference").inner_text() == shown


def test_a_note_on_its_way_is_sent_from_any_payees_page(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    page.route(API, abort)
    sent = watch_requests(page)
    fill(page, amount="31")
    send(page)
    expect_unconfirmed(page)
    page.goto(f"{demo.url}sneha/")
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(page.get_by_role("button", name="1 note is still being sent")).to_be_visible()
    reconnect(page)
    page.get_by_role("button", name="My notes on this phone").click()
    expect(page.locator("#notes")).to_contain_text("Written down")
    assert all(request == sent[0] for request in sent)


def test_back_while_sending_leads_to_the_form_which_still_shows_it(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    page.route(API, abort)
    fill(page, amount="32")
    send(page)
    expect_unconfirmed(page)
    page.go_back()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(page.locator("#last")).to_contain_text("still sending")
    page.go_forward()
    expect_unconfirmed(page)
    page.go_back()
    reconnect(page)
    expect(page.locator("#last")).to_contain_text("waiting")
    page.go_forward()
    expect_receipt(page)


def test_a_device_that_keeps_nothing_is_told_one_true_sentence(demo: Demo, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})"
    )
    page.goto(f"{demo.url}mahantesh/")
    page.route(API, abort)
    fill(page)
    send(page)
    expect_unconfirmed(page)
    expect(page.get_by_text("This browser keeps nothing. Leave the page open.")).to_be_visible()
    expect(page.get_by_text("You can close this page.")).to_be_hidden()
    reconnect(page)
    expect_receipt(page)


REQUEST = "amount=44&reason=Lunch&id="


def new_id(page: Page) -> str:
    """Made by another device: a till, which asks for the money."""
    page.goto("about:blank")
    milliseconds: int = page.evaluate("Date.now()")
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    digits = "".join(alphabet[milliseconds >> 5 * place & 31] for place in range(9, -1, -1))
    return f"{digits}{milliseconds % 100_000:05}{'REQUEST0000'[:11]}".replace("U", "V")


def test_a_request_is_answered_under_its_id_and_only_once(
    demo: Demo, phone: BrowserContext
) -> None:
    page = phone.new_page()
    payment_id = new_id(page)
    link = f"{demo.url}mahantesh/#{REQUEST}{payment_id}"
    sent = watch_requests(page)
    page.goto(link)
    expect(page.get_by_label("Amount", exact=True)).to_have_value("44")
    page.get_by_label("Your name").fill("Asha")
    send(page)
    expect_receipt(page)
    assert [url.rpartition("/")[2] for url, _ in sent] == [payment_id]
    again = phone.new_page()
    sent_again = watch_requests(again)
    again.goto(link)
    expect_receipt(again)
    assert sent_again == []


def test_a_request_that_another_payer_answered_says_so_in_a_friendly_way(
    demo: Demo, phone: BrowserContext, page: Page
) -> None:
    payment_id = new_id(page)
    link = f"{demo.url}mahantesh/#{REQUEST}{payment_id}"
    other = phone.browser.new_context() if phone.browser else None
    assert other
    late = other.new_page()
    late.goto(link)  # both have it open
    page.goto(link)
    page.get_by_label("Your name").fill("Asha")
    send(page)
    expect_receipt(page)
    late.get_by_label("Your name").fill("Ravi")
    send(late)
    expect(late.locator("#notice")).to_contain_text("Somebody has answered this already.")
    late.goto("about:blank")
    late.goto(link)  # and who comes later is told before paying
    expect(late.locator("#notice")).to_contain_text("Somebody has answered this already.")
    other.close()


def test_a_page_that_comes_back_from_the_browsers_cache_looks_at_the_device_again(
    demo: Demo, phone: BrowserContext
) -> None:
    page, elsewhere = phone.new_page(), phone.new_page()
    page.goto(f"{demo.url}mahantesh/")
    held: list[Route] = []
    page.route(API, lambda route: held.append(route))  # noqa: PLW0108 (it wants a function)
    fill(page, amount="45")
    send(page)
    wait_until(page, lambda: held)
    elsewhere.goto(f"{demo.url}mahantesh/")
    elsewhere.get_by_role("button", name="Send from here").click()
    expect_receipt(elsewhere)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect_receipt(page)
