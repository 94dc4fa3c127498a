"""Takes a picture of every state of the pages, from the running demo, and those in the docs.

Usage: make screenshots   (writes build/screenshots/*.png and docs/images/*.png)
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.demo_process import ROOT, running_demo

SCREENSHOTS = ROOT / "build/screenshots"
DOCS_IMAGES = ROOT / "docs/images"
SHOWN_IN_DOCS = ("payee", "receipt")
PORT = "8000"  # the demo's own, for it is seen in the pictures
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1100, "height": 800}


def fill(page: Page, amount: str, payer: str, reason: str) -> None:
    page.get_by_label("Amount", exact=True).fill(amount)
    page.get_by_label("Your name").fill(payer)
    page.get_by_label("What for").fill(reason)


def take(browser: Browser, url: str) -> None:
    def new_page(path: str, size: dict[str, int] = PHONE, scheme: str = "light") -> Page:
        page = browser.new_page(viewport=size, color_scheme=scheme, device_scale_factor=2)
        page.goto(url + path)
        return page

    def save(page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
        if name in SHOWN_IN_DOCS:
            shutil.copy(SCREENSHOTS / f"{name}.png", DOCS_IMAGES)

    save(new_page(""), "index")
    save(new_page("?user=99"), "index-unknown")
    save(new_page("nobody/"), "not-found")
    save(new_page("mahantesh/"), "payee")
    save(new_page("mahantesh/", scheme="dark"), "payee-dark")
    save(new_page("mahantesh/", size=DESKTOP), "payee-desktop")
    save(new_page("adarsh/"), "payee-fixed-amount")

    page = new_page("mahantesh/")
    fill(page, "1,000", "", "")
    page.get_by_role("button", name="Record payment").click()
    save(page, "errors")

    page = new_page("mahantesh/")
    page.route("**/api/**", lambda route: route.abort())
    fill(page, "50", "Asha", "2 kg tomatoes")
    page.get_by_role("button", name="Record payment").click()
    page.get_by_role("heading", name="Not confirmed yet").wait_for()
    save(page, "unconfirmed")

    page.unroute_all()
    page.get_by_role("button", name="Try now").click()
    page.get_by_role("heading", name="Payment recorded").wait_for()
    save(page, "receipt")


def main() -> None:
    for folder in (SCREENSHOTS, DOCS_IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state_dir,
        running_demo(Path(state_dir), "--port", PORT) as demo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=(ROOT / ".tools/chromium").read_text().strip(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        take(browser, demo.url)
        browser.close()
    print(f"Pictures are in {SCREENSHOTS} and {DOCS_IMAGES}")


if __name__ == "__main__":
    sys.exit(main())
