"""Payers' names, looked for and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.names import folded, isolated, marked, mixed_scripts, not_isolated
from testkit.factories import FAMILY, PERSIAN

HEBREW = "\u05d3\u05d5\u05d3"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Asha", "ASHA"),
        ("\uff21\uff33\uff28\uff21", "asha"),  # full width
        ("Am\u00e9lie", "amelie"),
        ("Amelie", "AM\u00c9LIE"),
        ("Strau\u00df", "STRAUSS"),
        ("strauss", "Strau\u00df"),
        ("\u0130pek I\u015f\u0131k", "ipek isik"),  # Turkish
        ("ISIK", "\u0131\u015f\u0131k"),
        ("\u0424\u0451\u0434\u043e\u0440", "\u0424\u0415\u0414\u041e\u0420"),
        ("\u0958\u092e\u0930", "\u0915\u093c\u092e\u0930"),  # qamar: nukta in one and in two
        ("\u0928\u0940\u0932\u093e", "\u0928\u0940\u0932\u093e"),
        (PERSIAN, PERSIAN.replace("\u200c", "")),
        ("\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f", "\u0645\u062d\u0645\u062f"),
        ("\u05e9\u05b4\u05c2\u05de\u05b0\u05d7\u05b8\u05d4", "\u05e9\u05de\u05d7\u05d4"),
        ("Nguy\u1ec5n", "nguyen"),
        ("\uae40\ucca0\uc218", "\uae40\ucca0\uc218"),
    ],
)
def test_a_name_is_found_whatever_its_case_or_form(name: str, typed: str) -> None:
    assert folded(typed) in folded(name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Asha", "Ashi"),
        ("\u00d8ystein", "oystein"),
        ("\u0915\u093f", "\u0915\u0940"),  # vowel signs are no accents
        ("\u0430\u0448\u0430", "asha"),  # another script
    ],
)
def test_another_name_is_not(name: str, typed: str) -> None:
    assert folded(typed) not in folded(name)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    "name",
    [
        "Asha",
        "\u0905\u0928\u0940\u0924\u093e",
        "Asha \u0906\u0936\u093e",
        "\u5c71\u7530 \u3072\u308d\u3057 Hiro",
        "\uae40 Kim \u91d1",
        "\u0418\u0432\u0430\u043d",
        "7",
        "",
        FAMILY,
        "Asha \U0001f600",
        "x\u00b2",
        HEBREW,
        *("\uff21sha", "\U0001d400sha", "\u30b3\u30fc\u30d2\u30fc"),
    ],
)
def test_names_in_a_script_or_in_those_that_go_together_are_not_marked(name: str) -> None:
    assert mixed_scripts(name) == []
    assert marked(name) == name


@pytest.mark.parametrize(
    ("name", "scripts"),
    [
        ("\u0410sha", ["Cyrillic", "Latin"]),
        ("Ash\u0430 Rao", ["Cyrillic", "Latin"]),
        ("\u0391sha", ["Greek", "Latin"]),
        ("\u13aasha", ["Cherokee", "Latin"]),
        ("\u0430\u05d3", ["Cyrillic", "Hebrew"]),
        ("a\u0905\u0a85", ["Devanagari", "Gujarati", "Latin"]),
    ],
)
def test_a_name_that_may_imitate_another_is_marked(name: str, scripts: list[str]) -> None:
    assert mixed_scripts(name) == scripts
    assert marked(name) == f"{name} \u26a0 mixed"


@pytest.mark.parametrize("text", [HEBREW, f"{HEBREW} 5", PERSIAN, "Asha \u0661"])
def test_right_to_left_text_is_isolated(text: str) -> None:
    assert isolated(text) == f"\u2068{text}\u2069"


@pytest.mark.parametrize("text", ["", "Asha", "\u0905\u0928\u0940\u0924\u093e", "50.00 INR"])
def test_all_other_text_stays_as_it_is(text: str) -> None:
    assert isolated(text) == text


@given(st.text() | st.text("\u2068\u2069\u05d0a"))
def test_isolating_can_be_undone(text: str) -> None:
    assert not_isolated(isolated(text)) == text
