"""Text that people typed: one normal form, and nothing in it that reorders or breaks lines.

Lengths count Unicode code points after NFC and trimming.
"""

import re
import unicodedata

from payments.refusals import InvalidValue

_FORBIDDEN = re.compile(
    "["
    "\u0000-\u001f\u007f-\u009f"  # C0 and C1 controls
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # surrogates, which are no characters
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls, which reorder what is read
    "]"
)
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols without ink
_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Z", "M")  # unassigned ones may be new emoji


def parse_text(text: str, *, max_length: int, required: bool) -> str:
    """Return `text` in NFC, trimmed; ZWJ and ZWNJ stay, for scripts and emoji need them.

    `required` asks for at least one visible character. Raises InvalidValue.
    """
    if found := _FORBIDDEN.search(text):
        raise InvalidValue(f"remove the control character U+{ord(found[0]):04X}")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > max_length:
        raise InvalidValue(f"at most {max_length} characters, not {len(text)}")
    if required and not any(map(_is_visible, text)):
        raise InvalidValue("must not be empty")
    return text


def _is_visible(character: str) -> bool:
    return (
        not unicodedata.category(character).startswith(_INVISIBLE_CATEGORIES)
        and character not in _BLANK_LETTERS
    )
