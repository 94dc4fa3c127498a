"""The payer's page in a real browser, on a network that fails."""

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from testkit.demo_process import PAYEES, Demo
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    reconnect,
    review,
    send,
    stop,
    watch_requests,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def test_every_mistake_is_said_at_its_field_and_nothing_is_sent(demo: Demo, page: Page) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}mahantesh/")
    fill(page, amount="50.000", payer="  ", reason="x" * 142)
    review(page)

    amount = page.get_by_label("Amount", exact=True)
    expect(amount).to_have_attribute("aria-invalid", "true")
    described = "₹ ₹1 to ₹10,000 Write the amount like 50 or 50000"
    expect(amount).to_have_accessible_description(described)
    expect(page.locator("#payer_id-error")).to_have_text("Enter your name")
    expect(page.locator("#reason-error")).to_have_text("Shorten this by 2 characters")
    assert page.get_by_label("What for").input_value() == "x" * 142  # nothing is cut
    expect(page).to_have_title("3 things to mend: Mahantesh · Town Market")

    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    expect(problems).to_contain_text("3 things to mend")
    problems.get_by_role("link", name="Enter your name").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.get_by_label("Your name").fill("Asha")
    expect(problems.get_by_role("link")).to_have_count(2)

    fill(page, amount="10000.01")
    review(page)
    expect(page.locator("#amount-error")).to_have_text("At most ₹10,000")
    expect(page.locator("#payer_id-error")).to_be_hidden()
    assert sent == []


@pytest.mark.parametrize("typed", ["50", "50.0", "50,00", "\u0665\u0660", "\u096b\u0966.\u0966"])
def test_amounts_are_understood_as_people_type_them(demo: Demo, page: Page, typed: str) -> None:
    page.goto(f"{demo.url}mahantesh/")
    fill(page, amount=typed)
    send(page)
    expect_receipt(page)
    expect(page.locator("#receipt .amount")).to_have_text("₹50")


def test_text_is_sent_in_the_form_that_the_answer_repeats(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    fill(page, payer=" Asha\u00a0  Ame\u0301lie ", reason="2\tkg \u3000 \u0baa\u0bb4\u0bae\u0bcd")
    send(page)
    expect_receipt(page)
    expect(page.locator("#receipt")).to_contain_text("Asha Am\u00e9lie")


def test_what_hides_is_told_before_anything_is_sent(demo: Demo, page: Page) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}mahantesh/")
    fill(page, payer="As\u200bha", reason="z" + "\u0335" * 60)
    review(page)
    expect(page.locator("#payer_id-error")).to_have_text(
        "This cannot be written down. Please write it another way."
    )
    expect(page.locator("#reason-error")).to_have_text(
        "This cannot be written down. Please write it another way."
    )
    assert sent == []


def test_the_servers_word_on_a_field_is_shown_at_the_field(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    fill(page, payer="As\u200cha")  # a joiner: whether it is needed, only the API says
    send(page)
    expect(page.locator("#payer_id-error")).to_have_text(
        "This cannot be written down. Please write it another way."
    )
    expect(page.get_by_role("alert")).to_be_focused()
    fill(page)
    send(page)
    expect_receipt(page)


def test_a_payment_is_made_with_the_keyboard_alone(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Amount", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Amount", exact=True)).to_have_value("50")
    expect(page.get_by_role("button", name="₹50")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Asha")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You say you have paid")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_receipt(page)
    expect(page.get_by_role("heading", name="Written down")).to_be_focused()


def test_a_fixed_amount_cannot_be_changed_and_is_paid(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}adarsh/#amount=99&reason=Scooter")
    expect(page.get_by_label("Amount", exact=True)).not_to_be_editable()
    expect(page.get_by_label("What for")).to_have_value("Scooter")
    page.get_by_label("Your name").fill("Asha")
    review(page)
    page.get_by_role("button", name="Cash").click()
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    expect(page.locator("#receipt .amount")).to_have_text("₹10")


def test_a_link_presets_the_form(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}sneha/#amount=20&reason=Tea+%26+biscuits&payer=Jo")
    expect(page.get_by_label("Amount", exact=True)).to_have_value("20")
    expect(page.get_by_label("What for")).to_have_value("Tea & biscuits")
    expect(page.get_by_label("Your name")).to_have_value("Jo")
    page.evaluate("location.hash = '#amount=10.5'")  # another link, scanned into the same tab
    expect(page.get_by_label("Amount", exact=True)).to_have_value("10.5")


