"""A plan as it stands in its file: in any order of columns, with columns of a treasurer's own, and
with whatever separator a spreadsheet saved it. Cells are changed where they stand."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from desk.spreadsheet import BOM, NotRows, original_cell, safe_cell

PLAN_COLUMNS = (
    *("settle", "grade", "booked_on", "amount", "currency", "name", "text", "bank_id"),
    *("payee_id", "reference", "claimed", "payer_id", "recorded_at", "why", "file", "line"),
    "evidence",
)
_SEPARATORS = ",;\t"  # as spreadsheets save CSV, here and there


@dataclass(slots=True)
class Sheet:
    """Its rows are named by their places, from 0; `numbers` are their lines in the file."""

    names: list[str]
    delimiter: str
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    _written: dict[int, str] = field(default_factory=dict)

    def get(self, place: int, name: str) -> str:
        return original_cell(self.rows[place][self.names.index(name)])

    def put(self, place: int, name: str, text: str) -> None:
        self.rows[place][self.names.index(name)] = safe_cell(text)
        self._written.pop(place, None)

    def cells(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """The rows, each with its line in the file."""
        for number, row in zip(self.numbers, self.rows, strict=True):
            yield number, dict(zip(self.names, map(original_cell, row), strict=False))

    def content(self) -> bytes:
        """The file. What did not change since it was last asked for is not written anew, for it is
        asked for after every answer."""
        texts = [self._text(self.names)]
        for place, row in enumerate(self.rows):
            if place not in self._written:
                self._written[place] = self._text(row)
            texts.append(self._written[place])
        return (BOM + "".join(texts)).encode()

    def _text(self, row: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator="\r\n").writerow(row)
        return out.getvalue()


def parse_sheet(text: str) -> Sheet:
    """Raises NotRows."""
    text = text.removeprefix(BOM)
    head = text.partition("\n")[0]
    delimiter = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        sheet = Sheet([name.strip() for name in next(reader, [])], delimiter)
        names = sheet.names
        if missing := [name for name in PLAN_COLUMNS if names.count(name) != 1]:
            raise NotRows(f"1: a plan has each of these columns once: {', '.join(missing)}")
        for cells in reader:
            if len(cells) < len(names) or any(cells[len(names) :]):
                if any(cells):
                    raise NotRows(f"{reader.line_num}: {len(cells)} cells, not {len(names)}")
            elif any(cells):
                sheet.rows.append(cells[: len(names)])
                sheet.numbers.append(reader.line_num)
    except csv.Error as error:
        raise NotRows(f"{reader.line_num}: {error}") from error
    return sheet
