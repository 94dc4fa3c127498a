"""A statement's file: which format it has, and its lines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from desk.collector import no_garbage
from desk.statements.camt import read_camt
from desk.statements.line import (
    Line,
    NotSaid,
    Unreadable,
    with_fingerprints,
    without_common_numbers,
)
from desk.statements.mt940 import read_mt940
from desk.statements.ofx import read_ofx
from desk.statements.tables.columns import Columns, together
from desk.statements.tables.layouts import Layout, fitting, named
from desk.statements.tables.table_lines import read_table
from desk.statements.tables.text_table import Row, decode, ends_within, read_rows
from desk.statements.tables.workbook_rows import read_workbook

_START = 4096


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of how a file is to be read; None is found out. Of `layouts`, how tables
    were read before, one is used whose heads are the file's, or `layout`, which was named."""

    columns: Columns | None = None
    encoding: str | None = None
    layouts: Sequence[Layout] = ()
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """How a table was read: by which columns, under which heads, if it has them."""

    columns: Columns
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says. `how` tells people in which format it is; a `table` has columns, too."""

    file: str
    lines: tuple[Line, ...]
    how: str
    table: Table | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(line.kind for line in self.lines)


@no_garbage()
def read_statement(
    stream: IO[bytes], file: str, told: Told = Told(), currency: str | None = None
) -> Statement:
    """Read `stream`, which can seek, whatever its name says. `currency` is what amounts are in that
    say none. Raises Unreadable."""
    start = stream.read(_START)
    stream.seek(0)
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(f"{file}: the file is empty.")
    if start.startswith(b"PK\x03\x04"):
        return _table(read_workbook(stream, file), file, told, currency, "a workbook")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            f"{file}: this is a workbook of old Excel (.xls): save it as .xlsx or CSV."
        )
    if start.startswith(b"%PDF"):
        raise Unreadable(f"{file}: a PDF is for people: the bank's site also has CSV or Excel.")
    head = start.decode("latin-1").replace("\x00", "")
    if "<OFX" in head.upper() or head.lstrip().startswith("OFXHEADER"):
        text, name = decode(stream.read(), file, told.encoding)
        return _statement(file, read_ofx(text, file), f"OFX in {name}")
    if head.lstrip("\xef\xbb\xbf\xff\xfe \r\n\t").startswith("<"):
        return _statement(file, read_camt(stream, file), "camt")
    encoding = told.encoding or (told.layout.encoding if told.layout else None)
    text, name = decode(stream.read(), file, encoding)
    if ":61:" in text and (":25:" in text or ":20:" in text):
        return _statement(file, read_mt940(text, file), f"MT940 in {name}")
    known = told.columns or (told.layout.columns if told.layout else None)
    rows, delimiter = read_rows(text, file, known.delimiter if known else None)
    separator = {"\t": "tabs"}.get(delimiter, f"“{delimiter}”")
    cut = rows[-1][0] if rows and ends_within(text) else None
    return _table(rows, file, told, currency, f"{name}, columns by {separator}", cut_at=cut)


def _table(
    rows: Sequence[Row],
    file: str,
    told: Told,
    currency: str | None,
    how: str,
    *,
    cut_at: int | None = None,
) -> Statement:
    said = told.columns
    if told.layout:
        said = named(told.layout, rows, file)
    elif said is None or "date" not in said.places:
        known = fitting(told.layouts, rows, file)
        said = together(known, said) if known and said else known or said
    try:
        lines, columns = read_table(rows, file, said, currency, cut_at=cut_at)
    except NotSaid as error:
        error.rows = rows
        raise
    heads = next((tuple(cells) for number, cells in rows if number == columns.heads), ())
    return _statement(file, lines, how, Table(columns, heads))


def _statement(file: str, lines: list[Line], how: str, table: Table | None = None) -> Statement:
    own = with_fingerprints(_handed_over(without_common_numbers(lines)))
    return Statement(file, tuple(own), how, table)


def _handed_over(lines: Sequence[Line]) -> Iterator[Line]:
    """Each line once, and none is kept: those of a large file are not held twice."""
    left = lines if isinstance(lines, list) else list(lines)
    left.reverse()
    while left:
        yield left.pop()
