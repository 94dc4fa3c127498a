"""Text that people typed: one normal form, and nothing in it that is hidden or reorders.

Refused is what Unicode calls control, format, surrogate, private use or unassigned, its line and
paragraph separators, and what it calls Default_Ignorable (DerivedCoreProperties.txt): a name with
one of these looks like another name. What a script or an emoji needs of them stays where it is
needed and nowhere else. Unassigned is what this Python's `unicodedata` does not know, but for the
block of emoji: phones learn new ones before servers do.

Lengths count Unicode code points of the normal form.
"""

from unicodedata import category, combining, normalize

from payments.refusals import InvalidValue

MOST_MARKS = 4  # on one base, in NFD: what Hebrew, Vietnamese and Burmese need

_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
# Default_Ignorable letters and marks. The others are formats or unassigned, and refused as such.
_INKLESS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
_SELECTORS = ("\ufe00\ufe0f", "\U000e0100\U000e01ef")
# Formats that are seen: signs around numbers (Prepended_Concatenation_Mark)
_SIGNS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
_BLANK_PATTERN = "\u2800"  # Braille without a dot

_ZWNJ, _ZWJ = "\u200c\u200d"
_TEXT_STYLE, _EMOJI_STYLE, _KEYCAP = "\ufe0e\ufe0f\u20e3"
_VIRAMA = 9  # the combining class of what joins consonants
# Ranges, each its first and its last character
_INDIC = ("\u0900\u0dff", "\u1000\u109f", "\u1780\u17dd")
_CURSIVE = (
    *("\u0620\u077f", "\u07ca\u07fa", "\u0840\u08ff", "\u1820\u18aa", "\ua840\ua873"),
    *("\U00010ac0\U00010aef", "\U00010d00\U00010d27", "\U00010f30\U00010fcb"),
    "\U0001e900\U0001e94b",
)
_IDEOGRAPHS = ("\u3400\u9fff", "\uf900\ufaff", "\U00020000\U0003fffd")
_SELECTED = (*_IDEOGRAPHS, "\u1000\u109f", "\ua840\ua873")  # and Burmese, and Phags-pa
_MONGOLIAN = ("\u1820\u18aa",)
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180f"
_NEW_EMOJI = ("\U0001f000\U0001faff",)
_PICTOGRAPHS = (
    *("©©", "®®", "\u203c\u203c", "\u2049\u2049", "\u2122\u2122", "\u2139\u2139"),
    *("\u2190\u21ff", "\u2300\u23ff", "\u24c2\u24c2", "\u25a0\u27bf", "\u2900\u297f"),
    *("\u2b00\u2bff", "\u3030\u3030", "\u303d\u303d", "\u3297\u3297", "\u3299\u3299"),
    *_NEW_EMOJI,
)
_BLACK_FLAG = "\U0001f3f4"
# England, Scotland, Wales: the flags that Unicode recommends of those spelled in tags
_TAGGED_FLAGS = [
    _BLACK_FLAG + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
]


def parse_text(text: str, *, max_length: int, required: bool) -> str:
    """Return `text` in NFC, trimmed, with one space for each run of white space.

    `required` asks for at least one visible character. Raises InvalidValue.
    """
    text = normalize("NFC", text).translate(_SPACES)
    text = " ".join(filter(None, text.split(" ")))
    if not (text.isascii() and text.isprintable()):
        _refuse_hidden(text)
        _refuse_piles(text)
    if len(text) > max_length:
        raise InvalidValue(f"at most {max_length} characters, not {len(text)}")
    if required and not any(map(_is_visible, text)):
        raise InvalidValue("must not be empty")
    return text


def _refuse_hidden(text: str) -> None:
    for flag in _TAGGED_FLAGS:
        text = text.replace(flag, _BLACK_FLAG)
    for before, character, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if _is_hidden(character) and not _is_needed(before, character, after):
            raise InvalidValue(f"remove the hidden or unknown character U+{ord(character):04X}")


def _refuse_piles(text: str) -> None:
    """Marks that take their own space, as vowels of India do, pile up nothing."""
    marks = 0
    for character in normalize("NFD", text):
        kind = category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else marks if kind == "Mc" else 0
        if marks > MOST_MARKS:
            raise InvalidValue(f"at most {MOST_MARKS} marks on one letter")


def _is_hidden(character: str) -> bool:
    if character.isprintable():  # no control, format, surrogate, private use, unassigned, separator
        return character in _INKLESS or _lies_in(_SELECTORS, character)
    return character not in _SIGNS and not (
        _lies_in(_NEW_EMOJI, character) and category(character) == "Cn"
    )


def _is_needed(before: str, character: str, after: str) -> bool:
    """Whether a joiner or a variation selector changes what is seen there."""
    if character in (_ZWNJ, _ZWJ):
        is_zwj = character == _ZWJ
        return (
            combining(before) == _VIRAMA
            or (_lies_in(_INDIC, before) and _is_indic_mark(after))
            or (_is_cursive(before) and (is_zwj or _is_cursive(after)))
            or (
                is_zwj
                and (before == _EMOJI_STYLE or _lies_in(_PICTOGRAPHS, before))
                and _lies_in(_PICTOGRAPHS, after)
            )
        )
    if character in (_TEXT_STYLE, _EMOJI_STYLE):
        return _lies_in(_PICTOGRAPHS, before) or (before in "#*0123456789" and after == _KEYCAP)
    if _lies_in(_SELECTORS, character):
        return _lies_in(_SELECTED if character <= _EMOJI_STYLE else _IDEOGRAPHS, before)
    return character in _MONGOLIAN_SELECTORS and _lies_in(_MONGOLIAN, before)


def _is_indic_mark(character: str) -> bool:
    return _lies_in(_INDIC, character) and category(character) in ("Mn", "Mc")


def _is_cursive(character: str) -> bool:
    return _lies_in(_CURSIVE, character) and category(character).startswith(("L", "M"))


def _is_visible(character: str) -> bool:
    return not (category(character).startswith(("Cf", "Z", "M")) or character == _BLANK_PATTERN)


def _lies_in(ranges: tuple[str, ...], character: str) -> bool:
    return any(span[0] <= character <= span[1] for span in ranges)
