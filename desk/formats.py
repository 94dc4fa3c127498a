"""Documents written out for programs, in the formats of FORMATS. All of it streams, but for
workbooks, which are written when they are whole."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from desk.spreadsheet import BOM, write_csv
from desk.workbook import write_workbook

Documents = Iterable[Mapping[str, object]]
Writer = Callable[[BinaryIO, Documents, Sequence[str]], int]
"""Writes documents to a file, which it leaves open, as they come; gives their number. The names
are those of the columns, for formats that have columns."""


def json_line(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False)


def _write_csv(out: BinaryIO, documents: Documents, columns: Sequence[str]) -> int:
    rows = ([_cell(document[name]) for name in columns] for document in documents)
    with _text(out) as text:
        return write_csv(text, columns, rows)


def _write_json(out: BinaryIO, documents: Documents, _: Sequence[str]) -> int:
    """One array."""
    count = 0
    with _text(out) as text:
        for count, document in enumerate(documents, 1):
            text.write((",\n" if count > 1 else "[\n") + json_line(document))
        text.write("\n]\n" if count else "[]\n")
    return count


def _write_json_lines(out: BinaryIO, documents: Documents, _: Sequence[str]) -> int:
    count = 0
    with _text(out) as text:
        for document in documents:
            text.write(json_line(document) + "\n")
            count += 1
    return count


FORMATS: dict[str, Writer] = {
    "csv": _write_csv,
    "jsonl": _write_json_lines,
    "json": _write_json,
    "xlsx": write_workbook,
}
BINARY = "xlsx"  # no terminal shows it


def write_documents(
    out: BinaryIO,
    documents: Documents,
    columns: Sequence[str],
    format_name: str,
    *,
    bom: bool = False,
) -> int:
    """Write `documents` in one of FORMATS; gives their number. CSV may begin with a `bom`."""
    if bom and format_name == "csv":
        out.write(BOM.encode())
    return FORMATS[format_name](out, documents, columns)


@contextmanager
def _text(out: BinaryIO) -> Iterator[TextIO]:
    """`out` as UTF-8 whose line ends are left alone."""
    text = TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()  # written out, and not closed


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
