"""Text that people typed, in one form, with nothing hidden in it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.refusals import InvalidValue
from payments.text import parse_text
from testkit.factories import FAMILY, PERSIAN

CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
LINE_SEPARATORS = [0x2028, 0x2029]
BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
SURROGATES = [0xD800, 0xDBFF, 0xDC00, 0xDFFF]


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
        *("\U0001f600", FAMILY, PERSIAN, "<b>'; DROP TABLE--", "a\u0301\u0323", "\u200bAsha"),
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


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "\u00a0", "\u200b", "\u200d", "\u200c\u200d", "\ufeff", "\u00ad", "\u2060"),
        *("\u0301", "\ufe0f", "\u3164", "\u115f", "\u2800", "\uffa0", "\U000e0041"),
    ],
)
def test_a_name_nobody_can_see_is_no_name(text: str) -> None:
    with pytest.raises(InvalidValue, match="must not be empty"):
        parse(text)
    parse(text, required=False)


def test_a_reason_may_be_empty() -> None:
    assert parse("  ", required=False) == ""


@given(st.text(st.characters()))
def test_any_text_is_refused_or_put_in_its_one_form(text: str) -> None:
    try:
        parsed = parse(text, max_length=20, required=False)
    except InvalidValue:
        return
    assert parsed == unicodedata.normalize("NFC", text).strip()
    assert len(parsed) <= 20
    parsed.encode()  # no surrogates
    assert parse(parsed, max_length=20, required=False) == parsed
