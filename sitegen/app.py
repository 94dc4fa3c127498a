"""The site as a Flask application: the live preview serves it, Frozen-Flask freezes it."""

from collections.abc import Callable
from functools import lru_cache, partial

from flask import Flask, Response, abort

from roster.model import Roster, Site
from sitegen.assets import FOLDER
from sitegen.listing import lists
from sitegen.listing.list_pages import index_page, list_file
from sitegen.listing.lists import Listing, plan_listing
from sitegen.moved import moved_addresses, moved_page
from sitegen.page_files import media_type
from sitegen.pages import (
    missing_page,
    payee_page,
    posters_page,
    site_assets,
    till_page,
)
from sitegen.site_templates import SiteTemplates


def create_site(
    load_roster: Callable[[], Roster],
    extra_script: str = "",
    *,
    reload: bool = False,
    to_publish: bool = False,
    read: Callable[[Site], SiteTemplates] | None = None,
    listing_of: Callable[[Roster], Listing] = plan_listing,
) -> Flask:
    """The site of the roster that `load_roster` gives, asked anew for every page.

    `extra_script` is added to every page's own script. Templates, with all they are made of, are
    read once for a site, or for every page if `reload` is set; `read` does so otherwise. What only
    its maintainers may see is left out `to_publish` it.
    """
    app = Flask("sitegen", static_folder=None)
    read = read or partial(SiteTemplates, extra_script=extra_script)
    templates = read if reload else lru_cache(maxsize=1)(read)

    @app.get("/")
    def index() -> bytes:
        roster = load_roster()
        return index_page(templates(roster.site), listing_of(roster))

    @app.get("/<payee_id>/")
    def payee(payee_id: str) -> bytes:
        roster = load_roster()
        entry = roster.by_id.get(payee_id)
        if entry is None:
            moved = moved_addresses(roster).get(payee_id)
            return moved_page(roster.site, moved) if moved else abort(404)
        return payee_page(templates(roster.site), entry)

    @app.get("/posters/")
    def posters() -> bytes:
        roster = load_roster()
        return posters_page(templates(roster.site), roster.entries, to_publish=to_publish)

    @app.get("/till/")
    def till() -> bytes:
        return till_page(templates(load_roster().site))

    @app.get("/404.html")
    def not_found() -> bytes:
        return missing_page(templates(load_roster().site))

    _serve_files(app, load_roster, templates, listing_of)

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[bytes, int]:
        return not_found(), 404

    return app


def _serve_files(
    app: Flask,
    load_roster: Callable[[], Roster],
    templates: Callable[[Site], SiteTemplates],
    listing_of: Callable[[Roster], Listing],
) -> None:
    """What pages fetch, and the parts of the list."""

    @app.get(f"/{FOLDER}/<file>")
    def asset(file: str) -> Response:
        roster = load_roster()
        found = site_assets(templates(roster.site), roster.entries).get(f"{FOLDER}/{file}")
        if found is None:
            abort(404)
        return Response(found.body, content_type=media_type(file))

    @app.get(f"/{lists.FOLDER}/<name>/", defaults={"rest": "index.html"})
    @app.get(f"/{lists.FOLDER}/<name>")
    def in_list(name: str, rest: str = "") -> Response:
        roster = load_roster()
        file = "/".join(filter(None, (lists.FOLDER, name, rest)))
        found = list_file(templates(roster.site), listing_of(roster), file)
        if found is None:
            abort(404)
        return Response(found, content_type=media_type(file))
