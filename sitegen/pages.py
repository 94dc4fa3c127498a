"""The site's pages: bytes made of a roster, and of nothing else."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup

from payments.currencies import currency_digits
from payments.money import Money
from payments.payee import Limits, Payee, PayeeStatus
from payments.refusals import InvalidValue
from rails import link, read_code
from roster.model import TEST_PAYEE, RosterEntry, Site
from sitegen.assets import Asset
from sitegen.blanks import Blank, BlankPage
from sitegen.catalogs import inline_json, written_day
from sitegen.code_targets import static_code
from sitegen.qr import qr_svg
from sitegen.site_templates import INDEX, MISSING, PAYEE, POSTERS, TILL, SiteTemplates, render


class _Shape(NamedTuple):
    """What decides how a payee's page is made; all else of its entry is only shown."""

    rails: tuple[str, ...]
    status: PayeeStatus
    limits: Limits
    amounts: tuple[Money, ...]
    until: date | None
    is_described: bool
    size: str


def payee_page(templates: SiteTemplates, entry: RosterEntry) -> bytes:
    """Made of the site and this entry: no other payee can change it."""
    payee, url = entry.payee, page_url(templates.site, entry.payee_id)
    size = "longest" if len(payee.name) > 48 else "long" if len(payee.name) > 14 else "short"
    shape = _Shape(
        rails_of(entry),
        payee.status,
        payee.limits,
        entry.amounts,
        entry.until,
        bool(entry.description),
        size,
    )
    texts = {
        "payee_id": payee.payee_id,
        "name": payee.name,
        "description": entry.description,
        "address": url.split("//", 1)[1],
        "pay_by": pay_by_data(entry),
        "qr": qr_svg(url, f"QR code of {url}"),
    }
    return templates.blank_page(shape, lambda: _blank_page(templates, shape)).fill(texts)


def _blank_page(templates: SiteTemplates, shape: _Shape) -> BlankPage:
    payee = Payee(Blank("payee_id"), Blank("name"), shape.limits, shape.status)  # type: ignore[arg-type]
    description: Any = Blank("description") if shape.is_described else ""
    page = render(
        templates.page(PAYEE, shape.rails).template,
        entry=RosterEntry(payee, (), description, shape.amounts, until=shape.until),
        size=shape.size,
        address=Blank("address"),
        digits=currency_digits(payee.currency),
        pay_by=Blank("pay_by") if shape.rails else "",
        locked=shape.limits.min == shape.limits.max,
        qr=Blank("qr"),
        until=written_day(shape.until, templates.site.languages[0]) if shape.until else "",
    )
    return BlankPage(page)


def posters_page(
    templates: SiteTemplates, entries: Iterable[RosterEntry], *, to_publish: bool
) -> bytes:
    """Everybody's poster, to print; where not everybody may see all names, only at home."""
    entries = tuple(entries)
    is_told = templates.site.listing == "public" or not to_publish
    payees = [
        {"id": entry.payee_id, **_static_code(entry)}
        for entry in entries
        if is_told and entry.payee.status == "open" and entry.payee_id != TEST_PAYEE
    ]
    template = templates.page(POSTERS, _all_rails(entries)).template
    return render(template, payees=json.dumps(payees), is_told=is_told)


def _static_code(entry: RosterEntry) -> dict[str, str]:
    """The code of a payee's first way to pay that has one without an amount: it leads straight to
    the bank app. Raises ValueError for one that pays anybody else."""
    for account in entry.pay_by:
        with suppress(InvalidValue):
            code = static_code(account, entry.payee.currency)
            if account.kind == link.KIND or not code:
                continue
            read = read_code(code)
            if read is None or read.destination != account.destination:
                raise ValueError(f"the code of {account} pays {read}")
            holder = account.holder or entry.payee.name
            return {"way": account.kind, "to": account.address, "holder": holder, "code": code}
    return {}


def till_page(templates: SiteTemplates) -> bytes:
    """The page that each payee's key makes theirs."""
    return render(templates.page(TILL).template)


def missing_page(templates: SiteTemplates) -> bytes:
    """What an address that leads to no page shows."""
    return render(templates.page(MISSING).template)


def pay_by_data(entry: RosterEntry) -> Markup:
    """Where a payee receives, in their order, as JSON for a script element; "" if that is not told.

    Options are named as in the roster; an account is held in the payee's name unless it says so.
    """
    accounts = [
        {
            "rail": account.kind,
            **({"address": account.address} if account.address else {}),
            **({"holder": account.holder or entry.payee.name} if account.address else {}),
            **{name: text == "true" or text for name, text in account.options},
        }
        for account in entry.pay_by
    ]
    return inline_json(accounts) if accounts else Markup()


def site_assets(templates: SiteTemplates, entries: Iterable[RosterEntry]) -> dict[str, Asset]:
    """By its name, each file that the site's pages may fetch."""
    entries = tuple(entries)
    pages = [templates.page(kind) for kind in (INDEX, TILL, MISSING)]
    pages.append(templates.page(POSTERS, _all_rails(entries)))
    pages += [templates.page(PAYEE, rails) for rails in rail_sets(entries)]
    return {asset.file: asset for page in pages for asset in page.assets}


def rail_sets(entries: Iterable[RosterEntry]) -> list[tuple[str, ...]]:
    """The sets of rails that payees of a roster have, each once; payees' pages differ by them."""
    return sorted({rails_of(entry) for entry in entries})


def _all_rails(entries: Iterable[RosterEntry]) -> tuple[str, ...]:
    return tuple(sorted({rail for rails in rail_sets(entries) for rail in rails}))


def rails_of(entry: RosterEntry) -> tuple[str, ...]:
    return tuple(sorted({account.kind for account in entry.pay_by})) if entry.pay_by else ()


def page_url(site: Site, payee_id: str) -> str:
    """The public address of a payee's page, which its QR code carries."""
    return f"{site.url}{payee_id}/"
