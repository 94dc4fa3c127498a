"""How heavy a payee's page may be: it arrives in one round trip, also on a bad network."""

import gzip
from collections.abc import Sequence

MAX_BYTES = 14_600
"""Compressed. A server's first flight is ten segments of 1 460 bytes (RFC 6928)."""


class TooHeavy(ValueError):
    """`str()` says by how much, and what to do."""


def check_weight(page: bytes, languages: Sequence[str]) -> None:
    """Raises TooHeavy for a payee's page in `languages` that does not arrive at once."""
    size = compressed_size(page)
    if size <= MAX_BYTES:
        return
    remedy = (
        f"leave languages out of site.languages ({', '.join(languages)})"
        if len(languages) > 1
        else "shorten the payee's texts"
    )
    raise TooHeavy(
        f"it has {size:,} bytes compressed, and at most {MAX_BYTES:,} arrive at once on a bad "
        f"network: {remedy}"
    )


def compressed_size(page: bytes) -> int:
    return len(gzip.compress(page, mtime=0))
