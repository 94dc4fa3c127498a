"""Freezing the site with Frozen-Flask, but for payees' pages, of which there may be thousands.

Frozen-Flask asks the application for the pages that every site has, as a browser would, and checks
what it answers. A payee's page is a function of the site and its entry: it is made without a
request, and the pages are shared out among processes.
"""

import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from flask_frozen import Freezer

from roster.model import Roster, RosterEntry
from sitegen.app import create_site
from sitegen.assets import Asset
from sitegen.listing.list_pages import list_file
from sitegen.listing.lists import Listing
from sitegen.moved import page_files
from sitegen.page_files import SITE_FILES, payee_file
from sitegen.page_maker import FrozenPage, content_hash, failed_page, page_urls
from sitegen.page_pool import making_pages
from sitegen.pages import page_url, site_assets
from sitegen.qr_proof import WrongCode, check_codes
from sitegen.site_templates import SiteTemplates

Progress = Callable[[int, int], object]
"""Told how many pages are done, and of how many."""


class BuildFailed(Exception):
    """No site was built, and the last one is still in place; `str()` says what to do."""


def freeze_pages(
    roster: Roster,
    entries: Sequence[RosterEntry],
    folder: Path,
    listing: Listing,
    others: Collection[str],
    *,
    with_assets: bool,
    processes: int | None = None,
    progress: Progress | None = None,
) -> list[FrozenPage]:
    """Write the pages of `entries`, these `others` of those that every site has and of the files of
    its `listing`, and what pages fetch, unless that is there, into `folder`.

    `processes` is how many to use, one per processor if it is None. Raises BuildFailed with
    everything that is wrong with any page.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        templates = SiteTemplates(roster.site)
        with making_pages(templates, entries, folder, processes) as payee_pages:
            freezer = SiteFreezer(
                roster, templates, entries, folder, listing, payee_pages=payee_pages
            )
            freezer.there_already = {*SITE_FILES}.difference(others)
            list_files = listing.files.intersection(others)
            if not with_assets:
                freezer.assets = {}
            try:
                total = len(others) + len(entries) + len(freezer.assets)
                for _ in freezer.freeze_yield():
                    if progress:
                        progress(len(freezer.pages), total)
            except Warning as error:
                raise BuildFailed(f"The site could not be frozen: {error}") from error
        # Of these, too, there may be thousands: they are made without a request.
        freezer.pages += [_list_page(templates, listing, file, folder) for file in list_files]
    if troubles := [page for page in freezer.pages if page.trouble]:
        raise BuildFailed(_all_troubles(troubles))
    expected = page_files(roster, listing) | freezer.assets.keys()
    if unknown := sorted({page.file for page in freezer.pages} - expected):
        raise BuildFailed(f"The frozen site has files it should not: {', '.join(unknown)}")
    return freezer.pages


def _list_page(templates: SiteTemplates, listing: Listing, file: str, folder: Path) -> FrozenPage:
    try:
        body = list_file(templates, listing, file) or b""
    except Exception as error:  # noqa: BLE001 (of all pages, whatever is wrong is told)
        return failed_page(file, error)
    return _write(folder, file, body)


def _write(folder: Path, file: str, body: bytes) -> FrozenPage:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return FrozenPage(file, content_hash(body))


class SiteFreezer(Freezer):  # type: ignore[misc]
    """Frozen-Flask for this site; `pages` are those it is done with, the failed ones too."""

    def __init__(
        self,
        roster: Roster,
        templates: SiteTemplates,
        entries: Iterable[RosterEntry],
        folder: Path,
        listing: Listing,
        *,
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
        self.pages: list[FrozenPage] = []
        self.there_already: Collection[str] = ()

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
        return Path(super().root)

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
            page = _write(self.root, asset.file, asset.body)
        else:
            file = self.urlpath_to_filepath(url)
            if file in self.there_already:
                return Path(self.root, file)  # which pages to freeze is Frozen-Flask's to say
            page = self._site_page(url, file, last_modified)
        self.pages.append(page)
        return self.root / page.file

    def _site_page(self, url: str, file: str, last_modified: object) -> FrozenPage:
        try:
            body = super()._build_one(url, last_modified).read_bytes()
            check_codes(body, self._codes, required=False)
        except Exception as error:  # noqa: BLE001 (of all pages, whatever is wrong is told)
            return failed_page(file, error)
        return FrozenPage(file, content_hash(body))


def prove_pages(roster: Roster, folder: Path, files: Iterable[str]) -> None:
    """Read the QR codes back from pages that were made before. Raises BuildFailed."""
    urls = {
        payee_file(entry.payee_id): {page_url(roster.site, entry.payee_id)}
        for entry in roster.entries
    }
    everyone = page_urls(roster)
    troubles = []
    for file in files:
        try:
            page = (folder / file).read_bytes()
            check_codes(page, urls.get(file, everyone), required=file in urls)
        except WrongCode as error:
            troubles.append(FrozenPage(file, trouble=str(error)))
    if troubles:
        raise BuildFailed(_all_troubles(troubles))


def _all_troubles(pages: Iterable[FrozenPage]) -> str:
    """A line for each trouble, with the pages that have it."""
    places = defaultdict(list)
    for page in pages:
        places[page.trouble].append("/" + page.file.removesuffix("index.html"))
    lines = []
    for trouble, urls in places.items():
        more = f" and {len(urls) - 5} more" if len(urls) > 5 else ""
        lines.append(f"at {', '.join(urls[:5])}{more}: {trouble}")
    return "The site could not be frozen:\n" + "\n".join(lines)
