"""What a payer does on the page, and what is seen of it."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Route, expect

from roster.model import Roster
from sitegen.app import create_site

API = "**/api/**"


def fill(page: Page, amount: str = "50", payer: str = "Asha", reason: str = "Lunch") -> None:
    page.get_by_label("Amount", exact=True).fill(amount)
    page.get_by_label("Your name").fill(payer)
    page.get_by_label("What for").fill(reason)


def review(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def send(page: Page) -> None:
    review(page)
    page.get_by_role("button", name="Write it down").click()


def expect_receipt(page: Page) -> None:
    expect(page.get_by_role("heading", name="Written down")).to_be_visible()


def expect_unconfirmed(page: Page) -> None:
    expect(page.get_by_role("heading", name="Still sending")).to_be_visible()


def abort(route: Route) -> None:
    route.abort()


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop trying").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Stop trying").click()


def reconnect(page: Page) -> None:
    """Let requests through again, and tell the page, which would notice a little later itself."""
    page.unroute(API)
    page.evaluate("dispatchEvent(new Event('online'))")


def watch_requests(page: Page) -> list[tuple[str, Any]]:
    """Address and body of every payment that leaves the page."""
    sent: list[tuple[str, Any]] = []
    page.on(
        "request",
        lambda request: (
            sent.append((request.url, json.loads(request.post_data or "null")))
            if request.method == "PUT"
            else None
        ),
    )
    return sent


def serve_site(browser: Page | BrowserContext, url: str, roster: Roster) -> None:
    """Let pages of payees at `url`, and what they fetch, be those of another roster. The API stays
    the demo's."""
    site = create_site(lambda: roster).test_client()

    def answer(route: Route) -> None:
        found = site.get(urlsplit(route.request.url).path)
        route.fulfill(status=found.status_code, body=found.data, content_type=found.content_type)

    known = "|".join(["assets", *roster.by_id])
    browser.route(re.compile(rf"^{re.escape(url)}({known})/"), answer)


def wait_until(page: Page, holds: Callable[[], object]) -> None:
    """Until what the test's own handlers of requests have seen is so."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("half a minute, and it is not so")
