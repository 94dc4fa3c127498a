"""Questions of a plan, and what their answers make of it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.deciding.plan import read_plan
from desk.deciding.review import Review, carry_over, difference, plan_review
from desk.deciding.sheet import PLAN_COLUMNS, Sheet, parse_sheet
from desk.spreadsheet import NotRows

PAYMENTS = {
    "Asha": ("1KJMBQDHVG00000000000000B", "50.00 INR"),
    "Ben": ("1KJMBQDHVG00000000000000C", "50.00 INR"),
    "Mum": ("1KJMBQDHVG00000000000000D", "30.00 INR"),
}


def row(line: int, payer: str, grade: str = "ask", arrived: str = "50.00 INR") -> dict[str, str]:
    reference, claimed = PAYMENTS[payer]
    fingerprint = f"20260302-{'A' * 31}{'ABCDEFGH'[line]}"
    return dict.fromkeys(PLAN_COLUMNS, "") | {
        "grade": grade, "payee_id": "shilpa", "reference": reference, "claimed": claimed,
        "payer_id": payer, "recorded_at": "2026-03-01T09:30:00.000Z", "name": "ASHA RAO",
        "file": "march.csv", "line": str(line), "evidence": f"{fingerprint}/2026-03-02/{arrived}/B",
    }  # fmt: skip


def sheet_of(*rows: dict[str, str], delimiter: str = ",") -> Sheet:
    out = io.StringIO()
    writer = csv.DictWriter(
        out, [*reversed(PLAN_COLUMNS), "mine"], restval="x", delimiter=delimiter
    )
    writer.writeheader()
    writer.writerows(rows)
    return parse_sheet(out.getvalue())


def review_of(*rows: dict[str, str]) -> Review:
    return plan_review(sheet_of(*rows), include_likely=False)


def settles(sheet: Sheet) -> list[str]:
    return [cells["settle"] for _, cells in sheet.cells()]


def test_an_answer_is_a_yes_and_noes_and_is_taken_back() -> None:
    review = review_of(row(1, "Asha"), row(1, "Ben"), row(2, "Mum"))
    first, second = review.open()
    assert [one.is_other_name for one in first.candidates] == [False, True]
    review.choose(first, first.candidates[1:])
    assert (settles(review.sheet), review.open()) == (["no", "yes", ""], [second])
    review.choose(second, [])
    assert (settles(review.sheet), review.open()) == (["no", "yes", "no"], [])
    assert review.undo() == [second]
    assert review.undo() == [first]
    assert settles(review.sheet) == ["", "", ""]
    assert review.undo() == []


def test_an_answer_of_an_earlier_sitting_is_taken_back_too() -> None:
    review = review_of(row(1, "Asha") | {"settle": "Yes"}, row(1, "Ben"), row(2, "Mum"))
    assert [one.place for one in review.open()] == ["march.csv:2"]
    [undone] = review.undo()
    assert undone.place == "march.csv:1"
    assert settles(review.sheet) == ["", "", ""]


def test_a_payment_that_another_line_settles_is_told() -> None:
    review = review_of(row(1, "Asha"), row(2, "Asha"), row(3, "Ben", "sure") | {"settle": "yes"})
    first, second = review.open()
    review.choose(first, first.candidates)
    assert review.taken_by(second, second.candidates[0]) == "march.csv:1"
    assert not review.taken_by(first, first.candidates[0])


def test_what_one_line_pays_for_no_other_one_does() -> None:
    """Or a plan that was asked about line by line would be refused: a payment settled twice."""
    rows = (row(1, "Asha"), row(1, "Ben"), row(2, "Asha", "likely"), row(3, "Asha"), row(4, "Mum"))
    review = review_of(*rows)
    first, third, fourth = review.questions
    review.choose(first, first.candidates[:1])
    assert settles(review.sheet) == ["yes", "no", "no", "no", ""]
    assert review.open() == [fourth]
    text = review.sheet.content().decode()
    assert len(read_plan(text, include_likely=True)) == 1
    later = plan_review(parse_sheet(text), include_likely=False)
    assert review.undo() == [first]
    assert settles(review.sheet) == [""] * 5
    later.choose(later.open()[0], ())
    assert later.undo() == [later.questions[2]]
    assert later.undo() == [later.questions[1]], "the last that is answered, in the plan's order"
    assert later.undo() == [later.questions[0]]
    assert settles(later.sheet) == [""] * 5
    assert review.open() == [first, third, fourth]


def test_parts_are_written_and_their_difference_is_told() -> None:
    review = review_of(row(1, "Asha", arrived="80.00 INR"), row(1, "Mum", arrived="80.00 INR"))
    [question] = review.open()
    assert difference(question, question.candidates) == ""
    assert difference(question, question.candidates[:1]) == (
        "80.00 INR arrived, 30.00 INR more than the 50.00 INR claimed"
    )
    review.choose(question, question.candidates)
    assert settles(review.sheet) == ["part", "part"]
    assert len(read_plan(review.sheet.content().decode("utf-8-sig"), include_likely=False)) == 2


def test_what_was_decided_is_carried_into_a_plan_of_the_same_lines() -> None:
    former = sheet_of(
        row(1, "Asha") | {"settle": "yes"}, row(2, "Mum") | {"settle": "no"},
        row(3, "Ben", "likely") | {"settle": "x"}, delimiter=";",
    )  # fmt: skip
    sheet = sheet_of(row(1, "Ben"), row(1, "Asha"), row(2, "Mum"))
    [lost] = carry_over(former, sheet)
    assert lost.startswith("20260302-")
    assert settles(sheet) == ["", "yes", "no"]


def test_a_no_to_what_would_be_confirmed_is_not_lost_with_its_line() -> None:
    """Another statement is written over the plan: once the first is read again, sure says yes."""
    for grade, said, is_lost in (
        ("sure", "no", True), ("likely", "no", True), ("ask", "no", False), ("sure", "yes", False),
        ("sure", "", False),
    ):  # fmt: skip
        former = sheet_of(row(1, "Asha", grade) | {"settle": said})
        assert bool(carry_over(former, sheet_of(row(2, "Ben")))) is is_lost, (grade, said)
        line = plan_review(sheet_of(row(1, "Asha")), include_likely=False).questions[0]
        here = {line.evidence.fingerprint}
        assert not carry_over(former, sheet_of(row(1, "Ben")), here), "it is for another claim now"


def test_a_yes_that_was_taken_away_stays_so() -> None:
    former = sheet_of(row(1, "Asha", "sure"), row(2, "Ben", "sure") | {"settle": "no"})
    sheet = sheet_of(
        *(one | {"settle": "yes"} for one in (row(1, "Asha", "sure"), row(2, "Ben", "sure")))
    )
    assert not carry_over(former, sheet)
    assert settles(sheet) == ["", "no"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claimed": "much"}, "2: this row was changed and cannot be read"),
        ({"recorded_at": "March"}, "2: this row was changed and cannot be read"),
        ({"evidence": "x"}, "2: this row was changed and cannot be read"),
        ({"settle": "perhaps"}, "2: “perhaps” is neither yes nor no"),
    ],
)
def test_a_plan_that_cannot_be_meant_asks_nothing(change: dict[str, str], said: str) -> None:
    with pytest.raises(NotRows, match=said):
        review_of(row(1, "Asha") | change)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_a_sheet_keeps_every_cell_that_is_not_answered(notes: list[str]) -> None:
    rows = [row(1, "Asha") | {"text": note, "mine": note} for note in notes]
    sheet = sheet_of(*rows, delimiter=";")
    before = [list(cells) for cells in sheet.rows]
    for place in range(len(sheet.rows)):
        sheet.content()
        sheet.put(place, "settle", "yes")
    again = parse_sheet(sheet.content().decode())
    at = sheet.names.index("settle")
    for old, new in zip(before, again.rows, strict=True):
        assert new[at] == "yes"
        assert old[:at] + old[at + 1 :] == new[:at] + new[at + 1 :]
