"""Proof that a finished page shows the right QR code: it is read back from the page's own bytes."""

import re
from collections.abc import Container
from functools import cache

import zxingcpp

from sitegen.qr import DARK, LIGHT, text_in

_START = b'<path fill="#fff" d="M0 0h'
_CODE = re.compile(re.escape(_START) + rb'(\d+)v\1H0z"/><path stroke="#000" d="M0 \.5m([^"]*)"/>')
_STROKE = re.compile(rb"(-?\d+) (\d+)h(\d+)")


class WrongCode(Exception):
    """A page does not have the code it should; `str()` says what it has."""


def check_codes(page: bytes, urls: Container[str], *, required: bool) -> None:
    """Raises WrongCode unless every code on `page` leads to one of `urls`, and, if `required`,
    there is one at least."""
    codes = read_codes(page)
    if required and not codes:
        raise WrongCode("the page shows no QR code")
    for code in codes:
        if code not in urls:
            raise WrongCode(f"its QR code leads to {code or 'nowhere'}")


def read_codes(page: bytes) -> list[str]:
    """What the QR codes on `page` say, in their order; an empty text for one nobody can read."""
    codes, end = [], 0
    read: dict[bytes, str] = {}  # a page may show one in two places
    while (start := page.find(_START, end)) >= 0:
        code = _CODE.match(page, start)
        if code and code[0] not in read:
            read[code[0]] = _read(int(code[1]), code[2])
        codes.append(read[code[0]] if code else "")
        end = code.end() if code else start + 1
    return codes


def _read(size: int, path: bytes) -> str:
    picture = b"".join(map(_runs(size).__getitem__, path.split(b"m")))
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
    return text_in(found[0]) if len(found) == 1 else ""


class _Runs(dict[bytes, bytes]):
    """The modules of each stroke. The same few thousand make up all codes of a size."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __missing__(self, stroke: bytes) -> bytes:
        """Those that it passes over, row after row, and those that it draws."""
        found = _STROKE.fullmatch(stroke)
        columns, rows, length = map(int, found.groups()) if found else (0, 0, 0)
        self[stroke] = LIGHT * (columns + rows * self._size) + DARK * length
        return self[stroke]


_runs = cache(_Runs)
