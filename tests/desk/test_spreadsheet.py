"""CSV that no spreadsheet mistakes for a formula, and that reads back as it was."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.spreadsheet import NotRows, original_cell, read_csv, safe_cell, write_csv

TEXT = (
    st.text()
    | st.builds(str.__add__, st.sampled_from(["=", "'=", "''+", "-", "@", "'"]), st.text())
    | st.text(st.sampled_from("=+-@',;|\t\r\n\" a\u05d0\u2068\u2069"))
)
SEPARATORS = [",", ";", "\t", "|"]  # of lists, in one country or another; a tab when pasted


def written(*rows: list[str]) -> str:
    out = io.StringIO()
    write_csv(out, ["a", "b"], rows)
    return out.getvalue()


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\uff1d1", "'=1", "''@x"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(formula: str) -> None:
    assert safe_cell(formula) == f"'{formula}"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("A;=cmd|' /C calc'!A0", "A;'=cmd|' /C calc'!A0"),
        ("A,=1", "A,'=1"),
        ("A|@SUM(A1)", "A|'@SUM(A1)"),
        ("A\t=1", "A\t'=1"),
        ("\t=1", "'\t'=1"),
        ('say "=1"', 'say "\'=1"'),
        ("A;  =1", "A;  '=1"),
        ("A;'=1", "A;''=1"),
        (" =1", " '=1"),
        ("A\n=1", "A\n'=1"),
        ("2 kg, -5 off", "2 kg, '-5 off"),
    ],
)
def test_so_does_what_would_begin_a_cell_elsewhere(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


@given(st.lists(st.tuples(TEXT, TEXT)), st.sampled_from(SEPARATORS))
def test_no_separator_of_any_country_makes_a_formula(
    rows: list[tuple[str, str]], separator: str
) -> None:
    text = written(*map(list, rows))
    as_csv = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    without_quotes = (line.split(separator) for line in re.split("[\r\n]", text))
    for row in (*as_csv, *without_quotes):
        for cell in row:
            assert not re.match('[" \u2068]*[=+@-]', cell), row


def test_a_cell_written_from_right_to_left_reorders_nothing_beside_it() -> None:
    assert safe_cell("\u05d3\u05d5\u05d3") == "\u2068\u05d3\u05d5\u05d3\u2069"
    assert safe_cell("=\u05d3") == "\u2068'=\u05d3\u2069"


@pytest.mark.parametrize("text", ["", "Asha", "1-1", "'quoted'", "50.00", "a=b"])
def test_everything_else_stays(text: str) -> None:
    assert safe_cell(text) == text


@given(TEXT)
def test_reading_back_gives_the_very_text(text: str) -> None:
    assert original_cell(safe_cell(text)) == text
    assert not safe_cell(text).startswith(("=", "+", "-", "@"))


def test_it_is_rfc_4180() -> None:
    assert written(['say "hi"', "a,b"], ["", "two\nlines"]) == (
        'a,b\r\n"say ""hi""","a,b"\r\n,"two\nlines"\r\n'
    )


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_a_file_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    text = written(*map(list, rows))
    found = [tuple(row.values()) for _, row in read_csv(io.StringIO(text, newline=""), ["a", "b"])]
    assert found == rows
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == len(rows) + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: the columns must be a,b"),
        ("a,c\r\n", "1: the columns must be a,b"),
        ("a,b\r\n1\r\n", "2: 1 cells, not 2"),
        ('a,b\r\n"1,2\r\n', "2: unexpected end of data"),
    ],
)
def test_what_is_no_such_file_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(NotRows, match=said):
        list(read_csv(io.StringIO(text, newline=""), ["a", "b"]))
