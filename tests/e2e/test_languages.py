"""The page speaks the payer's language, and reads and writes amounts in it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from sitegen.catalogs import page_texts
from testkit.demo_process import Demo
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    reconnect,
    send,
    serve_site,
)
from testkit.rosters import make_entry, make_roster

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def test_the_browsers_language_is_taken_and_another_can_be_chosen(
    demo: Demo, browser: Browser
) -> None:
    context = browser.new_context(locale="hi-IN")
    page = context.new_page()
    page.goto(f"{demo.url}mahantesh/")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    expect(page.get_by_text("आपका नाम", exact=True)).to_be_visible()
    page.get_by_role("button", name="आगे बढ़ें").click()
    expect(page.locator("#payer_id-error")).to_have_text("अपना नाम लिखें")

    page.get_by_label("भाषा").select_option("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#payer_id-error")).to_have_text("Enter your name")
    expect(page.get_by_label("Language")).to_have_value("en")
    page.goto(f"{demo.url}sneha/")  # it is remembered
    expect(page.get_by_label("Your name")).to_be_visible()
    page.goto(f"{demo.url}nobody/")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    context.close()


def test_a_language_is_switched_in_every_state(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    switch = page.locator("#language")
    page.route(API, abort)
    fill(page)
    page.get_by_role("button", name="Continue").click()
    switch.select_option("hi")
    hindi = page_texts("hi", ["payee"], ["review", "record", "unanswered", "recorded"])
    expect(page.get_by_role("heading", name=str(hindi["review"]))).to_be_visible()
    page.get_by_role("button", name=str(hindi["record"])).click()
    expect(page.get_by_role("heading", name=str(hindi["unanswered"]))).to_be_visible()
    switch.select_option("en")
    expect_unconfirmed(page)
    reconnect(page)
    expect_receipt(page)
    switch.select_option("hi")
    expect(page.get_by_role("heading", name=str(hindi["recorded"]))).to_be_visible()


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("de", ("50,5", "50,50\xa0€", "1\xa0€ bis 10.000\xa0€")),
        ("fr", ("50.5", "50,50\xa0€", "De 1\xa0€ à 10\u202f000\xa0€")),
        ("kn", ("೫೦.೫", "€50.50", "€1 ರಿಂದ €10,000 ವರೆಗೆ")),
    ],
)
def test_amounts_are_read_and_written_as_the_language_does(
    demo: Demo, page: Page, language: str, texts: tuple[str, str, str]
) -> None:
    typed, shown, hint = texts
    entry = make_entry("adarsh", currency="EUR", least="1", most="10000", amounts=("5.5",))
    serve_site(page, demo.url, make_roster(entry, languages=(language,)))
    page.goto(f"{demo.url}adarsh/#amount=20.50")
    expect(page.locator("#amount-hint")).to_have_text(hint)
    mark = "." if language == "kn" else ","
    expect(page.locator("#amount")).to_have_value(f"20{mark}50")
    page.locator(".chips button").click()
    expect(page.locator("#amount")).to_have_value(f"5{mark}50")
    page.locator("#amount").fill(typed)
    page.locator("#payer_id").fill("Asha")
    page.locator("form .primary").click()
    expect(page.locator("#review .amount")).to_have_text(shown)


def test_old_links_are_answered_in_the_payers_language(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(locale="hi")
    page = context.new_page()
    page.goto(f"{demo.url}?user=99")
    expect(page.get_by_role("alert")).to_contain_text("यहाँ “\u206899\u2069” नाम से कोई नहीं है")
    context.close()


def test_a_browser_in_an_unheard_language_gets_the_sites_first(
    demo: Demo, browser: Browser
) -> None:
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    send(page)
    expect_receipt(page)
    context.close()
