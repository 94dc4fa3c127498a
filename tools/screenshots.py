"""Takes a picture of every state of every page in three engines, and those in the docs.

Usage: make screenshots   (writes build/screenshots/*.png with an index.html, and docs/images/*.png)
       make screenshots ARGS="--engine webkit --look dark --look large"   (some, and not the docs')
Exit 1 if an engine is missing, or with large text something is cut.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from roster.model import load_roster
from sitegen.app import create_site
from testkit.browser import launch_chromium
from testkit.demo_process import ROOT, Demo
from testkit.engines import ENGINES, Engines
from testkit.looks.faults import what_is_cut
from testkit.looks.market import running_market
from testkit.looks.page_states import page_states
from testkit.looks.till_states import till_states
from testkit.phone import Phone, Screen
from testkit.serving import served
from testkit.weak_network import weak_network

SCREENSHOTS = ROOT / "build/screenshots"
DOCS_IMAGES = ROOT / "docs/images"
LOOKS = {
    "light": Screen(),
    "dark": Screen(dark=True),
    "arabic": Screen(language="ar"),
    "kannada": Screen(language="kn"),
    "large": Screen(320, 640, text_percent=200),
    "few-colors": Screen(dark=True, forced_colors=True),
    "wide": Screen(1024, 768),
}
ALWAYS_SHOWN = {"webkit": {"few-colors"}}
"""Looks that an engine does not know."""
IN_DOCS = {
    "form": "payee",
    "form-empty": "errors",
    "ways": "ways",
    "way-upi-code": "way",
    "did-you-pay": "did-you-pay",
    "review-upi": "review",
    "unanswered": "unconfirmed",
    "recorded": "receipt",
    "kept": "kept",
}
FOR_DOCS = Screen(390, 844, "en-IN", pixels=2)
A4 = {"width": 794, "height": 1123}


def walk(phone: Phone, market: Demo, sample: str, payee_id: str) -> Iterator[str]:
    """Through every state of every page."""
    with weak_network(market.url) as network:
        yield from page_states(phone, network, market)
        yield from till_states(phone, network, market, payee_id)
    for state, url in [
        ("index", sample),
        ("index-unknown-user", f"{sample}?user=99"),
        ("index-of-many", market.url),
        ("missing", f"{sample}404.html"),
        ("posters", f"{sample}posters/"),
    ]:
        phone.goto(url)
        phone.wait_for("main")
        if state == "posters":
            phone.wait_until("() => document.querySelectorAll('.poster svg').length > 3")
        yield state
        if state == "index-of-many" and phone.sees("#search"):
            phone.fill("#search", "nobody")
            yield "index-nothing-found"


def take(phone: Phone, states: Iterator[str], engine: str, look: str) -> list[str]:
    """Pictures of all; what is cut."""
    cut = []
    for state in states:
        phone.picture(SCREENSHOTS / f"{state}-{look}-{engine}.png")
        if look == "large":
            cut += [f"{state}, {engine}: {one}" for one in what_is_cut(phone)]
    return cut


def take_for_docs(engines: Engines, market: Demo) -> None:
    with (
        weak_network(market.url) as network,
        engines.phone("chromium", FOR_DOCS) as phone,
    ):
        for state in page_states(phone, network, market, amount="50"):
            if state in IN_DOCS:
                phone.picture(DOCS_IMAGES / f"{IN_DOCS[state]}.png")


def take_printed(playwright: Playwright, sample: str) -> None:
    browser = launch_chromium(playwright)
    page = browser.new_page(viewport=A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    page.goto(f"{sample}mahantesh/")
    page.screenshot(path=SCREENSHOTS / "poster.png")
    page.goto(f"{sample}posters/")
    page.locator(".poster").nth(3).wait_for()
    page.emulate_media(media="screen")
    page.get_by_label("Four to a sheet").check()
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / "cards.png")
    browser.close()


def write_index() -> Path:
    """All pictures side by side, in the order in which they were taken."""
    files = sorted(SCREENSHOTS.glob("*.png"), key=lambda file: file.stat().st_mtime)
    figures = "".join(
        f'<figure><a href="{file.name}"><img src="{file.name}" loading="lazy" alt=""></a>'
        f"<figcaption>{file.stem}</figcaption></figure>\n"
        for file in files
    )
    style = (
        "body{font:13px sans-serif}img{width:240px}"
        "figure{display:inline-block;vertical-align:top;margin:4px}"
    )
    index = SCREENSHOTS / "index.html"
    index.write_text(f"<!doctype html><title>Screenshots</title><style>{style}</style>{figures}")
    return index


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", choices=list(ENGINES))
    parser.add_argument("--look", action="append", choices=list(LOOKS))
    chosen = parser.parse_args()
    missing = [one for one in chosen.engine or ENGINES if not ENGINES[one].exists()]
    wanted = [
        (engine, look)
        for engine in chosen.engine or ENGINES
        for look in chosen.look or LOOKS
        if engine not in missing and look not in ALWAYS_SHOWN.get(engine, ())
    ]
    for folder in (SCREENSHOTS, DOCS_IMAGES):
        folder.mkdir(parents=True, exist_ok=True)
    roster = load_roster(ROOT / "payees.yaml")
    site = create_site(lambda: replace(roster, site=replace(roster.site, languages=("en", "hi"))))
    cut = []
    with (
        tempfile.TemporaryDirectory() as state_dir,
        running_market(Path(state_dir)) as market,
        served(site) as sample,
        sync_playwright() as playwright,
    ):
        engines = Engines(playwright)
        for number, (engine, look) in enumerate(wanted):
            print(f"{look} in {engine} …", file=sys.stderr)
            with engines.phone(engine, LOOKS[look]) as phone:
                states = walk(phone, market, sample, f"till-{number}")
                cut += take(phone, states, engine, look)
        if not (chosen.engine or chosen.look):
            take_for_docs(engines, market)
            take_printed(playwright, sample)
            shutil.copy(SCREENSHOTS / "poster.png", DOCS_IMAGES)
        engines.close()
    print(f"Pictures are in {SCREENSHOTS}; all of them: {write_index()}")
    for fault in cut + [f"{engine} is not installed here" for engine in missing]:
        print(fault, file=sys.stderr)
    return 1 if cut or missing else 0


if __name__ == "__main__":
    sys.exit(main())
