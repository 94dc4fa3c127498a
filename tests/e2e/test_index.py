"""The list of payees: who the money is for is found as one types."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from payments.payee import PayeeStatus
from sitegen.app import create_site
from testkit.demo_process import ROOT
from testkit.rosters import make_entry, make_roster
from testkit.serving import served

pytestmark = pytest.mark.browser

AXE = ROOT / ".tools/node/node_modules/axe-core/axe.min.js"
ROSTER = make_roster(
    make_entry("mahantesh", name="Mahantesh", description="Vegetables, stall 12", aliases=("1",)),
    make_entry("shilpa", name="Shilpa", description="Flowers"),
    make_entry("nagaveni", name="Nagaveni", description="Vegetables, stall 31"),
    make_entry("savita", name="Savita Vegetable Stores", description="Stall 4 and 5"),
    make_entry("oil", name="Vegar Oil Press", description="Stall 77", status=PayeeStatus.AWAY),
    make_entry("jose", name="Jos\u00e9", description="Fish"),
    make_entry("gone", name="Gone", status=PayeeStatus.CLOSED),
    make_entry("test", name="Test payee"),
    languages=("en", "ar"),
)
CROWD = make_roster(
    *(make_entry(f"p{n}", name=f"{'ABCD'[n % 4]}sha {n}") for n in range(1_000)),
    make_entry("mahantesh", name="Mahantesh", description="Vegetables", aliases=("Rahul K",)),
    make_entry("jose", name="\u00d1andu", description="Fish", status=PayeeStatus.AWAY),
    languages=("en", "ar"),
)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(create_site(lambda: ROSTER)) as url:
        yield url


@pytest.fixture(scope="module")
def crowd() -> Iterator[str]:
    with served(create_site(lambda: CROWD)) as url:
        yield url


def names(page: Page) -> list[str]:
    return [name.inner_text() for name in page.locator("#payees b").all() if name.is_visible()]


def test_the_list_narrows_as_one_types(site: str, page: Page) -> None:
    page.goto(site)
    expect(page.get_by_label("Who is the money for?")).to_be_visible()
    assert len(names(page)) == 7  # the test payee is for nobody's eyes
    search = page.get_by_label("Who is the money for?")
    search.fill("veg")
    assert names(page) == ["Mahantesh", "Nagaveni", "Savita Vegetable Stores", "Vegar Oil Press"]
    expect(page.get_by_role("status")).to_have_text("4 of 7. Name, goods or stall.")
    expect(page.locator("mark")).to_have_text(["Veg", "Veg", "Veg", "Veg"])
    expect(page.locator("li", has_text="Vegar")).to_contain_text("takes no payments for now")
    search.fill("VEG 31")
    assert names(page) == ["Nagaveni"]
    search.fill("jose")
    assert names(page) == ["Jos\u00e9"]
    page.get_by_role("link", name="Jos\u00e9").click()
    expect(page.get_by_role("heading", name="Jos\u00e9")).to_be_visible()


def test_who_is_not_found_may_be_spelled_otherwise(site: str, page: Page) -> None:
    page.goto(site)
    search = page.get_by_label("Who is the money for?")
    search.fill("mahanthesh")
    assert names(page) == ["Mahantesh"]
    expect(page.get_by_role("status")).to_have_text("Nobody has exactly this name. Close to it:")
    search.fill("zzzz")
    assert names(page) == []
    expect(page.get_by_role("status")).to_have_text("Nobody has a name like this.")
    page.get_by_role("button", name="Show all 7").click()
    assert len(names(page)) == 7
    expect(search).to_have_value("")
    expect(search).to_be_focused()


def test_the_list_speaks_the_language_that_is_chosen(site: str, page: Page) -> None:
    page.goto(site)
    page.get_by_label("Who is the money for?").fill("mahanthesh")
    page.get_by_label("Language").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("status")).not_to_contain_text("Nobody")
    assert names(page) == ["Mahantesh"]


def test_an_old_link_leads_on_or_says_that_it_does_not(site: str, page: Page) -> None:
    page.goto(f"{site}?user=1#amount=50")
    expect(page).to_have_url(f"{site}mahantesh/#amount=50")
    page.goto(f"{site}?user=99")
    expect(page.get_by_role("alert")).to_contain_text("99")
    assert len(names(page)) == 7


def test_a_short_list_needs_no_search_and_a_list_works_without_javascript(
    site: str, browser: Browser, page: Page
) -> None:
    few = make_roster(make_entry("a", name="Asha"), make_entry("b", name="Ravi"))
    with served(create_site(lambda: few)) as small:
        page.goto(small)
        assert names(page) == ["Asha", "Ravi"]
        expect(page.get_by_role("searchbox")).to_be_hidden()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    assert len(names(page)) == 7
    context.close()


def test_a_long_list_is_read_once_somebody_types(crowd: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(crowd)))
    page.goto(crowd)
    assert names(page) == []
    parts = page.get_by_role("navigation")
    expect(parts.get_by_role("link")).to_have_text(["A", "B", "C", "D", "M", "N"])
    assert not [url for url in asked if ".json" in url and url.startswith("list/")]
    search = page.get_by_label("Who is the money for?")
    search.fill("nandu")
    expect(page.locator("#payees b")).to_have_text("\u00d1andu")
    expect(page.get_by_role("status")).to_have_text("1 of 1,002. Name, goods or stall. ")
    expect(page.locator("li")).to_contain_text("takes no payments for now")
    assert next(url for url in asked if url.startswith("list/")) == "list/a.json"  # on focus
    expect(parts).to_be_hidden()
    search.fill("bsha")
    assert len(names(page)) == 60
    page.get_by_role("button", name="Show all 250").click()
    assert len(names(page)) == 250
    search.fill("mahanthesh")
    assert names(page) == ["Mahantesh"]
    page.get_by_label("Language").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert names(page) == ["Mahantesh"]
    page.get_by_role("link", name="Mahantesh").click()
    expect(page.get_by_role("heading", name="Mahantesh")).to_be_visible()


def test_a_letter_has_a_page_which_searches_all(crowd: str, page: Page) -> None:
    page.goto(f"{crowd}list/m/")
    assert names(page) == ["Mahantesh"]
    page.get_by_label("Who is the money for?").fill("Csha 30")
    expect(page.locator("#payees b").first).to_have_text("Csha 30")
    page.get_by_role("link", name="Csha 30", exact=True).click()
    expect(page).to_have_url(f"{crowd}p30/")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_bars_anybody_from_a_long_list(crowd: str, browser: Browser, language: str) -> None:
    """Pages and search, on the narrowest phone, with text of twice the size, in the dark."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, locale=language, color_scheme="dark"
    )
    page = context.new_page()
    for address in ("", "list/a/", "list/m/"):
        page.goto(f"{crowd}{address}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.evaluate("document.documentElement.style.fontSize = '32px'")
        check_barriers(page)
    search = page.get_by_role("searchbox")
    for text, found in (("nandu", 1), ("zzzzz", 0), ("bsha", 60)):
        search.fill(text)
        expect(page.locator("#payees li:visible")).to_have_count(found)
        expect(page.get_by_role("status")).not_to_be_empty()
        check_barriers(page)
    context.close()


def check_barriers(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate("axe.run().then(({violations}) => violations)")
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_can_not_be_read_is_said_and_read_later(crowd: str, page: Page) -> None:
    page.goto(crowd)
    page.context.set_offline(True)
    search = page.get_by_label("Who is the money for?")
    search.fill("mahan")
    missing = "No connection, so some names are missing."
    expect(page.get_by_role("status")).to_have_text(missing)
    page.context.set_offline(False)
    search.fill("mahant")
    expect(page.locator("#payees b")).to_have_text("Mahantesh")
    expect(page.get_by_role("status")).not_to_contain_text("No connection")


def test_old_links_lead_on_from_a_long_list(crowd: str, page: Page) -> None:
    page.goto(f"{crowd}?user=Rahul+K#amount=50")
    expect(page).to_have_url(f"{crowd}mahantesh/#amount=50")
    page.goto(f"{crowd}?user=p7")
    expect(page).to_have_url(f"{crowd}p7/")
    page.goto(f"{crowd}?user=nobody")
    expect(page.get_by_role("alert")).to_contain_text("nobody")
