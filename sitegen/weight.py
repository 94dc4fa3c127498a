"""How heavy a payee's page may be: it arrives in one round trip, also on a bad network."""

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path

MAX_BYTES = 14_600
"""Compressed. A server's first flight is ten segments of 1 460 bytes (RFC 6928)."""


def heaviness(pages: Iterable[Path], languages: Sequence[str]) -> str | None:
    """What is wrong with the heaviest of these pages, and what to do; None if nothing is.

    Pages differ little, so only the longest is compressed.
    """
    longest = max(pages, key=lambda page: page.stat().st_size, default=None)
    if longest is None:
        return None
    size = len(gzip.compress(longest.read_bytes(), mtime=0))
    if size <= MAX_BYTES:
        return None
    remedy = (
        f"leave languages out of site.languages ({', '.join(languages)})"
        if len(languages) > 1
        else "shorten the payee's texts"
    )
    return (
        f"The page of {longest.parent.name} has {size:,} bytes compressed, and at most "
        f"{MAX_BYTES:,} arrive at once on a bad network: {remedy}."
    )
