"""Text that people typed, in one form, with nothing hidden in it."""

import json
import sys
import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from payments.refusals import InvalidValue
from payments.text import parse_text
from testkit.factories import FAMILY, PERSIAN

CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
LINE_SEPARATORS = [0x2028, 0x2029]
BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
SURROGATES = [0xD800, 0xDBFF, 0xDC00, 0xDFFF]
VECTORS = json.loads(Path(__file__).with_name("text_vectors.json").read_text())
"""The page's script passes the same: tests/js/fields.test.mjs."""
IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
EMOJI = regex.compile(r"\p{Emoji}")
CHARACTERS = [
    chr(code_point)
    for code_point in range(sys.maxunicode + 1)
    # of the planes of ideographs, of private use and of nothing yet: some, and each one's ends
    if code_point < 0x20000
    or 0xE0000 <= code_point < 0xE1000
    or code_point & 0xFFFF > 0xFFF0
    or code_point % 997 == 0
]
JOINERS = "\u200c\u200d"
TROUBLE = st.text(
    "\u0915\u094d\u093f\u0cb0\u0647\u1820\u845b\u200c\u200d\ufe0f\u20e3\u180b\U000e0100"
    "\U0001f3f4\U000e0067\U0001f468"
    "1a \u00a0\u2000\u0301\u0323\u0903\u1100\u1161"
)
"""Much of what is refused or kept by what stands around it."""


def parse(text: str, max_length: int = 64, *, required: bool = True) -> str:
    return parse_text(text, max_length=max_length, required=required)


@pytest.mark.parametrize(
    "text",
    [
        "Asha",
        "\u00d8ystein",
        "\u5c71\u7530\u592a\u90ce",
        "\u0905\u0928\u0940\u0924\u093e",
        "7",
        "O'Neil",
        *("\U0001f600", FAMILY, PERSIAN, "<b>'; DROP TABLE--", "a\u0301\u0323"),
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert parse(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("code_point", CONTROLS + LINE_SEPARATORS + BIDI_CONTROLS + SURROGATES)
def test_characters_that_fool_a_reader_are_refused_wherever_they_stand(code_point: int) -> None:
    character = chr(code_point)
    for text in (f"As{character}ha", f"{character}Asha", f"Asha{character}"):
        with pytest.raises(InvalidValue, match=f"U\\+{code_point:04X}"):
            parse(text)


def test_two_spellings_of_one_name_are_one_name() -> None:
    assert parse("Ame\u0301lie") == parse("Am\u00e9lie") == "Am\u00e9lie"


@pytest.mark.parametrize("text", ["\ufb01n", "\uff21\uff4b\uff49", "\u2460", "x\u00b2", "\u2122"])
def test_characters_that_only_look_alike_stay_different(text: str) -> None:
    assert parse(text) == text


@pytest.mark.parametrize("space", [" ", "   ", "\u00a0", "\u3000", "\u2003"])
def test_space_around_text_is_trimmed(space: str) -> None:
    assert parse(f"{space}Asha K{space}") == "Asha K"


def test_lengths_count_code_points_after_normalising_and_trimming() -> None:
    assert len(parse("  " + "e\u0301" * 64 + "  ")) == 64
    assert len(parse("\U0001f600" * 64)) == 64
    with pytest.raises(InvalidValue, match="at most 64 characters, not 65"):
        parse("x" * 65)
    with pytest.raises(InvalidValue, match="at most 4 characters, not 5"):
        parse(FAMILY, max_length=4)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["what"])
def test_what_people_are_called_passes_and_what_hides_does_not(vector: dict[str, str]) -> None:
    if "refused" in vector:
        with pytest.raises(InvalidValue) as refusal:
            parse(vector["text"], required=False)
        assert str(refusal.value) == vector["refused"]
    else:
        assert parse(vector["text"], required=False) == vector["parsed"]


def test_everything_that_unicode_calls_ignorable_is_refused_in_a_latin_name() -> None:
    ignorable = [character for character in CHARACTERS if IGNORABLE.match(character)]
    assert len(ignorable) > 4000
    for character in ignorable:
        with pytest.raises(InvalidValue, match="hidden"):
            parse(f"As{character}ha")


def test_so_is_everything_that_is_no_character_for_people_but_signs_and_new_emoji() -> None:
    passed = {
        character
        for character in CHARACTERS
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        and is_accepted(f"As{character}ha")
    }
    signs = {character for character in passed if unicodedata.category(character) != "Cn"}
    assert signs == {
        character
        for character in CHARACTERS
        if regex.match(r"\p{Prepended_Concatenation_Mark}", character)
        and unicodedata.category(character) == "Cf"  # known to this Python
    }
    assert all("\U0001f000" <= character <= "\U0001faff" for character in passed - signs)


def test_every_letter_passes_that_this_python_knows() -> None:
    for character in CHARACTERS:
        if unicodedata.category(character)[0] in "LNPS" and not IGNORABLE.match(character):
            assert is_accepted(f"As{character}ha"), ascii(character)


def test_every_emoji_may_say_that_it_is_one() -> None:
    emoji = [character for character in CHARACTERS if EMOJI.match(character)]
    assert len(emoji) > 1300
    for character in emoji:
        keycap = "\u20e3" if character in "#*0123456789" else ""
        for style in "\ufe0e\ufe0f":
            assert is_accepted(f"{character}{style}{keycap}"), ascii(character)


@pytest.mark.parametrize(
    "text", ["", "   ", "\u00a0", "\u3000 ", "\u0301", "\u2800", "\u0905\u094d"[1:], "\u094d\u200d"]
)
def test_a_name_nobody_can_see_is_no_name(text: str) -> None:
    with pytest.raises(InvalidValue, match="must not be empty"):
        parse(text)
    parse(text, required=False)


def test_a_reason_may_be_empty() -> None:
    assert parse("  ", required=False) == ""


@given(st.text(st.characters()) | TROUBLE)
def test_any_text_is_refused_or_put_in_its_one_form(text: str) -> None:
    try:
        parsed = parse(text, max_length=20, required=False)
    except InvalidValue:
        return
    assert unicodedata.is_normalized("NFC", parsed)
    assert parsed == " ".join(unicodedata.normalize("NFC", text).split())
    assert len(parsed) <= 20
    parsed.encode()  # no surrogates
    assert parse(parsed, max_length=20, required=False) == parsed


def is_accepted(text: str) -> bool:
    try:
        return bool(parse(text))
    except InvalidValue:
        return False
