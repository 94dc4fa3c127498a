"""Making payees' pages: each is proven, then written."""

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from roster.model import Roster, RosterEntry
from sitegen.moved import moved_files, moved_page
from sitegen.page_files import payee_file
from sitegen.pages import page_url, payee_page
from sitegen.qr_proof import check_codes
from sitegen.site_templates import SiteTemplates
from sitegen.slips import describe_slip
from sitegen.weight import check_weight


class FrozenPage(NamedTuple):
    """A page's file; `content` is its SHA-256, `trouble` why there is none."""

    file: str
    content: str = ""
    trouble: str = ""


class PageMaker:
    """Makes the pages of payees of one site, that of `templates`, in `folder`."""

    def __init__(self, templates: SiteTemplates, folder: Path) -> None:
        self._templates = templates
        self._folder = folder
        self._longest = 0

    def make(self, entry: RosterEntry) -> FrozenPage:
        """Write a payee's page, once its QR codes and its weight are proven."""
        file = payee_file(entry.payee_id)
        try:
            body = payee_page(self._templates, entry)
            self._check(body, entry)
        except Exception as error:  # noqa: BLE001 (of all pages, whatever is wrong is told)
            return failed_page(file, error)
        return write_page(self._folder, file, body)

    def _check(self, body: bytes, entry: RosterEntry) -> None:
        site = self._templates.site
        check_codes(body, (page_url(site, entry.payee_id),), required=True)
        # Pages differ little, so only one that is longer than all before it is compressed.
        if len(body) > self._longest:
            self._longest = len(body)
            check_weight(body)


def write_moved(roster: Roster, folder: Path, files: Collection[str]) -> list[FrozenPage]:
    """Write the pages that lead to another, those whose `files` these are."""
    pages = []
    for file, entry in moved_files(roster).items():
        if file in files:
            pages.append(write_page(folder, file, moved_page(roster.site, entry)))
    return pages


def write_page(folder: Path, file: str, body: bytes) -> FrozenPage:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return FrozenPage(file, content_hash(body))


def page_urls(roster: Roster) -> set[str]:
    """Where the QR codes of its pages may lead."""
    return {page_url(roster.site, entry.payee_id) for entry in roster.entries}


def failed_page(file: str, error: Exception) -> FrozenPage:
    return FrozenPage(file, trouble=describe_slip(error))


def content_hash(body: bytes) -> str:
    return sha256(body).hexdigest()
