"""Text files with columns, such as CSV: their characters, their separator, and their rows."""

import csv
import io
import re
from collections.abc import Iterator

from desk.statements.line import Place, Unreadable, refuse

Row = tuple[int, list[str]]
"""The line or row of the file, counted from 1, and its cells, trimmed."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PADDING = re.compile("^[\\x00 ]+$", re.M)
_NOT_IN_CP1252 = set(b"\x81\x8d\x8f\x90\x9d")
_DELIMITERS = ";,\t|"
_ROWS_LOOKED_AT = 500
_MOST_IN_A_CELL = 1_000_000


def decode(data: bytes, file: str, encoding: str | None = None) -> tuple[str, str]:
    """The text and what its bytes turned out to be. Raises Unreadable.

    UTF-8 and UTF-16 are told by their marks or their zeros; what is neither is Western Europe's,
    unless `encoding` says another. Asian code pages look like it: they have to be said.
    """
    name = encoding or _encoding_of(data, file)
    try:
        text = data.decode(name)
    except LookupError:
        raise Unreadable(
            f"There is no encoding “{name}”: utf-8, cp1252, cp932 and gbk are some."
        ) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(
            Place(file, line),
            f"byte {error.start} is no {name}",
            "say how it is written, such as --encoding cp1252",
        ) from None
    text = text.removeprefix("\ufeff")
    text = _PADDING.sub("", text)
    if (lost := text.find("\x00")) >= 0:
        raise refuse(
            Place(file, text[:lost].count("\n") + 1),
            "a character is lost here, for a zero byte stands in its place", "export it again",
        )  # fmt: skip
    return text, name


def _encoding_of(data: bytes, file: str) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    start = data[:4000]
    if len(start) >= 4 and start.count(0) * 3 > len(start):  # Latin text in UTF-16 is half zeros
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if not data[: error.start].isascii():  # UTF-8 that others do not meet by chance
            line = data[: error.start].count(b"\n") + 1
            raise refuse(
                Place(file, line), "what stands before this is UTF-8, and this is not",
                "export it again, or say how it is written, such as --encoding cp1252",
            ) from None  # fmt: skip
        return "latin-1" if _NOT_IN_CP1252 & set(data) else "cp1252"
    return "utf-8"


def ends_within(text: str) -> bool:
    """Whether the last row has no end, so that what stands last in it may be cut off."""
    return bool(text) and text[-1] not in "\r\n"


def read_rows(text: str, file: str, delimiter: str | None = None) -> tuple[list[Row], str]:
    """The rows, and what separates their cells. Raises Unreadable."""
    delimiter = delimiter or _find_delimiter(text, file)
    return list(_rows(text, file, delimiter)), delimiter


def _find_delimiter(text: str, file: str) -> str:
    """The one by which most rows have the most common number of cells."""
    start = "\n".join(text.splitlines()[:_ROWS_LOOKED_AT])
    best, score = "", (0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(start), delimiter=delimiter)]
        except csv.Error:
            continue
        wide = [width for width in widths if width >= 3]
        common = max(set(wide), key=wide.count, default=0)
        if (found := (wide.count(common), common)) > score:
            best, score = delimiter, found
    if not best:
        raise refuse(
            Place(file, 1),
            "no columns are found, by none of ; , | or tabs",
            "is it a bank's export? Its columns can be said by --map",
        )
    return best


def _rows(text: str, file: str, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(_MOST_IN_A_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise refuse(
            Place(file, line),
            f"this row has no end or a stray quote ({error})",
            "export it again, or mend the row",
        ) from None
