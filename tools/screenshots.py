"""Takes a picture of every state of the pages, from the running demo, and those in the docs.

Usage: make screenshots   (writes build/screenshots/*.png and docs/images/*.png)
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page

from roster.keys import LANGUAGES
from roster.model import load_roster
from testkit.browser import running_browser
from testkit.demo_process import ROOT, running_demo
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    reconnect,
    review,
)
from testkit.rosters import render

SCREENSHOTS = ROOT / "build/screenshots"
DOCS_IMAGES = ROOT / "docs/images"
SHOWN_IN_DOCS = {"payee", "errors", "review", "unconfirmed", "receipt", "kept", "poster"}
PORT = "8000"  # the demo's own, for it is seen in the pictures
SIZES = {"narrow": (320, 640), "phone": (390, 844), "desktop": (1280, 800), "zoomed": (640, 400)}
A4 = {"width": 794, "height": 1123}


def walk(page: Page, url: str, save: Callable[[Page, str], None]) -> None:
    """Through every state that a payer may see."""
    page.goto(f"{url}mahantesh/")
    save(page, "payee")
    review(page)
    save(page, "errors")
    fill(page, "50", "Asha", "2 kg tomatoes")
    review(page)
    save(page, "review")
    page.route(API, abort)
    page.get_by_role("button", name="Write it down").click()
    expect_unconfirmed(page)
    save(page, "unconfirmed")
    page.context.set_offline(True)
    page.get_by_text("This phone has no network").wait_for()
    save(page, "offline")
    page.context.set_offline(False)
    page.get_by_role("button", name="Stop trying").click()
    save(page, "stopping")
    page.get_by_role("button", name="Keep trying").click()
    reconnect(page)
    expect_receipt(page)
    save(page, "receipt")
    page.go_back()
    save(page, "last")
    page.get_by_role("button", name="My notes on this phone").click()
    save(page, "kept")
    for name, path in [
        ("index", ""),
        ("unknown-user", "?user=99"),
        ("missing", "nobody/"),
        ("locked", "adarsh/"),
        ("posters", "posters/"),
    ]:
        page.goto(url + path)
        save(page, name)


def take(browser: Browser, url: str) -> None:
    for size, (width, height) in SIZES.items():
        for theme in ("light", "dark"):

            def save(page: Page, name: str, suffix: str = f"{size}-{theme}") -> None:
                page.mouse.move(0, 0)
                file = SCREENSHOTS / f"{name}-{suffix}.png"
                page.screenshot(path=file, full_page=True)
                if suffix == "phone-light" and name in SHOWN_IN_DOCS:
                    shutil.copy(file, DOCS_IMAGES / f"{name}.png")

            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                device_scale_factor=2,
                locale="en-IN",
                reduced_motion="reduce",  # a still of what moves looks askew
            )
            walk(page, url, save)
            page.close()
    take_other_languages(browser, url)
    take_posters(browser, url)


def take_other_languages(browser: Browser, url: str) -> None:
    roster = load_roster(ROOT / "payees.yaml")
    for language in sorted(LANGUAGES - {"en"}):
        site = replace(roster.site, url=url, languages=(language,))
        html = render(replace(roster, site=site), "/mahantesh/")
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.route(
            f"{url}mahantesh/",
            lambda route, _, html=html: route.fulfill(body=html, content_type="text/html"),
        )
        page.goto(f"{url}mahantesh/")
        page.locator("form .primary").click()
        page.screenshot(path=SCREENSHOTS / f"errors-{language}.png", full_page=True)
        page.close()


def take_posters(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport=A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    page.goto(f"{url}mahantesh/")
    page.screenshot(path=SCREENSHOTS / "poster.png")
    shutil.copy(SCREENSHOTS / "poster.png", DOCS_IMAGES)
    page.goto(f"{url}posters/")
    page.locator(".poster").nth(3).wait_for()
    page.emulate_media(media="screen")
    page.get_by_label("Four to a sheet").check()
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / "cards.png")
    page.close()


def main() -> None:
    for folder in (SCREENSHOTS, DOCS_IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state_dir,
        running_demo(Path(state_dir), "--port", PORT) as demo,
        running_browser() as browser,
    ):
        take(browser, demo.url)
    print(f"Pictures are in {SCREENSHOTS} and {DOCS_IMAGES}")


if __name__ == "__main__":
    main()
