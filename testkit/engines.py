"""One phone in three engines, so that one story is told in each of them.

Playwright drives Chromium and Firefox, WebDriver WebKit: Playwright knows only one of its own.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

from testkit.browser import CHROMIUM, FIREFOX, launch_chromium, launch_firefox
from testkit.demo_process import ROOT
from testkit.phone import FIND, NotYet, Phone, Screen
from testkit.webdriver import WebDriver, running_webdriver

WEBKIT = ROOT / ".tools/webkit"
"""Holds the path of WebKit's driver."""
ENGINES = {"chromium": CHROMIUM, "webkit": WEBKIT, "firefox": FIREFOX}
_USUAL = Screen()
_PAINTED_SECONDS = 0.2
"""After so long WebKit's picture is of the page as it is; nothing tells when."""

# Playwright adds this style to a page of which it takes a picture. Firefox tells that the page's
# policy blocks it: its source is a script that was evaluated, and none of ours has this hash.
_STYLE_OF_A_PICTURE = "'sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT+SmwNZWA='"


class _PlaywrightPhone(Phone):
    def __init__(self, context: BrowserContext) -> None:
        self._errors: list[str] = []
        self._context = context
        context.set_default_timeout(3_000)
        context.on("weberror", lambda error: self._note(str(error.error)))
        self._tabs = [context.new_page()]
        self._page = self._tabs[0]

    def _note(self, error: str) -> None:
        if _STYLE_OF_A_PICTURE not in error:
            self._errors.append(error)

    @property
    def errors(self) -> list[str]:
        return self._errors

    def goto(self, url: str) -> None:
        self._page.goto(url, timeout=30_000)

    def reload(self) -> None:
        self._page.reload(timeout=30_000)

    def new_tab(self) -> None:
        self._tabs.append(self._context.new_page())
        self._page = self._tabs[-1]

    def use_tab(self, number: int) -> None:
        self._page = self._tabs[number]
        self._page.bring_to_front()

    def evaluate(self, function: str, *arguments: Any) -> Any:
        return self._page.evaluate(f"(all) => ({function})(...all)", list(arguments))

    def picture(self, file: Path) -> None:
        """The window grows to hold the page, so that what sticks to its edge stays there."""
        size = self._page.viewport_size
        assert size
        height = self.evaluate("() => document.documentElement.scrollHeight")
        self._page.set_viewport_size({**size, "height": max(height, size["height"])})
        self._page.screenshot(path=file, caret="initial", animations="disabled", timeout=30_000)
        self._page.set_viewport_size(size)

    def _tap(self, selector: str) -> None:
        self._page.locator(f"{selector} >> visible=true").first.click()

    def _fill(self, selector: str, text: str) -> None:
        self._page.locator(f"{selector} >> visible=true").first.fill(text)


