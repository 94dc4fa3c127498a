"""Tables that end in the middle of a row: what stands last may be only a part of what was written.

`50.00` may have been `50.00 Dr`, `5` may have been `5,000.00`: a program that writes rows mostly
ends the last one, too, and where it does not, what stands last has to look whole.
"""

import re
from collections.abc import Sequence

from desk.statements.line import Place, refuse
from desk.statements.tables.columns import Columns
from payments.currencies import currency_digits

_AMOUNTS = ("amount", "credit", "debit")
_WORDS = ("side", "status", "currency")
_CODES = ("date", "bank_id")


def check_end(
    records: Sequence[tuple[Place, Sequence[str]]],
    width: int,
    columns: Columns,
    currency: str | None,
) -> None:
    """Refuse a last row, which has no end, that may not be whole: `width` is how many heads there
    are, or 0. Raises Unreadable."""
    *before, (place, cells) = records
    width = width or max((len(row) for _, row in before), default=len(cells))
    last = len(cells) - 1
    told = [row[last] for _, row in before if last < len(row) and row[last]]
    roles = [role for role, places in columns.places.items() if last in places]
    digits = currency_digits(columns.currency or currency or "EUR")
    if len(cells) < width or not all(_is_whole(role, cells[last], told, digits) for role in roles):
        raise refuse(
            place,
            f"column {last + 1}: the file ends in “{cells[last][-40:]}”, which may be cut off",
            "export it again, or add a line end after it if it is whole",
        )


def _is_whole(role: str, cell: str, told: Sequence[str], digits: int) -> bool:
    if role in _AMOUNTS:
        if not cell:
            return True  # then another of its columns has it, or it is refused
        is_full = bool(digits and re.search(rf"[0-9][.,][0-9]{{{digits}}}$", cell, re.ASCII))
        return is_full and all(one[-1].isdigit() for one in told)
    if role in _WORDS:
        return cell in told
    if role in _CODES:
        return not told or len(cell) >= min(map(len, told))
    return True
