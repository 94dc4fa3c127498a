"""The encoder that phones fetch, run by Node: what it draws is read back."""

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.page import TEMPLATES
from sitegen.qr import cross_boxes
from sitegen.scripts.page_script import page_script
from tests.rails.vectors import VECTORS

# Enough of a document for what the part draws: elements that can be written out.
RUNNER = """
globalThis.document = { createElementNS: (_, name) => ({
  name, attributes: {}, children: [],
  setAttribute(key, value) { this.attributes[key] = value; },
  append(...made) { this.children.push(...made); },
}) };
const [part, texts] = JSON.parse(require("fs").readFileSync(0, "utf8"));
(0, eval)(part);
const { drawQr } = payeePagesPart([]);
console.log(JSON.stringify(texts.map((text) => drawQr(text, "a code"))));
"""

Draw = Callable[[list[str]], list[Any]]


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Draw:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    folder = shutil.copytree(TEMPLATES / "js", tmp_path_factory.mktemp("js"), dirs_exist_ok=True)
    (folder / "main.js").write_text('loadPart("qr");\n')
    [part] = page_script(folder / "main.js", "/").parts

    def run(texts: list[str]) -> list[Any]:
        done = subprocess.run(
            [node, "-e", RUNNER],
            input=json.dumps([part.body.decode(), texts]),
            capture_output=True,
            check=True,
            text=True,
            timeout=30,
        )
        drawn: list[Any] = json.loads(done.stdout)
        return drawn

    return run


def pixels(picture: Any) -> memoryview:
    """It drawn as SVG says: strokes of height 1, on white."""
    size = int(picture["attributes"]["viewBox"].split()[2])
    pixels = bytearray(b"\xff" * size * size)
    path = picture["children"][1]["attributes"]["d"]
    for stroke in path.split("M")[1:]:
        start, _, length = stroke.partition("h")
        x, y = start.split()
        first = int(y.removesuffix(".5")) * size + int(x)
        pixels[first : first + int(length)] = bytes(int(length))
    return memoryview(bytes(pixels)).cast("B", (size, size))


def read(picture: Any) -> str:
    """What a phone reads from it; without a word on the encoding, which bank codes don't have."""
    [code] = zxingcpp.read_barcodes(pixels(picture), is_pure=True, try_invert=False)
    assert code.ec_level == "M"
    return code.bytes.decode()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=8))
def test_every_code_says_what_it_was_given(draw: Draw, texts: list[str]) -> None:
    texts = [text.replace("\0", " ").encode(errors="replace").decode() for text in texts]
    assert [read(picture) for picture in draw(texts)] == texts


@pytest.mark.parametrize("length", [1, 14, 15, 200, 400, 997])
def test_a_code_is_module_for_module_that_of_another_encoder(draw: Draw, length: int) -> None:
    text = "".join(chr(ord("a") + n * n % 26) for n in range(length))
    code = zxingcpp.create_barcode(
        text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", dataMask=2, encoding="UTF8"
    )
    picture: Any = code.to_image(scale=1, add_quiet_zones=True)
    assert bytes(pixels(draw([text])[0])) == bytes(picture)


def test_a_code_of_every_length_a_bank_asks_for(draw: Draw) -> None:
    texts = ["7" * length for length in range(1, 1000, 37)]
    assert [read(picture) for picture in draw(texts)] == texts


def test_a_swiss_code_has_the_cross_of_the_roster_commands_and_others_none(draw: Draw) -> None:
    text = next(one["code"] for one in VECTORS["codes"] if one["rail"] == "swiss")
    swiss, other = draw([text, f"x{text}"])
    assert len(other["children"]) == 2
    drawn = [
        [float(box["attributes"][key]) for key in ("x", "y", "width", "height")]
        for box in swiss["children"][2:]
    ]
    size = int(swiss["attributes"]["viewBox"].split()[2])
    boxes = cross_boxes(text, size)
    for box, of_phone in zip(boxes, drawn, strict=True):
        assert of_phone == pytest.approx([box.left, box.top, box.width, box.height])
    assert boxes[0].width / (size - 8) == pytest.approx(7 / 46)
    assert read(swiss) == text
