"""A phone with a browser of years ago pays, or is told that its browser is too old."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.app import create_app
from cli.local.local_cdn import API_PATH, one_origin
from cli.local.memory import MemoryLedger, MemoryRegistry
from sitegen.app import create_site
from testkit.page_steps import expect_receipt, fill, send
from testkit.rosters import make_entry, make_roster
from testkit.serving import served

pytestmark = pytest.mark.browser

ROSTER = make_roster(
    make_entry("mahantesh", name="Mahantesh", amounts=("20",)),
    languages=("en", "hi"),
    contact="treasurer@market.example",
)

# What Chrome 80 or Safari 13 does not have, gone before the page's own script runs.
OLDER = """
  for (const name of ["replaceChildren", "checkVisibility", "getHTML", "setHTMLUnsafe"]) {
    delete Element.prototype[name];
    delete DocumentFragment.prototype[name];
    delete Document.prototype[name];
  }
  for (const name of Object.getOwnPropertyNames(Element.prototype)) {
    if (/^aria[A-Z]/.test(name) || name === "role") delete Element.prototype[name];
  }
  for (const name of ["BigInt", "structuredClone", "WeakRef", "requestIdleCallback"]) {
    delete window[name];
  }
  for (const name of ["show", "showModal", "close"]) delete HTMLDialogElement.prototype[name];
  delete AbortSignal.timeout;
  delete AbortSignal.any;
  delete Object.hasOwn;
  delete Object.groupBy;
  delete Promise.any;
  delete Promise.withResolvers;
  delete Crypto.prototype.randomUUID;
  delete Array.prototype.at;
  delete String.prototype.at;
  delete String.prototype.replaceAll;
  for (const name of ["findLast", "toSorted", "toSpliced", "with"]) delete Array.prototype[name];
  for (const name of ["locks", "share", "clipboard", "wakeLock"]) {
    Object.defineProperty(Navigator.prototype, name, { get: () => undefined });
  }
  const { getEntriesByType } = Performance.prototype;
  Performance.prototype.getEntriesByType = function (type) {
    return type === "navigation" ? [] : getEntriesByType.call(this, type);
  };
  const { NumberFormat } = Intl; // Safari 14.1 was the first to know it
  Intl.NumberFormat = function (locale, options = {}) {
    if (options.currencyDisplay === "narrowSymbol") throw RangeError();
    return new NumberFormat(locale, options);
  };
"""


@pytest.fixture(scope="module")
def market() -> Iterator[str]:
    """Pages and API of one origin, with everything in memory."""
    registry = MemoryRegistry()
    for entry in ROSTER.entries:
        registry.register(entry.payee)
    api = create_app(MemoryLedger(), registry, registry, base_path=API_PATH)
    with served(one_origin(create_site(lambda: ROSTER), api)) as url:
        yield url


def test_a_browser_of_the_floor_pays(market: str, phone: BrowserContext) -> None:
    phone.add_init_script(OLDER)
    page = phone.new_page()
    page.goto(f"{market}mahantesh/")
    assert page.evaluate("typeof BigInt + typeof Element.prototype.replaceChildren") == (
        "undefinedundefined"
    )
    expect(page.locator("#too-old")).to_be_hidden()
    page.locator(".chips button").click()
    fill(page, amount="")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#amount")).to_have_attribute("aria-invalid", "true")
    page.locator(".chips button").click()
    expect(page.locator(".chips button")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Language").select_option("hi")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_label("\u092d\u093e\u0937\u093e").select_option("en")
    send(page)
    expect_receipt(page)
    expect(page.locator("#receipt")).to_contain_text("\u20b920")


def too_old(page: Page) -> None:
    expect(page.get_by_role("heading", name="This browser is too old")).to_be_visible()
    expect(page.locator("#form")).to_be_hidden()
    note = page.locator("#too-old")
    expect(note).to_contain_text("You can still pay")
    expect(note.get_by_role("link")).to_have_text("treasurer@market.example")
    expect(note.get_by_role("img")).to_be_visible()
    assert not [box for box in page.locator("input, select, button").all() if box.is_visible()]


@pytest.mark.parametrize(
    "breaking",
    [
        "delete window.JSON",  # whatever the script begins with
        "delete Document.prototype.querySelectorAll",
        "delete Object.assign; delete Object.entries; delete Object.keys; delete Array.from",
    ],
)
def test_a_browser_without_what_the_script_needs_is_told(
    market: str, browser: Browser, breaking: str
) -> None:
    context = browser.new_context()
    context.add_init_script(breaking)
    page = context.new_page()
    page.goto(f"{market}mahantesh/")
    too_old(page)
    context.close()


def test_a_browser_that_cannot_read_the_script_is_told(market: str, browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()

    def older(route):  # type: ignore[no-untyped-def]
        body = route.fetch().text()
        route.fulfill(body=re.sub(r"<script>\(", "<script>((", body), content_type="text/html")

    page.route("**/mahantesh/", older)
    page.goto(f"{market}mahantesh/")
    too_old(page)
    context.close()


def test_where_scripts_are_off_the_browser_is_not_called_old(market: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{market}mahantesh/")
    expect(page.get_by_role("heading", name="This browser is too old")).to_be_hidden()
    expect(page.locator("#too-old svg")).to_be_visible()
    context.close()
