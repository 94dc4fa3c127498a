"""What people put into a spreadsheet's cells, and what a spreadsheet does to it."""

import re
from unicodedata import normalize

from payments.refusals import InvalidValue

_NOTHING = {
    "-",
    "--",
    "—",
    "\u2013",
    ".",
    "x",
    "na",
    "n/a",
    "nil",
    "none",
    "null",
    "k.a.",
    "tbd",
    "?",
}
_YES = {
    "yes",
    "y",
    "true",
    "1",
    "x",
    "ja",
    "j",
    "oui",
    "sí",
    "si",
    "sim",
    "ya",
    "ndiyo",
    "✓",
    "✔",
    "हाँ",
}
_NO = {"", "no", "n", "false", "0", "nein", "non", "não", "nao", "tidak", "hapana", "नहीं"}
# Invisible, and of no use to any script: what a copy from the web or a PDF brings along
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF])
_SHORTENED = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?", re.ASCII)
_CURRENCY_SIGNS = re.compile(
    r"^(?:₹|rs\.?|inr|€|eur|\$|£|/-)\s*|\s*(?:/-|₹|€|\$|£|inr|eur|rs\.?)$", re.I
)


def clean(cell: str) -> str:
    """A cell without what nobody sees, in one line, without the ' by which Excel is told text."""
    text = normalize("NFC", cell).translate(_INVISIBLE)
    return " ".join(text.removeprefix("'").split())


def is_said(cell: str) -> bool:
    """Whether a cell says anything, beside that it is left out."""
    return bool(cell) and cell.casefold() not in _NOTHING


def whole_number(cell: str) -> str:
    """Digits as they were, where a spreadsheet made a power of ten of them. Raises InvalidValue
    where it has dropped some: 9.8E+09 may be a thousand numbers."""
    shortened = _SHORTENED.fullmatch(cell)
    if shortened is None:
        return cell
    digits, zeros = shortened[1] + (shortened[2] or ""), int(shortened[3])
    if len(digits) != zeros + 1:
        raise InvalidValue(
            f"the spreadsheet has dropped digits of {cell}: make the column text, and type it again"
        )
    return digits


def yes_or_no(cell: str) -> bool:
    """Raises InvalidValue for what is neither."""
    word = cell.casefold()
    if word in _YES:
        return True
    if word in _NO or word in _NOTHING:
        return False
    raise InvalidValue(f"“{cell}” is neither yes nor no")


def plain_amount(cell: str) -> str:
    """An amount without the sign of its currency and without the groups of its thousands."""
    text = _CURRENCY_SIGNS.sub("", cell).strip()
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return re.sub(r"\.0+$", "", text)
