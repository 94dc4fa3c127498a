"""Editing splices lines in and leaves every other byte as it was."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from payments.payee import PayeeId, PayeeStatus
from roster.editing import Changes, NoSuchPayee, Values, add_payees, edit_payees
from roster.model import Roster, RosterEntry, RosterInvalid, parse_roster

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
CLOSED: Changes = {"status": "closed"}
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
    edited = add_payees(text, [NEW])
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
    edited = edit_payees(text, {entry.payee_id: CLOSED})
    closed = replace(entry, payee=replace(entry.payee, status=PayeeStatus.CLOSED))
    expected = tuple(closed if one is entry else one for one in before.entries)
    assert parse_roster(edited).entries == expected
    assert parse_roster(edited).site == before.site
    assert is_insertion(text, edited) or edited in with_one_word_changed(text)
    assert edit_payees(edited, {entry.payee_id: CLOSED}) == edited


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
    assert add_payees(SITE + written, [{"id": "a", "name": "A"}]) == SITE + expected


@pytest.mark.parametrize(
    "text", ["no", "012", "1:30", "2026-03-01", "~", "a: b", "a #b", "- x", "é"]
)
def test_what_another_reader_would_misread_is_quoted(text: str) -> None:
    edited = add_payees(SITE + "payees: []\n", [{"id": "a", "name": text}])
    assert f"name: {text}" in edited if text == "é" else f'name: "{text}"' in edited
    assert parse_roster(edited).entries[0].payee.name == text


def test_who_is_not_there_cannot_be_edited() -> None:
    with pytest.raises(NoSuchPayee):
        edit_payees(SITE + "payees: []\n", {PayeeId("a"): CLOSED})


def test_what_one_cannot_see_is_written_as_its_number() -> None:
    text = "a\nb\u2028c\\"
    new: Values = {"id": "a", "name": "A", "description": text}
    edited = add_payees(SITE + "payees: []\n", [new])
    assert 'description: "a\\U0000000ab\\U00002028c\\\\"\n' in edited


CHANGES: dict[str, list[object]] = {
    "name": ["Asha", "a: b", "no"],
    "aliases": [["x", "1:30"], None],
    "description": ["Fish, stall 9", "- x", None],
    "limits": [{"min": "5", "max": "60"}, None],
    "amounts": [["5"], ["5", "5.50", "6"], None],
    "status": ["open", "closed", None],
}
OWN_LINES = re.compile(r"# (?:at the margin|at the dash|at the keys|between)")


@given(rosters(), st.data())
def test_keys_are_changed_put_in_and_taken_away_and_nothing_else_changes(
    text: str, data: st.DataObject
) -> None:
    before = parse_roster(text)
    entry = data.draw(st.sampled_from(before.entries))
    keys = data.draw(st.lists(st.sampled_from(list(CHANGES)), min_size=1, unique=True))
    changes = {key: data.draw(st.sampled_from(CHANGES[key])) for key in keys}
    edited = edit_payees(text, {entry.payee_id: changes})  # type: ignore[dict-item]
    after = parse_roster(edited)
    assert after.site == before.site
    assert [one for one in after.entries if one.payee_id != entry.payee_id] == [
        one for one in before.entries if one is not entry
    ]
    assert says(after.by_id[entry.payee_id]) == says(entry) | {
        key: ABSENT[key] if value is None else value for key, value in changes.items()
    }
    assert OWN_LINES.findall(edited) == OWN_LINES.findall(text)
    assert edited.count("\r\n") in (0, edited.count("\n"))
    assert edited.startswith("\ufeff") == text.startswith("\ufeff")
    assert edit_payees(edited, {entry.payee_id: changes}) == edited  # type: ignore[dict-item]


ABSENT = {
    "aliases": [],
    "description": "",
    "limits": {"min": "1", "max": "10000"},
    "amounts": [],
    "status": "open",
}


def says(entry: RosterEntry) -> dict[str, object]:
    least, most = entry.payee.limits.min, entry.payee.limits.max
    return {
        "name": entry.payee.name,
        "aliases": list(entry.aliases),
        "description": entry.description,
        "limits": {"min": plain_amount(least.amount), "max": plain_amount(most.amount)},
        "amounts": [plain_amount(money.amount) for money in entry.amounts],
        "status": entry.payee.status.value,
    }


def plain_amount(amount: str) -> str:
    return amount.removesuffix(".00")


@pytest.mark.parametrize(
    ("changes", "written", "expected"),
    [
        ({"name": "B"}, "- id: a\n  name: 'A'  # why\n", "- id: a\n  name: B  # why\n"),
        ({"name": "no"}, "- {id: a, name: A}  # x", '- {id: a, name: "no"}  # x'),
        ({"name": "B, C"}, "- {id: a, name: A}", '- {id: a, name: "B, C"}'),
        ({"name": "B, C"}, "- id: a\n  name: A", "- id: a\n  name: B, C"),
        (
            {"description": "D"},
            "- id: a\n  name: A  # x\n  # of status\n  status: open\n",
            "- id: a\n  name: A  # x\n  description: D\n  # of status\n  status: open\n",
        ),
        (
            {"description": "D", "amounts": ["5"]},
            "- {id: a, name: A, status: open}",
            '- {id: a, name: A, description: D, amounts: ["5"], status: open}',
        ),
        (
            {"description": "D"},
            "- id: a\n  name: A\n  description: >-\n    Long\n    er\n\n  status: open\n",
            "- id: a\n  name: A\n  description: D\n\n  status: open\n",
        ),
        (
            {"amounts": ["1", "2"]},
            "- id: a\n  name: A\n  amounts:\n    - 5   # five\n    - 6   # six\n",
            '- id: a\n  name: A\n  amounts:\n    - "1"\n    - "2"\n',
        ),
        (
            {"pay_by": [{"upi": "a1@bank", "merchant": "true"}, "cash"]},
            "- id: a\n  name: A\n  status: open\n",
            (
                '- id: a\n  name: A\n  pay_by:\n    - upi: a1@bank\n      merchant: "true"\n'
                "    - cash\n  status: open\n"
            ),
        ),
        (
            {"pay_by": [{"upi": "a1@bank"}, "cash"]},
            "- {id: a, name: A}",
            '- {id: a, name: A, pay_by: [{upi: "a1@bank"}, "cash"]}',
        ),
        (
            {"pay_by": [{"upi": "a1@bank"}, "cash"]},
            "- id: a\n  name: A\n  pay_by: [upi: a1@bank, cash]   # so\n",
            "- id: a\n  name: A\n  pay_by: [upi: a1@bank, cash]   # so\n",
        ),
        (
            {"pay_by": [{"upi": "a1@bank"}]},
            "- id: a\n  name: A\n  pay_by: [upi: a1@bank, cash]   # so\n",
            '- id: a\n  name: A\n  pay_by: [{upi: "a1@bank"}]   # so\n',
        ),
        (
            {"pay_by": ["cash", {"upi": "a2@bank"}, {"link": "https://a.io/"}]},
            (
                "- id: a\n  name: A\n  pay_by:  # so\n    # first\n    - upi: a1@bank  # old\n"
                "      # inside\n      merchant: true\n    # coins\n    - cash   # notes, too\n"
                "    # below\n  status: open\n"
            ),
            (
                "- id: a\n  name: A\n  pay_by:  # so\n    # first\n    # coins\n"
                "    - cash   # notes, too\n    - upi: a2@bank\n    - link: https://a.io/\n"
                "    # below\n  status: open\n"
            ),
        ),
        (
            {"pay_by": None},
            "- id: a\n  name: A\n  pay_by:\n    - upi: a1@bank\n    - cash\n  status: open\n",
            "- id: a\n  name: A\n  status: open\n",
        ),
        (
            {"limits": {"max": "9"}},
            "- id: a\n  name: A\n  limits:\n    min: 5   # five\n    max: 6   # six\n",
            '- id: a\n  name: A\n  limits:\n    min: 5   # five\n    max: "9"   # six\n',
        ),
        (
            {"limits": {"max": "9"}},
            '- id: a\n  name: A\n  limits: {min: "5", max: "6"}',
            '- id: a\n  name: A\n  limits: {min: "5", max: "9"}',
        ),
        (
            {"status": None},
            "- status: open  # yes\n  id: a\n  name: A\n",
            "- id: a\n  name: A\n",
        ),
        (
            {"status": None},
            "- status: open  # yes\n\n  # the id\n  id: a\n  name: A\n",
            "- # the id\n  id: a\n  name: A\n",
        ),
        ({"status": None}, "- id: a\n  name: A\n  status: open", "- id: a\n  name: A"),
        (
            {"limits": None},
            "- id: a\n  limits:\n    min: 1\n    # more\n    max: 2\n  # the name\n  name: A\n",
            "- id: a\n  # the name\n  name: A\n",
        ),
        ({"status": None}, "- {status: open, id: a, name: A}", "- {id: a, name: A}"),
        ({"status": None}, "- {id: a, status: open, name: A}", "- {id: a, name: A}"),
        ({"status": None}, "- {id: a, name: A, status: open,}", "- {id: a, name: A,}"),
        (
            {"status": None},
            "- {id: a, name: A,  # x\n    status: open}",
            "- {id: a, name: A,  # x\n    }",
        ),
        (
            {"name": "B", "status": None},
            "-\n  id: a\n  name: A\n  status: open\n- id: b\n  name: C\n",
            "-\n  id: a\n  name: B\n- id: b\n  name: C\n",
        ),
        ({"description": None, "name": "A"}, "- {id: a, name: A}", "- {id: a, name: A}"),
    ],
)
@pytest.mark.parametrize("indent", ["", "  "])
def test_an_edit_touches_only_the_lines_of_its_keys(
    changes: Changes, written: str, expected: str, indent: str
) -> None:
    def document(payees: str) -> str:
        lines = payees.splitlines(keepends=True)
        return f"{SITE}payees:\n" + "".join(
            f"{indent}{line}" if line.strip() else line for line in lines
        )

    edited = edit_payees(document(written), {PayeeId("a"): changes})
    assert edited == document(expected)
    parse_roster(edited)
