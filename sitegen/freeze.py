"""Freezing pages with Frozen-Flask, without what makes it slow.

Frozen-Flask asks the application for one page after the other, as a browser would. Here a page is
what its view returns, and payees' pages are shared out among processes. Each is made from the site
and its own entry alone, so that what it looks like cannot depend on who made it, nor on other
payees. A view must not look at the request, then: there is none, and Flask says so.
"""

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from flask_frozen import Freezer

from roster.model import Roster, RosterEntry
from sitegen.app import page_url
from sitegen.page_files import SITE_FILES, page_files, payee_file
from sitegen.page_maker import FrozenPage, PageMaker, page_urls
from sitegen.page_pool import making_pages
from sitegen.qr_proof import WrongCode, check_codes

Progress = Callable[[int, int], object]
"""Told how many pages are done, and of how many."""


class BuildFailed(Exception):
    """No site was built, and the last one is still in place; `str()` says what to do."""


def freeze_pages(
    roster: Roster,
    entries: Sequence[RosterEntry],
    folder: Path,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
) -> list[FrozenPage]:
    """Write the pages of `entries`, and those that depend on the whole `roster`, into `folder`.

    `processes` is how many to use, one per processor if it is None. Raises BuildFailed with
    everything that is wrong with any page.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with making_pages(roster.site, entries, folder, processes) as payee_pages:
            freezer = SiteFreezer(roster, entries, folder, payee_pages)
            total = len(SITE_FILES) + len(entries)
            try:
                for _ in freezer.freeze_yield():
                    if progress:
                        progress(len(freezer.pages), total)
            except Warning as error:
                raise BuildFailed(f"The site could not be frozen: {error}") from error
    if troubles := [page for page in freezer.pages if page.trouble]:
        raise BuildFailed(_all_troubles(troubles))
    if unknown := sorted({page.file for page in freezer.pages} - page_files(roster)):
        raise BuildFailed(f"The frozen site has files it should not: {', '.join(unknown)}")
    return freezer.pages


class SiteFreezer(Freezer):  # type: ignore[misc]
    """Frozen-Flask for this site; `pages` are those it is done with, the failed ones too."""

    def __init__(
        self,
        roster: Roster,
        entries: Iterable[RosterEntry],
        folder: Path,
        payee_pages: Iterator[FrozenPage],
    ) -> None:
        self._maker = PageMaker(roster, folder)
        self._entries = entries
        self._payee_pages = payee_pages
        self._site_pages: dict[str, str] = {}
        self.pages: list[FrozenPage] = []
        app = self._maker.app
        app.config.update(FREEZER_DESTINATION=str(folder), FREEZER_REMOVE_EXTRA_FILES=False)
        super().__init__(app, with_static_files=False, log_url_for=False)

    @cached_property
    def root(self) -> Path:
        return Path(super().root)

    def _generate_all_urls(self) -> Iterator[tuple[str, str, None]]:
        for rule in self.app.url_map.iter_rules():
            if not rule.arguments and "GET" in rule.methods:
                self._site_pages[rule.rule] = rule.endpoint
                yield rule.rule, rule.endpoint, None
        for entry in self._entries:
            yield f"/{entry.payee_id}/", "payee", None

    def _check_endpoints(self, seen_endpoints: set[str]) -> None:
        super()._check_endpoints(seen_endpoints | {"payee"})  # no payee may need a new page

    def _build_one(self, url: str, last_modified: object = None) -> Path:  # noqa: ARG002
        endpoint = self._site_pages.get(url)
        page = self._maker.make_site_page(url, endpoint) if endpoint else next(self._payee_pages)
        self.pages.append(page)
        return self.root / page.file


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
