"""The site as a Flask application: the live preview serves it, Frozen-Flask freezes it."""

import json
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from flask import Flask, abort, render_template
from jinja2.ext import Extension

from payments.currencies import currency_digits
from sitegen.catalogs import inline_texts, page_texts
from sitegen.page import TEMPLATES, Page, make_page
from sitegen.qr import qr_svg
from sitegen.roster import Roster, Site


def create_site(load_roster: Callable[[], Roster], extra_script: str = "") -> Flask:
    """The site of the roster that `load_roster` gives, asked anew for every page.

    `extra_script` is added to every page's own script. Styles, scripts and texts are read once,
    like Jinja's templates, unless `jinja_env.auto_reload` is set.
    """
    app = Flask("sitegen", static_folder=None, template_folder=str(TEMPLATES))
    app.jinja_options.update(autoescape=True, extensions=[Unindented])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(plain_amount)
    make_page_once, words_once = cache(make_page), cache(_words)

    def page(style: str, script: str, api_url: str) -> Page:
        make = make_page if app.jinja_env.auto_reload else make_page_once
        return make(style, script, api_url, extra_script)

    def words(site: Site, *parts: str) -> dict[str, object]:
        return (_words if app.jinja_env.auto_reload else words_once)(site, *parts)

    @app.get("/")
    def index() -> str:
        roster = load_roster()
        return render_template(
            "index.html",
            page=page("index.css", "index.js", _api_url(roster.site)),
            **words(roster.site, "index"),
            entries=roster.entries,
            aliases=json.dumps(_old_users(roster)),
        )

    @app.get("/<payee_id>/")
    def payee(payee_id: str) -> str:
        roster = load_roster()
        entry = roster.by_id.get(payee_id)
        if entry is None:
            abort(404)
        url = page_url(roster.site, payee_id)
        api_url = _api_url(roster.site)
        return render_template(
            "payee.html",
            page=page("payee.css", "payee.js", api_url),
            **words(roster.site, "payee", "poster"),
            entry=entry,
            address=url.split("//", 1)[1],
            api_url=api_url,
            digits=currency_digits(entry.payee.currency),
            locked=entry.payee.limits.min == entry.payee.limits.max,
            qr=qr_svg(url, f"QR code of {url}"),
        )

    @app.get("/posters/")
    def posters() -> str:
        roster = load_roster()
        payees = [entry.payee_id for entry in roster.entries if entry.payee.status == "open"]
        return render_template(
            "posters.html",
            page=page("posters.css", "posters.js", ""),
            **words(roster.site, "poster", "posters"),
            payees=json.dumps(payees),
        )

    @app.get("/404.html")
    def not_found() -> str:
        site = load_roster().site
        shown = page("page.css", "missing.js", _api_url(site))
        return render_template("404.html", page=shown, **words(site, "missing"))

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[str, int]:
        return not_found(), 404

    return app


class Unindented(Extension):
    """Templates are indented for people who read them, not for those who download pages."""

    def preprocess(self, source: str, *_: object, **__: object) -> str:
        return re.sub(r"\n\s+", "\n", source)


def page_url(site: Site, payee_id: str) -> str:
    """The public address of a payee's page, which its QR code carries."""
    return f"{site.url}{payee_id}/"


def plain_amount(amount: str) -> str:
    """An amount as people write it: `50` for 50.00, `0.50` unchanged."""
    return amount.removesuffix(f".{'0' * len(amount.partition('.')[2])}")


def _words(site: Site, *parts: str) -> dict[str, object]:
    """What the templates say in the site's languages, the first one's in the page itself."""
    texts = page_texts(site.languages, {"site", *parts})
    first = site.languages[0]
    return {
        "site": site,
        "home": _path(site),
        "texts": texts,
        "t": texts[first],
        "plain": page_texts([first], {"static"})[first],
        "language": first,
        "inline_texts": inline_texts(texts),
    }


def _old_users(roster: Roster) -> list[tuple[str, str]]:
    """What an old link's `?user=` may say, and whom it means."""
    return [
        (user, entry.payee_id)
        for entry in roster.entries
        for user in (entry.payee_id, *entry.aliases)
    ]


def _api_url(site: Site) -> str:
    return site.api_url.rstrip("/") if site.api_url else f"{_path(site)}api"


def _path(site: Site) -> str:
    return urlsplit(site.url).path
