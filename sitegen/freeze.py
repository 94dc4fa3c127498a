"""Freezing pages with Frozen-Flask, without what makes it slow.

Frozen-Flask asks the application for one page after the other, as a browser would. Here a page is
what its view returns, and payees' pages are shared out among processes. Each is made from the site
and its own entry alone, so that what it looks like cannot depend on who made it, nor on other
payees. A view must not look at the request, then: there is none, and Flask says so.
"""

import gc
import multiprocessing
import re
import signal
import sys
import threading
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, TypeVar

from flask_frozen import Freezer

from payments.payee import SLUG_PATTERN
from sitegen.app import create_site, page_url
from sitegen.qr_proof import WrongCode, check_codes
from sitegen.roster import Roster, RosterEntry, Site
from sitegen.site_templates import PAYEE, compile_page
from sitegen.weight import check_weight

SITE_FILES = ("404.html", "index.html", "posters/index.html")
"""The pages that depend on the whole roster."""

Progress = Callable[[int, int], object]
"""Told how many pages are done, and of how many."""

_PAGE_FILE = re.compile(rf"(?:index|404)\.html|{SLUG_PATTERN.pattern}/index\.html")
T = TypeVar("T")
_CHUNK = 50  # pages that a process makes at a time
_WORTH_A_POOL = 4 * _CHUNK


class BuildFailed(Exception):
    """No site was built, and the last one is still in place; `str()` says what to do."""


class FrozenPage(NamedTuple):
    """A page's file; `content` is its SHA-256, `trouble` why there is none."""

    file: str
    content: str = ""
    trouble: str = ""


def page_files(roster: Roster) -> set[str]:
    """The files a build of `roster` consists of, relative to its folder, with `/`."""
    return {*SITE_FILES, *(payee_file(entry.payee_id) for entry in roster.entries)}


def payee_file(payee_id: str) -> str:
    return f"{payee_id}/index.html"


def is_page_file(name: str) -> bool:
    """Whether a build of ours may have a page of this name, now or in the past."""
    return bool(_PAGE_FILE.fullmatch(name))


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
        with _payee_pages(roster.site, entries, folder, processes) as payee_pages:
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


class PageMaker:
    """Makes pages by calling their views; `roster` may change in between."""

    def __init__(self, roster: Roster, folder: Path) -> None:
        self.roster = roster
        self.app = create_site(lambda: self.roster)
        self._folder = folder
        self._longest = 0

    def make_site_page(self, url: str, endpoint: str) -> FrozenPage:
        return self._make(f"{url}index.html"[1:] if url.endswith("/") else url[1:], endpoint)

    def make_payee_page(self, entry: RosterEntry) -> FrozenPage:
        self.roster = Roster(self.roster.site, (entry,))
        return self._make(payee_file(entry.payee_id), "payee", payee_id=entry.payee_id)

    def _make(self, file: str, endpoint: str, **values: str) -> FrozenPage:
        """Write a page, once its QR codes are proven."""
        try:
            body = self._body(file, endpoint, values)
        except Exception as error:  # noqa: BLE001 (of all pages, whatever is wrong is told)
            return FrozenPage(file, trouble=str(error) or type(error).__name__)
        path = self._folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
        return FrozenPage(file, content_hash(body))

    def _body(self, file: str, endpoint: str, values: Mapping[str, str]) -> bytes:
        body = self.app.view_functions[endpoint](**values)
        if not isinstance(body, bytes) or not file.endswith(".html"):
            raise ValueError("it is no page: a view must return the bytes of an .html file")
        check_codes(body, page_urls(self.roster), required=endpoint == "payee")
        # Pages differ little, so only one that is longer than all before it is compressed.
        if endpoint == "payee" and len(body) > self._longest:
            self._longest = len(body)
            check_weight(body, self.roster.site.languages)
        return body


def page_urls(roster: Roster) -> set[str]:
    """Where the QR codes of its pages may lead."""
    return {page_url(roster.site, entry.payee_id) for entry in roster.entries}


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


def content_hash(body: bytes) -> str:
    return sha256(body).hexdigest()


@contextmanager
def _payee_pages(
    site: Site, entries: Sequence[RosterEntry], folder: Path, processes: int | None
) -> Iterator[Iterator[FrozenPage]]:
    """The pages of `entries`, in that order, while they are being made."""
    processes = processes or multiprocessing.cpu_count()
    if processes == 1 or len(entries) < _WORTH_A_POOL:
        maker = PageMaker(Roster(site, ()), folder)
        yield map(maker.make_payee_page, entries)
        return
    compile_page(PAYEE, site)  # for the processes to inherit what it minifies: see page.minify
    # A fork starts at once; elsewhere than on Linux, system libraries may not survive it.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(processes, context, _start_worker, (site, entries, folder))
    try:
        jobs = [pool.submit(_make_chunk, start) for start in range(0, len(entries), _CHUNK)]
        jobs.reverse()
        yield (page for job in _popping(jobs) for page in job.result())
    finally:
        pool.shutdown(cancel_futures=True)


def _popping(jobs: list[T]) -> Iterator[T]:
    """The last one first; each is forgotten, with its result, when the next one is asked for."""
    while jobs:
        yield jobs.pop()


class _Worker:
    """What a process of the pool knows: given when it starts, so that no job has to carry it."""

    maker: PageMaker
    entries: Sequence[RosterEntry]


def _start_worker(site: Site, entries: Sequence[RosterEntry], folder: Path) -> None:
    """Leave Ctrl-C to the parent process, but do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # the roster is not garbage: let nobody look for some in it
    gc.set_threshold(100_000)  # nor is there much else: looking for it took a fifth of the time
    warnings.simplefilter("error")
    _Worker.maker, _Worker.entries = PageMaker(Roster(site, ()), folder), entries

    def die_with_parent() -> None:
        parent = multiprocessing.parent_process()
        if parent:
            parent.join()
            signal.raise_signal(signal.SIGKILL)

    threading.Thread(target=die_with_parent, daemon=True).start()


def _make_chunk(start: int) -> list[FrozenPage]:
    entries = _Worker.entries[start : start + _CHUNK]
    return [_Worker.maker.make_payee_page(entry) for entry in entries]


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
