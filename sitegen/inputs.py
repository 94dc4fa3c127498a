"""What pages are made of: a fingerprint of everything that a page's bytes depend on.

A page is rendered again when its fingerprint changed. So this may ask for too much, never for too
little: it takes in whole folders and whole objects rather than the parts a template happens to use.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import payments
import rails
import roster as roster_package
from payments.payee import Payee
from roster.model import Roster, RosterEntry
from sitegen.listing.letters import Branch
from sitegen.listing.lists import Listing
from sitegen.moved import moved_files
from sitegen.page import TEMPLATES
from sitegen.page_files import INDEX_FILE, POSTERS_FILE, SITE_FILES, payee_file
from sitegen.pages import rail_sets

FOLDERS = (
    TEMPLATES,
    Path(__file__).parent,
    *map(Path, (*payments.__path__, *rails.__path__, *roster_package.__path__)),
)
"""Templates, with all that lies beside them, and the code that a page's bytes come from."""

LIBRARIES = ("babel", "jinja2", "markupsafe", "tdewolff-minify", "zxing-cpp")
"""The libraries whose versions a page's bytes may depend on."""

_TEXTS = ("payee.payee_id", "payee.name", "description")  # nobody else has the same
_ELSEWHERE = ("payee", "aliases", "group")  # not on a payee's own page, or told one by one
_texts = attrgetter(*_TEXTS)
_others = attrgetter(
    *[name for one in fields(Payee) if one.repr and (name := f"payee.{one.name}") not in _TEXTS],
    *[one.name for one in fields(RosterEntry) if one.name not in (*_TEXTS, *_ELSEWHERE)],
)
_spell = lru_cache(maxsize=1000, typed=True)(repr)  # many payees have the same limits and amounts


class PageInputs(NamedTuple):
    """Fingerprints: of each page by its file, and of all that pages may fetch."""

    pages: dict[str, str]
    assets: str


def page_inputs(roster: Roster, listing: Listing) -> PageInputs:
    """The fingerprint of each page of every site, some of which depend on the whole roster, of one
    for every entry, which depends on that entry, of those that lead to one, and of the files of
    its `listing`, each of which depends on those that it tells of."""
    common = _digest([*_code(FOLDERS), repr(roster.site)])
    assets = _digest([common, *map(repr, rail_sets(roster.entries))])
    found = dict.fromkeys(SITE_FILES, common)
    rows = {}
    for entry in roster.entries:
        texts = repr(_texts(entry))
        found[payee_file(entry.payee_id)] = _digest([common, texts, _spell(_others(entry))])
        rows[entry.payee_id] = f"{texts} {entry.payee.status.value} {entry.group}"
    everybody = roster.entries if roster.site.listing == "public" else ()
    found[POSTERS_FILE] = _digest([assets, *map(_on_posters, everybody)])
    # Each of the list's pages knows where all pieces are, and what the parts of a whole are called.
    pieces = (f"{file} {p.first!r} {p.last!r}" for file, p in listing.pieces.items())
    ways = _digest([common, str(listing.digits), *pieces])
    whole = (f"{rows[one.payee_id]} {one.payee.all_ids} {one.aliases}" for one in listing.entries)
    found[INDEX_FILE] = _digest([ways, str(listing.nobody), *_names(listing.branches), *whole])
    for file, branch in listing.pages.items():
        shown = () if branch.parts else branch.entries
        told = (rows[entry.payee_id] for entry in shown)
        found[file] = _digest([ways, branch.label, *_names(branch.parts), *told])
    for file, piece in listing.pieces.items():
        found[file] = _digest([common, *(rows[entry.payee_id] for entry in piece.entries)])
    for file, users in listing.users.items():
        found[file] = _digest([common, *users, *users.values()])
    for file, entry in moved_files(roster).items():
        found[file] = _digest([common, entry.payee_id, entry.payee.name])
    return PageInputs(found, assets)


def _on_posters(entry: RosterEntry) -> str:
    """What of an entry everybody's posters depend on: a code to pay by names its holder."""
    if not entry.pay_by:
        return f"{entry.payee_id} {entry.payee.status}"
    payee = entry.payee
    return repr((payee.payee_id, payee.status, payee.name, payee.currency)) + _spell(entry.pay_by)


def _names(branches: Iterable[Branch]) -> Iterator[str]:
    return (f"{branch.name} {branch.label}" for branch in branches)


def _code(folders: Iterable[Path]) -> Iterator[str]:
    yield from library_versions()
    for folder in folders:
        for file in _files(folder):
            content = file.read_bytes()
            yield f"{file.relative_to(folder)} {sha256(content).hexdigest()}"


def _files(folder: Path) -> Iterator[Path]:
    for one in sorted(folder.iterdir()):
        if not one.is_dir():
            yield one
        elif one.name != "__pycache__":
            yield from _files(one)


def library_versions() -> Iterator[str]:
    """As installers note them; to ask importlib.metadata takes ten times as long."""
    for place in sys.path:
        with suppress(OSError):
            for found in sorted(one.name for one in Path(place).iterdir()):
                name = found.partition("-")[0].lower().replace("_", "-")
                if name in LIBRARIES and found.endswith((".dist-info", ".egg-info")):
                    yield found


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
