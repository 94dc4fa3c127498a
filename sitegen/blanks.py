"""Pages whose texts are still to be filled in.

Of ten thousand payees' pages most differ only in what they show: names, addresses, codes. Such a
page is rendered once, with a blank in the place of each text, and the others by filling it in.
"""

import re
from collections.abc import Mapping
from typing import NoReturn

from markupsafe import escape

_BLANK = re.compile("\0([a-z_]+)\0")  # no text that people write has such a character


class Blank:
    """Stands for a text that is not empty. A template can show it, and say so in a sentence; one
    that asks how long it is, or what it says, fails: what decides about a page is no blank in it.
    """

    def __init__(self, name: str) -> None:
        self._mark = f"\0{name}\0"

    def __html__(self) -> str:
        return self._mark

    def __format__(self, spec: str) -> str:
        return f"{self._mark:{spec}}"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"“{self._mark.strip(chr(0))}” is filled in later: it can only be shown")

    __eq__ = __str__ = __len__ = __iter__ = __getitem__ = __contains__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return True


class BlankPage:
    """A page that was rendered with blanks, to be filled in any number of times."""

    def __init__(self, page: bytes) -> None:
        parts = _BLANK.split(page.decode())
        self._parts = [part.encode() for part in parts]
        self._blanks = [(place, parts[place]) for place in range(1, len(parts), 2)]

    def fill(self, texts: Mapping[str, str]) -> bytes:
        """The page with each text in the places of its blank, escaped unless it is Markup."""
        parts = self._parts.copy()
        encoded = {name: escape(text).encode() for name, text in texts.items()}
        for place, name in self._blanks:
            parts[place] = encoded[name]
        return b"".join(parts)
