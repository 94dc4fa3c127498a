"""For people who see little: twice the text on the narrowest phone, and a few colours.

WCAG 1.4.4, 1.4.10 and 2.4.11, with text as large as the browser's own setting makes it; forced
colours as systems have them, light on black.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Playwright

from testkit.browser import CHROMIUM
from testkit.demo_process import Demo
from testkit.engines import Engines
from testkit.looks.faults import what_is_covered, what_is_cut
from testkit.looks.market import running_market
from testkit.looks.page_states import page_states
from testkit.looks.till_states import till_states
from testkit.phone import Phone, Screen
from testkit.weak_network import weak_network

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

NARROW = Screen(320, 640, text_percent=200)
FEW_COLORS = Screen(320, 640, dark=True, forced_colors=True)
ZOOM_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"
MARKS = {  # what tells a state from another
    "form-mistakes": "#amount",
    "sending": "#sending .head",
    "recorded": "#receipt .mark",
    "confirmed": "#receipt .mark",
    "withdrawn": "#receipt .mark",
    "till-empty": "#sound",
    "till-list": "#sums .said .mark",
    "till-payment": "#ticket .mark",
    "till-got-it": "#ticket .mark",
    "till-reversed": "#ticket .mark",
    "till-list-of-all": "#sums .confirmed .mark",
    "till-items": "#items button",
}
CHOSEN = {  # what stands out from another, and where in both
    "refused": (".chips [aria-pressed=true]", ".chips [aria-pressed=false]", (9, 22)),
    "till-empty": ("#span-today", "#span-week", (9, 22)),
    "till-request": ("#request .now", "#request li:not(.now)", (9, 3)),
}
CODES = {"way-upi-code": "#qr svg", "till-request": "#qr svg"}
PLAIN = 3.0
"""The least contrast of what is no text: WCAG 1.4.11."""


@pytest.fixture(scope="module")
def engines(playwright: Playwright) -> Iterator[Engines]:
    if not CHROMIUM.exists():
        pytest.skip("no browser is installed: run make test, which brings one")
    engines = Engines(playwright)
    yield engines
    engines.close()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_market(tmp_path_factory.mktemp("states")) as market:
        yield market


def faults(phone: Phone, states: Iterable[str], pictures: Path) -> dict[str, list[str]]:
    """By state; a picture of each that has one is kept."""
    found = {}
    for state in states:
        wrong = what_is_cut(phone) + what_is_covered(phone)
        if wrong:
            pictures.mkdir(parents=True, exist_ok=True)
            phone.picture(pictures / f"{state}.png")
            found[state] = wrong
    return found


def test_every_state_of_the_page_fits(engines: Engines, market: Demo, tmp_path: Path) -> None:
    with weak_network(market.url) as network, engines.phone("chromium", NARROW) as phone:
        assert faults(phone, page_states(phone, network, market), tmp_path / "page") == {}


def test_every_state_of_the_till_fits(engines: Engines, market: Demo, tmp_path: Path) -> None:
    with weak_network(market.url) as network, engines.phone("chromium", NARROW) as phone:
        states = till_states(phone, network, market, "till-0")
        assert faults(phone, states, tmp_path / "till") == {}


def cut_out(phone: Phone, selector: str, picture: Path) -> Image.Image:
    phone.picture(picture)
    box = phone.evaluate(
        """(selector) => {
          const all = [...document.querySelectorAll(selector)];
          const seen = all.find((one) => one.checkVisibility());
          const { left, top, right, bottom } = seen.getBoundingClientRect();
          return [left, top, right, bottom].map((one, i) => one + (i % 2 ? scrollY : 0));
        }""",
        selector,
    )
    return Image.open(picture).convert("L").crop(tuple(round(one) for one in box))


def inside(image: Image.Image) -> Image.Image:
    """Without its edge."""
    x, y = image.width // 5, image.height // 5
    return image.crop((x, y, image.width - x, image.height - y))


def contrast(image: Image.Image) -> float:
    """Between the lightest and the darkest that take a fiftieth of it, or more."""
    counts = image.histogram()
    shown = [grey for grey, count in enumerate(counts) if count * 50 >= sum(counts)]
    light, dark = max(shown) / 255, min(shown) / 255
    return float((light**2.2 + 0.05) / (dark**2.2 + 0.05))


def lost(phone: Phone, state: str, picture: Path) -> list[str]:
    """What cannot be told any more."""
    found = []
    if state in MARKS and contrast(inside(cut_out(phone, MARKS[state], picture))) < PLAIN:
        found.append(MARKS[state])
    if state in CHOSEN:
        *both, place = CHOSEN[state]
        chosen, other = (cut_out(phone, one, picture).getpixel(place) for one in both)
        found += both if chosen == other else []
    if state in CODES:
        code = cut_out(phone, CODES[state], picture)
        edge = {code.getpixel((x, 3)) for x in range(9, code.width - 9)}
        found += [CODES[state]] if edge != {255} or not zxingcpp.read_barcodes(code) else []
    return found + (what_is_covered(phone) if state == "till-list-of-all" else [])


def test_few_colors_leave_what_tells_states_apart_and_text_can_be_zoomed_alone(
    engines: Engines, market: Demo, tmp_path: Path
) -> None:
    picture = tmp_path / "state.png"
    with weak_network(market.url) as network, engines.phone("chromium", FEW_COLORS) as phone:
        for states, last in (
            (page_states(phone, network, market), "refused"),
            (till_states(phone, network, market, "till-1"), "till-request"),
        ):
            for state in states:
                assert lost(phone, state, picture) == [], state
                phone.evaluate(ZOOM_TEXT, "200%")  # text alone, of which media queries know nothing
                assert what_is_cut(phone) == [], state
                phone.evaluate(ZOOM_TEXT, "")
                if state == last:
                    break
