"""Which column of a table means what: by the words in its head, or as somebody says.

Heads are known in the languages of banks that people use. Where two columns may be the amount, or
none is, nothing is chosen: it is asked for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

from desk.statements.amounts import MARKS, Mark
from desk.statements.dates import Order
from desk.statements.tables.heads import HEADS, IGNORED
from payments.currencies import currency_codes

_LETTERS = re.compile(r"[a-z0-9]+")


def plain(head: str) -> str:
    """A head without case, accents and punctuation."""
    letters = head.casefold()
    if not letters.isascii():
        letters = "".join(c for c in normalize("NFKD", letters) if c.isascii())
    return " ".join(_LETTERS.findall(letters))


_MEANING = {
    plain(head): role
    for role, heads in HEADS.items()
    for head in " ".join(heads.split()).split(",")
}
_KNOWN = {*_MEANING, *(plain(head) for head in IGNORED.split(","))}
_SEVERAL = {"text", "bank_id"}
_FIRST_COUNTS = {"date", "value_date", "name", "account", "currency"}
_MARKS = {"comma": MARKS[1], "point": MARKS[0]}
_INSTEAD = {"amount": {"credit", "debit"}, "credit": {"amount"}, "debit": {"amount"}}
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_ORDERS = {Order.DMY: "day first", Order.MDY: "month first", Order.YMD: "year first"}
_PEOPLE_SAY = {"credit": "in", "debit": "out", "side": "in or out", "bank_id": "bank's number"}
_NEEDED = "a date, and an amount, or a credit beside a debit"


class NoColumns(ValueError):
    """`str()` says what is missing or meant twice."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Places of columns, counted from 0, by what they mean, and what was found of their cells.

    `heads` is the row in which they stand, counted as in the file; 0: there is none. What is None
    is found from the cells, or from the text. Where no amount has a sign, all came in if
    `unsigned_is_in`.
    """

    places: Mapping[str, tuple[int, ...]]
    heads: int = 0
    order: Order | None = None
    mark: Mark | None = None
    currency: str | None = None
    unsigned_is_in: bool = False
    delimiter: str | None = None

    def cell(self, row: Sequence[str], role: str) -> str:
        cells = [row[place] for place in self.places.get(role, ()) if place < len(row)]
        return " ".join(filter(None, cells))

    def describe(self) -> str:
        """As --map takes it, so that what was found can be kept and changed."""
        parts = [
            f"{role}={'+'.join(str(place + 1) for place in places)}"
            for role, places in self.places.items()
        ]
        parts += [f"order={self.order}"] if self.order else []
        parts += [f"decimal={'comma' if self.mark == ',' else 'point'}"] if self.mark else []
        parts += [f"currency={self.currency}"] if self.currency else []
        parts += ["unsigned=in"] if self.unsigned_is_in else []
        parts += [f"delimiter={word}" for word, one in _DELIMITERS.items() if one == self.delimiter]
        return " ".join(parts)


def explain(columns: Columns, heads: Sequence[str]) -> str:
    """For people: `date = column 1 “Date”, day first; amount = 5 “Betrag”, decimals after “,”`."""
    parts: list[str] = []
    for role, places in columns.places.items():
        named = [f" “{heads[place]}”" if place < len(heads) else "" for place in places]
        where = " + ".join(f"{place + 1}{name}" for place, name in zip(places, named, strict=True))
        order = f", {_ORDERS[columns.order]}" if role == "date" and columns.order else ""
        mark = f", decimals after “{columns.mark}”" if role in ("amount", "credit") else ""
        word = _PEOPLE_SAY.get(role, role.replace("_", " "))
        parts.append(f"{word} = {'' if parts else 'column '}{where}{order}{mark}")
    parts += [f"in {columns.currency}"] if columns.currency else []
    parts += ["all came in"] if columns.unsigned_is_in else []
    return "; ".join(parts)


def is_heads(row: Sequence[str]) -> bool:
    """Whether a row is the one with the heads: at least three that are known, a date among them."""
    known = [head for head in map(plain, row) if head in _KNOWN]
    return len(known) >= 3 and any(_MEANING.get(head) in ("date", "value_date") for head in known)


def find_columns(row: Sequence[str], heads: int, said: Columns | None = None) -> Columns:
    """What the columns mean, by the row of their heads, and by what is `said` of some of them.

    Raises NoColumns.
    """
    told = said.places if said else {}
    left_out = set(told).union(*(_INSTEAD.get(role, set()) for role in told))
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(row):
        role = _MEANING.get(plain(cell))
        if role and role not in left_out and not any(place in places for places in told.values()):
            found.setdefault(role, []).append(place)
    if "date" not in found and "value_date" in found:
        found["date"] = found["value_date"]
    for role, places in found.items():
        if role in _FIRST_COUNTS:
            found[role] = places[:1]
        elif len(places) > 1 and role not in _SEVERAL:
            names = " and ".join(f"“{row[place]}”" for place in places)
            raise NoColumns(f"{names} may both be the {role.replace('_', ' ')}")
    columns = Columns({role: tuple(places) for role, places in found.items()}, heads)
    return together(columns, said) if said else _whole(columns)


def parse_map(text: str) -> Columns:
    """What somebody says of columns: `date=1 amount=5 text=3+4 order=dmy decimal=comma`.

    Raises NoColumns.
    """
    places: dict[str, tuple[int, ...]] = {}
    columns = Columns({})
    for part in re.split(r"[\s,;]+", text.strip()):
        name, _, value = part.partition("=")
        role = name.strip().replace("-", "_")
        try:
            if role == "currency" and value in currency_codes():
                columns = replace(columns, currency=value)
            elif role in HEADS:
                places[role] = tuple(int(one) - 1 for one in value.split("+"))
                if min(places[role]) < 0:
                    raise ValueError
            elif role == "order":
                columns = replace(columns, order=Order(value))
            elif role == "decimal":
                columns = replace(columns, mark=_MARKS[value])
            elif role == "delimiter":
                columns = replace(columns, delimiter=_DELIMITERS[value])
            elif part == "unsigned=in":
                columns = replace(columns, unsigned_is_in=True)
            else:
                raise ValueError
        except (ValueError, KeyError):
            raise NoColumns(
                f"“{part}” is not understood: write such as date=1 amount=5 text=3+4 order=dmy "
                f"decimal=comma currency=INR; columns are {', '.join(HEADS)}"
            ) from None
    return replace(columns, places=places)


def _whole(columns: Columns) -> Columns:
    places = columns.places
    if "date" not in places or not ("amount" in places or "credit" in places):
        raise NoColumns(f"{_NEEDED} must be among the heads")
    if "amount" in places and ("credit" in places or "debit" in places):
        raise NoColumns("there is an amount, and a credit or a debit beside it")
    return columns


def together(found: Columns | None, said: Columns) -> Columns:
    """What was found, and what somebody says, which counts. Raises NoColumns."""
    if found is None:
        return _whole(said)
    places = said.places if "date" in said.places else {**found.places, **said.places}
    return _whole(
        Columns(
            places,
            found.heads,
            said.order or found.order,
            said.mark or found.mark,
            said.currency or found.currency,
            said.unsigned_is_in or found.unsigned_is_in,
            said.delimiter or found.delimiter,
        )
    )
