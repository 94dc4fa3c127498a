"""Tables on a terminal of any width. Nothing is ever cut off, least of all an amount because of a
long name: where a row does not fit, it becomes a block."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rich.console import RenderableType

_LINES_AT_ONCE = 200  # the widths of columns are found from so many
_LEAST_FOR_WORDS = 6


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
        console.print(table_of(columns, some, console.width))
        count += len(some)
    return count


def table_of(columns: Sequence[Column], rows: Sequence[Row], width: int) -> "RenderableType":
    """A table of `rows` where `width` allows, else a block for each. Columns that are empty in
    every row are left out."""
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.console import Group  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    used = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    columns = [columns[number] for number in used]
    rows = [[row[number] for number in used] for row in rows]
    widths = [
        max(len(column.name), *(cell_len(row[number]) for row in rows))
        for number, column in enumerate(columns)
    ]
    least = sum(
        min(wide, _LEAST_FOR_WORDS) if column.is_words else wide
        for column, wide in zip(columns, widths, strict=True)
    )
    if least + 2 * (len(columns) - 1) > width:
        indent = max(len(column.name) for column in columns) + 2
        blocks = [
            Text(
                "\n".join(
                    f"{column.name:<{indent}}{cell}"
                    for column, cell in zip(columns, row, strict=True)
                    if cell
                )
                + "\n",
                overflow="fold",
            )
            for row in rows
        ]
        return Group(*blocks)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(
            column.name,
            justify="right" if column.is_number else "left",
            no_wrap=not column.is_words,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table
