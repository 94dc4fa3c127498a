"""Paying from the page: the way to the bank app and back, with a stand-in for the bank."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from rails import parse_account
from rails.account import Account
from testkit.demo_process import Demo
from testkit.page_steps import API, abort, expect_receipt, fill, review, serve_site, watch_requests
from testkit.rosters import make_entry, make_roster

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
WEBVIEW = ANDROID.replace("Android 14", "Android 14; Pixel; wv")
UPI = parse_account({"upi": "mahantesh@examplebank", "merchant": "true", "holder": "Mahantesh K"})
PERSON = parse_account({"upi": "mahantesh@examplebank", "holder": "Mahantesh K"})
CASH = parse_account({"cash": ""})


def served(
    context: BrowserContext, demo: Demo, *pay_by: Account, languages: tuple[str, ...] = ("en",)
) -> str:
    """The address of a page of the demo's payee who receives so."""
    entry = replace(make_entry("mahantesh", least="1", most="10000"), pay_by=pay_by)
    roster = make_roster(entry, url=demo.url, languages=languages)
    serve_site(context, demo.url, roster)
    context.route(re.compile(r"/api/"), lambda route: route.continue_())
    return f"{demo.url}mahantesh/"


@pytest.fixture
def android(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="en-IN", user_agent=ANDROID
    )
    context.set_default_timeout(10_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    errors: list[object] = []
    context.on("weberror", lambda error: errors.append(error.error))
    yield context
    context.close()
    assert not errors


def opened_links(page: Page) -> list[str]:
    """Where links led; the bank app is not on this machine."""
    links: list[str] = []
    page.expose_function("toTheBank", lambda link: links.append(link))  # noqa: PLW0108
    page.add_init_script(
        "addEventListener('click', (event) => {"
        " const link = event.target.closest('a[href^=upi]');"
        " if (link) { event.preventDefault(); toTheBank(link.href); } });"
    )
    return links


def hide(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def to_the_choice(page: Page, url: str) -> None:
    page.goto(url)
    fill(page, reason="2 kg tomatoes")
    review(page)


def test_whoever_is_faster_than_the_network_goes_on_once_the_ways_are_here(
    demo: Demo, android: BrowserContext
) -> None:
    url = served(android, demo, UPI, CASH)
    page = android.new_page()
    held: list[Route] = []
    page.route(re.compile("/assets/payment"), lambda route: held.append(route))  # noqa: PLW0108
    to_the_choice(page, url)
    expect(page.locator("#notice")).to_have_text("This is slow. Leave the page open.")
    held[0].fallback()
    expect(page.get_by_role("heading", name="How do you pay?")).to_be_visible()
    page.go_back()
    expect(page.locator("#notice")).to_be_hidden()


def test_the_whole_way_by_upi_with_the_banks_number(demo: Demo, android: BrowserContext) -> None:
    page = android.new_page()
    links = opened_links(page)
    sent = watch_requests(page)
    to_the_choice(page, served(android, demo, UPI, CASH))
    expect(page.get_by_role("heading", name="How do you pay?")).to_be_focused()
    page.get_by_role("button", name="UPI").click()
    expect(page.get_by_role("heading", name="Pay by")).to_be_visible()
    expect(page.locator("#way")).to_contain_text(
        "check that your app shows \u2068Mahantesh K\u2069"
    )
    page.get_by_role("link", name="Open UPI app").click()
    hide(page, hidden=True)
    hide(page, hidden=False)
    expect(page.get_by_role("heading", name="Did you pay")).to_be_visible()
    [link] = links
    assert "pa=mahantesh@examplebank" in link
    assert "am=50.00" in link
    page.get_by_role("button", name="Yes, I paid").click()
    expect(page.get_by_role("heading", name="You say you have paid")).to_be_visible()
    page.get_by_label("Bank\u2019s number").fill("4372 7658")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("alert").filter(has_text="12 digits")).to_be_visible()
    assert sent == []
    page.get_by_label("Bank\u2019s number").fill("4372 7658-9036")
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    [(url, body)] = sent
    assert (body["method"], body["bank_reference"]) == ("upi", "437276589036")
    assert f"tr={url.rpartition('/')[2][1:]}" in link
    expect(page.locator("#receipt")).to_contain_text("UPI")
    assert page.evaluate("Object.keys(localStorage).join()").count("opened:") == 0
    page.go_back()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


@pytest.mark.parametrize("road", ["a reload", "a new tab", "a discarded tab"])
def test_whoever_comes_back_is_asked_and_nothing_is_lost(
    demo: Demo, android: BrowserContext, road: str
) -> None:
    page = android.new_page()
    opened_links(page)
    url = served(android, demo, UPI)
    to_the_choice(page, url)  # one way needs no choice
    page.get_by_role("link", name="Open UPI app").click()
    payment_id = page.evaluate("history.state.id")
    if road == "a reload":
        page.reload()
    else:
        if road == "a discarded tab":
            page.close()
        page = android.new_page()
        page.goto(url)
    expect(page.get_by_role("heading", name="Did you pay")).to_be_visible()
    expect(page.locator("#return")).to_contain_text(payment_id[-4:])
    page.get_by_role("button", name="Not yet").click()
    expect(page.get_by_role("button", name="I have paid")).to_have_class("primary")
    page.get_by_role("button", name="I have paid").click()
    sent = watch_requests(page)
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    assert [address.rpartition("/")[2] for address, _ in sent] == [payment_id]


def test_what_was_not_paid_is_forgotten_once_it_is_sure(
    demo: Demo, android: BrowserContext
) -> None:
    page = android.new_page()
    opened_links(page)
    to_the_choice(page, served(android, demo, UPI))
    page.get_by_role("link", name="Open UPI app").click()
    page.reload()
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Did no money leave?")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="Did you pay")).to_be_visible()
    page.get_by_role("button", name="Forget it").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Forget it").click()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def test_rows_are_copied_and_who_copied_is_not_asked_each_time(
    demo: Demo, android: BrowserContext
) -> None:
    page = android.new_page()
    to_the_choice(page, served(android, demo, PERSON))
    expect(page.locator("#links a")).to_have_count(0)  # apps refuse links to a person's address
    page.get_by_role("button", name="Copy: UPI address").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "mahantesh@examplebank"
    for hidden in (True, False):
        hide(page, hidden=hidden)
    expect(page.get_by_role("heading", name="Pay by")).to_be_visible()
    expect(page.get_by_role("button", name="I have paid")).to_have_class("primary")


