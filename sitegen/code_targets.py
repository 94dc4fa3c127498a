"""Where a QR code really leads: to a payee's page of this site, or somewhere else.

A swindler's sticker differs by a letter, a host in front of an “@”, or http in place of https; so
only the very address that our own codes carry is ours.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from roster.model import Roster, RosterEntry
from roster.reading import quote


@dataclass(frozen=True, slots=True)
class CodeTarget:
    """`entry` is whose page it leads to, None if nobody's; `sentence` says where."""

    entry: RosterEntry | None
    sentence: str


def find_target(text: str, roster: Roster) -> CodeTarget:
    """Where a code that says `text` leads, seen from the roster's site."""
    site_url = roster.site.url
    if text.startswith(site_url):
        return _on_site(text.removeprefix(site_url), roster)
    try:
        address = urlsplit(text)
        host = address.hostname
    except ValueError:
        host = None
    if not host:
        return CodeTarget(None, f"leads to no web page but says {quote(text)}")
    own = urlsplit(site_url)
    if host == own.hostname and address.scheme != own.scheme:
        return CodeTarget(None, f"leads to this site's host without {own.scheme}: {quote(text)}")
    if host == own.hostname:
        return CodeTarget(None, f"leads to this site's host, but not to these pages: {quote(text)}")
    return CodeTarget(None, f"leads to another site, {host}: {quote(text)}")


def _on_site(path: str, roster: Roster) -> CodeTarget:
    by_alias = {alias: entry for entry in roster.entries for alias in entry.aliases}
    if path.startswith("?"):
        users = parse_qs(path[1:]).get("user", [""])
        entry = roster.by_id.get(users[0]) or by_alias.get(users[0])
        how = "by an old link"
    else:
        payee_id, _, fragment = path.partition("#")
        entry = roster.by_id.get(payee_id.removesuffix("/"))
        how = f"with {quote(fragment)} filled in" if fragment else ""
    if entry is None:
        return CodeTarget(None, f"leads to this site, but to nobody's page: {quote(path)}")
    whose = f"leads to the page of {entry.payee.name} ({entry.payee_id})"
    payee = entry.payee
    shut = "" if payee.is_open else f", which is {payee.status}"
    return CodeTarget(entry, " ".join(filter(None, (whose, how))) + shut)
