"""The first sheet of a workbook that has bookings, as rows of text."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from openpyxl import load_workbook

from desk.statements.line import Unreadable
from desk.statements.text_table import Row

_MOST_BYTES = 512 * 1024 * 1024  # unpacked
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
        rows = [
            (number, [_cell(value) for value in row])
            for sheet in workbook.worksheets[:1]
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 (of a broken one: zlib's, zipfile's, the XML parser's …)
        raise Unreadable(
            f"{file}: this is no workbook that can be read ({error}): save it as CSV."
        ) from None
    return [(number, cells) for number, cells in rows if any(cells)]


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
