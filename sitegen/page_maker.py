"""Making one page: its view is called, its QR codes are read back, its file is written."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from roster.model import Roster, RosterEntry
from sitegen.app import create_site, page_url
from sitegen.page_files import payee_file
from sitegen.qr_proof import check_codes
from sitegen.weight import check_weight


class FrozenPage(NamedTuple):
    """A page's file; `content` is its SHA-256, `trouble` why there is none."""

    file: str
    content: str = ""
    trouble: str = ""


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


def content_hash(body: bytes) -> str:
    return sha256(body).hexdigest()
