"""The Chromium that `make` brought, started for tests and pictures."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from testkit.demo_process import ROOT

CHROMIUM = ROOT / ".tools/chromium"
"""Holds the path of the program."""


@contextmanager
def running_browser(*arguments: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM.read_text().strip(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", *arguments],
        )
        yield browser
        browser.close()
