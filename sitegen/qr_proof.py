"""Proof that a finished page shows the right QR code: it is read back from the page's own bytes."""

import re
from collections.abc import Container
from functools import cache

import zxingcpp

from sitegen.qr import DARK, LIGHT

_CODE = re.compile(
    r'<path fill="#fff" d="M0 0h(\d+)v\1H0z"/><path stroke="#000" d="M0 \.5m([^"]*)"/>'
)
_STROKE = re.compile(r"(-?\d+) (\d+)h(\d+)")


class WrongCode(Exception):
    """A page does not have the code it should; `str()` says what it has."""


def check_codes(page: str, urls: Container[str], *, required: bool) -> None:
    """Raises WrongCode unless every code on `page` leads to one of `urls`, and, if `required`,
    there is one at least."""
    codes = read_codes(page)
    if required and not codes:
        raise WrongCode("the page shows no QR code")
    for code in codes:
        if code not in urls:
            raise WrongCode(f"its QR code leads to {code or 'nowhere'}")


def read_codes(page: str) -> list[str]:
    """What the QR codes on `page` say, in their order; an empty text for one nobody can read."""
    return [_read(int(size), path) for size, path in _CODE.findall(page)]


def _read(size: int, path: str) -> str:
    picture = b"".join([_run(stroke, size) for stroke in path.split("m")])
    rest = size * size - len(picture)
    if rest < 0:
        return ""
    found = zxingcpp.read_barcodes(
        memoryview(picture + LIGHT * rest).cast("B", (size, size)),
        formats=zxingcpp.BarcodeFormat.QRCode,  # type: ignore[arg-type]
        is_pure=True,  # nothing but the code, upright: as we drew it
        try_rotate=False,
        try_downscale=False,
        try_invert=False,  # many phones read dark on light only
    )
    return found[0].text if len(found) == 1 else ""


@cache  # the same few thousand strokes make up all codes
def _run(stroke: str, size: int) -> bytes:
    """The modules that a stroke passes over, row after row, and those it draws."""
    found = _STROKE.fullmatch(stroke)
    if not found:
        return b""
    columns, rows, length = map(int, found.groups())
    return LIGHT * (columns + rows * size) + DARK * length
