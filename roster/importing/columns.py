"""Which column of a list of vendors means what: by its head, or as somebody says."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import category, normalize

from rails import ACCOUNT_KEYS, RAILS
from rails.cash import KIND as CASH

NumberedRow = tuple[int, Sequence[str]]
"""A row as the file counts it, from 1, and its cells."""

ID, NAME, DESCRIPTION, ALIAS, AMOUNT = "id", "name", "description", "alias", "amount"
IBAN = "iban"
TEXT_KEYS: Final = (ID, NAME, DESCRIPTION, ALIAS, "currency", "min", "max", AMOUNT)
ACCOUNT_OPTIONS: Final = tuple(
    dict.fromkeys(option for rail in RAILS.values() for option in rail.OPTIONS)
)
KEYS: Final = tuple(dict.fromkeys((*TEXT_KEYS, *ACCOUNT_KEYS, IBAN, *ACCOUNT_OPTIONS)))
"""What a column can be."""

SEVERAL: Final = (NAME, DESCRIPTION, ALIAS, AMOUNT)
"""What several columns can be together."""

_HEADS: Final = {
    ID: "id, payee id, page",
    NAME: """
        name, vendor, vendor name, vendors name, name of vendor, name of the vendor, payee,
        payee name, seller, seller name, stall holder, stallholder, trader, trader name, trader
        s name, shop, shop name, business, business name, display name, trading name, full name,
        händler, haendler, händlername, standinhaber, aussteller, anbieter, nom, nom du vendeur,
        vendeur, commerçant, exposant, nombre, nombre del vendedor, vendedor, puesto nombre, nome,
        nome do vendedor, feirante, expositor, nama, nama pedagang, pedagang, jina, muuzaji, नाम,
        विक्रेता, विक्रेता का नाम, विक्रेत्याचे नाव, नाव, ಹೆಸರು, பெயர், పేరు, নাম, الاسم, اسم البائع
    """,
    DESCRIPTION: """
        description, details, stall, stall no, stall number, stall nr, stand, standnummer, stand
        nr, standnr, stand no, place, location, row, shop no, shop number, booth, booth no,
        goods, products, product, items, category, sells, what, sortiment, ware, waren, angebot,
        beschreibung, emplacement, produits, description des produits, descripción, puesto,
        productos, descrição, barraca, produtos, banca, keterangan, lapak, bidhaa, विवरण, दुकान,
        ಮಳಿಗೆ, கடை, దుకాణం, দোকান
    """,
    ALIAS: "alias, aliases, old user, user",
    "currency": "currency, währung, devise, moneda, moeda",
    "min": "min, minimum, least, min amount",
    "max": "max, maximum, most, max amount",
    AMOUNT: "amount, amounts, usual amount, usual amounts, price, prices, preis, betrag",
    "upi": "upi, upi id, upi address, upi vpa, vpa, upi handle, bhim upi, यूपीआई, यूपीआई आईडी",
    IBAN: "iban, konto, account iban, iban number, iban nr, sepa, sepa iban",
    "pix": "pix, chave pix, pix key, chave",
    "paynow": "paynow, pay now, paynow number, paynow uen, uen",
    "promptpay": "promptpay, prompt pay, พร้อมเพย์",
    "link": "link, payment link, pay link, url",
    CASH: "cash, bar, barzahlung, takes cash, efectivo, dinheiro, espèces, tunai, नकद",
    "holder": """
        holder, account holder, account name, name at bank, bank name of holder, beneficiary,
        beneficiary name, kontoinhaber, titulaire, titular, pemilik rekening, खाताधारक
    """,
    "merchant": "merchant, merchant upi, is merchant",
    "bic": "bic, swift, bic swift",
    "city": "city, ort, ville, ciudad, cidade",
    "bank": "bank, bank code",
}
_PARTS_OF_NAMES: Final = (  # in the order in which payers know people
    "first name, given name, forename, vorname, prénom, prenom, primeiro nome, पहला नाम",
    """last name, surname, family name, nachname, familienname, apellido, apellidos, sobrenome,
    apelido, उपनाम, आडनाव""",
)
_LAST_HEADS = 30
_LETTERS = ("L", "M", "N")


class NoColumns(ValueError):
    """`str()` says which column is missing, or meant twice."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of columns, counted from 0, by what they mean; `heads` are their names there, and
    `head_row` the file's row that has them, 0 if there is none. `unused` are columns that mean
    nothing here."""

    places: Mapping[str, tuple[int, ...]]
    heads: Sequence[str]
    head_row: int
    unused: tuple[str, ...]

    def cells(self, cells: Sequence[str], key: str) -> list[tuple[str, str]]:
        """What a row's `cells` have of the key, each with the head of its column."""
        return [
            (self.heads[place] if place < len(self.heads) else "", cells[place])
            for place in self.places.get(key, ())
            if place < len(cells)
        ]


