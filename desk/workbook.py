"""A workbook for Excel, LibreOffice and Numbers: where CSV leaves it to the program that opens it
where a cell ends and what is text, here each cell says so itself.

Text is text and never a formula, whatever it begins with. An amount is a number, for people add
up, with the decimals of its currency. Such a number is a binary fraction, which holds any 15
digits: an amount of more, which only a sum can have, is text. A time is a real date, with the
zone in which the document tells it behind each: Excel's dates know of no zones.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

AMOUNTS = frozenset({"amount", "recorded", "confirmed", "reversed"})
TIMES = frozenset({"recorded_at"})
_MOST_DIGITS = 15
_TEXT = "@"  # so that it stays text when somebody edits it
_WIDTHS = {"reference": 29, "payment_id": 30, "recorded_at": 31, "payer_id": 24, "reason": 32}
_WIDTH = 16  # of the other columns, in characters


class NotForExcel(ValueError):
    """More rows than a sheet has, or more text than a cell; `str()` says which."""


def write_workbook(
    out: BinaryIO, documents: Iterable[Mapping[str, object]], columns: Sequence[str]
) -> int:
    """One sheet with a head that stays in view; gives the number of rows. They lie on the disk,
    in a folder that only this user may read, until the workbook is whole: `out` gets all of it or
    nothing.

    Raises NotForExcel.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 (0.1 s, and only for this)
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    with TemporaryDirectory(prefix="payees-") as folder:
        path = Path(folder, "workbook.xlsx")
        count = 0
        try:
            with Workbook(path, {"constant_memory": True, "tmpdir": folder}) as workbook:
                sheet = _Sheet(workbook, workbook.add_worksheet(), columns)
                for count, document in enumerate(documents, 1):
                    sheet.write_row(count, document)
        except FileCreateError as error:
            raise error.args[0] from error  # the OSError that it hides
        with path.open("rb") as file:
            shutil.copyfileobj(file, out)
        return count


@dataclass(slots=True)
class _Sheet:
    workbook: "Workbook"
    worksheet: "Worksheet"
    columns: Sequence[str]
    _formats: dict[str, "Format"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.worksheet.freeze_panes(1, 0)
        bold = self.workbook.add_format({"bold": True})
        for place, name in enumerate(self.columns):
            self.worksheet.set_column(place, place, _WIDTHS.get(name, _WIDTH))
            self.worksheet.write_string(0, place, name, bold)

    def write_row(self, row: int, document: Mapping[str, object]) -> None:
        for place, name in enumerate(self.columns):
            if self._write_cell(row, place, name, document[name]):
                raise NotForExcel(
                    f"row {row + 1}, {name}: a sheet has 1 048 576 rows, a cell 32 767 characters"
                )

    def _write_cell(self, row: int, place: int, name: str, value: object) -> object:
        """Not 0 if the sheet has no room for it."""
        if value is None:
            return 0
        if isinstance(value, int):
            return self.worksheet.write_number(row, place, value)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if name in AMOUNTS and sum(map(str.isdigit, text)) <= _MOST_DIGITS:
            decimals = text.partition(".")[2]
            pattern = f"#,##0.{'0' * len(decimals)}" if decimals else "#,##0"
            return self.worksheet.write_number(row, place, float(text), self._format(pattern))
        if name in TIMES:
            moment = datetime.fromisoformat(text)
            zone = text[-6:] if text[-6] in "+-" else "UTC"
            pattern = f'yyyy-mm-dd hh:mm:ss.000 "{zone}"'
            local = moment.replace(tzinfo=None)
            return self.worksheet.write_datetime(row, place, local, self._format(pattern))
        as_text = self._format(_TEXT)
        if text.startswith("<r>"):  # a string that also ends in </r> would be written as raw XML
            pieces = ("<", "r", text[2:])  # the fewest it takes, of one look
            return self.worksheet.write_rich_string(row, place, *pieces, as_text)
        return self.worksheet.write_string(row, place, text, as_text)

    def _format(self, pattern: str) -> "Format":
        if pattern not in self._formats:
            self._formats[pattern] = self.workbook.add_format({"num_format": pattern})
        return self._formats[pattern]
