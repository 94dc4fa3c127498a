"""What a page fetches from its site later: texts of further languages, and parts that few need."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from sitegen.app import create_site
from testkit.demo_process import ROOT
from testkit.page_steps import abort, fill, review, send
from testkit.rosters import make_entry, make_roster
from testkit.serving import served

pytestmark = pytest.mark.browser

ASSETS = "**/assets/**"
ROSTER = make_roster(make_entry("a", name="Asha"), "b", languages=("en", "hi", "ar"))
HINDI = "\u092d\u093e\u0937\u093e"  # what the switch is called


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(create_site(lambda: ROSTER)) as url:
        yield url


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Which files the page asked its site for."""
    files: list[str] = []
    page.on("request", lambda request: files.append(request.url.rpartition("/")[2]))
    return files


def gone(route: Route) -> None:
    route.fulfill(status=404, body="<h1>Page not found</h1>", content_type="text/html")


def speaks(page: Page, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.locator("#language")).to_have_value(language)


def test_another_language_is_fetched_once_and_is_there_offline(
    site: str, page: Page, asked: list[str]
) -> None:
    page.goto(f"{site}a/")
    speaks(page, "en")
    assert not [file for file in asked if file.startswith("texts-hi")]
    page.locator("#language").select_option("hi")
    speaks(page, "hi")
    expect(page.get_by_label(HINDI)).to_be_visible()
    page.route(ASSETS, lambda route: route.abort())
    for address in ("b/", "", "nobody/", "a/"):
        page.goto(site + address)
        speaks(page, "hi")
    page.locator("#language").select_option("en")
    speaks(page, "en")
    assert len([file for file in asked if file.startswith("texts-hi")]) == 1


def test_the_browsers_wish_is_fetched(site: str, phone: BrowserContext) -> None:
    assert phone.browser
    context = phone.browser.new_context(locale="ar-EG")
    page = context.new_page()
    page.goto(f"{site}a/")
    speaks(page, "ar")
    context.close()


def test_texts_that_cannot_be_had_leave_the_pages_own(site: str, page: Page) -> None:
    page.route(ASSETS, gone)
    page.goto(f"{site}a/")
    page.locator("#language").select_option("hi")
    speaks(page, "en")
    page.unroute(ASSETS)
    page.evaluate("dispatchEvent(new Event('online'))")
    speaks(page, "hi")


def test_yesterdays_texts_serve_until_todays_are_here(site: str, page: Page) -> None:
    page.goto(f"{site}a/")
    page.evaluate("""() => {
      localStorage["payee-pages:language"] = "hi";
      const texts = { site: { language: "old" }, payee: { title: "old" } };
      localStorage["payee-pages:texts-hi"] = `sha256-old\n${JSON.stringify(texts)}`;
    }""")
    page.route(ASSETS, gone)
    page.reload()
    speaks(page, "hi")
    expect(page.get_by_label("old")).to_be_visible()
    expect(page.get_by_label("Your name")).to_be_visible()  # which yesterday's did not have
    page.unroute(ASSETS)
    page.reload()
    expect(page.get_by_label(HINDI)).to_be_visible()


PART = "**/assets/payment.*"
SLOW = "This is slow. Leave the page open."
REVIEW = "You say you have paid"


def stop_clock(page: Page) -> None:
    """The page asks again by itself, too, but not in this test."""
    now = datetime.now(UTC)
    page.clock.install(time=now)
    page.clock.pause_at(now + timedelta(seconds=1))


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", name=REVIEW)


@pytest.mark.parametrize(
    ("broken", "times"), [(abort, 2), (lambda route: None, 1)], ids=["lost", "hangs"]
)
def test_without_what_comes_later_the_page_says_so_and_continue_tries_again(
    site: str, page: Page, broken: Callable[[Route], None], times: int
) -> None:
    stop_clock(page)
    asked: list[Route] = []

    def break_at_first(route: Route) -> None:
        asked.append(route)
        (broken if len(asked) <= times else Route.continue_)(route)

    page.route(PART, break_at_first)
    with page.expect_request(PART):
        page.goto(f"{site}a/")
    fill(page)
    review(page)
    expect(page.locator("#notice")).to_have_text(SLOW)
    expect(page.get_by_label("Your name")).to_have_value("Asha")
    review(page)
    expect(heading(page)).to_be_visible()
    expect(page.locator("#review")).to_contain_text("\u20b950")


