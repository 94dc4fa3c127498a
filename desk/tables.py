"""Tables on a terminal of any width. Nothing is ever cut off, least of all an amount because of a
long name: where a row does not fit, it becomes a block."""

from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from desk.names import isolated

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_LINES_AT_ONCE = 200  # the widths of columns are found from so many
_LONGEST_WHOLE = 16  # a longer word may be broken
_GAP = "  "


class Column(NamedTuple):
    name: str
    is_words: bool = False
    is_number: bool = False


Row = Sequence[str]


def print_rows(columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Print a table as its rows come, with the heads again now and then; gives their number."""
    from rich.console import Console  # noqa: PLC0415 (68 ms, and only for a terminal)

    console = Console()
    count = 0
    rows = iter(rows)
    while some := list(islice(rows, _LINES_AT_ONCE)):
        console.print(table_of(columns, some, console.width), crop=False)
        count += len(some)
    return count


def table_of(columns: Sequence[Column], rows: Sequence[Row], width: int) -> "RenderableType":
    """A table of `rows` where `width` allows, else a block for each. Columns that are empty in
    every row are left out. No cell can reorder what stands beside it.

    Widths are those of terminals, by wcwidth: Rich's own count is another for the vowel signs and
    conjuncts of India.
    """
    from rich.cells import cell_len  # noqa: PLC0415

    used = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    columns = [columns[number] for number in used]
    rows = [[row[number] for number in used] for row in rows]
    if widths := _fit(columns, rows, width):
        lines = [_line([column.name for column in columns], columns, widths)]
        for row in rows:
            cells = map(_wrapped, row, widths)
            lines += [_line(parts, columns, widths) for parts in zip_longest(*cells, fillvalue="")]
        if all(cell_len(line) <= width for line in lines):  # else Rich would cut it
            return _as_table(lines)
    return _as_blocks(columns, rows)


def _fit(columns: Sequence[Column], rows: Sequence[Row], width: int) -> list[int] | None:
    """How wide each column is, text being wrapped between words if it must; None: the table has no
    room."""
    from wcwidth import wcswidth  # noqa: PLC0415

    widths = [
        max(wcswidth(column.name), *(wcswidth(row[number]) for row in rows))
        for number, column in enumerate(columns)
    ]
    least = [
        max(min(wcswidth(word), _LONGEST_WHOLE) for row in rows for word in row[number].split(" "))
        for number in range(len(columns))
    ]
    room = width - len(_GAP) * (len(columns) - 1)
    while sum(widths) > room:
        wrapping = [
            (wide, number)
            for number, wide in enumerate(widths)
            if columns[number].is_words
            and wide > max(least[number], wcswidth(columns[number].name))
        ]
        if not wrapping:
            return None
        widths[max(wrapping)[1]] -= 1
    return widths


def _wrapped(cell: str, width: int) -> list[str]:
    from wcwidth import wrap  # noqa: PLC0415

    return wrap(cell, width) or [""]


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    from wcwidth import ljust, rjust  # noqa: PLC0415

    padded = (
        (rjust if column.is_number else ljust)(isolated(cell), wide)
        for cell, column, wide in zip(cells, columns, widths, strict=True)
    )
    return _GAP.join(padded).rstrip()


def _as_table(lines: Sequence[str]) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    text = Text("\n".join(lines), no_wrap=True, overflow="ignore")
    text.stylize("bold", 0, len(lines[0]))
    return text


def _as_blocks(columns: Sequence[Column], rows: Sequence[Row]) -> "RenderableType":
    from rich.console import Group  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    indent = max(len(column.name) for column in columns) + 2
    blocks = []
    for row in rows:
        lines = [
            f"{column.name:<{indent}}{isolated(cell)}\n"
            for column, cell in zip(columns, row, strict=True)
            if cell
        ]
        blocks.append(Text("".join(lines), overflow="fold"))
    return Group(*blocks)
