"""Where a QR code really leads: to a payee's page of this site, to an account, or somewhere else.

A swindler's sticker differs by a letter, a host in front of an “@”, or http in place of https; so
only the very address that our own codes carry is ours.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import rails
from payments.money import Money
from rails import Account, Reading
from rails.link import pays_at
from roster.model import Roster, RosterEntry
from roster.reading import quote
from sitegen.moved import moved_addresses


@dataclass(frozen=True, slots=True)
class CodeTarget:
    """`entry` is whose page it leads to or whose account it pays, None if nobody's; `sentence` says
    where."""

    entry: RosterEntry | None
    sentence: str


def static_code(account: Account, currency: str) -> str:
    """What a sticker for this account says, on which each payer types the amount; "" if there is
    none, as for cash. Raises InvalidValue for an account that demands a reference."""
    return rails.RAILS[account.kind].code_text(account, Money(0, currency))


def find_target(text: str, roster: Roster, payee_id: str | None = None) -> CodeTarget:
    """Where a code that says `text` leads, seen from the roster's site, or from one payee of it."""
    site_url = roster.site.url
    if text.startswith(site_url):
        return _on_site(text.removeprefix(site_url), roster)
    entries = sorted(roster.entries, key=lambda entry: entry.payee_id != payee_id)
    if reading := rails.read(text):
        return _at_bank(reading, entries, payee_id)
    for entry in entries:
        if any(one.kind == "link" and pays_at(one, text) for one in entry.pay_by):
            return CodeTarget(entry, f"leads to where {_name(entry)} is paid: {quote(text)}")
    return _elsewhere(text, site_url)


def _elsewhere(text: str, site_url: str) -> CodeTarget:
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


def _at_bank(reading: Reading, entries: list[RosterEntry], payee_id: str | None) -> CodeTarget:
    """Whom a bank's code pays. `entries` begins with the payee that it is compared with."""
    account = reading.account
    pays = f"pays {quote(account.address)} by {account.kind}"
    if reading.money:
        pays += f", {reading.money}"
    for entry in entries:
        if any(one.destination == account.destination for one in entry.pay_by):
            return CodeTarget(entry, f"{pays}: the account of {_name(entry)}")
    own = [
        quote(one.address)
        for entry in entries
        if entry.payee_id == payee_id
        for one in entry.pay_by
        if one.kind == account.kind
    ]
    whose = f"not {' or '.join(own)}" if own else "which is nobody's of this site"
    return CodeTarget(None, f"{pays}, {whose}")


def _name(entry: RosterEntry) -> str:
    return f"{entry.payee.name} ({entry.payee_id})"


def _on_site(path: str, roster: Roster) -> CodeTarget:
    by_alias = {alias: entry for entry in roster.entries for alias in entry.aliases}
    if path.startswith("?"):
        users = parse_qs(path[1:]).get("user", [""])
        entry = roster.by_id.get(users[0]) or by_alias.get(users[0])
        how = "by an old link"
    else:
        payee_id, _, fragment = path.partition("#")
        address = payee_id.removesuffix("/")
        entry = roster.by_id.get(address)
        how = f"with {quote(fragment)} filled in" if fragment else ""
        if entry is None and (entry := moved_addresses(roster).get(address)):
            how = f"by a former address {how}".rstrip()
    if entry is None:
        return CodeTarget(None, f"leads to this site, but to nobody's page: {quote(path)}")
    whose = f"leads to the page of {_name(entry)}"
    payee = entry.payee
    shut = "" if payee.is_open else f", which is {payee.status}"
    return CodeTarget(entry, " ".join(filter(None, (whose, how))) + shut)
