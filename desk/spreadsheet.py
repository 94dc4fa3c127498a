"""CSV that a spreadsheet can open without running any of it: RFC 4180, in UTF-8.

What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV injection"),
wherever a cell might begin for it: in many countries a list separator is `;`, and Excel splits the
file there, or at a tab, whatever the file's own commas and quotes say. A cell with right-to-left
text is isolated, so that it reorders nothing beside it. Reading back gives the very text that was
written: where there are apostrophes already, there is one more.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

from desk.names import isolated, not_isolated

BOM = "\ufeff"
_FORMULA = "(?=[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20])"
# Where a cell may begin, and what an import may drop there: spaces, isolates
_CELL = '(\\A|[,;|\t\r\n"])([ \u2066-\u2069]*)'
_UNSAFE = re.compile(f"{_CELL}('*){_FORMULA}")
_MADE_SAFE = re.compile(f"{_CELL}'('*){_FORMULA}")


class NotRows(ValueError):
    """The text is no CSV with the wanted columns; `str()` says where and why."""


def safe_cell(text: str) -> str:
    return isolated(_UNSAFE.sub(r"\1\2'\3", text))


def original_cell(cell: str) -> str:
    return _MADE_SAFE.sub(r"\1\2\3", not_isolated(cell))


def write_csv(out: TextIO, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> int:
    """Write a header and `rows`; gives the number of rows."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(map(safe_cell, row))
        count += 1
    return count


def read_csv(lines: Iterable[str], columns: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows by their columns' names, each with its line. Raises NotRows."""
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, [])
        if header != columns:
            raise NotRows(f"1: the columns must be {','.join(columns)}")
        for row in reader:
            if len(row) != len(columns):
                raise NotRows(f"{reader.line_num}: {len(row)} cells, not {len(columns)}")
            cells = map(original_cell, row)
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise NotRows(f"{reader.line_num}: {error}") from error
