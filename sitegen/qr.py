"""QR codes as small inline SVG.

zxing-cpp draws them in a fiftieth of the time that `qrcode` takes, most of which goes into trying
eight masks and scoring each. Here the mask is always the same: over addresses of pages its score is
six percent above that of the best of eight, the next one's fifteen. Version, level and mask given,
both draw the same code, as a test holds. Runs of digits are packed where the standard allows it,
so some codes are smaller than `qrcode`'s. The build reads every code back: see qr_proof.py.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import zxingcpp
from markupsafe import Markup, escape

DARK, LIGHT = b"\0", b"\xff"
_MASK = 2
_QUIET_ZONE = 4  # modules (ISO/IEC 18004, 5.3.8)


def qr_matrix(text: str) -> list[list[bool]]:
    """The code for `text` at error correction level M, quiet zone included; True is dark."""
    return [[module == DARK[0] for module in row] for row in _qr_rows(text)]


def qr_svg(text: str, label: str) -> Markup:
    """An SVG image of the code, dark on white whatever the page's theme; `label` names it.

    One path draws all dark modules: a stroke of height 1 along the middle of its row for each run
    of them, every one starting from where the last ended.
    """
    rows = _qr_rows(text)
    size = len(rows)
    modules = b"\n".join(rows).rstrip(LIGHT + b"\n")
    runs = modules.replace(DARK + LIGHT, DARK + b" " + LIGHT).split(b" ")
    path = "".join(map(_strokes(size).__getitem__, runs))
    return Markup(  # noqa: S704 (nothing in it but numbers and the escaped label)
        f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img"'
        f' aria-label="{escape(label)}"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path stroke="#000" d="M0 .5{path}"/>{"".join(map(_rect, cross_boxes(text, size)))}</svg>'
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a code, in modules from the left and the top of its quiet zone."""

    left: float
    top: float
    width: float
    height: float
    is_dark: bool


def cross_boxes(text: str, size: int) -> list[Box]:
    """The Swiss cross that belongs in the middle of a Swiss bill's code, 7 mm wide on 46 mm (SIX,
    Implementation Guidelines QR-bill, "recognition symbol"); nothing for any other text.

    `size` has the quiet zone in it. Error correction makes up for what is covered: 2.3 percent.
    """
    if not text.startswith("SPC\n"):
        return []
    mm = (size - 2 * _QUIET_ZONE) / 46
    shapes = [(7.0, 7.0, False), (6.0, 6.0, True), (3.9, 1.2, False), (1.2, 3.9, False)]
    return [
        Box((size - width * mm) / 2, (size - height * mm) / 2, width * mm, height * mm, is_dark)
        for width, height, is_dark in shapes
    ]


def _rect(box: Box) -> str:
    fill = "#000" if box.is_dark else "#fff"
    place = f'x="{box.left:.3f}" y="{box.top:.3f}"'
    return f'<rect fill="{fill}" {place} width="{box.width:.3f}" height="{box.height:.3f}"/>'


def text_in(code: zxingcpp.Barcode) -> str:
    """What a code that was read says: in UTF-8, as phones and banks take it to be, if it can be."""
    try:
        return code.bytes.decode()
    except UnicodeDecodeError:
        return code.text


class _Strokes(dict[bytes, str]):
    """How each run of modules is drawn. The same few thousand make up all codes of a size."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __missing__(self, run: bytes) -> str:
        """Past the light modules, perhaps to a row below, then along the dark ones."""
        rows = run.count(b"\n")
        self[run] = f"m{run.count(LIGHT) - rows * self._size} {rows}h{run.count(DARK)}"
        return self[run]


_strokes = cache(_Strokes)


def _qr_rows(text: str) -> list[bytes]:
    """The code's rows of modules, DARK or LIGHT, in a quiet zone of four (ISO/IEC 18004, 5.3.8)."""
    # By itself it would write a text that is not ASCII in Latin-1 or Shift-JIS, without saying so.
    utf_8 = {} if text.isascii() else {"eci": 26}
    code = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", dataMask=_MASK, **utf_8
    )
    picture: Any = code.to_image(scale=1, add_quiet_zones=True)  # types know buffers from 3.12 on
    pixels, size = bytes(picture), picture.shape[1]
    return [pixels[start : start + size] for start in range(0, size * size, size)]
