"""Names for rails that take ASCII only."""

from typing import Final
from unicodedata import normalize

_WITHOUT_PARTS: Final = str.maketrans(
    {
        **dict(zip("đĐøØłŁ", "dDoOlL", strict=True)),
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        **dict(zip("\u2018\u2019\u201c\u201d\u2013\u2014", "''\"\"--", strict=True)),
    }
)
"""What Unicode does not take apart into a letter of ASCII and its marks."""


def fold_to_ascii(text: str, most: int) -> str:
    """`text` without marks, and without what ASCII has nothing for, cut to `most` characters."""
    folded = normalize("NFD", text).translate(_WITHOUT_PARTS)
    return "".join(c for c in folded if " " <= c <= "~")[:most].strip()
