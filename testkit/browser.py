"""The browsers that `make` brought, started for tests and pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from testkit.demo_process import ROOT

CHROMIUM = ROOT / ".tools/chromium"
FIREFOX = ROOT / ".tools/firefox"
"""Each holds the path of the program."""


def launch_chromium(playwright: Playwright, *arguments: str) -> Browser:
    return playwright.chromium.launch(
        executable_path=_program(CHROMIUM),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", *arguments],
    )


def launch_firefox(playwright: Playwright, settings: dict[str, str | float | bool]) -> Browser:
    """Firefox as its makers build it, which speaks WebDriver BiDi."""
    return playwright.firefox.launch(
        channel="moz-firefox", executable_path=_program(FIREFOX), firefox_user_prefs=settings
    )


@contextmanager
def running_browser(*arguments: str) -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, *arguments)
        yield browser
        browser.close()


def _program(file: Path) -> str:
    return file.read_text().strip()
