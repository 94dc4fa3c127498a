"""QR codes equal `qrcode`'s, bit for bit, and every one can be read."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from sitegen.qr import qr_matrix, qr_svg
from tests.qr_reading import read_qr
from tests.sitegen.html_reading import parse_html
from tests.sitegen.qr_reference import draw_reference
from tests.sitegen.svg_reading import draw_qr

URLS = st.from_regex(
    r"https?://[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z0-9]{1,20}){0,3}(:[1-9][0-9]{0,3})?"
    r"(/[A-Za-z0-9._~-]{1,30}){0,3}/[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?/",
    fullmatch=True,
)


@settings(max_examples=30)
@given(URLS)
@example("http://127.0.0.1:8000/mahantesh/")
@example(f"https://{'pay.' * 50}example.org/{'a' * 64}/")
def test_the_svg_shows_the_matrix_and_a_camera_reads_the_url_from_it(url: str) -> None:
    drawn = draw_qr(parse_html(qr_svg(url, "QR code")).one("svg"))
    assert drawn == qr_matrix(url)
    assert read_qr(drawn).text == url


@settings(max_examples=60)
@given(URLS | URLS.map(str.upper) | st.integers(0, 10**60).map("https://example.org/{}/".format))
@example("http://127.0.0.1:8000/mahantesh/")
@example("https://pay.example.org/0123456789012345678901234567/")
@example(f"https://{'pay.' * 50}example.org/{'a' * 64}/")
def test_a_code_is_that_of_qrcode_to_the_module(url: str) -> None:
    rows = qr_matrix(url)
    assert draw_reference(url, rows) == rows


def test_digits_make_a_code_no_larger_than_qrcodes() -> None:
    url = f"https://pay.example.org/{'12345678' * 5}/"
    plain: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=0)
    plain.add_data(url)
    assert len(qr_matrix(url)) <= len(plain.get_matrix())


@pytest.mark.parametrize("length", [1, 20, 100, 400])
def test_four_white_modules_surround_every_code(length: int) -> None:
    rows = qr_matrix(f"https://{'a' * length}.example.org/")
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    edges = {min(x for x, _ in dark), min(y for _, y in dark)}
    edges |= {len(rows) - 1 - max(x for x, _ in dark), len(rows) - 1 - max(y for _, y in dark)}
    assert edges == {4}


def test_a_code_survives_dirt_by_error_correction_level_m() -> None:
    assert read_qr(qr_matrix("https://pay.example.org/mahantesh/")).ec_level == "M"


def test_the_same_url_makes_the_same_code_every_time() -> None:
    url = "https://pay.example.org/mahantesh/"
    assert qr_svg(url, "a") == qr_svg(url, "a")


def test_the_label_is_read_aloud_and_escaped() -> None:
    svg = parse_html(qr_svg("https://pay.example.org/a/", 'QR "code" of <a> & b')).one("svg")
    assert svg.attributes["role"] == "img"
    assert svg.attributes["aria-label"] == 'QR "code" of <a> & b'
