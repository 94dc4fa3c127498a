"""CSV that a spreadsheet can open without running any of it: RFC 4180, in UTF-8.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
injection"), and one more if it begins with apostrophes and then with such a character, so that
reading back gives the very text that was written.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

BOM = "\ufeff"
_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


class NotRows(ValueError):
    """The text is no CSV with the wanted columns; `str()` says where and why."""


def safe_cell(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def original_cell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


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
