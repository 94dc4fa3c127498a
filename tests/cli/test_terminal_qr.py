"""QR codes on a terminal can be scanned from it."""

import io

import pytest

from cli.terminal_qr import qr_lines, wants_color
from tests.qr_reading import read_qr

URL = "http://192.168.1.17:8000/mahantesh/"
INK = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def see(lines: list[str], *, light_ink: bool) -> list[list[bool]]:
    """What is dark on a terminal that writes with light or dark ink."""
    return [
        [INK[character][half] != light_ink for character in line]
        for line in lines
        for half in (0, 1)
    ]


def test_a_camera_reads_the_code_in_colour() -> None:
    lines = qr_lines(URL, color=True)
    for line in lines:
        assert line.startswith("\x1b[30;107m")  # black on bright white
        assert line.endswith("\x1b[0m")
    plain = [line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m") for line in lines]
    assert read_qr(see(plain, light_ink=False)).text == URL


def test_a_camera_reads_the_code_without_colour_on_a_dark_terminal() -> None:
    lines = qr_lines(URL, color=False)
    assert "\x1b" not in "".join(lines)
    assert read_qr(see(lines, light_ink=True)).text == URL


@pytest.mark.parametrize("color", [True, False])
def test_the_code_of_a_home_address_fits_80_columns_and_24_lines(*, color: bool) -> None:
    lines = [
        line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m")
        for line in qr_lines(URL, color=color)
    ]
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= 78
    assert len(lines) <= 24


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "expected"), [(None, True), ("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_its_user_wants_none(
    monkeypatch: pytest.MonkeyPatch, no_color: str | None, *, expected: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert wants_color(Terminal()) is expected
    assert not wants_color(io.StringIO())
