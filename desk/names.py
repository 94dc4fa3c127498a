"""What payers call themselves: looked for in any spelling, and shown so that it deceives nobody."""

import re
from unicodedata import bidirectional, category, name, normalize

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _POP = "\u2068\u2069"  # FSI, PDI: what stands between orders nothing around it

# Left out in a search: accents, the points of Hebrew and Arabic, tatweel, joiners, selectors
_NOT_SEARCHED = dict.fromkeys(
    [
        *(*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), 0x670, 0x640),
        *(0x200C, 0x200D, *range(0xFE00, 0xFE10)),
    ]
)
_DOTLESS = str.maketrans("\u0131", "i")  # its capital is I, as that of i

# UTS #39's “moderately restrictive”: these go together, and Latin with any one other script but
# those whose letters look like Latin ones.
_TOGETHER = (
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)
_LIKE_LATIN = frozenset({"CYRILLIC", "GREEK", "CHEROKEE", "COPTIC", "LISU"})


def isolated(text: str) -> str:
    """`text`, so that it cannot reorder what stands beside it if it has right-to-left characters;
    an amount behind a Hebrew name would be shown before it."""
    is_bidi = any(bidirectional(character) in _RIGHT_TO_LEFT for character in text)
    return f"{_ISOLATE}{text}{_POP}" if is_bidi or _is_isolated(text) else text


def not_isolated(text: str) -> str:
    """What `isolated` made of it, undone."""
    return text[1:-1] if _is_isolated(text) else text


def folded(text: str) -> str:
    """What two spellings of one name have in common: case, width, accents and vowel points aside,
    the dot of an i too (Turkish has both). A letter with a stroke, such as ø, is one of its own."""
    if text.isascii():
        return text.lower()
    text = normalize("NFKD", normalize("NFKD", text).casefold())
    return normalize("NFKC", text.translate(_NOT_SEARCHED).translate(_DOTLESS))


def has_name(text: str, name: str) -> bool:
    """Whether `name`, however spelled, is among the words of `text`."""
    return bool(re.search(rf"(?<!\w){re.escape(folded(name))}(?!\w)", folded(text)))


def mixed_scripts(text: str) -> list[str]:
    """The scripts of `text`, such as Cyrillic and Latin, if they are mixed so that one letter may
    be taken for another; else none. A script is the first word of a letter's name in Unicode."""
    scripts = {
        name(character, "").split(" ")[0]
        for character in normalize("NFKC", text)
        if category(character) in ("Lu", "Ll", "Lt", "Lo")
    } - {""}
    others = scripts - {"LATIN"}
    if any(scripts <= together for together in _TOGETHER) or len(scripts) < 2:
        return []
    if len(others) == 1 and not others & _LIKE_LATIN:
        return []
    return sorted(script.capitalize() for script in scripts)


def marked(text: str) -> str:
    """A payer's name with a note if it mixes scripts."""
    return f"{text} \u26a0 mixed" if mixed_scripts(text) else text


def _is_isolated(text: str) -> bool:
    return len(text) > 1 and text.startswith(_ISOLATE) and text.endswith(_POP)
