"""The SVG of a QR code, drawn stroke by stroke."""

import re

from tests.sitegen.html_reading import Element

_COMMAND = re.compile(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")


def draw_qr(svg: Element) -> list[list[bool]]:
    """The modules that the picture shows: strokes of width 1 along the middle of their row."""
    left, top, width, height = map(int, svg.attributes["viewbox"].split())
    ground, strokes = svg.all("path")
    assert (left, top, width) == (0, 0, height)
    assert ground.attributes == {"fill": "#fff", "d": f"M0 0h{width}v{width}H0z"}
    assert strokes.attributes.keys() == {"stroke", "d"}
    assert strokes.attributes["stroke"] == "#000"
    rows = [[False] * width for _ in range(width)]
    path = strokes.attributes["d"]
    assert _COMMAND.sub("", path) == ""
    x, y = 0, 0.0
    for command, first, second in _COMMAND.findall(path):
        if command == "h":
            for column in range(x, x + int(first)):
                rows[int(y)][column] = True
            x += int(first)
        elif command == "M":
            x, y = int(first), float(second)
            assert y % 1 == 0.5
        else:
            x, y = x + int(first), y + float(second)
    return rows
