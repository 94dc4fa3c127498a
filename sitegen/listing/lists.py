"""What the list of a site consists of: its first page, and the files behind it."""

import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from roster.model import TEST_PAYEE, Roster, RosterEntry
from sitegen.listing.letters import (
    MOST_LINKS,
    Branch,
    Folded,
    branch,
    fold,
    in_order,
    mark,
    marks,
    parts,
)

FOLDER = "list"
_FILE = re.compile(rf"{FOLDER}/[a-z0-9-]+(?:/index\.html|(?:\.[0-9]+)?\.json)")
_MOST_AT_ONCE = 400
_MOST_BYTES_AT_ONCE = 4_000  # compressed: with all else, the first page is there in one round trip
_MOST_IN_A_PIECE = 1_000
_OTHERS = "-g"
_MARK, _FEWEST, _USERS_IN_A_FILE = 16, 1, 64


class Piece(NamedTuple):
    """What the search reads at a time: those whose names begin with letters from `first` to `last`,
    or some of them."""

    first: str
    last: str
    entries: tuple[RosterEntry, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """`entries` are on the first page, which leads to `branches`; `pages` and `pieces` are by their
    files, and `users` has whom the marks of old links' users mean, by theirs, which are named after
    the last `digits` of them. `nobody` is there to be paid.
    """

    entries: tuple[RosterEntry, ...] = ()
    branches: tuple[Branch, ...] = ()
    pages: Mapping[str, Branch] = field(default_factory=dict)
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    users: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    digits: int = 0
    nobody: bool = False

    @property
    def files(self) -> set[str]:
        return {*self.pages, *self.pieces, *self.users}


def plan_listing(roster: Roster) -> Listing:
    """A list that fits is on the first page as a whole, in the order of the roster."""
    entries = tuple([one for one in roster.entries if one.payee_id != TEST_PAYEE])
    public = roster.site.listing == "public"
    at_once = public and _fits(entries)
    folded = in_order(entries)
    letters = list(parts("", folded)) if folded else []
    branches = (_groups(folded) or ([] if at_once else letters)) if public else []
    pieces = {} if at_once or roster.site.listing == "none" else _pieces(letters)
    users, digits = ({}, 0) if at_once else _users(entries, _FEWEST if public else _MARK)
    pages = {page_file(one): one for branch in branches for one in branch.walk()}
    shown = entries if at_once else ()
    return Listing(shown, tuple(branches), pages, pieces, users, digits, not entries)


def is_list_file(name: str) -> bool:
    """Whether it is a page or a piece of the list, now or in the past; not the first page."""
    return bool(_FILE.fullmatch(name))


def page_file(branch: Branch) -> str:
    return f"{FOLDER}/{branch.name}/index.html"


def user_file(marked: str, digits: int) -> str:
    """Where the mark of an old link's user is looked up."""
    return f"{FOLDER}/-u{marked[-digits:]}.json"


def rows_of(entries: Iterable[RosterEntry]) -> bytes:
    """What the search knows of payees: id, name, description, group and status."""
    rows = [
        [one.payee_id, one.payee.name, one.description, one.group, str(one.payee.status)]
        for one in entries
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def _fits(entries: Sequence[RosterEntry]) -> bool:
    return (
        len(entries) <= _MOST_AT_ONCE
        and len(zlib.compress(rows_of(entries))) <= _MOST_BYTES_AT_ONCE
    )


def _groups(folded: Sequence[Folded]) -> list[Branch]:
    """By group, in alphabetical order, then the others; none if nobody, or too many, have one."""
    by_group: dict[str, list[Folded]] = {}
    for one in folded:
        by_group.setdefault(one[1].group, []).append(one)
    others = by_group.pop("", [])
    if not 0 < len(by_group) < MOST_LINKS:
        return []
    groups = [
        branch(f"-g{mark(group)}-", group, by_group[group]) for group in sorted(by_group, key=fold)
    ]
    return [*groups, *([branch(_OTHERS, "", others)] if others else [])]


def _pieces(letters: Iterable[Branch]) -> dict[str, Piece]:
    """One for each letter, and further ones where many names begin with it: who is in which of them
    depends on the payee's id, so that it stays there."""
    found: dict[str, Piece] = {}
    for letter in letters:
        number = 1
        while len(letter.entries) > number * _MOST_IN_A_PIECE:
            number *= 2
        shares: list[list[RosterEntry]] = [[] for _ in range(number)]
        for entry in letter.entries:
            shares[zlib.crc32(entry.payee_id.encode()) % number].append(entry)
        for which, share in enumerate(shares):
            file = f"{FOLDER}/{letter.name}{f'.{which}' if number > 1 else ''}.json"
            found[file] = Piece(letter.first, letter.last, tuple(share))
    return found


def _users(entries: Iterable[RosterEntry], digits: int) -> tuple[dict[str, dict[str, str]], int]:
    """Whom each old link's user means, in files named after the last `digits` of its mark or, where
    these would be long, of more. With all digits each is alone, and none tells whom else there is.
    """
    meant = {user: one.payee_id for one in entries for user in (*one.payee.ids[1:], *one.aliases)}
    while digits < _MARK and len(meant) > _USERS_IN_A_FILE * 16**digits:
        digits += 1
    marked = marks(meant)
    users: dict[str, dict[str, str]] = {}
    for user, payee_id in meant.items():
        users.setdefault(user_file(marked[user], digits), {})[marked[user]] = payee_id
    return users, digits
