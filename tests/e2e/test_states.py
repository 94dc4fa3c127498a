"""Every state of every page, in both themes and directions: without barriers, and nothing jumps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from roster.model import Roster
from testkit.demo_process import ROOT, Demo
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    reconnect,
    review,
    serve_site,
)
from testkit.rosters import HOSTILE_NAMES, make_entry, make_roster

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

AXE = ROOT / ".tools/node/node_modules/axe-core/axe.min.js"
ARTEFACTS = ROOT / "build/test-screenshots"
SHIFTS = """() => new Promise((resolve) => {
  const sum = (list) => list.getEntries().reduce((sum, one) => sum + one.value, 0);
  new PerformanceObserver((list) => resolve(sum(list)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(0), 300);
})"""


def check(page: Page, state: str) -> None:
    """Look for barriers, and keep a picture for people to judge."""
    page.evaluate("document.getAnimations().forEach((one) => one.pause())")
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate("axe.run().then(({violations}) => violations)")
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found], state
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{state} is too wide"
    for target in page.locator(
        "button:visible, select:visible, header a:visible, footer a:visible"
    ).all():
        box = target.bounding_box()
        assert box, state
        assert min(box["width"], box["height"]) >= 24, f"{state}: {target} is too small a target"
    page.screenshot(path=ARTEFACTS / f"{state}-{width}.png", full_page=True)


def walk(page: Page, url: str, theme: str) -> None:
    """Through every state of the payee's page."""

    def see(state: str) -> None:
        check(page, f"{state}-{theme}")

    page.goto(f"{url}mahantesh/")
    see("empty")
    review(page)
    see("errors")
    fill(page)
    review(page)
    see("review")
    page.route(API, abort)
    page.get_by_role("button", name="Write it down").click()
    expect_unconfirmed(page)
    see("unconfirmed")
    page.context.set_offline(True)
    expect(page.get_by_text("This phone has no network")).to_be_visible()
    see("offline")
    page.get_by_role("button", name="Stop trying").click()
    see("stopping")
    page.get_by_role("button", name="Keep trying").click()
    page.context.set_offline(False)
    reconnect(page)
    expect_receipt(page)
    see("receipt")
    page.go_back()
    see("last")
    page.get_by_role("button", name="My notes on this phone").click()
    see("kept")
    page.get_by_role("button", name="Forget on this phone").click()
    see("forgetting")


@contextmanager
def phone_of(browser: Browser, **options: Any) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(locale="en-IN", **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[object] = []
    context.on("weberror", lambda error: errors.append(error.error))
    yield page
    assert not errors
    context.close()


@pytest.mark.parametrize(
    ("theme", "size"),
    [("light", (320, 640)), ("dark", (1280, 800))],
)
def test_no_state_has_a_barrier(
    demo: Demo, browser: Browser, theme: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    with phone_of(browser, viewport=viewport, color_scheme=theme, reduced_motion="reduce") as page:
        walk(page, demo.url, theme)
        for state, path in [
            ("index", ""),
            ("unknown-user", "?user=99"),
            ("missing", "nobody/"),
            ("locked", "adarsh/"),
            ("posters", "posters/"),
        ]:
            page.goto(demo.url + path)
            check(page, f"{state}-{theme}")


def serve(page: Page, demo: Demo, roster: Roster) -> None:
    """Open the page of a payee of the demo, as it is in `roster`."""
    serve_site(page, demo.url, roster)
    page.goto(f"{demo.url}adarsh/")


def test_right_to_left_and_closed_pages_have_no_barrier(demo: Demo, page: Page) -> None:
    entry = make_entry("adarsh", name="أدارش", amounts=("20", "50"))
    serve(page, demo, make_roster(entry, languages=("ar",)))
    expect(page.get_by_text("اسمك", exact=True)).to_be_visible()
    check(page, "arabic")
    page.locator("#payer_id").fill("Asha")
    page.locator("#amount").fill("\u0665\u0660\u066b\u0665")
    page.get_by_role("button", name="متابعة").click()
    expect(page.locator("#review .amount")).to_contain_text("50.50")
    check(page, "arabic-review")


def test_a_closed_payees_page_has_no_barrier(demo: Demo, page: Page) -> None:
    entry = make_entry("adarsh", status="closed")
    serve(page, demo, make_roster(entry, languages=("en", "de")))
    expect(page.get_by_text("No more payments are taken here.")).to_be_visible()
    check(page, "closed")
    page.emulate_media(media="print")
    expect(page.get_by_text("No more payments are taken here.")).to_be_visible()
    expect(page.locator(".poster")).to_be_hidden()
    page.emulate_media(media="screen")
    away = make_entry("adarsh", status="away", until=date(2026, 12, 24))
    serve(page, demo, make_roster(away, languages=("en", "de")))
    said = page.locator("#until")
    expect(said).to_contain_text("Back on Thursday, 24 December 2026. Until then no payments")
    page.get_by_role("combobox").select_option("de")
    expect(said).to_contain_text("Wieder da: Donnerstag, 24. Dezember 2026. Bis dahin")
    page.get_by_role("combobox").select_option("en")
    expect(said).to_contain_text("December")
    check(page, "away")


def test_hostile_names_do_nothing_and_break_nothing(demo: Demo, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for name in HOSTILE_NAMES[::2] + HOSTILE_NAMES[-1:]:
        entry = make_entry("adarsh", name=name, description=name)
        serve(page, demo, make_roster(entry, title=name))
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        fill(page, payer=name[:64], reason=name)
        review(page)
        expect(page.locator("#review [data-show=payee_name]")).to_have_text(name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.unroute_all()


@pytest.mark.parametrize("locale", ["en-GB", "hi-IN"])
def test_nothing_jumps_while_the_page_loads(demo: Demo, browser: Browser, locale: str) -> None:
    context = browser.new_context(locale=locale, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{demo.url}mahantesh/")
    assert page.evaluate(SHIFTS) < 0.1  # good; another language's texts come a little later
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    page.goto(f"{demo.url}mahantesh/")
    assert page.evaluate(SHIFTS) < 0.01
    context.close()


def test_at_twice_the_size_nothing_is_cut_off(demo: Demo, page: Page) -> None:
    """200 % zoom halves the room: WCAG 1.4.4 and 1.4.10."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{demo.url}mahantesh/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def visible_in_print(page: Page) -> Callable[[str], bool]:
    page.emulate_media(media="print")
    return lambda selector: page.locator(selector).first.is_visible()


def test_a_printed_page_is_a_poster_and_a_printed_receipt_is_one(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    is_visible = visible_in_print(page)
    for selector in (".poster .name", ".poster svg", ".poster .address", ".poster ol"):
        assert is_visible(selector), selector
    for selector in ("#form", "header", "#payee"):
        assert not is_visible(selector), selector
    page.emulate_media(media="screen")
    fill(page)
    review(page)
    page.get_by_role("button", name="Write it down").click()
    expect_receipt(page)
    is_visible = visible_in_print(page)
    assert is_visible("#reference")
    for selector in (".poster", "#print", "#clock"):
        assert not is_visible(selector), selector


def test_all_posters_are_collected_to_print(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}posters/")
    expect(page.get_by_role("button", name="Print")).to_be_enabled()
    names = page.locator(".poster .name")
    expect(names).to_have_text(["Mahantesh", "Shilpa", "Sneha", "Adarsh"])
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    for layout, pages in (("One to a sheet", 4), ("Four to a sheet", 1)):
        page.get_by_label(layout).check()
        document = page.pdf(format="A4")
        assert document.count(b"/Type /Page\n") == pages, layout
    page.get_by_label("Language").select_option("hi")
    expect(page.locator(".poster [data-t=scan]").first).not_to_have_text("Scan")


def test_a_poster_that_is_not_there_is_named(demo: Demo, page: Page) -> None:
    page.route("**/sneha/", abort)
    page.goto(f"{demo.url}posters/")
    expect(page.get_by_role("alert")).to_have_text("sneha")
    expect(page.locator(".poster")).to_have_count(3)
