"""The first sheet of a workbook that has bookings, as rows of text."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from openpyxl import load_workbook

from desk.statements.line import Unreadable
from desk.statements.tables.text_table import Row

_MOST_BYTES = 512 * 1024 * 1024  # unpacked
_MOST_ROWS = 1_048_576  # of Excel; a row may say that it is a later one
_MOST_COLUMNS = 500
_MOST_RATIO = 200  # of a real workbook's parts, none is packed by so much


def read_workbook(stream: IO[bytes], file: str) -> list[Row]:
    """Formulas are never computed: what the program that wrote it has shown is read.

    Raises Unreadable.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > _MOST_BYTES or any(
            part.file_size > 1_000_000 and part.file_size > _MOST_RATIO * max(1, part.compress_size)
            for part in parts
        ):
            raise Unreadable(
                f"{file}: unpacked it would be far larger than a statement: it is not read."
            )
        stream.seek(0)
        workbook = load_workbook(stream, read_only=True, data_only=True)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # it may say that it has a million columns, and each row gets them
        rows = []
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > _MOST_ROWS:
                raise Unreadable(f"{file}: it has more rows than a sheet can have: it is not read.")
            if any(cells := [_cell(value) for value in row[:_MOST_COLUMNS]]):
                rows.append((number, cells))
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 (of a broken one: zlib's, zipfile's, the XML parser's …)
        why = " ".join(str(error).split())[:200]
        raise Unreadable(
            f"{file}: this is no workbook that can be read ({why}): save it as CSV."
        ) from None
    return rows


def _cell(value: object) -> str:
    """As a CSV would have it: numbers with a point and no groups, days as ISO has them."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):  # a binary fraction, of which the sheet shows 15 digits
        return format(Decimal(f"{value:.15g}"), "f")
    return " ".join(str(value).split())
