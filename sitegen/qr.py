"""QR codes as small inline SVG."""

from itertools import groupby

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4  # modules of white around the code, ISO/IEC 18004 section 5.3.8


def qr_matrix(text: str) -> list[list[bool]]:
    """The code for `text` at error correction level M, quiet zone included; True is dark."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_svg(text: str, label: str) -> Markup:
    """An SVG image of the code, dark on white whatever the page's theme; `label` names it."""
    rows = qr_matrix(text)
    size = len(rows)
    return Markup(
        '<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img"'
        ' aria-label="{label}"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        '<path stroke="#000" d="{path}"/></svg>'
    ).format(size=size, label=label, path="".join(map(_row_path, range(size), rows)))


def _row_path(y: int, row: list[bool]) -> str:
    """One stroke of height 1 along the row's middle for each run of dark modules."""
    path = ""
    x = pen = 0
    for dark, run in groupby(row):
        length = sum(1 for _ in run)
        if dark:
            path += f"m{x - pen} 0h{length}" if path else f"M{x} {y}.5h{length}"
            pen = x + length
        x += length
    return path
