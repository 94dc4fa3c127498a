"""Files beside the pages, fetched by their scripts. Each is named after the hash of what is in it,
so that one that is kept anywhere can't be out of date. Pages know the hash and make the name of it.
"""

from base64 import b64encode
from hashlib import sha256
from typing import NamedTuple

FOLDER = "assets"
_URL_SAFE = str.maketrans("+/", "-_")


class Asset(NamedTuple):
    """`integrity` is its hash as fetch() and a page's policy want it."""

    file: str
    body: bytes
    integrity: str


def make_asset(name: str, suffix: str, content: str | bytes) -> Asset:
    body = content.encode() if isinstance(content, str) else content
    integrity = hash_of(body)
    mark = integrity.removeprefix("sha256-")[:16].translate(_URL_SAFE)
    return Asset(f"{FOLDER}/{name}.{mark}.{suffix}", body, integrity)


def hash_of(content: str | bytes) -> str:
    """As a CSP hash source and an integrity attribute name it, without the former's quotes (CSP
    Level 3, section 2.3.1)."""
    body = content.encode() if isinstance(content, str) else content
    return f"sha256-{b64encode(sha256(body).digest()).decode()}"
