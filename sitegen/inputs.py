"""What pages are made of: a fingerprint of everything that a page's bytes depend on.

A page is rendered again when its fingerprint changed. So this may ask for too much, never for too
little: it takes in whole folders and whole objects rather than the parts a template happens to use.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
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
from sitegen.page_files import ROSTER_FILES, SITE_FILES, payee_file
from sitegen.pages import rail_sets

FOLDERS = (
    TEMPLATES,
    Path(__file__).parent,
    *map(Path, (*payments.__path__, *rails.__path__, *roster_package.__path__)),
)
"""Templates, with all that lies beside them, and the code that a page's bytes come from."""

LIBRARIES = ("babel", "jinja2", "markupsafe", "tdewolff-minify", "zxing-cpp")
"""The libraries whose versions a page's bytes may depend on."""

_fields = attrgetter(
    *[f"payee.{field.name}" for field in fields(Payee) if field.repr],
    *[field.name for field in fields(RosterEntry) if field.name != "payee"],
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
    payees = {
        payee_file(entry.payee_id): _digest([common, *map(_spell, _fields(entry))])
        for entry in roster.entries
    }
    everyone = _digest([common, *payees.values()])
    found = {file: everyone if file in ROSTER_FILES else common for file in SITE_FILES} | payees
    # Each of its pages knows where all pieces are, and what the parts of a whole are called.
    ways = _digest(
        [common, *(f"{file} {p.first!r} {p.last!r}" for file, p in listing.pieces.items())]
    )
    for file, branch in listing.pages.items():
        found[file] = _digest([ways, str(listing.digits), branch.label, *_told(branch, payees)])
    for file, piece in listing.pieces.items():
        told = (payees[payee_file(entry.payee_id)] for entry in piece.entries)
        found[file] = _digest([common, *told])
    for file, users in listing.users.items():
        found[file] = _digest([common, *users, *users.values()])
    for file, entry in moved_files(roster).items():
        found[file] = _digest([common, entry.payee_id, entry.payee.name])
    return PageInputs(found, _digest([common, *map(repr, rail_sets(roster.entries))]))


def _told(branch: Branch, payees: Mapping[str, str]) -> Iterator[str]:
    """What a page of the list depends on."""
    for part in branch.parts:
        yield f"{part.name} {part.label}"
    for entry in () if branch.parts else branch.entries:
        yield payees[payee_file(entry.payee_id)]


def _code(folders: Iterable[Path]) -> Iterator[str]:
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            yield f"{library} {version(library)}"
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield f"{file.relative_to(folder)} {sha256(file.read_bytes()).hexdigest()}"


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
