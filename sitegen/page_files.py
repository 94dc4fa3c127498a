"""Which files a site consists of, and what may have been one."""

import re

from payments.payee import SLUG_PATTERN
from sitegen.assets import FOLDER
from sitegen.listing.lists import is_list_file

INDEX_FILE, POSTERS_FILE = "index.html", "posters/index.html"

SITE_FILES = ("404.html", "till/index.html", INDEX_FILE, POSTERS_FILE)
"""The pages that every site has."""

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
"""By a file's ending."""

_PAGE_FILE = re.compile(rf"(?:index|404)\.html|{SLUG_PATTERN.pattern}/index\.html")
_ASSET = re.compile(rf"{FOLDER}/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{{16}}\.(?:{'|'.join(MEDIA_TYPES)})")


def payee_file(payee_id: str) -> str:
    return f"{payee_id}/index.html"


def is_site_file(name: str) -> bool:
    """Whether a build of ours may have a file of this name, now or in the past."""
    return bool(_PAGE_FILE.fullmatch(name)) or is_asset(name) or is_list_file(name)


def is_asset(name: str) -> bool:
    """Whether it is a file beside the pages, named after what is in it."""
    return bool(_ASSET.fullmatch(name))


def media_type(name: str) -> str:
    return MEDIA_TYPES[name.rpartition(".")[2]]
