"""The running demo, and a phone with a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from testkit.browser import CHROMIUM, running_browser
from testkit.demo_process import Demo, running_demo

PLAIN_HOST = "pay.test"
"""This machine under a name that browsers don't trust over plain http, unlike 127.0.0.1."""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("no browser is installed: run make test, which brings one")
    with running_browser(f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1") as browser:
        yield browser


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
