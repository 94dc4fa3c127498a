"""What a row of a list of vendors says of one of them, in the roster's own words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from payments.money import AMOUNT_PATTERN
from payments.refusals import InvalidValue
from rails import ACCOUNT_KEYS, RAILS, read_code
from rails.cash import KIND as CASH
from roster.checks import fold
from roster.importing.cells import clean, is_said, plain_amount, whole_number, yes_or_no
from roster.importing.columns import (
    ACCOUNT_OPTIONS,
    ALIAS,
    AMOUNT,
    DESCRIPTION,
    IBAN,
    ID,
    NAME,
    Columns,
    NumberedRow,
    plain_head,
)
from roster.writing import Item

IBAN_RAILS: Final = {"EUR": "sepa", "CZK": "spayd", "CHF": "swiss", "PLN": "zbp"}
"""The way to pay by an IBAN in a currency."""

_LISTED = re.compile(r"[;/|]|,\s+|\s+")
_SHORT = re.compile(r"[A-Za-z]{0,2}[-/ ]?[0-9]{1,4}[A-Za-z]?", re.ASCII)
_NUMBERED = re.compile(r"\s+(?:no|nr|num|number|#)\.?$", re.IGNORECASE)
_SUMS = {
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "somme",
    "suma",
    "soma",
}
_MERCHANT = "merchant"
_NEARLY_ALL = 0.9
_COLUMNS_OF_A_LIST = 2  # such as names and accounts, and who has none has a name alone


@dataclass(frozen=True, slots=True)
class Vendor:
    """One row. `texts` are the values of the keys that it names, `accounts` its items of `pay_by`;
    `wish` is the id that it gives, "" if none. `faults` say what nobody can read."""

    row: int
    wish: str
    name: str
    texts: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    accounts: tuple[Item, ...] = ()
    faults: tuple[str, ...] = field(default=())

    @property
    def description(self) -> str:
        return self.texts.get(DESCRIPTION, "")

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart on a page."""
        return fold(self.name), fold(self.description)


def read_vendors(
    columns: Columns, rows: Sequence[NumberedRow], currency: str
) -> tuple[list[Vendor], dict[int, int]]:
    """The vendors below the heads, and which rows repeat, cell by cell, what an earlier one says.
    `currency` is the site's: an IBAN is another way to pay in each."""
    heads = [plain_head(head) for head in columns.heads]
    vendors: list[Vendor] = []
    firsts: dict[tuple[str, ...], int] = {}
    repeated: dict[int, int] = {}
    filled: dict[int, set[int]] = {}
    for number, raw in rows:
        cells = [clean(cell) for cell in raw]
        said = tuple(cells)
        if number <= columns.head_row or not any(cells):
            continue
        if heads and [plain_head(cell) for cell in cells][: len(heads)] == heads:
            continue  # a list that was printed in pages has its heads on each
        first = firsts.setdefault(said, number)
        if first != number:
            repeated[number] = first
        else:
            vendors.append(_read_vendor(columns, number, cells, currency))
            filled[number] = {place for place, cell in enumerate(cells) if cell}
    alone = _names_alone(filled)
    return [
        _doubted(one) if one.row in alone and not one.wish else one for one in vendors
    ], repeated


def _names_alone(filled: Mapping[int, set[int]]) -> set[int]:
    """Which rows have one cell, where nearly all others have several: headings among the rows, or
    sums. A list in which some have no more than a name has no such rows."""
    counts = Counter(place for places in filled.values() for place in places)
    usual = [place for place, count in counts.items() if count >= _NEARLY_ALL * len(filled)]
    if len(usual) <= _COLUMNS_OF_A_LIST:
        return set()
    return {row for row, places in filled.items() if len(places) == 1}


def _doubted(vendor: Vendor) -> Vendor:
    fault = (
        "has nothing else, where nearly all have more: if it is a heading or a sum, delete it from "
        "the list; if it is somebody, fill in the rest, or an id"
    )
    return replace(vendor, faults=vendor.faults or (fault,))


def _read_vendor(columns: Columns, row: int, cells: Sequence[str], currency: str) -> Vendor:
    faults: list[str] = []
    one = {key: columns.cells(cells, key) for key in columns.places}
    texts = {
        key: found[0][1]
        for key, found in one.items()
        if key in ("currency", "min", "max") and is_said(found[0][1])
    }
    for key in ("min", "max"):
        if key in texts:
            texts[key] = plain_amount(texts[key])
    parts = [_told(head, cell) for head, cell in one.get(DESCRIPTION, ()) if is_said(cell)]
    if parts:
        texts[DESCRIPTION] = ", ".join(parts)
    name = " ".join(cell for _, cell in one[NAME] if cell)
    wish = one[ID][0][1].lower() if one.get(ID) and is_said(one[ID][0][1]) else ""
    if not name:
        faults.append("has no name")
    elif plain_head(name) in _SUMS and not wish:
        faults.append("looks like the line with a sum: delete it from the list")
    aliases = [cell for _, cell in one.get(ALIAS, ()) if is_said(cell)]
    amounts = [cell for _, cell in one.get(AMOUNT, ()) if is_said(cell)]
    listed = [amount for cell in amounts for amount in _listed(cell)]
    accounts = _accounts(one, name, texts.get("currency", currency), faults)
    return Vendor(
        row, wish, name, texts, tuple(aliases), tuple(listed), tuple(accounts), tuple(faults)
    )


def _told(head: str, cell: str) -> str:
    """A cell as payers read it: of a stall's bare number, what it is the number of as well."""
    return f"{_NUMBERED.sub('', head)} {cell}" if head and _SHORT.fullmatch(cell) else cell


def _listed(cell: str) -> list[str]:
    whole = plain_amount(cell)
    if AMOUNT_PATTERN.fullmatch(whole):
        return [whole]
    return [plain_amount(part) for part in _LISTED.split(cell) if part]


def _accounts(
    cells: Mapping[str, list[tuple[str, str]]], name: str, currency: str, faults: list[str]
) -> list[Item]:
    items: list[Item] = []
    options = {
        key: cells[key][0][1] for key in ACCOUNT_OPTIONS if cells.get(key) and cells[key][0][1]
    }
    for key in (*ACCOUNT_KEYS, IBAN):
        cell = cells[key][0][1] if cells.get(key) else ""
        try:
            if key == CASH:
                items += [CASH] if yes_or_no(cell) else []
            elif is_said(cell):
                items.append(_account(key, whole_number(cell), options, name, currency))
        except InvalidValue as error:
            faults.append(f"{key}: {error}")
    return sorted(items, key=lambda item: item == CASH)


def _account(
    key: str, cell: str, options: Mapping[str, str], name: str, currency: str
) -> dict[str, str]:
    if key == IBAN:
        if currency not in IBAN_RAILS:
            ways = ", ".join(IBAN_RAILS)
            raise InvalidValue(f"{currency} is not paid by IBAN here, only {ways}")
        key = IBAN_RAILS[currency]
    code = read_code(cell)  # some keep the code's own text, upi://pay?pa=…
    item = {key: code.address if code and code.kind == key else cell}
    for option in RAILS[ACCOUNT_KEYS[key]].OPTIONS:
        told = options.get(option, "")
        if option == _MERCHANT:
            if yes_or_no(told):
                item[option] = "true"
        elif is_said(told) and not (option == "holder" and told == name):
            item[option] = whole_number(told)
    return item
