"""Editing splices lines in and leaves every other byte as it was."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from payments.payee import PayeeId, PayeeStatus
from roster.editing import NoSuchPayee, Values, add_payee, close_payee
from roster.model import Roster, RosterInvalid, parse_roster

SITE = """\
# The market's roster.
site:
  title: Town Market   # as payers know it
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}

"""
NEW: Values = {
    "id": "ravi",
    "name": 'Ravi: \\ "juice" #1',
    "aliases": ["7"],
    "description": "no",
    "limits": {"min": "5", "max": "50"},
    "amounts": ["20", "40"],
}
COMMENTS = st.sampled_from(["", "  # a comment", " #"])
LINES_BETWEEN = st.lists(
    st.sampled_from(["", "# at the margin", "  # at the dash", "      # at the keys"]), max_size=2
)


@st.composite
def entries(draw: st.DrawFn, number: int, dash: int) -> list[str]:
    """One payee in any of the ways that people write one, with comments wherever they may be."""
    keys = [
        f"id: p{number}",
        draw(st.sampled_from(["name: A b", "name: 'It''s'", 'name: "\\u00e9 x"'])),
    ]
    keys[1] = (
        keys[1].replace("A", f"A{number}").replace("It", f"It{number}").replace(" x", f" x{number}")
    )
    if draw(st.booleans()):
        keys.append(draw(st.sampled_from(["status: open", "status: closed", 'status: "open"'])))
    if draw(st.booleans()):
        keys.append(draw(st.sampled_from([
            'amounts: ["20", 50]', "description: Juice stall 7", "description: |-\n{}Long",
            "description: >-\n{}Long\n{}er", "limits:\n{}min: 5\n{}max: 6", "aliases:\n{}- x{n}",
            'amounts: [20,\n{}50]',
        ])))  # fmt: skip
    if draw(st.booleans()):
        keys = keys[::-1]
    pad = " " * dash
    if draw(st.booleans()) and not any("\n" in key for key in keys):
        tail = draw(st.sampled_from(["", ","]))
        return [f"{pad}- {{{', '.join(keys)}{tail}}}{draw(COMMENTS)}"]
    offset = draw(st.sampled_from([2, 4]))
    indent = pad + " " * offset
    lines = []
    for key in keys:
        key = key.replace("{}", f"{indent}  ").replace("{n}", str(number))  # noqa: PLW2901
        comment = draw(COMMENTS) if "|" not in key and ">" not in key else ""
        head, *rest = key.split("\n")
        lines += [f"{indent}{head}{comment}", *rest]
        if rest == [] and draw(st.booleans()):
            lines.append(f"{indent}# between")
    first = next(n for n, line in enumerate(lines) if not line.lstrip().startswith("#"))
    lines[first] = f"{pad}-{' ' * (offset - 1)}{lines[first].lstrip()}"
    return lines


@st.composite
def rosters(draw: st.DrawFn) -> str:
    dash = draw(st.sampled_from([0, 2, 4]))
    count = draw(st.integers(1, 4))
    lines = ["payees:" + draw(COMMENTS)]
    for number in range(count):
        lines += draw(LINES_BETWEEN) + draw(entries(number, dash))
    lines += draw(LINES_BETWEEN)
    text = SITE + "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n# the end\n"]))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    try:
        parse_roster(text)
    except RosterInvalid:  # a comment below a text in | is a part of it
        reject()
    return draw(st.sampled_from(["", "\ufeff"])) + text


def is_insertion(before: str, after: str) -> bool:
    """Whether `after` is `before` with one piece put in, and nothing else."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (old, new) in pairs if old != new), len(before))
    return after.endswith(before[same:])


def with_one_word_changed(text: str) -> list[str]:
    """`text` with any one status, bare or in quotes, closed."""
    found = re.finditer(r'(?<=status: )(?:open|"open"|closed)', text)
    return [f"{text[: one.start()]}closed{text[one.end() :]}" for one in found]


@given(rosters())
def test_a_payee_is_added_behind_the_last(text: str) -> None:
    before = parse_roster(text)
    edited = add_payee(text, NEW)
    after = parse_roster(edited)
    assert Roster(after.site, after.entries[:-1]) == before
    new = after.entries[-1]
    assert (new.payee_id, new.payee.name, new.description, new.aliases) == (
        "ravi", NEW["name"], "no", ("7",),
    )  # fmt: skip
    assert [money.amount for money in new.amounts] == ["20.00", "40.00"]
    assert is_insertion(text, edited)
    assert ("\r\n" in text) == ("\r\n" in edited)
    assert edited.count("\r\n") in (0, edited.count("\n"))


@given(rosters(), st.data())
def test_a_payee_is_closed_and_nothing_else_changes(text: str, data: st.DataObject) -> None:
    before = parse_roster(text)
    entry = data.draw(st.sampled_from(before.entries))
    edited = close_payee(text, entry.payee_id)
    closed = replace(entry, payee=replace(entry.payee, status=PayeeStatus.CLOSED))
    expected = tuple(closed if one is entry else one for one in before.entries)
    assert parse_roster(edited).entries == expected
    assert parse_roster(edited).site == before.site
    assert is_insertion(text, edited) or edited in with_one_word_changed(text)
    assert close_payee(edited, entry.payee_id) == edited


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("payees: []\n", "payees:\n  - id: a\n    name: A\n"),
        ("payees: []  # none yet", "payees:  # none yet\n  - id: a\n    name: A"),
        ("payees: [ ]\n", 'payees: [ {id: "a", name: "A"}]\n'),
        (
            "payees: [{id: b, name: B}]\n",
            'payees: [{id: b, name: B}, {id: "a", name: "A"}]\n',
        ),
        (
            "payees: [\n  {id: b, name: B},  # one\n]\n",
            'payees: [\n  {id: b, name: B}, {id: "a", name: "A"},  # one\n]\n',
        ),
        (
            "payees:\n- id: b\n  name: B\n\n- id: c\n  name: C\n\n# end\n",
            "payees:\n- id: b\n  name: B\n\n- id: c\n  name: C\n\n- id: a\n  name: A\n\n# end\n",
        ),
        (
            "payees:\n  - id: b\n    name: B\n    # B's own\n  # - id: c\n",
            "payees:\n  - id: b\n    name: B\n    # B's own\n  - id: a\n    name: A\n  # - id: c\n",
        ),
    ],
)
def test_it_looks_as_a_careful_hand_would_write_it(written: str, expected: str) -> None:
    assert add_payee(SITE + written, {"id": "a", "name": "A"}) == SITE + expected


@pytest.mark.parametrize(
    "text", ["no", "012", "1:30", "2026-03-01", "~", "a: b", "a #b", "- x", "é"]
)
def test_what_another_reader_would_misread_is_quoted(text: str) -> None:
    edited = add_payee(SITE + "payees: []\n", {"id": "a", "name": text})
    assert f"name: {text}" in edited if text == "é" else f'name: "{text}"' in edited
    assert parse_roster(edited).entries[0].payee.name == text


def test_who_is_not_there_cannot_be_closed() -> None:
    with pytest.raises(NoSuchPayee):
        close_payee(SITE + "payees: []\n", PayeeId("a"))


def test_what_one_cannot_see_is_written_as_its_number() -> None:
    text = "a\nb\u2028c\\"
    edited = add_payee(SITE + "payees: []\n", {"id": "a", "name": "A", "description": text})
    assert 'description: "a\\U0000000ab\\U00002028c\\\\"\n' in edited
