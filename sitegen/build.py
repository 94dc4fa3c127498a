"""Building the site in a folder: whole or not at all, and only the pages whose inputs changed."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from roster.model import Roster, no_garbage
from sitegen.freezing.freeze import BuildFailed, Progress, freeze_pages, prove_pages
from sitegen.freezing.page_maker import FrozenPage, content_hash, write_moved
from sitegen.inputs import page_inputs
from sitegen.listing.lists import is_list_file, plan_listing
from sitegen.moved import moved_files
from sitegen.page_files import SITE_FILES, is_asset, is_site_file, payee_file

MARKER = ".payee-pages"
"""A build folder holds this file, so that no other folder is ever replaced by mistake. It records
what each page was made of; files that changed after it did are not trusted."""

_FEW = 100  # pages that are replaced one by one; more, and the folder is


class BuiltFile(NamedTuple):
    """`inputs` is the fingerprint of what the page was made of, `content` its SHA-256."""

    inputs: str
    content: str


@dataclass(frozen=True, slots=True)
class Build:
    """A folder with a site; `made` counts the pages that were not there already."""

    folder: Path
    files: Mapping[str, BuiltFile]
    made: int

    def read(self, file: str) -> bytes:
        """Raises BuildFailed if `file` is not as it was built."""
        body = (self.folder / file).read_bytes()
        if content_hash(body) != self.files[file].content:
            raise BuildFailed(f"{self.folder / file} changed after it was built: build again.")
        return body


@no_garbage()
def build_site(
    roster: Roster,
    out: Path,
    *,
    prove_all: bool = False,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Build:
    """Make `out` the site of `roster`, using what an earlier build there has of it.

    `processes` is how many to use, one per processor if it is None.
    QR codes are read back from every page that is made, with `prove_all` from the others too.
    Raises BuildFailed if `out` is something else, or with all that is wrong with any page; and
    OSError.
    """
    out = out.absolute()
    if out.exists() and not _is_replaceable(out):
        raise BuildFailed(
            f"{out} is not a folder that `payees build` made: name another folder, or empty it."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    listing = plan_listing(roster)
    wanted, of_assets = page_inputs(roster, listing)
    before = _load_record(out)
    # What is beside the pages is known by name only once they are made: then the record has it.
    assets = {
        file: of_assets
        for file, built in before.items()
        if is_asset(file) and built.inputs == of_assets
    }
    wanted |= assets
    kept = _unchanged(before, wanted, out)
    if prove_all:
        prove_pages(roster, out, kept)
    changed = [entry for entry in roster.entries if payee_file(entry.payee_id) not in kept]
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as workshop:
        fresh = Path(workshop, "fresh")
        fresh.mkdir()
        made: list[FrozenPage] = []
        if len(kept) < len(wanted):
            made = freeze_pages(
                roster,
                changed,
                fresh,
                listing,
                {*SITE_FILES, *listing.files} - kept.keys(),
                with_assets=not assets or not assets.keys() <= kept.keys(),
                processes=processes or os.cpu_count() or 1,
                progress=progress,
            )
            made += write_moved(roster, fresh, moved_files(roster).keys() - kept.keys())
        files = kept | {
            page.file: BuiltFile(wanted.get(page.file, of_assets), page.content) for page in made
        }
        if made or files != before or _names(out) != _expected_names(files):
            _install(fresh, out, files, [page.file for page in made], before)
    return Build(out, files, sum(not is_asset(page.file) for page in made))


def _unchanged(
    before: Mapping[str, BuiltFile], wanted: Mapping[str, str], out: Path
) -> dict[str, BuiltFile]:
    """The files of `before` that are still wanted as they are and still there as they were.

    A file that nobody wrote to, moved or linked since the record was written need not be read.
    """
    try:
        recorded_at = os.stat(out / MARKER).st_ctime_ns
    except OSError:
        return {}
    return {
        file: built
        for file, built in before.items()
        if wanted.get(file) == built.inputs and _as_it_was(f"{out}/{file}", built, recorded_at)
    }


def _as_it_was(path: str, built: BuiltFile, recorded_at: int) -> bool:
    try:
        if os.stat(path).st_ctime_ns < recorded_at:
            return True
        return content_hash(Path(path).read_bytes()) == built.content
    except OSError:
        return False


def _install(
    fresh: Path,
    out: Path,
    files: Mapping[str, BuiltFile],
    made: list[str],
    before: Mapping[str, BuiltFile],
) -> None:
    """Move what was made from `fresh` to `out`, which then has `files` and nothing else."""
    gone = before.keys() - files.keys()
    as_recorded = before and _names(out) == _expected_names(before)
    if as_recorded and len(made) + len(gone) <= _FEW:
        # Cut off in between, what was replaced is younger than the record: the next build sees it.
        for file in sorted(made, key=_pages_first):
            (out / file).parent.mkdir(parents=True, exist_ok=True)
            (fresh / file).replace(out / file)
        for file in gone:
            (out / file).unlink(missing_ok=True)
            for folder in list((out / file).relative_to(out).parents)[:-1]:
                if not any((out / folder).iterdir()):
                    (out / folder).rmdir()
        _save_record(files, fresh, out)
        return
    for file in files.keys() - set(made):
        (fresh / file).parent.mkdir(parents=True, exist_ok=True)
        _link(out / file, fresh / file)
    _save_record(files, fresh, fresh)
    if out.exists():
        out.rename(fresh.parent / "old")
    fresh.rename(out)


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # not every file system has links
        shutil.copy2(source, target)


def _pages_first(file: str) -> tuple[bool, bool, bool, str]:
    """The order in which no list is ever there before the pages it links to, nor a page before
    the files that it fetches."""
    return "/" not in file, is_list_file(file), not is_asset(file), file


def _names(out: Path) -> set[str]:
    return set(os.listdir(out)) if out.is_dir() else set()


def _expected_names(files: Iterable[str]) -> set[str]:
    return {MARKER, *(file.partition("/")[0] for file in files)}


def _load_record(out: Path) -> dict[str, BuiltFile]:
    """What the last build in `out` noted; nothing if that cannot be made out."""
    try:
        document = json.loads((out / MARKER).read_bytes())
        built = map(BuiltFile, document["inputs"], document["contents"])
        record = dict(zip(document["files"], built, strict=True))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    return record if all(map(is_site_file, record)) else {}


def _save_record(files: Mapping[str, BuiltFile], workshop: Path, folder: Path) -> None:
    names = sorted(files)
    inputs, contents = zip(*map(files.__getitem__, names), strict=True)
    # In columns: an object for each of ten thousand files takes thrice as long to read.
    document = {
        "made by": "`payees build`, which replaces this folder",
        "files": names,
        "inputs": inputs,
        "contents": contents,
    }
    record = workshop / f"{MARKER}.new"
    record.write_text(json.dumps(document))
    record.replace(folder / MARKER)


def _is_replaceable(out: Path) -> bool:
    return out.is_dir() and ((out / MARKER).is_file() or not any(out.iterdir()))
