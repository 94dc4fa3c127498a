"""Pages at addresses that a payee no longer has, or never had as its own: they lead to its page.

Old stickers have an old id; old links may have an alias for one. What stands behind the address,
such as a request's `#amount=50`, goes along.
"""

from collections.abc import Mapping

from markupsafe import Markup, escape

from payments.payee import SLUG_PATTERN
from roster.keys import RESERVED_IDS
from roster.model import Roster, RosterEntry, Site
from sitegen.assets import hash_of
from sitegen.catalogs import direction
from sitegen.page_files import payee_file
from sitegen.site_templates import site_path

_PAGE = Markup(
    """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>{name} · {title}</title>
<link rel="canonical" href="{url}">
<script>{script}</script>
<noscript><meta http-equiv="refresh" content="0; url={path}"></noscript>
</head>
<body>
<p><a href="{path}"><bdi>{name}</bdi></a></p>
</body>
</html>
"""
)


def moved_addresses(roster: Roster) -> dict[str, RosterEntry]:
    """By what stands between the slashes of an address, whose page it leads to: former ids, and
    aliases that look like an id."""
    aliases = {
        alias: entry
        for entry in roster.entries
        for alias in entry.aliases
        if alias not in RESERVED_IDS and SLUG_PATTERN.fullmatch(alias)
    }
    found = {**aliases, **roster.by_former_id}
    return {address: entry for address, entry in found.items() if address not in roster.by_id}


def moved_files(roster: Roster) -> Mapping[str, RosterEntry]:
    """The same by the pages' files."""
    return {payee_file(address): entry for address, entry in moved_addresses(roster).items()}


def moved_page(site: Site, entry: RosterEntry) -> bytes:
    """The same at each address that leads to the entry's page."""
    path = f"{site_path(site)}{entry.payee_id}/"
    script = f'location.replace("{path}"+location.search+location.hash)'
    policy = (
        f"default-src 'none'; script-src '{hash_of(script)}'; base-uri 'none'; form-action 'none'"
    )
    page = _PAGE.format(
        language=site.languages[0],
        direction=direction(site.languages[0]),
        policy=Markup(policy),  # noqa: S704 (its quotes are single ones)
        script=Markup(script),  # noqa: S704 (of a path and a slug)
        path=path,
        url=f"{site.url}{entry.payee_id}/",
        name=escape(entry.payee.name),
        title=escape(site.title),
    )
    return page.encode()
