"""Making payees' pages on several processes, in the order of the roster."""

import gc
import multiprocessing
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from roster.model import RosterEntry
from sitegen.freezing.page_maker import FrozenPage, PageMaker, failed_page
from sitegen.page_files import payee_file
from sitegen.pages import rail_sets
from sitegen.site_templates import PAYEE, SiteTemplates

T = TypeVar("T")
_CHUNK = 50  # pages that a process makes at a time


@contextmanager
def making_pages(
    templates: SiteTemplates, entries: Sequence[RosterEntry], folder: Path, processes: int
) -> Iterator[Iterator[FrozenPage]]:
    """The pages of `entries`, in that order, while they are being made."""
    try:
        for rails in rail_sets(entries):
            templates.page(PAYEE, rails)  # to be inherited, for no fork may minify: see minify()
    except Exception as error:  # noqa: BLE001 (no page can be made then, whatever is wrong)
        yield (failed_page(payee_file(entry.payee_id), error) for entry in entries)
        return
    # A fork starts at once; elsewhere than on Linux, system libraries may not survive it.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(processes, context, _start_worker, (templates, entries, folder))
    try:
        try:
            jobs = [pool.submit(_make_chunk, start) for start in range(0, len(entries), _CHUNK)]
        except OSError:  # this machine has no process, or no memory, to spare
            for child in multiprocessing.active_children():
                child.kill()  # of a pool that is not whole
            yield map(PageMaker(templates, folder).make, entries)
            return
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


def _start_worker(templates: SiteTemplates, entries: Sequence[RosterEntry], folder: Path) -> None:
    """Leave Ctrl-C to the parent process, but do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # the roster is not garbage: let nobody look for some in it
    gc.enable()
    gc.set_threshold(100_000)  # nor is there much else: looking for it took a fifth of the time
    warnings.simplefilter("error")
    _Worker.maker, _Worker.entries = PageMaker(templates, folder), entries

    def die_with_parent() -> None:
        parent = multiprocessing.parent_process()
        if parent:
            parent.join()
            signal.raise_signal(signal.SIGKILL)

    threading.Thread(target=die_with_parent, daemon=True).start()


def _make_chunk(start: int) -> list[FrozenPage]:
    entries = _Worker.entries[start : start + _CHUNK]
    return [_Worker.maker.make(entry) for entry in entries]
