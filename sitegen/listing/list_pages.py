"""The list's pages, and what its script reads."""

import json
from typing import NamedTuple

from sitegen.listing.letters import Branch
from sitegen.listing.lists import FOLDER, Listing, rows_of
from sitegen.site_templates import INDEX, SiteTemplates, render


class _Link(NamedTuple):
    address: str
    label: str


def index_page(templates: SiteTemplates, listing: Listing) -> bytes:
    """The list of payees, or the way to them, which also knows where an old link leads."""
    users = [
        (user, one.payee_id)
        for one in listing.entries
        for user in (*one.payee.all_ids, *one.aliases)
    ]
    at_once = bool(listing.entries)
    return render(
        templates.page(INDEX).template,
        label=None,
        up="",
        entries=listing.entries,
        links=_links(listing.branches, ""),
        searched=at_once or bool(listing.pieces),
        nobody=listing.nobody,
        aliases=json.dumps(users) if at_once else "",
        pieces=_pieces(listing),
        digits=listing.digits,
    )


def list_file(templates: SiteTemplates, listing: Listing, file: str) -> bytes | None:
    """One of the list's files, by its name, but the first page; None if there is no such."""
    if branch := listing.pages.get(file):
        return _branch_page(templates, listing, branch)
    if piece := listing.pieces.get(file):
        return rows_of(piece.entries)
    users = listing.users.get(file)
    return json.dumps(users).encode() if users else None


def _branch_page(templates: SiteTemplates, listing: Listing, branch: Branch) -> bytes:
    """Some of the payees, for who does not search."""
    up = "../../"
    return render(
        templates.page(INDEX).template,
        label=branch.label,
        up=up,
        entries=() if branch.parts else branch.entries,
        links=_links(branch.parts, up),
        searched=True,
        nobody=False,
        aliases="",
        pieces=_pieces(listing),
        digits=listing.digits,
    )


def _links(branches: tuple[Branch, ...], up: str) -> list[_Link]:
    return [_Link(f"{up}{FOLDER}/{one.name}/", one.label) for one in branches]


def _pieces(listing: Listing) -> str:
    """Each with the letters that names in it begin with, from and to."""
    rows = [[file, piece.first, piece.last] for file, piece in listing.pieces.items()]
    return json.dumps(rows) if rows else ""
