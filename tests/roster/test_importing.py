"""A list of vendors against a roster: who is new, the same, changed, and what is asked about."""

from collections.abc import Sequence

import pytest

from payments.refusals import InvalidValue
from roster.importing.cells import clean, is_said, plain_amount, whole_number, yes_or_no
from roster.importing.columns import NoColumns, find_columns
from roster.importing.ids import make_id
from roster.importing.planning import Import, PlannedRow, Verdict, plan_import
from roster.model import parse_roster

SITE = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: {currency}
  limits: {{min: "1", max: "10000"}}
payees:
"""
HEADS = "id name stall goods upi cash amounts"


def plan(
    payees: str, *rows: str, heads: str = HEADS, currency: str = "INR", said: Sequence[str] = ()
) -> Import:
    """What `rows`, whose cells are parted by |, would make of a roster with these `payees`."""
    text = SITE.format(currency=currency) + (payees or "  []\n")
    if not payees:
        text = text.replace("payees:\n  []", "payees: []")
    cells = [heads.split(), *([cell.strip() for cell in row.split("|")] for row in rows)]
    numbered = list(enumerate(cells, 1))
    pairs = [(key, head) for key, _, head in (one.partition("=") for one in said)]
    return plan_import(
        text, "payees.yaml", parse_roster(text), find_columns(numbered, pairs), numbered
    )


def told(planned: Import) -> list[tuple[str, str]]:
    return [(str(row.verdict), row.payee_id) for row in planned.rows]


def only(planned: Import) -> PlannedRow:
    [row] = planned.rows
    return row


def test_vendors_become_entries_with_ids_and_accounts() -> None:
    planned = plan(
        "",
        " | Ravi Kumar | 12 | Juice | ravi@examplebank | yes | 20 50",
        " | Ravi Kumar | 13 | Flowers | ravi2@examplebank | | ₹ 1,000",
        " | महांतेश | 14 | Tea | upi://pay?pa=mm@examplebank&pn=M | no | ",
        " | O'Brien & Söhne | | | | ja | 20/40.00",
        " | Table | | | | | ",
    )
    assert told(planned) == [
        ("new", "ravi-kumar"),
        ("new", "ravi-kumar-stall-13"),
        ("new", "stall-14"),
        ("new", "obrien-sohne"),
        ("new", "table"),
    ]
    assert planned.text == SITE.format(currency="INR") + (
        "  - id: ravi-kumar\n"
        "    name: Ravi Kumar\n"
        "    description: stall 12, Juice\n"
        '    amounts: ["20", "50"]\n'
        "    pay_by:\n"
        "      - upi: ravi@examplebank\n"
        "      - cash\n"
        "  - id: ravi-kumar-stall-13\n"
        "    name: Ravi Kumar\n"
        "    description: stall 13, Flowers\n"
        '    amounts: ["1000"]\n'
        "    pay_by:\n"
        "      - upi: ravi2@examplebank\n"
        "  - id: stall-14\n"
        "    name: महांतेश\n"
        "    description: stall 14, Tea\n"
        "    pay_by:\n"
        "      - upi: mm@examplebank\n"
        "  - id: obrien-sohne\n"
        "    name: O'Brien & Söhne\n"
        '    amounts: ["20", "40"]\n'
        '    pay_by: ["cash"]\n'
        "  - id: table\n"
        "    name: Table\n"
    )


MESSY = (
    " | Ravi | 12 | Juice | ravi@examplebank | yes | 20",
    " | Ravi | 13 | Flowers | | | ",
    "usha | Usha Rao | | | usha@examplebank | | ",
    " | महांतेश | 14 | Tea | | | ",
)


def test_the_same_list_again_changes_nothing() -> None:
    payees = "  # ours\n  - {id: usha, name: Usha, pay_by: [cash]}   # a comment\n"
    first = plan(payees, *MESSY)
    assert [row.verdict for row in first.rows] == ["new", "new", "changed", "new"]
    written = first.text.removeprefix(SITE.format(currency="INR"))
    assert "   # a comment\n" in written
    again = plan(written, *MESSY)
    assert {row.verdict for row in again.rows} == {Verdict.SAME}
    assert again.text == first.text
    shuffled = plan(written, *MESSY[::-1])
    assert (shuffled.text, shuffled.unnamed) == (first.text, 0)


RAVI = "  - {id: ravi, name: Ravi, description: Juice, pay_by: [{upi: ravi@examplebank}, cash]}\n"


@pytest.mark.parametrize(
    ("row", "verdict", "note"),
    [
        (" | RAVI | | juice | | | ", "same", ""),
        ("ravi | Ravi | | | | | ", "same", ""),
        (" | Ravi | | | | | ", "same", ""),
        (" | Ravi | | Juice | RAVI@EXAMPLEBANK | x | ", "same", ""),
        ("ravi | Ravindra | | | | | ", "changed", "name: “Ravi” → “Ravindra”"),
        ("RAVI | Ravi | | Tea | | | ", "changed", "description: “Juice” → “Tea”"),
        (" | Ravi | | Tea | ravi@examplebank | | ", "changed", "description: “Juice” → “Tea”"),
        (" | Ravi | | Juice | rr@otherbank | | ", "changed",
         "pay_by: upi ravi@examplebank → upi rr@otherbank"),
        (" | Ravi | | Juice | | | 20", "changed", "amounts: none → 20"),
        (" | Ravi | | Tea | rr@otherbank | | ", "unclear",
         "may be ravi, whose description is “Juice”: write the id into a column id, or a new one"),
        (" | Ravindra | | | ravi@examplebank | | ", "unclear",
         "has the account of ravi, “Ravi”: if that is the same payee, write ravi into a column id"),
        ("ravi-2 | Ravindra | | | ravi@examplebank | | ", "new", "upi ravi@examplebank"),
        ("api | Ravi B | | | | | ", "unclear", "the id api is taken: choose another"),
        ("a b | Ravi B | | | | | ", "unclear", "id: must be 1 to 64 characters of a-z"),
        (" | | | Juice | | | ", "unclear", "has no name"),
        (" | Total | | | | | ", "unclear", "looks like the line with a sum"),
        (" | Asha | | | asha | | ", "unclear", "pay_by.upi: “asha”: has no @ with a handle"),
        (" | Asha | | | 9.8E+09 | | ", "unclear", "upi: the spreadsheet has dropped digits"),
        (" | Asha | | | | perhaps | ", "unclear", "cash: “perhaps” is neither yes nor no"),
        (" | Asha | | | | | 20000", "unclear", "amounts: “20000”: must be at most 10000.00 INR"),
        (" | Asha | | | | | 1,50", "unclear", "amounts: “1,50”"),
        (" | A\u202es | | | | | ", "unclear", "remove the hidden or unknown character U+202E"),
    ],
)  # fmt: skip
def test_a_row_against_who_is_there(row: str, verdict: str, note: str) -> None:
    planned = plan(RAVI, row)
    assert only(planned).verdict == verdict
    assert note in "; ".join(only(planned).notes)
    parse_roster(planned.text)
    if verdict in ("same", "unclear"):
        assert planned.text == SITE.format(currency="INR") + RAVI


def test_what_stays_of_an_entry_stays_as_it_is_written() -> None:
    payees = (
        "  - id: ravi   # since 2019\n    name: Ravi\n    pay_by:\n"
        "      # his wife's\n      - upi: ravi@examplebank   # asked\n      - cash  # coins\n"
    )
    planned = plan(payees, " | Ravi | | | rr@otherbank | | ")
    assert planned.text == SITE.format(currency="INR") + payees.replace(
        "ravi@examplebank   # asked", "rr@otherbank"
    )


def test_who_cannot_be_told_apart_is_asked_about() -> None:
    planned = plan(
        RAVI + "  - {id: ravi-2, name: Ravi, description: Tea}\n",
        " | Asha | | | as@examplebank | | ",
        " | Asha | | | bs@examplebank | | ",
        " | Asha | 3 | | | | ",
        " | Ravi | | | | | ",
        "xx | X | | | | | ",
        "xx | Y | | | | | ",
    )
    assert [row.verdict for row in planned.rows] == ["unclear"] * 2 + ["new"] + ["unclear"] * 3
    notes = [row.notes[0] for row in planned.rows]
    assert notes[0].startswith("nothing tells it apart from row 3 on the page")
    assert notes[3] == "may be ravi or ravi-2: write the id into a column id, or a new one"
    assert notes[4] == "the id xx stands in row 7, too"


def test_a_second_of_a_name_is_new_where_the_first_is_certain() -> None:
    planned = plan(RAVI, " | Ravi | | Juice | | | ", " | Ravi | | Tea | | | ")
    assert told(planned) == [("same", "ravi"), ("new", "ravi-tea")]


def test_two_rows_that_may_be_one_payee_are_unclear() -> None:
    planned = plan(RAVI, "ravi | Ravi K | | | | | ", " | Ravi | | Juice | | | ")
    assert told(planned) == [("unclear", "ravi"), ("unclear", "ravi")]


def test_a_row_that_stands_there_twice_is_taken_once() -> None:
    row = " | Asha | | | as@examplebank | | "
    planned = plan("", row, row, HEADS.replace(" ", "|"))
    assert [(one.row, str(one.verdict), one.notes) for one in planned.rows] == [
        (2, "new", ("upi as@examplebank",)),
        (3, "same", ("as row 2",)),
    ]


def test_what_would_be_a_mistake_leaves_the_others_whole() -> None:
    planned = plan("", " | Asha | | | asha | | ", " | Usha | | | | | 20", "-x | Ravi | | | | | ")
    assert [row.verdict for row in planned.rows] == ["unclear", "new", "unclear"]
    assert [entry.payee_id for entry in planned.roster.entries] == ["usha"]


@pytest.mark.parametrize(
    ("currency", "iban", "kind"),
    [
        ("EUR", "DE89 3704 0044 0532 0130 00", "sepa"),
        ("CZK", "CZ6508000000192000145399", "spayd"),
        ("INR", "DE89370400440532013000", ""),
        ("EUR", "DE89370400440532013001", ""),
    ],
)
def test_an_iban_is_the_way_to_pay_of_its_currency(currency: str, iban: str, kind: str) -> None:
    planned = plan("", f"Asha|{iban}|Asha Rao", heads="Name IBAN Holder", currency=currency)
    if kind:
        [account] = planned.roster.entries[0].pay_by
        assert (account.kind, account.holder) == (kind, "Asha Rao")
    else:
        assert only(planned).verdict is Verdict.UNCLEAR


def test_columns_are_known_by_their_heads_wherever_those_stand() -> None:
    rows = [(1, ["Market 2026", ""]), (4, ["", "S.No.", "VENDOR  NAME", "Stall-No.", "Phone"])]
    columns = find_columns(rows)
    assert (columns.head_row, columns.places) == (4, {"name": (2,), "description": (3,)})
    assert columns.unused == ("S.No.", "Phone")
    said = find_columns(rows, [("description", "phone"), ("upi", "2")])
    assert said.places == {"description": (4,), "upi": (1,), "name": (2,)}
    without = find_columns([(1, ["Ravi", "ravi@b"])], [("name", "1"), ("upi", "2")])
    assert (without.head_row, without.places) == (0, {"name": (0,), "upi": (1,)})


@pytest.mark.parametrize(
    ("heads", "said", "message"),
    [
        (["Wer", "Was"], [], "no column is known as the name: the first row has “Wer”, “Was”"),
        (["Vendor", "Shop name"], [], "“Vendor” and “Shop name” may both be the name"),
        (["Vendor"], [("upi", "UPI")], "no column is called “UPI”: the first row has “Vendor”"),
        (["Was"], [("upi", "Was")], "no column is the name"),
    ],
)
def test_columns_that_are_not_known_are_asked_for(
    heads: list[str], said: list[tuple[str, str]], message: str
) -> None:
    with pytest.raises(NoColumns) as raised:
        find_columns([(1, heads)], said)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("heads", "places"),
    [
        ("Vendor Name|UPI Id / VPA|Contact", {"name": (0,), "upi": (1,)}),
        ("Name (नाम)|Stall or Shop No.|UPI\nID", {"name": (0,), "description": (1,), "upi": (2,)}),
        ("Contact (name)|Vendor Name|Bank / UPI", {"name": (1,)}),  # the plain one; and two in one
        ("Nachname|Stand|Vorname", {"name": (2, 0), "description": (1,)}),
        ("First Name|Last Name|Vendor", {"name": (2,)}),
        ("Mobile / UPI|UPI ID|Shop name", {"name": (2,), "upi": (1,)}),
    ],
)
def test_a_head_may_say_it_in_two_ways(heads: str, places: dict[str, tuple[int, ...]]) -> None:
    assert find_columns([(1, heads.split("|"))]).places == places


def test_a_name_may_be_of_several_columns() -> None:
    row = only(
        plan("", "Rao | Asha | 3", heads="surname given stall", said=["name=2", "name=surname"])
    )
    assert (row.name, row.payee_id) == ("Asha Rao", "asha-rao")


def test_a_heading_among_the_rows_and_their_sum_are_nobody() -> None:
    rows = [f"{number} | Ravi {number} | A-{number} | Tea |" for number in range(1, 31)]
    rows[10:10] = [" | Block B | | |"]
    rows += [" | Total vendors: 30 | | |", " | Usha | A-31 | |", "31 | Asha | | |"]
    planned = plan("", *rows, heads="no name stall goods upi")
    unclear = [row for row in planned.rows if row.verdict is Verdict.UNCLEAR]
    assert [row.name for row in unclear] == ["Block B", "Total vendors: 30"]
    assert unclear[0].notes[0].startswith("has nothing else, where nearly all have more: ")
    # Where a name and an account are all there is, a name alone is somebody who takes cash.
    few = [f"Ravi {number} | ravi{number}@examplebank" for number in range(30)]
    assert plan("", *few, "Usha |", heads="name upi").count(Verdict.NEW) == 31


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("9845012345", "9845012345"),
        ("9.845012345E+09", "9845012345"),
        ("9,845012345e9", "9845012345"),
    ],
)
def test_a_number_is_whole_where_no_digit_is_lost(cell: str, number: str) -> None:
    assert whole_number(cell) == number


@pytest.mark.parametrize("cell", ["9.8E+09", "9.84501E+09", "1E+12"])
def test_a_number_that_lost_digits_is_refused(cell: str) -> None:
    with pytest.raises(InvalidValue, match="dropped digits"):
        whole_number(cell)


def test_cells_are_read_as_people_mean_them() -> None:
    assert clean("\ufeff'9845\u00a0 012\u200b\n345 ") == "9845 012 345"
    assert [one for one in ("", "-", "N/A", "nil", "x", "no") if is_said(one)] == ["no"]
    assert [yes_or_no(one) for one in ("Yes", "x", "ja", "", "-", "No")] == [True] * 3 + [False] * 3
    amounts = ["₹ 1,000", "Rs. 50/-", "20.00", "12.50", "€3", "10,00,000"]
    assert [plain_amount(one) for one in amounts] == ["1000", "50", "20", "12.50", "3", "10,00,000"]


def test_ids_are_made_of_what_there_is() -> None:
    taken = {"ravi", "ravi-stall-1", "stall-1"}
    assert make_id("Ravi", "Stall 1, tea", taken) == "ravi-stall-1-tea"
    assert make_id("Ravi", "", taken) == "ravi-2"
    assert make_id("Ravi", "Stall 1", taken) == "ravi-2"
    assert make_id("रवि", "", taken) == "stall-2"
    assert make_id("Till", "", set()) == "till-2"  # the site's own
    assert make_id("Łukasz  Großmann-Ærø", "", set()) == "lukasz-grossmann-aero"
    assert len(make_id("x" * 90, "", {"x" * 40})) <= 40
