"""How a bank's tables are read, found or said once and kept: the file statements.toml.

    [hdfc]
    heads = ["Date", "Narration", "Ref.No.", "Debit", "Credit"]
    map = "date=1 text=2 bank_id=3 debit=4 credit=5 order=dmy decimal=point currency=INR"
    account = "50100012345678"
    encoding = "cp1252"

A file with just these heads is read so, without looking for what its columns mean. Where a bank
changed them it is not read, until somebody has looked at it. A table without heads is read by the
name of its layout alone, and so is one whose characters or separator hide the heads.
"""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from desk.statements.line import Place, Unreadable, refuse
from desk.statements.tables.columns import Columns, NoColumns, parse_map, plain
from desk.statements.tables.table_heads import HEADS_LOOKED_FOR, account_of
from desk.statements.tables.text_table import Row

FILE = "statements.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_KEYS = {"heads", "map", "account", "encoding"}
_ALIKE = 0.75  # of its heads, in what is no other bank's


class NoLayout(ValueError):
    """`str()` says what is wrong with a file of layouts, or a name for one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`heads` are the cells of their row, `columns` what is known of them, `account` whose
    statement it is, where it says so; `line` is that of the file of layouts."""

    name: str
    columns: Columns
    heads: tuple[str, ...] = ()
    account: str = ""
    encoding: str | None = None
    line: int = 0

    def __str__(self) -> str:
        return f"“{self.name}” ({FILE}:{self.line})"


def parse_layout_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise NoLayout(f"“{text}” is no name for it: letters, digits, - and _, such as hdfc")
    return text


def parse_layouts(text: str) -> dict[str, Layout]:
    """By name. Raises NoLayout with the line."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NoLayout(f"{FILE}: {error}") from None
    return {name: _layout(name, values, text) for name, values in document.items()}


def _layout(name: str, values: Any, text: str) -> Layout:
    place = re.search(rf"(?m)^[ \t]*\[[ \t]*[\"']?{re.escape(name)}\b", text)
    line = text.count("\n", 0, place.start()) + 1 if place else 1
    where = f"{FILE}:{line}: [{name}]"
    if not isinstance(values, dict) or not {"map"} <= {*values} <= _KEYS:
        raise NoLayout(f"{where} takes {', '.join(sorted(_KEYS))}; map is needed")
    heads = values.pop("heads", [])
    if not isinstance(heads, list) or not all(isinstance(one, str) for one in heads):
        raise NoLayout(f"{where}: heads are a list of texts")
    if not all(isinstance(one, str) for one in values.values()):
        raise NoLayout(f"{where}: {', '.join(values)} are texts")
    try:
        columns = parse_map(values["map"])
    except NoColumns as error:
        raise NoLayout(f"{where}: {error}") from None
    account, encoding = values.get("account", ""), values.get("encoding")
    return Layout(name, columns, tuple(heads), account, encoding, line)


def fitting(layouts: Sequence[Layout], rows: Sequence[Row], file: str) -> Columns | None:
    """How the table is read by the layout with its heads, if there is one.

    Raises Unreadable where it has the account of one, or nearly its heads, but not its heads.
    """
    start = rows[:HEADS_LOOKED_FOR]
    for at, (number, cells) in enumerate(start):
        found = [one for one in layouts if one.heads and _heads(cells) == _heads(one.heads)]
        if found:
            return replace(_only(found, start[:at], Place(file, number)).columns, heads=number)
    for at, (number, cells) in enumerate(start):
        for layout in layouts:
            if _is_changed(layout, cells, start[:at]):
                raise _changed(layout, cells, Place(file, number))
    return None


def named(layout: Layout, rows: Sequence[Row], file: str) -> Columns:
    """How the table is read by this layout, which somebody named. Raises Unreadable."""
    if not layout.heads:
        return layout.columns
    start = rows[:HEADS_LOOKED_FOR]
    for number, cells in start:
        if _heads(cells) == _heads(layout.heads):
            return replace(layout.columns, heads=number)
    number, cells = max(start, key=lambda row: _shared(layout, row[1]), default=(1, []))
    raise _changed(layout, cells, Place(file, number))


def _heads(cells: Sequence[str]) -> list[str]:
    """As they are compared: a head in letters that `plain` does not know stays as it is."""
    heads = [plain(cell) or cell.casefold() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    return heads


def _only(found: Sequence[Layout], preamble: Sequence[Row], place: Place) -> Layout:
    """Where several layouts have the same heads: that of this account, or else of none."""
    account = account_of(preamble)
    own = [one for one in found if account and one.account == account]
    some = own or [one for one in found if not one.account] or found
    if len({one.columns.describe() for one in some}) > 1:
        names = " and ".join(map(str, some))
        raise refuse(place, f"{names} have these heads", f"say which: --map {some[0].name}")
    return some[0]


def _shared(layout: Layout, cells: Sequence[str]) -> float:
    heads, kept = {*_heads(cells)} - {""}, {*_heads(layout.heads)} - {""}
    return len(heads & kept) / max(len(kept), 1)


def _is_changed(layout: Layout, cells: Sequence[str], preamble: Sequence[Row]) -> bool:
    if not layout.heads:
        return False
    shared = _shared(layout, cells)
    if shared >= _ALIKE:
        return True
    return shared >= 0.5 and bool(layout.account) and account_of(preamble) == layout.account


def _changed(layout: Layout, cells: Sequence[str], place: Place) -> Unreadable:
    heads, kept = _heads(cells), _heads(layout.heads)
    new = [cell for cell, head in zip(cells, heads, strict=False) if head and head not in kept]
    gone = [
        cell for cell, head in zip(layout.heads, kept, strict=False) if head and head not in heads
    ]
    what = [f"new {_quoted(new)}"] if new else []
    what += [f"gone {_quoted(gone)}"] if gone else []
    told = ", ".join(what) or "they stand in another order"
    return refuse(
        place,
        f"these are not the columns kept as {layout}: {told}",
        f"if the bank changed them, keep them anew with --keep {layout.name}; if it is another "
        "bank's, with another name",
    )


def _quoted(heads: Sequence[str]) -> str:
    return ", ".join(f"“{head}”" for head in heads)


def with_layout(text: str, layout: Layout) -> str:
    """The file of layouts with this one in the place of one of its name, or at its end; all else
    in it stays as it is."""
    values = {"heads": list(layout.heads), "map": layout.columns.describe()}
    values |= {"account": layout.account, "encoding": layout.encoding or ""}
    lines = [
        f"{key} = {json.dumps(one, ensure_ascii=False)}\n" for key, one in values.items() if one
    ]
    section = f"[{layout.name}]\n{''.join(lines)}"
    parts = [_named_section(part) for part in re.split(r"(?m)^(?=[ \t]*\[)", text)]
    for at, (name, part) in enumerate(parts):
        if name == layout.name:
            after = re.search(r"(?m)(?:^[ \t]*(?:#.*)?\n)*\Z", part)  # as it stands above the next
            parts[at] = name, section + (after[0] if after else "")
            break
    else:
        parts.append((layout.name, ("\n" if text.strip() else "") + section))
    return "".join(part for _, part in parts)


def _named_section(part: str) -> tuple[str, str]:
    name = re.match(r"[ \t]*\[[ \t]*[\"']?([\w-]+)", part)
    return name[1] if name else "", part
