"""The strict reading of YAML, with PyYAML's parser in C and with the one in Python."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from roster import reading as yaml_reading
from roster.reading import (
    EmptyNode,
    ListNode,
    MappingNode,
    Mistake,
    Node,
    TextNode,
    child,
    place_at,
    quote,
    read_yaml,
)

LOADERS = [yaml.BaseLoader] + ([yaml.CBaseLoader] if hasattr(yaml, "CBaseLoader") else [])


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reading, "_LOADER", request.param)


def plain(node: Node | None) -> object:
    """The tree as plain Python, with None for an empty node."""
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    if isinstance(node, MappingNode):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    assert isinstance(node, EmptyNode), node
    return None


def messages(mistakes: list[Mistake]) -> list[str]:
    return [f"{line}:{column}: {message}" for (line, column), message in mistakes]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("true", "true"),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1e3", "1e3"),
        ("50.10", "50.10"),
        (".inf", ".inf"),
        ("2026-03-01", "2026-03-01"),
        ("null", "null"),
        ("=", "="),
        ("<<", "<<"),
        ("'~'", "~"),
        ('""', ""),
        ("'it''s'", "it's"),
        ('"caf\\u00e9"', "café"),
        ("two\n  lines", "two lines"),
        ("", None),
        ("~", None),
        ("# a comment", None),
    ],
)
def test_every_scalar_is_the_text_it_is(written: str, read: str | None) -> None:
    root, mistakes = read_yaml(f"key: {written}\n")
    assert (plain(root), mistakes) == ({"key": read}, [])


@pytest.mark.usefixtures("loader")
def test_values_know_their_places() -> None:
    text = "a:\n  - é: [x, 'y']\n    b:\nc: ~\n"
    root, mistakes = read_yaml(text)
    assert mistakes == []
    assert isinstance(root, MappingNode)
    letters = root.entries["a"][1]
    assert isinstance(letters, ListNode)
    assert (letters.place, place_at(text, letters.end)) == ((2, 3), (4, 1))
    item = letters.items[0]
    assert isinstance(item, MappingNode)
    key, value = item.entries["é"]
    assert isinstance(value, ListNode)
    assert [node.place for node in (key, value, *value.items)] == [(2, 5), (2, 8), (2, 9), (2, 12)]
    assert [node.place for node in root.entries["c"]] == [(4, 1), (4, 4)]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("written", "rest"),
    [
        ("plain  # why", "  # why\n"),
        ("two\n  lines  # why", "  # why\n"),
        ("'it''s' ", " \n"),
        ('"\U0001f468\u2028"', "\n"),
        ("[a, {b: c}] # why", " # why\n"),
        ("|\n  long\n", ""),
        ("\n- a\n- b", ""),
        ("\n  b: c  # why", ""),
    ],
)
def test_values_know_their_ends(written: str, rest: str) -> None:
    text = f"key: {written}\nz: 1\n"
    root, _ = read_yaml(f"\ufeff{text}")
    value = child(root, "key")
    assert value
    assert text[value.end :] == f"{rest}z: 1\n"


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_nothing_is_an_empty_node(text: str) -> None:
    root, mistakes = read_yaml(text)
    assert isinstance(root, EmptyNode)
    assert mistakes == []


@pytest.mark.usefixtures("loader")
def test_a_byte_order_mark_and_any_line_ends_are_passed_over() -> None:
    root, mistakes = read_yaml("\ufeffa: 1\r\nb: 2\rc: 3\n")
    assert (plain(root), mistakes) == ({"a": "1", "b": "2", "c": "3"}, [])
    assert isinstance(root, MappingNode)
    assert [key.place for key, _ in root.entries.values()] == [(1, 1), (2, 1), (3, 1)]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: “a” is already on line 1; keep one"),
        ('{a: 1, "a": 2}', "1:8: “a” is already on line 1; keep one"),
        ("a: &x 1\n", "1:4: “&” and “*” mean something in YAML; put this in quotes"),
        ("a: *x\n", "1:4: “&” and “*” mean something in YAML; put this in quotes"),
        ("a: !!str 1\n", "1:4: “!” means something in YAML; put this in quotes"),
        ("a: ! 1\n", "1:4: “!” means something in YAML; put this in quotes"),
        ("a: !!map {}\n", "1:4: “!” means something in YAML; put this in quotes"),
        ("? [a]\n: b\n", "1:3: a key must be text, such as name"),
        ("~: b\n", "1:1: a key must be text, such as name"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document starts here; remove the “---”"),
    ],
)
def test_what_a_roster_has_no_use_for_is_refused(text: str, expected: str) -> None:
    root, mistakes = read_yaml(text)
    assert root
    assert messages(mistakes) == [expected]


@pytest.mark.usefixtures("loader")
def test_all_that_is_refused_is_told_at_once() -> None:
    _, mistakes = read_yaml("a: &x 1\nb: !t 2\nb: *x\n")
    assert [place for place, _ in mistakes] == [(1, 4), (2, 4), (3, 4), (3, 1)]


NOT_ALIGNED = "this does not line up with what is above; indent like things alike"


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a: 1\nb: "abc\nc: 3\n', "2:4: this quote is never closed; add the closing quote"),
        (
            "a: Tea: hot\n",
            "1:7: a colon too many, or wrong indentation; put text that has a colon in quotes",
        ),
        ("a: [1, 2\nb: 3\n", "1:4: this list lacks a comma, or the closing “]”"),
        ("a: {b: 1\nc: 3\n", "1:4: this lacks a comma, or the closing “}”"),
        (
            "a: 1\nb\nc: 2\n",
            "2:1: there is no “:” after this; write “key: value”, or “- ” before an item of a list",
        ),
        ("a:\n  b: 1\n c: 2\n", f"3:2: {NOT_ALIGNED}"),
        ("- a\n- b\nc: 1\n", f"3:1: {NOT_ALIGNED}"),
        ("a:\n\tb: 1\n", "2:1: indent with spaces, not tabs"),
        (
            'a: "C:\\dir"\n',
            "1:4: in double quotes a backslash means something; write two, or use single quotes",
        ),
        (
            "a: @home\n",
            "1:4: put text that starts with @ ` or % in quotes, and indent with spaces, not tabs",
        ),
        ("a: * new\n", "1:4: put text that starts with & * or ! in quotes"),
        ("a: b\nc: &&\n", "2:4: put text that starts with & * or ! in quotes"),
        ("a: !x!y\n", "1:4: put text that starts with & * or ! in quotes"),
        ("a: !<\n", "1:4: put text that starts with & * or ! in quotes"),
        (f"a: {'[ ' * 30}", "1:44: too many levels in one another; check the brackets"),
    ],
)
def test_syntax_errors_say_where_and_what_to_do(text: str, expected: str) -> None:
    root, mistakes = read_yaml(text)
    assert root is None
    assert messages(mistakes) == [expected]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("escape", ["\\U00110000", "\\UFFFFFFFF"])
def test_characters_beyond_unicode_are_refused(escape: str) -> None:
    root, mistakes = read_yaml(f'a: 1\nb: "{escape}"\n')
    assert root is None
    assert [place.line for place, _ in mistakes] == [2]


@given(st.text("ab:-? &*!|>'\"#%@`[]{},~\n\t\\.\ufeff\u2028é") | st.text())
@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_any_text_is_read_or_has_a_mistake_within_it(loader: object, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_reading, "_LOADER", loader)
        root, mistakes = read_yaml(text)
    assert root or mistakes
    end = place_at(text, len(text))
    assert all((1, 1) <= place <= (end.line + 1, end.column + 1) for place, _ in mistakes)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Sneha", "“Sneha”"),
        ("a\x1b[31mb\u202e", "“a\\u001b[31mb\\u202e”"),
        ("ಕ್\u200dಷ", "“ಕ್\u200dಷ”"),
        ("x" * 50, f"“{'x' * 39}…”"),
    ],
)
def test_quotes_show_what_is_there(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: x\x07y\n", "2:5: remove the control character U+0007"),
        ("# \u2028a: 1\n", "1:3: remove the control character U+2028"),
        ("a: \ud800\n", "1:4: remove the control character U+D800"),
        ("a: b\ufeff\n", "1:5: remove the control character U+FEFF"),
    ],
)
def test_a_control_character_hides_no_other_mistake(text: str, expected: str) -> None:
    root, mistakes = read_yaml(text + "z: 1\nz: 2\n")
    assert isinstance(root, MappingNode)
    said = sorted(f"{place.line}:{place.column}: {message}" for place, message in mistakes)
    assert said[0] == expected
    assert said[1].endswith("keep one")


def test_what_is_no_text_is_one_mistake() -> None:
    root, mistakes = read_yaml("a\0b\0" * 1000)
    assert (root, len(mistakes)) == (None, 1)
