"""Tables as a terminal shows them."""

from collections.abc import Sequence

import pytest
from wcwidth import wcswidth

from desk.tables import Column, print_rows

COLUMNS = [Column("payer", is_words=True), Column("amount", is_number=True), Column("reference")]
HEBREW = "\u05d3\u05d5\u05d3 \u05dc\u05d5\u05d9"
NAMES = [
    "Asha",
    "\u0905\u0928\u0940\u0924\u093e",  # Devanagari: vowel signs with a width of their own
    "\u0932\u0915\u094d\u0937\u094d\u092e\u0940",  # a conjunct, which has less
    "\u0ca8\u0cae\u0cb8\u0ccd\u0c95\u0cbe\u0cb0",
    "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd",
    "\u0e01\u0e34\u0e15\u0e15\u0e34\u0e4c",
    "\u5c71\u7530\u592a\u90ce",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "1\ufe0f\u20e3 \u2764\ufe0f",
    HEBREW,
]


def lines_of(
    rows: Sequence[Sequence[str]],
    columns: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert print_rows(COLUMNS, rows) == len(rows)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("columns", [40, 44, 80])
def test_columns_begin_at_one_place_in_every_script(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(name, f"{number}.00 INR", "REFERENCE") for number, name in enumerate(NAMES)]
    header, *lines = lines_of(rows, columns, monkeypatch, capsys)
    assert len(lines) == len(rows)
    place = header.index("reference")
    assert {wcswidth(line[: line.index("REFERENCE")]) for line in lines} == {place}
    ends = {wcswidth(line[: line.index(" INR")]) for line in lines}
    assert ends == {header.index("amount") + len("amount") - len(" INR")}


@pytest.mark.parametrize("columns", [20, 80])
def test_a_name_written_from_right_to_left_stays_in_its_cell(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [*_, line] = lines_of([(HEBREW, "10000.00 INR", "")], 80, monkeypatch, capsys)
    assert line == f"\u2068{HEBREW}\u2069  10000.00 INR"
    shown = "\n".join(lines_of([(HEBREW, "1.00 INR", "R")], columns, monkeypatch, capsys))
    assert f"\u2068{HEBREW}\u2069" in shown


def test_each_line_of_a_wrapped_name_is_isolated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of([(f"{HEBREW} " * 8, "1.00 INR", "R")], 40, monkeypatch, capsys)[1:]
    assert len(lines) > 2
    assert all(line.count("\u2068") == line.count("\u2069") == 1 for line in lines)
    assert max(map(wcswidth, lines)) <= 40


def test_widths_follow_the_words_that_can_be_wrapped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("a long name of many words", "1.00 INR", "REFERENCE")]
    assert lines_of(rows, 32, monkeypatch, capsys) == [
        "payer          amount  reference",
        "a long name  1.00 INR  REFERENCE",
        "of many",
        "words",
    ]


def test_words_are_kept_whole_or_the_row_becomes_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("2 kg tomatoes", "1.00 INR", "REFERENCE")]
    assert lines_of(rows, 29, monkeypatch, capsys) == [
        "payer       amount  reference",
        "2 kg      1.00 INR  REFERENCE",
        "tomatoes",
    ]
    assert lines_of(rows, 28, monkeypatch, capsys)[0] == "payer      2 kg tomatoes"


def test_a_row_without_room_becomes_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lines_of([("Asha", "1.00 INR", "REFERENCE")], 20, monkeypatch, capsys) == [
        "payer      Asha",
        "amount     1.00 INR",
        "reference  REFERENCE",
        "",
    ]
