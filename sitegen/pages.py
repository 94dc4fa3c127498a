"""The site's pages: bytes made of a roster, and of nothing else."""

import json
from collections.abc import Iterable

from payments.currencies import currency_digits
from roster.model import RosterEntry, Site
from sitegen.qr import qr_svg
from sitegen.site_templates import INDEX, MISSING, PAYEE, POSTERS, SiteTemplates, render


def payee_page(templates: SiteTemplates, entry: RosterEntry) -> bytes:
    """Made of the site and this entry: no other payee can change it."""
    url = page_url(templates.site, entry.payee_id)
    return render(
        templates[PAYEE],
        entry=entry,
        address=url.split("//", 1)[1],
        digits=currency_digits(entry.payee.currency),
        locked=entry.payee.limits.min == entry.payee.limits.max,
        qr=qr_svg(url, f"QR code of {url}"),
    )


def index_page(templates: SiteTemplates, entries: Iterable[RosterEntry]) -> bytes:
    """The list of payees, which also knows what an old link's `?user=` may say."""
    entries = tuple(entries)
    users = [(user, one.payee_id) for one in entries for user in (one.payee_id, *one.aliases)]
    return render(templates[INDEX], entries=entries, aliases=json.dumps(users))


def posters_page(templates: SiteTemplates, entries: Iterable[RosterEntry]) -> bytes:
    """Everybody's poster, to print."""
    payees = [entry.payee_id for entry in entries if entry.payee.status == "open"]
    return render(templates[POSTERS], payees=json.dumps(payees))


def missing_page(templates: SiteTemplates) -> bytes:
    """What an address that leads to no page shows."""
    return render(templates[MISSING])


def page_url(site: Site, payee_id: str) -> str:
    """The public address of a payee's page, which its QR code carries."""
    return f"{site.url}{payee_id}/"
