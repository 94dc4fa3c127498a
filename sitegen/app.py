"""The site as a Flask application: the live preview serves it, Frozen-Flask freezes it."""

import json
from collections.abc import Callable
from functools import cache

from flask import Flask, abort

from payments.currencies import currency_digits
from roster.model import Roster, Site
from sitegen.qr import qr_svg
from sitegen.site_templates import INDEX, MISSING, PAYEE, POSTERS, compile_page, render


def create_site(
    load_roster: Callable[[], Roster], extra_script: str = "", *, reload: bool = False
) -> Flask:
    """The site of the roster that `load_roster` gives, asked anew for every page.

    `extra_script` is added to every page's own script. Templates, with all they are made of, are
    read once for a site, or for every page if `reload` is set.
    """
    app = Flask("sitegen", static_folder=None)
    template = compile_page if reload else cache(compile_page)

    @app.get("/")
    def index() -> bytes:
        roster = load_roster()
        return render(
            template(INDEX, roster.site, extra_script),
            entries=roster.entries,
            aliases=json.dumps(_old_users(roster)),
        )

    @app.get("/<payee_id>/")
    def payee(payee_id: str) -> bytes:
        roster = load_roster()
        entry = roster.by_id.get(payee_id)
        if entry is None:
            abort(404)
        url = page_url(roster.site, payee_id)
        return render(
            template(PAYEE, roster.site, extra_script),
            entry=entry,
            address=url.split("//", 1)[1],
            digits=currency_digits(entry.payee.currency),
            locked=entry.payee.limits.min == entry.payee.limits.max,
            qr=qr_svg(url, f"QR code of {url}"),
        )

    @app.get("/posters/")
    def posters() -> bytes:
        roster = load_roster()
        payees = [entry.payee_id for entry in roster.entries if entry.payee.status == "open"]
        return render(template(POSTERS, roster.site, extra_script), payees=json.dumps(payees))

    @app.get("/404.html")
    def not_found() -> bytes:
        return render(template(MISSING, load_roster().site, extra_script))

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[bytes, int]:
        return not_found(), 404

    return app


def page_url(site: Site, payee_id: str) -> str:
    """The public address of a payee's page, which its QR code carries."""
    return f"{site.url}{payee_id}/"


def _old_users(roster: Roster) -> list[tuple[str, str]]:
    """What an old link's `?user=` may say, and whom it means."""
    return [
        (user, entry.payee_id)
        for entry in roster.entries
        for user in (entry.payee_id, *entry.aliases)
    ]
