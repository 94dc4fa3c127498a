"""What the preview adds to a page runs beside the page's own script."""

import pytest
from playwright.sync_api import Page, expect

from sitegen.app import create_site
from testkit.rosters import make_entry, make_roster

pytestmark = pytest.mark.browser
ADDRESS = "https://pay.example.org"


@pytest.mark.parametrize(
    "script", ["new Image().id; added();", "(added)();", "[added][0]();", "`${added()}`;"]
)
def test_the_pages_script_and_the_added_one_both_run(page: Page, script: str) -> None:
    roster = make_roster(make_entry("a", amounts=("20",)), url=f"{ADDRESS}/")
    html = create_site(lambda: roster, script).test_client().get("/a/").text
    page.add_init_script('window.added = () => { document.title = "added"; };')
    page.route(f"{ADDRESS}/a/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{ADDRESS}/a/")
    expect(page).to_have_title("added")
    expect(page.locator(".chips button")).to_have_text("₹20")
