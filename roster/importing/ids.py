"""An id, which becomes an address and stands on stickers, out of a name."""

import re
from collections.abc import Container
from itertools import count
from unicodedata import normalize

from payments.payee import SLUG_PATTERN, PayeeId
from roster.keys import RESERVED_IDS

_LONGEST = 40  # of a made one: it is typed, and makes the QR code larger
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)


def make_id(name: str, description: str, taken: Container[str]) -> PayeeId:
    """One that nobody has: of the name, then with the description, then with a number. Of a name
    without Latin letters nothing is left, and the description or `stall` has to do."""
    name_slug, part, described = slug(name), slug(description.partition(",")[0]), slug(description)
    base = name_slug or part or described or "stall"
    fuller = [slug(f"{name_slug} {one}") for one in (part, described) if name_slug and one]
    for candidate in (*([base] if base != "stall" else []), *fuller):
        if is_free(candidate, taken):
            return PayeeId(candidate)
    first = 1 if base == "stall" else 2
    numbered = (f"{base[: _LONGEST - 6].rstrip('-')}-{number}" for number in count(first))
    return PayeeId(next(one for one in numbered if is_free(one, taken)))


def is_free(slug: str, taken: Container[str]) -> bool:
    return slug not in taken and slug not in RESERVED_IDS


def slug(text: str) -> str:
    """As much of a text as a web address can have: Latin letters without accents, and digits."""
    letters = normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(one for one in letters if one.isascii() and one not in "'`.")
    words = re.findall(r"[a-z0-9]+", plain)
    made = ""
    for word in words:
        if made and len(made) + len(word) >= _LONGEST:
            break
        made = f"{made}-{word}" if made else word[:_LONGEST]
    return made if SLUG_PATTERN.fullmatch(made) else ""
