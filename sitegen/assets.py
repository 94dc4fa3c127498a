"""Files beside the pages, fetched by their scripts. Each is named after what is in it, so that one
that is kept anywhere can't be out of date."""

from base64 import b64encode
from hashlib import sha256
from typing import NamedTuple

FOLDER = "assets"


class Asset(NamedTuple):
    """`integrity` is its hash as fetch() and a page's policy want it."""

    file: str
    body: bytes
    integrity: str


def make_asset(name: str, suffix: str, text: str) -> Asset:
    body = text.encode()
    file = f"{FOLDER}/{name}.{sha256(body).hexdigest()[:16]}.{suffix}"
    return Asset(file, body, hash_of(text))


def hash_of(text: str) -> str:
    """As a CSP hash source and an integrity attribute name it, without the former's quotes (CSP
    Level 3, section 2.3.1)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
