"""Posters: one to a sheet of A4 and of Letter, with the bank's own code beside the page's."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

import rails
from payments.payee import PayeeStatus
from rails import parse_account
from sitegen.app import create_site
from testkit.rosters import make_entry, make_roster
from testkit.serving import served
from tests.sitegen.test_qr_part import read

pytestmark = pytest.mark.browser

UPI = parse_account({"upi": "mahantesh@examplebank", "holder": "Mahantesh K"})
CASH = parse_account({"cash": ""})
LONG = "Sri Venkateshwara Fruits, Vegetables and General Provisions of the Old Market (Stall 12)"
ROSTER = make_roster(
    make_entry("mahantesh", name="Mahantesh", description="Vegetables, stall 12", pay_by=(UPI,)),
    make_entry("long", name=LONG, description="All that grows, " * 8, pay_by=(CASH, UPI)),
    make_entry("wide", name="W" * 100, description="W" * 140, pay_by=(UPI,)),
    make_entry("shilpa", name="Shilpa", pay_by=(CASH,)),
    make_entry("closed", status=PayeeStatus.CLOSED),
    make_entry("test", name="Test payee"),
    languages=("en", "hi"),
    contact="treasurer@market.example",
)
SHEETS = [("A4", {"format": "A4"}), ("Letter", {"format": "Letter"})]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(create_site(lambda: ROSTER)) as url:
        yield url


def sheets(page: Page, **paper: Any) -> int:
    return page.pdf(**paper).count(b"/Type /Page\n")


def open_posters(page: Page, site: str) -> None:
    page.goto(f"{site}posters/")
    expect(page.get_by_role("button", name="Print")).to_be_enabled()
    expect(page.locator(".poster")).to_have_count(4)  # nobody who takes nothing, nor the test payee


def test_what_is_printed_too_early_says_that_not_all_are_there(site: str, page: Page) -> None:
    page.route("**/shilpa/", lambda _: None)  # it does not come
    page.goto(f"{site}posters/")
    expect(page.get_by_role("button", name="Print")).to_be_disabled()
    progress = page.get_by_role("status")
    expect(progress).to_have_text("0 / 4")
    page.emulate_media(media="print")
    expect(progress).to_be_visible()
    expect(page.get_by_text("Posters to print")).to_be_hidden()


@pytest.mark.parametrize(("name", "paper"), SHEETS)
def test_every_poster_fits_one_sheet(site: str, page: Page, name: str, paper: Any) -> None:
    open_posters(page, site)
    assert sheets(page, **paper) == 4, name
    page.get_by_label("Four to a sheet").check()
    assert sheets(page, **paper) == 1, name


@pytest.mark.parametrize(("name", "paper"), SHEETS)
def test_a_payees_own_page_prints_as_one_sheet(
    site: str, page: Page, name: str, paper: Any
) -> None:
    for payee_id in ("mahantesh", "long", "wide"):
        page.goto(f"{site}{payee_id}/")
        expect(page.get_by_label("Your name")).to_be_visible()
        assert sheets(page, **paper) == 1, (name, payee_id)


def drawn(svg: Locator) -> Any:
    view = svg.get_attribute("viewBox")
    path = svg.locator("path").nth(1).get_attribute("d")
    return {"attributes": {"viewBox": view}, "children": [{}, {"attributes": {"d": path}}]}


def photographed(page: Page) -> list[str]:
    """What the codes say that a camera finds on the first printed poster."""
    picture = Image.open(io.BytesIO(page.locator(".poster").first.screenshot()))
    return [code.bytes.decode() for code in zxingcpp.read_barcodes(picture.convert("L"))]


def test_a_poster_has_the_banks_code_of_its_payee_only(site: str, page: Page) -> None:
    open_posters(page, site)
    boxes = page.locator(".bank")
    expect(boxes).to_have_count(3)
    page.emulate_media(media="print")
    expect(boxes.first).to_contain_text("Straight to \u2068UPI\u2069")
    expect(boxes.first).to_contain_text("mahantesh@examplebank")
    expect(boxes.first).to_contain_text("Mahantesh K")
    expect(boxes.first).to_contain_text("This one writes nothing down")
    for box in boxes.all():
        assert read(drawn(box.locator("svg"))).startswith("upi://pay?pa=mahantesh@examplebank&")
    page_code, bank_code = sorted(photographed(page))
    assert page_code == f"{ROSTER.site.url}mahantesh/"
    assert rails.read_code(bank_code) == replace(UPI, options=())
    page.emulate_media(media="screen")
    page.get_by_label("With the bank").uncheck()
    page.emulate_media(media="print")
    expect(boxes.first).to_be_hidden()


def test_posters_are_in_the_language_that_is_chosen(site: str, page: Page) -> None:
    open_posters(page, site)
    scan = page.locator(".poster [data-t=scan]").first
    expect(scan).to_have_text("Scan")
    expect(page.locator("[data-t=scan_text]").first).to_contain_text("Mahantesh")
    page.get_by_label("Language").select_option("hi")
    expect(scan).not_to_have_text("Scan")
    expect(page.locator("[data-t=scan_text]").first).to_contain_text("Mahantesh")
    expect(page.locator(".bank h2").first).to_contain_text("UPI")


def test_without_javascript_there_is_no_dead_button(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}posters/")
    assert not [button for button in page.locator("button, input").all() if button.is_visible()]
    expect(page.locator("noscript p")).to_be_visible()
    context.close()
