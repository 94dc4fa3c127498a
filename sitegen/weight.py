"""How heavy a payee's page may be: it arrives in one round trip, also on a bad network."""

import gzip

MAX_BYTES = 14_600
"""Compressed. A server's first flight is ten segments of 1 460 bytes (RFC 6928)."""


class TooHeavy(ValueError):
    """`str()` says by how much, and what to do."""


def check_weight(page: bytes) -> None:
    """Raises TooHeavy for a payee's page that does not arrive at once."""
    size = compressed_size(page)
    if size > MAX_BYTES:
        raise TooHeavy(
            f"it has {size:,} bytes compressed, and at most {MAX_BYTES:,} arrive at once on a bad "
            "network: shorten the payee's texts, or leave ways to pay out"
        )


def compressed_size(page: bytes) -> int:
    return len(gzip.compress(page, mtime=0))