def plain_head(head: str) -> str:
    """A head without case, accents of width, points and other signs."""
    folded = normalize("NFKC", head).casefold()
    letters = (one if category(one).startswith(_LETTERS) else " " for one in folded)
    return " ".join("".join(letters).split())


_MEANING = {
    plain_head(head): key
    for key, heads in _HEADS.items()
    for head in " ".join(heads.split()).split(",")
} | {key: key for key in KEYS if key not in _HEADS}
_NAME_PARTS = [{plain_head(head) for head in part.split(",")} for part in _PARTS_OF_NAMES]
_IN_OTHER_WORDS = re.compile(r"[/|()\[\]\n]|\bor\b", re.IGNORECASE)


def _meaning(head: str) -> str:
    """What a column is by its head, "" for nothing."""
    return _MEANING.get(plain_head(head), "")


def _loose_meaning(head: str) -> str:
    """The same of a head that says it in two ways, such as “UPI Id / VPA” or “Name (नाम)”."""
    parts = {_meaning(part) for part in _IN_OTHER_WORDS.split(head)} - {""}
    return parts.pop() if len(parts) == 1 else ""


def _parts_of_names(heads: Sequence[str]) -> tuple[int, ...]:
    """The columns of first and of last names, if there is one of each."""
    plain = [plain_head(head) for head in heads]
    found = [[place for place, one in enumerate(plain) if one in part] for part in _NAME_PARTS]
    return tuple(place for part in found for place in part) if all(map(len, found)) else ()


def find_columns(rows: Iterable[NumberedRow], said: Sequence[tuple[str, str]] = ()) -> Columns:
    """What the columns mean by the first row that looks like heads; what is `said`, pairs of a key
    and a column's head or its number, counts more. Raises NoColumns."""
    first = [row for row, _ in zip(rows, range(_LAST_HEADS), strict=False)]
    wanted = {plain_head(head) for _, head in said if not head.isdigit()}
    for number, cells in first:
        plain = [plain_head(cell) for cell in cells]
        named = _parts_of_names(cells) or any(
            NAME in (_meaning(cell), _loose_meaning(cell)) for cell in cells
        )
        if wanted & set(plain) or (named and not wanted):
            return _with_said(cells, number, said)
    if said and not wanted:
        return _with_said([], 0, said)
    if wanted:
        missing = ", ".join(f"“{head}”" for _, head in said if not head.isdigit())
        raise NoColumns(f"no column is called {missing}{_heads_seen(first)}")
    raise NoColumns(
        f"no column is known as the name{_heads_seen(first)}; say which is, such as "
        '--map name="Vendor Name", or --map name=2 for the second'
    )


def _heads_seen(rows: Sequence[NumberedRow]) -> str:
    seen = next((cells for _, cells in rows if sum(map(bool, cells)) > 1), None) or next(
        (cells for _, cells in rows), ()
    )
    return f": the first row has {', '.join(f'“{cell}”' for cell in seen if cell)}" if seen else ""


def _with_said(heads: Sequence[str], number: int, said: Sequence[tuple[str, str]]) -> Columns:
    places: dict[str, tuple[int, ...]] = {}
    plain = [plain_head(head) for head in heads]
    for key, head in said:
        if key not in KEYS:
            raise NoColumns(f"--map {key}={head}: a column can be {', '.join(KEYS)}")
        if plain_head(head) in plain:
            place = plain.index(plain_head(head))
        elif head.isdigit() and int(head) > 0:
            place = int(head) - 1
        else:
            raise NoColumns(f"no column is called “{head}”{_heads_seen([(number, heads)])}")
        places[key] = (*places.get(key, ()), place)
    _add_known(places, heads, {key for key, _ in said})
    if NAME not in places:
        raise NoColumns('no column is the name; say which, such as --map name="Vendor Name"')
    taken = _taken(places)
    unused = [head for place, head in enumerate(heads) if head and place not in taken]
    return Columns(places, heads, number, tuple(unused))


def _add_known(
    places: dict[str, tuple[int, ...]], heads: Sequence[str], said: Collection[str]
) -> None:
    """Those of the other columns whose heads are known; of what is `said`, no others are."""
    taken = _taken(places)
    for place, head in enumerate(heads):
        key = _meaning(head)
        if place in taken or not key or key in said:
            continue
        if key in places and (key == NAME or key not in SEVERAL):
            names = f"“{heads[places[key][0]]}” and “{head}”"
            raise NoColumns(f"{names} may both be the {key}; say which, such as --map {key}=…")
        places[key] = (*places.get(key, ()), place)
    taken = _taken(places)
    for place, head in enumerate(heads):
        key = _loose_meaning(head)
        if key and place not in taken and key not in places:
            places[key] = (place,)
    if NAME not in places and (parts := _parts_of_names(heads)):
        places[NAME] = parts


def _taken(places: Mapping[str, tuple[int, ...]]) -> set[int]:
    return {place for its in places.values() for place in its}
