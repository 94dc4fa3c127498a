"""Making a site's pages: those that every site has are frozen by Frozen-Flask, and with them the
payees', of which there may be thousands. Where it has nothing to freeze it is not even loaded.
"""

import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path

from roster.model import Roster, RosterEntry
from sitegen.freezing.page_maker import FrozenPage, PageMaker, failed_page, page_urls, write_page
from sitegen.listing.list_pages import list_file
from sitegen.listing.lists import Listing
from sitegen.page_files import SITE_FILES, payee_file
from sitegen.pages import page_url
from sitegen.qr_proof import WrongCode, check_codes
from sitegen.site_templates import SiteTemplates

_WORTH_A_POOL = 200  # pages

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
    processes: int,
    progress: Progress | None = None,
) -> list[FrozenPage]:
    """Write the pages of `entries`, these `others` of those that every site has and of the files of
    its `listing`, and what pages fetch, unless that is there, into `folder`.

    `processes` is how many to use. Raises BuildFailed with everything that is wrong with any page.
    """
    site_files = {*SITE_FILES}.intersection(others)
    list_files = listing.files.intersection(others)
    total = len(others) + len(entries)
    made: list[FrozenPage] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        templates = SiteTemplates(roster.site)
        with _making_pages(templates, entries, folder, processes) as payee_pages:
            pages = payee_pages
            if site_files or with_assets:
                from sitegen.freezing.site_freezer import SiteFreezer  # noqa: PLC0415 (slow)

                freezer = SiteFreezer(
                    roster,
                    templates,
                    listing,
                    folder=folder,
                    entries=entries,
                    payee_pages=payee_pages,
                )
                total += len(freezer.assets) if with_assets else 0
                pages = freezer.pages(site_files, with_assets=with_assets)
            # Of these, too, there may be thousands: they are made without a request.
            listed = (_list_page(templates, listing, file, folder) for file in list_files)
            try:
                for page in chain(pages, listed):
                    made.append(page)
                    if progress:
                        progress(len(made), total)
            except Warning as error:
                raise BuildFailed(f"The site could not be frozen: {error}") from error
    if troubles := [page for page in made if page.trouble]:
        raise BuildFailed(_all_troubles(troubles))
    return made


def _making_pages(
    templates: SiteTemplates, entries: Sequence[RosterEntry], folder: Path, processes: int
) -> AbstractContextManager[Iterator[FrozenPage]]:
    if processes == 1 or len(entries) < _WORTH_A_POOL:
        return nullcontext(map(PageMaker(templates, folder).make, entries))
    from sitegen.freezing.page_pool import making_pages  # noqa: PLC0415 (slow)

    return making_pages(templates, entries, folder, processes)


def _list_page(templates: SiteTemplates, listing: Listing, file: str, folder: Path) -> FrozenPage:
    try:
        body = list_file(templates, listing, file) or b""
    except Exception as error:  # noqa: BLE001 (of all pages, whatever is wrong is told)
        return failed_page(file, error)
    return write_page(folder, file, body)


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