def test_an_amount_is_copied_as_the_banks_of_a_language_write_it(
    demo: Demo, android: BrowserContext
) -> None:
    """12.50 is 1250 to some bank apps where people write 12,50."""
    page = android.new_page()
    page.goto(served(android, demo, PERSON, languages=("de",)))
    page.locator("#amount").fill("12,50")
    page.locator("#payer_id").fill("Asha")
    page.locator("#form .primary").click()
    row = page.locator("#rows li", has_text="12,50")
    row.get_by_role("button").click()
    expect(row.get_by_role("button")).to_have_text("Kopiert")
    assert page.evaluate("navigator.clipboard.readText()") == "12,50"


def test_a_code_is_drawn_when_asked_for_and_offline_says_so(
    demo: Demo, android: BrowserContext
) -> None:
    page = android.new_page()
    url = served(android, demo, PERSON)
    page.route("**/assets/qr.*", abort)
    to_the_choice(page, url)
    page.get_by_role("button", name="Show a QR code").click()
    expect(page.get_by_text("No network, so no QR code. Copy the rows.")).to_be_visible()
    page.unroute("**/assets/qr.*")
    page.get_by_role("button", name="Show a QR code").click()
    expect(page.locator("#qr svg")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as image").click()
    assert saved.value.suggested_filename.endswith(".png")
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_code_is_drawn_offline_once_the_page_was_idle(
    demo: Demo, android: BrowserContext
) -> None:
    page = android.new_page()
    url = served(android, demo, PERSON)
    with page.expect_response("**/assets/qr.*"):
        to_the_choice(page, url)
    page.route("**/assets/**", abort)
    android.set_offline(offline=True)
    page.get_by_role("button", name="Show a QR code").click()
    expect(page.locator("#qr svg")).to_be_visible()


def test_cash_is_handed_over_and_then_written_down(demo: Demo, android: BrowserContext) -> None:
    page = android.new_page()
    sent = watch_requests(page)
    to_the_choice(page, served(android, demo, UPI, CASH))
    page.get_by_role("button", name="Cash").click()
    expect(page.locator("#review")).to_contain_text("by \u2068Cash\u2069")
    expect(page.get_by_label("Bank\u2019s number")).to_be_hidden()
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    assert sent[0][1]["method"] == "cash"
    assert "bank_reference" not in sent[0][1]


def test_inside_another_app_there_are_rows_and_no_link_to_an_error_page(
    demo: Demo, browser: Browser
) -> None:
    context = browser.new_context(user_agent=WEBVIEW, locale="en-IN")
    page = context.new_page()
    to_the_choice(page, served(context, demo, UPI, CASH))
    way = page.get_by_role("button", name="UPI")
    expect(way).not_to_contain_text("Opens your UPI app")  # nor does it on a computer
    way.click()
    expect(page.get_by_role("button", name="Copy: UPI address")).to_be_visible()
    expect(page.locator("#links a")).to_have_count(0)
    context.close()


def test_where_no_app_opened_the_page_says_what_else_there_is(
    demo: Demo, android: BrowserContext
) -> None:
    page = android.new_page()
    opened_links(page)
    to_the_choice(page, served(android, demo, UPI))
    page.get_by_role("link", name="Open UPI app").click()
    expect(page.get_by_text("Nothing opened? Copy the rows, or show the QR code.")).to_be_visible()


def test_an_amount_that_is_changed_in_between_is_another_payment(
    demo: Demo, android: BrowserContext
) -> None:
    page = android.new_page()
    opened_links(page)
    to_the_choice(page, served(android, demo, UPI))
    first = page.evaluate("history.state.id")
    page.get_by_role("link", name="Open UPI app").click()
    page.go_back()
    expect(page.locator("#last")).to_contain_text("Did you pay")
    review(page)  # the same: there is something to say about it first
    expect(page.get_by_role("heading", name="Did you pay")).to_be_visible()
    page.go_back()
    page.get_by_label("Amount", exact=True).fill("60")
    review(page)
    expect(page.get_by_role("heading", name="Pay by")).to_be_visible()
    assert page.evaluate("history.state.id") != first


def test_a_refusal_of_what_is_paid_keeps_way_and_id(demo: Demo, android: BrowserContext) -> None:
    page = android.new_page()
    to_the_choice(page, served(android, demo, UPI))
    payment_id = page.evaluate("history.state.id")
    page.get_by_role("button", name="I have paid").click()
    problem = {"code": "invalid-fields", "errors": [{"pointer": "/payer_id", "detail": "no"}]}
    page.route(
        API,
        lambda route: route.fulfill(
            status=422, content_type="application/problem+json", json=problem
        ),
    )
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#payer_id-error")).to_have_text(
        "This cannot be written down. Please write it another way."
    )
    page.unroute(API)
    sent = watch_requests(page)
    page.get_by_label("Your name").fill("Asha K")
    review(page)
    page.get_by_role("button", name="Yes, I paid").click()
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    [(url, body)] = sent
    assert url.endswith(payment_id)
    assert (body["payer_id"], body["method"]) == ("Asha K", "upi")
