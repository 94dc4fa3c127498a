"""A statement's file: which format it has, and its lines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from desk.statements.camt import read_camt
from desk.statements.columns import Columns
from desk.statements.line import Line, Unreadable, with_fingerprints
from desk.statements.mt940 import read_mt940
from desk.statements.ofx import read_ofx
from desk.statements.table_lines import read_table
from desk.statements.text_table import decode, read_rows
from desk.statements.workbook_rows import read_workbook

_START = 4096


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says. `how` tells people how it was understood, `columns` is that of a table."""

    file: str
    lines: tuple[Line, ...]
    how: str
    columns: Columns | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(line.kind for line in self.lines)


def read_statement(
    stream: IO[bytes],
    file: str,
    *,
    said: Columns | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    currency: str | None = None,
) -> Statement:
    """Read `stream`, which can seek, whatever its name says. Raises Unreadable."""
    start = stream.read(_START)
    stream.seek(0)
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(f"{file}: the file is empty.")
    if start.startswith(b"PK\x03\x04"):
        lines, columns = read_table(read_workbook(stream, file), file, said, currency)
        return _statement(file, lines, f"a workbook; {columns.describe()}", columns)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            f"{file}: this is a workbook of old Excel (.xls): save it as .xlsx or CSV."
        )
    if start.startswith(b"%PDF"):
        raise Unreadable(f"{file}: a PDF is for people: the bank's site also has CSV or Excel.")
    head = start.decode("latin-1").replace("\x00", "")
    if "<OFX" in head.upper() or head.lstrip().startswith("OFXHEADER"):
        text, name = decode(stream.read(), file, encoding)
        return _statement(file, read_ofx(text, file), f"OFX in {name}")
    if head.lstrip("\xef\xbb\xbf\xff\xfe \r\n\t").startswith("<"):
        return _statement(file, read_camt(stream, file), "camt")
    text, name = decode(stream.read(), file, encoding)
    if ":61:" in text and (":25:" in text or ":20:" in text):
        return _statement(file, read_mt940(text, file), f"MT940 in {name}")
    rows, delimiter = read_rows(text, file, delimiter)
    lines, columns = read_table(rows, file, said, currency)
    separator = {"\t": "tabs"}.get(delimiter, f"“{delimiter}”")
    return _statement(file, lines, f"{name}, columns by {separator}; {columns.describe()}", columns)


def _statement(file: str, lines: list[Line], how: str, columns: Columns | None = None) -> Statement:
    return Statement(file, tuple(with_fingerprints(lines)), how, columns)