def test_unclear_answers_are_retried_with_the_same_id_until_a_definite_one(
    demo: Demo, page: Page
) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Log in to Free WiFi</h1>")

    def other_payment(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body='{"payment_id": "other"}')

    def bare_error(route: Route) -> None:
        route.fulfill(status=403, content_type="text/html", body="Forbidden")

    def lost_answer(route: Route) -> None:
        route.fetch()  # recorded, but the phone never hears of it
        route.abort()

    failures: list[Callable[[Route], None]] = [
        abort,
        portal,
        other_payment,
        bare_error,
        lost_answer,
    ]

    def unreliable(route: Route) -> None:
        failures.pop(0)(route) if failures else route.continue_()

    sent = watch_requests(page)
    page.goto(f"{demo.url}mahantesh/")
    page.route(API, unreliable)
    fill(page)
    send(page)
    expect_unconfirmed(page)
    for _ in range(50):  # beside it the page tries again by itself, sooner on a slow machine
        if not page.locator("#try-now").is_visible():
            break
        page.evaluate("document.getElementById('try-now').click()")
        page.wait_for_timeout(200)
    expect_receipt(page)
    assert failures == []
    assert len(sent) == 6
    assert all(request == sent[0] for request in sent)


def test_a_payment_on_its_way_survives_a_reload_and_is_recorded_once(
    demo: Demo, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{demo.url}shilpa/")
    sent = watch_requests(page)
    page.route(API, lambda route: (route.fetch(), route.abort()))
    fill(page)
    send(page)
    expect_unconfirmed(page)
    page.close()

    again = phone.new_page()
    sent_again = watch_requests(again)
    again.goto(f"{demo.url}shilpa/")
    expect_receipt(again)
    assert sent_again[-1] == sent[0]
    again.reload()
    expect_receipt(again)
    assert len(sent_again) == 1, "what is recorded is not sent once more"


def test_a_payment_that_was_erased_before_the_phone_had_its_answer_is_no_less_recorded(
    demo: Demo, page: Page
) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}shilpa/")
    page.route(API, lambda route: (route.fetch(), route.abort()))
    fill(page, payer="Leela", reason="Garlands")
    send(page)
    expect_unconfirmed(page)
    reference = sent[0][0].rpartition("/")[2]
    payees(demo, "erase", reference, "--reason", "asked for it", "--yes")
    reconnect(page)
    expect_receipt(page)
    assert sent[-1] == sent[0]
    [kept] = json.loads(payees(demo, "show", reference, "--json"))
    assert (kept["payer_id"], kept["reason"], kept["amount"]) == ("erased", "erased", "50.00")
    assert [event["status"] for event in kept["events"]] == ["erased"]


