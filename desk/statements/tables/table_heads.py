"""Where a table's bookings begin, what its columns mean, and whose statement it is."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from desk.statements.line import SAY, NotSaid, Place, ask_to_say
from desk.statements.tables.columns import Columns, NoColumns, find_columns, is_heads, together
from desk.statements.tables.text_table import Row

HEADS_LOOKED_FOR = 80
"""Rows of a file, among which its heads stand."""

_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_ACCOUNT = re.compile(
    r"\b(?:account|a/c|konto|conta|compte|cuenta)\D{0,20}([X*0-9][X*0-9 -]{4,30}[0-9])", re.I
)


def divide(rows: Sequence[Row], file: str, said: Columns | None) -> tuple[Columns, Sequence[Row]]:
    """What the columns mean, as found and as `said`, and the rows below the heads. Where `said`
    knows the row of the heads, it is that. Raises Unreadable."""
    is_told = bool(said and "date" in said.places)
    for index, (number, cells) in enumerate(rows[:HEADS_LOOKED_FOR]):
        if said and said.heads == number:
            return said, rows[index + 1 :]
        if not (said and said.heads) and is_heads(cells):
            try:
                if said and is_told:
                    return together(Columns({}, number), said), rows[index + 1 :]
                return find_columns(cells, number, said), rows[index + 1 :]
            except NoColumns as error:
                raise ask_to_say(Place(file, number), str(error)) from None
    if said is None or not is_told:
        number = rows[0][0] if rows else 1
        raise ask_to_say(
            Place(file, number), "no row of heads is known, such as Date, Description, Amount"
        )
    try:
        columns = together(None, said)
    except NoColumns as error:
        raise NotSaid(f"{file}: --map: {error}: {SAY}") from None
    for index, ((number, cells), (_, below)) in enumerate(pairwise(rows[:HEADS_LOOKED_FOR]), 1):
        if has_digit(columns.cell(below, "date")):
            has_heads = bool(columns.cell(cells, "date")) and not has_digit(
                columns.cell(cells, "date")
            )
            return (replace(columns, heads=number), rows[index:]) if has_heads else (columns, rows)
    return columns, rows


def has_digit(cell: str) -> bool:
    """Whether a cell can be a day or an amount; heads and totals have only words where days are."""
    return any(character.isdigit() for character in cell)


def account_of(preamble: Sequence[Row]) -> str:
    """Whose statement it is, by what stands above the heads; empty if it does not say."""
    text = "\n".join(" ".join(cells) for _, cells in preamble)
    found = _IBAN.search(text)
    if found:
        return found[0].replace(" ", "")
    labelled = _ACCOUNT.search(text)
    return re.sub(r"[ -]", "", labelled[1]) if labelled else ""
