"""A QR code in the terminal, two modules to a character."""

import os
from typing import TextIO

from sitegen.qr import qr_matrix

_BLACK_ON_WHITE = "\x1b[30;107m"
_RESET = "\x1b[0m"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def wants_color(stream: TextIO) -> bool:
    """Whether `stream` is a terminal whose user has not asked for no colours (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def qr_lines(text: str, *, color: bool) -> list[str]:
    """Lines to print; without `color` the code is light on dark, as terminals mostly are."""
    rows = qr_matrix(text)
    rows += [[False] * len(rows)] * (len(rows) % 2)
    if not color:
        rows = [[not dark for dark in row] for row in rows]
    lines = [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
    return [f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines] if color else lines