def test_yesterdays_page_whose_part_is_gone_becomes_todays(site: str, page: Page) -> None:
    """Published anew between the page and its part: asking again for that would never end."""
    page.route(PART, gone)
    page.goto(f"{site}a/")

    def publish(route: Route) -> None:
        page.unroute(PART)
        route.continue_()

    page.route(f"{site}a/", publish)
    fill(page)
    review(page)
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.get_by_label("Your name")).to_have_value("Asha")
    review(page)
    expect(heading(page)).to_be_visible()


def test_what_is_typed_without_a_network_is_kept_and_goes_on_with_it(site: str, page: Page) -> None:
    page.route(PART, abort)
    with page.expect_event("requestfailed"):
        page.goto(f"{site}a/")
    page.context.set_offline(offline=True)
    fill(page)
    review(page)
    expect(page.locator("#notice")).to_have_text(
        "This phone has no network. We try again when it is back."
    )
    page.unroute(PART)
    page.context.set_offline(offline=False)
    expect(heading(page)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Your name")).to_have_value("Asha")


def test_what_is_unfinished_is_never_an_empty_form(site: str, page: Page) -> None:
    page.route("**/api/**", abort)
    page.goto(f"{site}a/")
    fill(page)
    send(page)
    expect(page.locator("#sending")).to_be_visible()
    page.route(PART, abort)
    stop_clock(page)
    page.reload()
    page.clock.run_for(1000)
    expect(page.get_by_text(SLOW)).to_be_visible()
    expect(page.locator("#form")).to_be_hidden()
    page.unroute(PART)
    page.get_by_role("button", name="Try now").click()
    expect(page.locator("#sending")).to_be_visible()
    expect(page.locator("#sending")).to_contain_text("\u20b950")
    expect(page.get_by_text(SLOW)).to_be_hidden()


@pytest.fixture
def site_with_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its payees' pages have a part, which the test asks for."""
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    payee = templates / "js/payee.js"
    payee.write_text(
        f'import {{ loadPart }} from "./parts.js";\n{payee.read_text()}\n'
        '/** @type {any} */ (window).askForPart = () => loadPart("extra");\n'
    )
    (templates / "js/parts/extra.js").write_text(
        'import { say } from "../page_language.js";\n'
        'export const extra = () => say("payer");\nexport const again = extra;\n'
    )
    for module in ("site_templates", "page"):
        monkeypatch.setattr(f"sitegen.{module}.TEMPLATES", templates)
    with served(create_site(lambda: ROSTER)) as url:
        yield url


ASK = "askForPart().then((part) => [part.extra(), part.again()])"
TRY = "askForPart().then(() => 'loaded', (error) => `${error.name}`)"


def test_a_part_comes_when_it_is_asked_for_and_uses_what_the_page_has(
    site_with_part: str, page: Page, asked: list[str]
) -> None:
    page.goto(f"{site_with_part}a/")
    assert not [file for file in asked if file.startswith("extra")]
    assert page.evaluate(ASK) == ["Your name", "Your name"]
    assert page.evaluate(ASK) == ["Your name", "Your name"]
    assert len([file for file in asked if file.startswith("extra")]) == 1
    page.locator("#language").select_option("ar")
    speaks(page, "ar")
    assert page.evaluate(ASK)[0] != "Your name"


def test_a_part_that_is_gone_is_refused_and_asked_for_again(
    site_with_part: str, page: Page
) -> None:
    page.goto(f"{site_with_part}a/")
    page.route(ASSETS, gone)
    assert page.evaluate(TRY) == "TypeError"
    page.unroute(ASSETS)
    page.route(ASSETS, lambda route: route.abort())
    assert page.evaluate(TRY) == "TypeError"
    page.unroute(ASSETS)
    assert page.evaluate(TRY) == "loaded"


def test_a_part_that_was_tampered_with_does_not_run(site_with_part: str, page: Page) -> None:
    evil = "payeePagesPart = () => ({ extra: () => 'evil' });"
    page.goto(f"{site_with_part}a/")
    page.route(ASSETS, lambda route: route.fulfill(body=evil, content_type="text/javascript"))
    assert page.evaluate(TRY) == "TypeError"  # fetch() holds it against its hash
    page.evaluate(
        """(text) => {
          const script = document.createElement("script");
          script.textContent = text;
          document.head.append(script);
        }""",
        evil,
    )
    found = page.evaluate("String(window.payeePagesPart)")  # the page's own part has come by then
    assert "evil" not in found  # so does the page's policy
