"""Which files a site consists of, and what may have been one."""

import re

from payments.payee import SLUG_PATTERN
from roster.model import Roster

SITE_FILES = ("404.html", "index.html", "posters/index.html")
"""The pages that depend on the whole roster."""

_PAGE_FILE = re.compile(rf"(?:index|404)\.html|{SLUG_PATTERN.pattern}/index\.html")


def page_files(roster: Roster) -> set[str]:
    """The files a build of `roster` consists of, relative to its folder, with `/`."""
    return {*SITE_FILES, *(payee_file(entry.payee_id) for entry in roster.entries)}


def payee_file(payee_id: str) -> str:
    return f"{payee_id}/index.html"


def is_page_file(name: str) -> bool:
    """Whether a build of ours may have a page of this name, now or in the past."""
    return bool(_PAGE_FILE.fullmatch(name))
