"""A phone with a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from testkit.browser import CHROMIUM, launch_chromium

PLAIN_HOST = "pay.test"
"""This machine under a name that browsers don't trust over plain http, unlike 127.0.0.1."""


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("no browser is installed: run make test, which brings one")
    browser = launch_chromium(playwright, f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1")
    yield browser
    browser.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A new phone: 360 px wide, nothing stored. A page's error fails the test."""
    errors: list[Any] = []
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, locale="en-GB"
    )
    context.set_default_timeout(10_000)
    context.on("weberror", lambda error: errors.append(error.error))
    yield context
    context.close()
    assert not errors


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    return phone.new_page()
