"""Freezing the site with Frozen-Flask.

It asks the application for the pages that every site has, as a browser would, and checks what it
answers. A payee's page is a function of the site and its entry: it is made without a request, and
the pages are shared out among processes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from flask_frozen import Freezer

from roster.model import Roster, RosterEntry
from sitegen.app import create_site
from sitegen.assets import Asset
from sitegen.freezing.page_maker import FrozenPage, content_hash, failed_page, page_urls, write_page
from sitegen.listing.lists import Listing
from sitegen.page_files import SITE_FILES
from sitegen.pages import site_assets
from sitegen.qr_proof import check_codes
from sitegen.site_templates import SiteTemplates


class _Root(type(Path())):  # type: ignore[misc]
    """The site's folder. Where in it a page is nobody asks, but Frozen-Flask works it out for each
    of ten thousand."""

    def relative_to(self, *_: object) -> "_Root":
        return self


class SiteFreezer(Freezer):  # type: ignore[misc]
    """Frozen-Flask for this site; the pages of `entries` are there already, from the pool, in that
    order."""

    def __init__(
        self,
        roster: Roster,
        templates: SiteTemplates,
        listing: Listing,
        *,
        folder: Path,
        entries: Iterable[RosterEntry],
        payee_pages: Iterator[FrozenPage],
    ) -> None:
        app = create_site(
            lambda: roster,
            to_publish=True,
            read=lambda _: templates,
            listing_of=lambda _: listing,
        )
        app.config.update(
            FREEZER_DESTINATION=str(folder),
            FREEZER_REMOVE_EXTRA_FILES=False,  # the folder is new
            FREEZER_REDIRECT_POLICY="error",
            PROPAGATE_EXCEPTIONS=True,  # what is wrong, instead of an error 500
        )
        super().__init__(app, with_static_files=False, log_url_for=False)
        self._codes = page_urls(roster)
        self._payee_pages = payee_pages
        self._payee_urls = dict.fromkeys(f"/{entry.payee_id}/" for entry in entries)
        self._roster, self._templates = roster, templates
        self._wanted: Collection[str] = ()
        self._made: list[FrozenPage] = []

    def pages(self, site_files: Collection[str], *, with_assets: bool) -> Iterator[FrozenPage]:
        """Freeze these `site_files` of those that every site has, what pages fetch, and with them
        the payees' pages; all are given, also those that failed."""
        self._wanted = site_files
        if not with_assets:
            self.assets = {}
        for _ in self.freeze_yield():
            yield from self._made
            self._made.clear()

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        """What the site's pages may fetch; nothing if there is a mistake in what they are made of:
        those that can't be made tell it."""
        with suppress(Exception):
            return site_assets(self._templates, self._roster.entries)
        return {}

    @cached_property
    def root(self) -> Path:
        """Frozen-Flask asks twice for each page; made anew each time, it costs a few percent."""
        return _Root(super().root)

    def _generate_all_urls(self) -> Iterator[tuple[str, str | None, object]]:
        """Frozen-Flask would ask url_for for each payee's address, or parse and unquote one that it
        is given: of slugs in slashes, that is work for nothing, ten thousand times."""
        yield from super()._generate_all_urls()
        for url in self._payee_urls:
            yield url, "payee", None
        for file in self.assets:
            yield f"/{file}", "asset", None

    def _check_endpoints(self, seen_endpoints: set[str]) -> None:
        """Of no payee need there be a new page, nor need pages fetch anything: without this, such
        a build would be warned that their view was frozen nowhere."""
        super()._check_endpoints(seen_endpoints | {"payee", "asset", "in_list"})

    def _build_one(self, url: str, last_modified: object = None) -> Path:
        """A payee's page is there already, from the pool, in the order of the addresses. Without
        this Frozen-Flask's test client would ask the application for each, one after the other,
        on one processor, and each would take twice as long. What pages fetch is known, too.

        Of the others, what is wrong with any is told at the end, with all the rest.
        """
        if url in self._payee_urls:
            page = next(self._payee_pages)
        elif asset := self.assets.get(url.removeprefix("/")):
            page = write_page(self.root, asset.file, asset.body)
        else:
            file = self.urlpath_to_filepath(url)
            if file in {*SITE_FILES} - {*self._wanted}:
                return Path(self.root, file)  # which pages to freeze is Frozen-Flask's to say
            page = self._site_page(url, file, last_modified)
        self._made.append(page)
        return self.root  # where in it need not be told ten thousand times

    def _site_page(self, url: str, file: str, last_modified: object) -> FrozenPage:
        try:
            body = super()._build_one(url, last_modified).read_bytes()
            check_codes(body, self._codes, required=False)
        except Exception as error:  # noqa: BLE001 (of all pages, whatever is wrong is told)
            return failed_page(file, error)
        trouble = "" if file in SITE_FILES else "this is no page that a site should have"
        return FrozenPage(file, content_hash(body), trouble)