class _WebKitPhone(Phone):
    def __init__(self, driver: WebDriver, screen: Screen, log: Path) -> None:
        self._driver = driver
        self._screen = screen
        self._log = log
        self._tabs = [driver.get("/window")]
        self._size()

    @property
    def errors(self) -> list[str]:
        return self._log.read_text().splitlines()

    def _size(self, height: int = 0) -> None:
        width, height = self._screen.width, height or self._screen.height
        self._driver.post("/window/rect", x=0, y=0, width=width, height=height)

    def goto(self, url: str) -> None:
        self._driver.post("/url", url=url)

    def reload(self) -> None:
        self._driver.post("/refresh")

    def back(self) -> None:
        self._driver.post("/back")

    def forward(self) -> None:
        self._driver.post("/forward")

    def new_tab(self) -> None:
        self._tabs.append(self._driver.post("/window/new", type="tab")["handle"])
        self.use_tab(-1)
        self._size()

    def use_tab(self, number: int) -> None:
        self._driver.post("/window", handle=self._tabs[number])

    def evaluate(self, function: str, *arguments: Any) -> Any:
        return self._driver.run(function, *arguments)

    def picture(self, file: Path) -> None:
        """The window grows to hold the page, for WebKit takes only what is seen."""
        height = self.evaluate("() => document.documentElement.scrollHeight")
        self._size(height)
        self.evaluate("() => scrollTo(0, 0)")
        self.wait_until("(height) => innerHeight >= height", height)
        time.sleep(_PAINTED_SECONDS)
        file.write_bytes(self._driver.picture())
        self._size()

    def _element(self, selector: str) -> Any:
        element = self.evaluate(FIND, selector)
        if element is None:
            raise NotYet
        return element

    def _tap(self, selector: str) -> None:
        element = self._element(selector)
        if self._driver.run("(one) => one.disabled", element):
            raise NotYet  # a click on it would be told to nobody
        self._driver.run("(one) => one.scrollIntoView({ block: 'center' })", element)
        self._driver.click(element)

    def _fill(self, selector: str, text: str) -> None:
        element = self._element(selector)
        self._driver.write(element, text)
        if not text:  # of which WebKit's driver tells the page nothing
            self._driver.run("(one) => one.dispatchEvent(new Event('input'))", element)


class Engines:
    """Starts a browser when the first phone asks for it."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browsers: dict[tuple[str, int], Browser] = {}
        self._display: str | None = None

    @contextmanager
    def phone(self, engine: str, screen: Screen = _USUAL) -> Iterator[Phone]:
        with self._webkit(screen) if engine == "webkit" else self._context(engine, screen) as phone:
            yield phone

    @contextmanager
    def _context(self, engine: str, screen: Screen) -> Iterator[Phone]:
        context = self._browser(engine, screen.text_percent).new_context(
            viewport={"width": screen.width, "height": screen.height},
            locale=screen.language,
            color_scheme="dark" if screen.dark else "light",
            forced_colors="active" if screen.forced_colors else "none",
            device_scale_factor=screen.pixels,
            user_agent=screen.user_agent or None,
        )
        try:
            yield _PlaywrightPhone(context)
        finally:
            context.close()

    def _browser(self, engine: str, text_percent: int) -> Browser:
        if (engine, text_percent) not in self._browsers:
            pixels = 16 * text_percent // 100
            if engine == "firefox":
                browser = launch_firefox(self._playwright, {"font.size.variable.x-western": pixels})
            else:
                setting = f"--blink-settings=defaultFontSize={pixels}"
                browser = launch_chromium(self._playwright, setting)
            self._browsers[engine, text_percent] = browser
        return self._browsers[engine, text_percent]

    @contextmanager
    def _webkit(self, screen: Screen) -> Iterator[Phone]:
        with tempfile.NamedTemporaryFile(prefix="webkit-errors-") as log:
            program = str(Path(__file__).with_name("webkit_program.py"))
            theme = "dark" if screen.dark else "light"
            text = str(screen.text_percent)
            arguments = [program, screen.language, theme, text, screen.user_agent, log.name]
            capabilities = {
                "browserName": "Phone",
                "webkitgtk:browserOptions": {"binary": "/usr/bin/python3", "args": arguments},
            }
            environment = {**os.environ, "DISPLAY": self._screen_for_webkit()}
            program = WEBKIT.read_text().strip()
            with running_webdriver(program, capabilities, environment) as driver:
                yield _WebKitPhone(driver, screen, Path(log.name))

    def _screen_for_webkit(self) -> str:
        """A display that nobody looks at, once for all."""
        if self._display is None:
            program = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x6000x24"]
            program += ["-nolisten", "tcp"]
            self._xvfb = subprocess.Popen(
                program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            assert self._xvfb.stdout
            self._display = f":{self._xvfb.stdout.readline().strip()}"
        return self._display

    def close(self) -> None:
        for browser in self._browsers.values():
            browser.close()
        if self._display:
            self._xvfb.terminate()
            self._xvfb.communicate()