def payees(demo: Demo, *arguments: str) -> str:
    """What the command prints, of the running demo."""
    command = [str(PAYEES), *arguments, "--state-dir", str(demo.state_dir)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_two_tabs_of_one_payee_keep_both_payments(demo: Demo, phone: BrowserContext) -> None:
    tabs = [phone.new_page(), phone.new_page()]
    for tab in tabs:
        tab.goto(f"{demo.url}sneha/")
        tab.route(API, abort)
    for number, tab in enumerate(tabs):
        fill(tab, amount=str(11 + number))
        send(tab)
        expect_unconfirmed(tab)
    reconnect(tabs[0])
    expect_receipt(tabs[0])

    tabs[1].unroute(API)
    tabs[1].reload()
    expect_receipt(tabs[1])
    expect(tabs[1].locator("#receipt .amount")).to_have_text("₹12")


def test_a_body_is_sent_with_its_hash_for_the_cdn_to_sign(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    fill(page, payer="\u0906\u0936\u093e")
    with page.expect_request(API) as sent:
        send(page)
    body = sent.value.post_data_buffer
    assert body
    assert sent.value.headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
    expect_receipt(page)


def test_stopping_does_not_wait_for_an_answer(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    answers: list[Callable[[Route], None]] = [abort]
    page.route(API, lambda route: answers.pop()(route) if answers else None)  # then silence
    fill(page)
    send(page)
    expect_unconfirmed(page)
    page.get_by_role("button", name="Try now").click()
    stop(page)
    expect(page.locator("#notice")).to_contain_text("whether it is written down", timeout=3000)


def test_a_page_survives_what_it_does_not_understand(demo: Demo, page: Page) -> None:
    page.add_init_script(
        "localStorage.setItem('payee-pages:pending:mahantesh:x', '{}');"
        "localStorage.setItem('payee-pages:pending:mahantesh:y', '{');"
    )
    page.goto(f"{demo.url}mahantesh/#__proto__=polluted&toString=1&amount=20")
    expect(page.get_by_label("Amount", exact=True)).to_have_value("20")
    assert page.evaluate("({}).value") is None


def test_a_double_tap_sends_once(demo: Demo, page: Page) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    review(page)
    page.get_by_role("button", name="Write it down").dblclick()
    expect_receipt(page)
    assert len(sent) == 1


def test_a_phone_with_a_wrong_clock_pays_after_the_server_says_the_time(
    demo: Demo, page: Page
) -> None:
    sent = watch_requests(page)
    page.add_init_script("const now = Date.now; Date.now = () => now() + 365 * 864e5;")
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    send(page)
    expect_receipt(page)
    assert len(sent) == 2
    assert sent[0][0] != sent[1][0]


def test_stopping_is_warned_about_and_what_was_stopped_is_kept(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    sent = watch_requests(page)
    page.route(API, abort)
    fill(page)
    send(page)
    page.get_by_role("button", name="Stop trying").click()
    warning = page.get_by_role("alertdialog")
    expect(warning).to_contain_text("may be written down already")
    expect(warning.get_by_role("heading", name="Stop trying")).to_be_focused()
    warning.get_by_role("button", name="Keep trying").click()
    expect_unconfirmed(page)
    stop(page)
    expect(page.locator("#notice")).to_contain_text("whether it is written down")

    page.reload()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    page.get_by_role("button", name="1 note is still being sent").click()
    page.unroute(API)
    page.locator("#notes").get_by_role("button", name="Still sending").click()
    expect_receipt(page)
    assert sent[-1] == sent[0]


def test_a_phone_that_stores_nothing_is_told_so_and_still_pays(demo: Demo, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})"
    )
    page.goto(f"{demo.url}mahantesh/")
    page.route(API, abort)
    fill(page)
    send(page)
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()
    reconnect(page)
    expect_receipt(page)


def test_old_links_lead_to_the_payee_and_unknown_ones_say_so(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}?user=3")
    expect(page.get_by_role("heading", name="Sneha")).to_be_visible()
    page.goto(f"{demo.url}?user=<b>99")
    expect(page.get_by_role("alert")).to_contain_text("“\u2068<b>99\u2069” is not known here.")
    expect(page.get_by_role("link", name="Sneha")).to_be_visible()


def test_without_javascript_the_page_still_says_who_and_shows_the_code(
    demo: Demo, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.url}mahantesh/")
    expect(page.get_by_role("heading", name="Mahantesh")).to_be_visible()
    expect(page.locator("noscript p")).to_be_visible()  # by text, Playwright leaves it out
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_screen(demo: Demo, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for path in ("", "mahantesh/", "nobody/"):
        page.goto(demo.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_whom_to_ask_stands_at_the_foot_of_every_page_in_the_payers_language(
    demo: Demo, page: Page
) -> None:
    for path in ("mahantesh/", "", "posters/", "nobody/"):
        page.goto(f"{demo.url}{path}")
        foot = page.locator("footer")
        expect(foot).to_contain_text("Questions? treasurer@market.example")
        link = foot.get_by_role("link", name="treasurer@market.example")
        expect(link).to_have_attribute("href", "mailto:treasurer@market.example")
    page.get_by_label("Language").select_option("hi")
    expect(foot).to_contain_text("कोई सवाल? treasurer@market.example")
    expect(foot).to_contain_text("किसी हिन्दी बोलने वाले ने अभी जाँचा नहीं")
    page.goto(f"{demo.url}mahantesh/")
    expect(page.locator("footer")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("footer")).to_be_hidden()
