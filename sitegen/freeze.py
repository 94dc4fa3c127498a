"""Freezing the site into a folder: whole or not at all, and never outside that folder."""

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from flask import request
from flask_frozen import Freezer, MissingURLGeneratorWarning

from sitegen.app import create_site
from sitegen.roster import Roster
from sitegen.weight import heaviness

MARKER = ".payee-pages"
"""A build folder holds this file, so that no other folder is ever replaced by mistake."""


LISTS = frozenset({"index.html", "404.html", "posters/index.html"})
"""The pages that are not one payee's."""


class BuildFailed(Exception):
    """No site was built, and the last one is still in place; `str()` says what to do."""


def page_files(roster: Roster) -> set[str]:
    """The files a build of `roster` consists of, relative to its folder, with `/`."""
    payees = {f"{entry.payee_id}/index.html" for entry in roster.entries}
    return payees | LISTS


def build_site(roster: Roster, out: Path) -> None:
    """Freeze the site into `out`, replacing an earlier build there.

    Raises BuildFailed if `out` is something else, or if any page is missing, unexpected or warned
    about.
    """
    out = out.absolute()
    if out.exists() and not _is_replaceable(out):
        raise BuildFailed(
            f"{out} is not a folder that `payees build` made: name another folder, or empty it."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as workshop:
        fresh = Path(workshop, "fresh")
        _freeze(roster, fresh)
        (fresh / MARKER).write_text("Built by `payees build`, which replaces this folder.\n")
        if out.exists():
            out.rename(Path(workshop, "old"))
        fresh.rename(out)


def _freeze(roster: Roster, folder: Path) -> None:
    app = create_site(lambda: roster)
    app.testing = True  # an exception in a page is raised, not frozen as an error page
    app.config.update(
        FREEZER_DESTINATION=str(folder),
        FREEZER_BASE_URL=roster.site.url,
        FREEZER_REMOVE_EXTRA_FILES=False,  # the folder is new
    )
    visited: list[str] = []
    app.before_request(lambda: visited.append(request.path))
    freezer = Freezer(app, with_static_files=False, log_url_for=False)

    @freezer.register_generator  # type: ignore[untyped-decorator]
    def payee() -> Iterator[dict[str, str]]:
        for entry in roster.entries:
            yield {"payee_id": entry.payee_id}

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if not roster.entries:  # then no page of a payee is missed
            warnings.simplefilter("ignore", MissingURLGeneratorWarning)
        try:
            freezer.freeze()
        except Exception as error:
            place = f" at {visited[-1]}" if visited else ""
            raise BuildFailed(f"The site could not be frozen{place}: {error}") from error
    written = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    if written != page_files(roster):
        difference = ", ".join(sorted(written ^ page_files(roster)))
        raise BuildFailed(f"The frozen site does not have the files it should: {difference}")
    payees = [folder / entry.payee_id / "index.html" for entry in roster.entries]
    if trouble := heaviness(payees, roster.site.languages):
        raise BuildFailed(trouble)


def _is_replaceable(out: Path) -> bool:
    return out.is_dir() and ((out / MARKER).is_file() or not any(out.iterdir()))
