"""What somebody does with a phone, whatever drives its browser.

It is found by CSS selectors, and checked by what a payer would see.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from testkit.webdriver import WebDriverError

_PATIENCE_SECONDS = 10.0

FIND = """(selector) => [...document.querySelectorAll(selector)].find(
  (one) => one.getClientRects().length && getComputedStyle(one).visibility === "visible")"""


@dataclass(frozen=True, slots=True)
class Screen:
    width: int = 360
    height: int = 640
    language: str = "en-GB"
    dark: bool = False
    text_percent: int = 100
    """How large the person wants text, by the browser's own setting."""
    forced_colors: bool = False
    """The system's few colours in place of the page's; WebKit knows none."""
    pixels: float = 1
    """Of the device for each of the page's; WebKit's is always 1."""
    user_agent: str = ""
    """What the browser says it is; "" is the truth. Links to bank apps are only for phones."""


class Phone(ABC):
    """A browser with nothing stored. `errors` has what went wrong in the pages' scripts."""

    @property
    @abstractmethod
    def errors(self) -> list[str]: ...
    @abstractmethod
    def goto(self, url: str) -> None: ...
    @abstractmethod
    def reload(self) -> None: ...
    @abstractmethod
    def new_tab(self) -> None:
        """Opens one and turns to it."""

    @abstractmethod
    def use_tab(self, number: int) -> None:
        """Turns to the tab that was opened as the first (0), second …"""

    @abstractmethod
    def evaluate(self, function: str, *arguments: Any) -> Any:
        """What a JavaScript function says."""

    @abstractmethod
    def picture(self, file: Path) -> None:
        """The whole page, as PNG."""

    @abstractmethod
    def _tap(self, selector: str) -> None: ...
    @abstractmethod
    def _fill(self, selector: str, text: str) -> None: ...

    def back(self) -> None:
        self.evaluate("() => void setTimeout(() => history.back())")

    def forward(self) -> None:
        self.evaluate("() => void setTimeout(() => history.forward())")

    def come_online(self) -> None:
        """The system says that there is a network again: no page waits for its next try then."""
        self.evaluate("() => void dispatchEvent(new Event('online'))")

    def tap(self, selector: str) -> None:
        """The first one that can be seen."""
        self._patiently(selector, lambda: self._tap(selector))

    def fill(self, selector: str, text: str) -> None:
        self._patiently(selector, lambda: self._fill(selector, text))

    def sees(self, selector: str) -> bool:
        """Now."""
        return bool(self.evaluate(f"(selector) => !!({FIND})(selector)", selector))

    def text(self, selector: str) -> str:
        """What is written there, once it is seen."""
        self.wait_for(selector)
        return str(self.evaluate(f"(selector) => ({FIND})(selector).innerText", selector)).strip()

    def value(self, selector: str) -> str:
        self.wait_for(selector)
        return str(self.evaluate(f"(selector) => ({FIND})(selector).value", selector))

    def wait_for(self, selector: str, words: str = "") -> None:
        """Until one is seen, with these words in it."""
        has = f"""(s, words) => [({FIND})(s)].some((one) => one &&
          (!words || one.innerText.includes(words)))"""
        self.wait_until(has, selector, words)

    def wait_until(self, function: str, *arguments: Any) -> None:
        """Until a JavaScript function says yes."""

        def say() -> None:
            if not self.evaluate(function, *arguments):
                raise NotYet

        self._patiently(f"{function} {arguments}", say)

    def _patiently(self, what: str, act: Callable[[], None]) -> None:
        """Again and again while it is not there yet, or a page is just being left."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return act()
            except (NotYet, PlaywrightError, WebDriverError) as error:
                if time.monotonic() > until:
                    seen = ""
                    with suppress(PlaywrightError, WebDriverError):
                        seen = self.evaluate(
                            "() => location.href + '\\n' + document.body.innerText"
                        )
                    raise AssertionError(f"not seen: {what}\n{seen}\n{self.errors}") from error
                time.sleep(0.05)


class NotYet(Exception):
    """What was waited for has not come about."""
