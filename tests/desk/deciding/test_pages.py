"""Pages of questions: what is suggested, what is answered together, and in which order."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.deciding.pages import ON_A_PAGE, Asked, Standing, plan_pages
from desk.deciding.plan import read_plan
from desk.deciding.review import Review, plan_review
from desk.deciding.sheet import PLAN_COLUMNS
from desk.deciding.sitting import Sitting
from desk.settling.reasons import NAME_FITS, NAME_FITS_TOO, NO_NAME_FITS, NUMBER, REFERENCE
from payments.payment_id import ALPHABET
from tests.desk.deciding.attention import judge
from tests.desk.deciding.test_review import sheet_of
from tests.desk.settling.months import HABITS

BY_NUMBER = f"{NUMBER} and the amount, but the name is another"
DAY = date(2026, 3, 2)


def row(  # noqa: PLR0917 (a table of what differs)
    line: int, claim: int, why: str, payer: str = "Mum", name: str = "ASHA RAO",
    claimed: str = "50.00 INR", days: int = 1, **more: str,
) -> dict[str, str]:  # fmt: skip
    signs = ALPHABET[claim // 32] + ALPHABET[claim % 32]
    booked_on = DAY + timedelta(days)
    fingerprint = f"20260302-{'A' * 30}{'ABCDEFGH'[line // 8]}{'ABCDEFGH'[line % 8]}"
    return dict.fromkeys(PLAN_COLUMNS, "") | {
        "grade": "ask", "payee_id": "shilpa", "reference": f"1KJMBQDHVG0000000000000{signs}",
        "claimed": claimed, "payer_id": payer, "recorded_at": f"{DAY}T09:30:00.000Z",
        "name": name, "file": "march.csv", "line": str(line), "why": why,
        "evidence": f"{fingerprint}/{booked_on}/50.00 INR/B",
    } | more  # fmt: skip


def review_of(*rows: dict[str, str]) -> Review:
    return plan_review(sheet_of(*rows), include_likely=True)


def only(*rows: dict[str, str]) -> Asked:
    """Of the first line."""
    asked = (one for page in plan_pages(review_of(*rows)) for one in page.asked)
    return next(one for one in asked if one.question.place == f"march.csv:{rows[0]['line']}")


def payers(asked: Asked) -> list[str]:
    return [one.payer_id for one in asked.suggested]


def test_what_nothing_speaks_against_but_which_of_several_it_is_fits() -> None:
    for why in (
        BY_NUMBER, f"{REFERENCE}, but 2 lines have it", f"part of {REFERENCE}, but 3 lines have it",
        f"{REFERENCE}, but another's number is in it, too",
    ):  # fmt: skip
        one = only(row(1, 1, why))
        assert (one.standing, payers(one)) == (Standing.FITS, ["Mum"]), why


def test_a_doubt_or_another_amount_speaks_against_it() -> None:
    for why in (
        f"{NUMBER}, but the bank took back such an amount, perhaps this one",
        f"{REFERENCE}, but 2 lines have it, which together are its amount",
        f"{REFERENCE}, but 2 lines have it, and 1.00 INR too much",
        f"{NAME_FITS}, but it may be what settled 1KJMB, told otherwise",
    ):
        assert only(row(1, 1, why, "Asha")).standing is Standing.AGAINST, why
    other = only(row(1, 1, BY_NUMBER, claimed="51.00 INR"))
    assert other.standing is Standing.AGAINST


def test_of_a_number_and_a_name_none_is_suggested() -> None:
    one = only(row(1, 1, BY_NUMBER), row(1, 2, NAME_FITS_TOO, "Asha"))
    assert (one.standing, one.suggested) == (Standing.SEVERAL, ())
    told = f"{NUMBER}, as another's, too"
    [mum, asha] = row(1, 1, told), row(1, 2, told, "Asha")
    assert payers(only(mum, asha)) == ["Asha"], "the name tells which of two numbers"
    assert only(mum, row(1, 2, told, "Dad")).standing is Standing.SEVERAL


def test_a_reference_is_more_than_a_number() -> None:
    own = row(1, 1, f"{REFERENCE}, but another's number is in it, too")
    assert payers(only(own, row(1, 2, NUMBER, "Asha"))) == ["Mum"]


def test_a_name_is_suggested_where_all_else_is_of_another_line() -> None:
    first = [row(1, 1, NAME_FITS, "Asha"), row(1, 2, NAME_FITS, "Asha Rao")]
    patil = row(2, 1, NAME_FITS, "Asha", "ASHA PATIL")
    one = only(*first, patil)
    assert (one.standing, payers(one)) == (Standing.FITS, ["Asha Rao"])
    assert payers(only(patil, *first)) == ["Asha"]
    alone = only(*first)
    assert (alone.standing, payers(alone)) == (Standing.NEAREST, ["Asha Rao"])
    assert [one.payer_id for one in alone.others if not hasattr(one, "text")] == ["Asha"]


def test_two_lines_for_one_claim_are_told_beside_each_other() -> None:
    rao, patil = row(1, 1, NAME_FITS, "Asha"), row(2, 1, NAME_FITS, "Asha", "ASHA PATIL", days=2)
    one = only(rao, patil)
    assert (one.standing, payers(one)) == (Standing.NEAREST, ["Asha"])
    assert [getattr(other, "name", "") for other in one.others] == ["ASHA PATIL"]
    assert only(patil, rao).suggested == ()


def test_claims_and_lines_that_are_alike_come_to_the_same() -> None:
    """Somebody who buys the same every day: any pairing of these is as good as another."""
    rows = [row(line, claim, NAME_FITS, "Asha") for line in range(4) for claim in range(4)]
    [page] = plan_pages(review_of(*rows))
    assert page.standing is Standing.FITS
    assert len({one.suggested[0].reference for one in page.asked}) == 4
    rows = [one for one in rows if one["reference"] != rows[0]["reference"]]
    page, left = plan_pages(review_of(*rows))
    assert (page.standing, len(page.asked)) == (Standing.FITS, 3)
    assert not left.asked[0].suggested, "one line too many is left over, whichever it is"


def test_a_name_alone_is_little_if_the_money_came_late_or_first() -> None:
    for days, standing in ((3, Standing.FITS), (4, Standing.NEAREST), (-1, Standing.NEAREST)):
        assert only(row(1, 1, NAME_FITS, "Asha", days=days)).standing is standing


def test_a_name_in_the_words_of_the_bank_is_one() -> None:
    one = row(1, 1, NO_NAME_FITS, "Asha Rao", "x12345", text="TRF ASHA RAO")
    assert payers(only(row(1, 2, NO_NAME_FITS, "Mum", "x12345", text="TRF ASHA RAO"), one)) == [
        "Asha Rao"
    ]
    assert only(one | {"text": "TRF Lunch"}).standing is Standing.NONE


def test_claims_that_are_together_what_arrived_are_parts() -> None:
    told = "together with 1 more it is the amount"
    some = [row(1, 1, told, claimed="20.00 INR"), row(1, 2, told, claimed="30.00 INR")]
    one = only(*some)
    assert (one.standing, len(one.suggested)) == (Standing.FITS, 2)
    doubtful = [part | {"why": f"{told}, but some of it may have gone back"} for part in some]
    assert only(*doubtful).standing is Standing.AGAINST


def test_whose_an_unrecorded_payment_is_is_never_guessed() -> None:
    told = {"grade": "unclaimed", "claimed": "", "recorded_at": "", "payer_id": ""}
    why = "our reference, of a payment that nobody recorded: yes records and confirms it"
    assert only(row(1, 1, why) | told).standing is Standing.FITS
    assert only(row(1, 1, why) | told | {"payee_id": ""}).standing is Standing.SEVERAL


def test_what_is_likely_is_looked_through_by_the_page() -> None:
    why = f"{NUMBER}, the amount and the name, but another claim of that name fits it, too"
    rows = [row(line, line, why, "Asha", grade="likely") for line in range(20)]
    pages = plan_pages(review_of(*rows))
    assert [len(page.asked) for page in pages] == [6, 7, 7]
    assert {page.standing for page in pages} == {Standing.FITS}


def test_pages_come_in_the_order_in_which_they_are_best_answered() -> None:
    rows = [row(line, line, NO_NAME_FITS, name="LATA") for line in range(3)]
    rows += [row(3, 3, BY_NUMBER), row(3, 4, NAME_FITS_TOO, "Asha")]
    rows += [row(n, n, BY_NUMBER, claimed="9.00 INR") for n in range(5, 8)]
    rows += [row(n, n, BY_NUMBER) for n in range(8, 11)]
    rows += [row(n, n, f"{REFERENCE}, but 2 lines have it") for n in range(11, 16)]
    pages = plan_pages(review_of(*rows))
    assert [(page.standing, len(page.asked)) for page in pages] == [
        (Standing.FITS, 8), (Standing.AGAINST, 3), (Standing.SEVERAL, 1), (Standing.NONE, 3),
    ]  # fmt: skip
    whys = [one.why for one in pages[0].asked]
    assert whys == [rows[-1]["why"]] * 5 + [BY_NUMBER] * 3, "the most frequent reason first"


def test_a_page_is_answered_and_taken_back_as_one() -> None:
    rows = [row(n, n, BY_NUMBER) for n in range(4)]
    review = review_of(*rows)
    sitting = Sitting(review)
    page = sitting.next()
    assert page
    answers = [(one.question, one.suggested) for one in page.asked[1:]]
    sitting.answer(answers, page.asked[:1])
    assert [review.count("yes"), sitting.number()] == [3, 4]
    alone = sitting.next()
    assert alone
    assert alone.asked[0].question == page.asked[0].question
    sitting.answer([(alone.asked[0].question, ())], ())
    assert sitting.next() is None
    assert sitting.undo()
    assert sitting.next() == alone
    assert sitting.undo()
    assert review.count("yes") == 0
    assert sitting.next() == page, "all four again"


def test_what_is_skipped_comes_again_at_the_end_and_keeps_its_claim() -> None:
    first = [row(1, 1, NAME_FITS, "Asha"), row(1, 2, NAME_FITS, "Asha Rao")]
    later = [row(2, 1, NAME_FITS, "Asha", "ASHA PATIL", days=2)]
    later += [row(3, 1, NAME_FITS, "Asha", "ASHA NAIK", days=2)]
    sitting = Sitting(review_of(*first, *later, row(4, 4, BY_NUMBER)))
    seen = []
    while (page := sitting.next()) and not sitting.again:
        seen += [(one.question.place, payers(one)) for one in page.asked]
        sitting.skip(page)
    assert len({place for place, _ in seen}) == len(seen) == 4
    assert {payer for _, suggested in seen for payer in suggested} == {"Mum", "Asha Rao", "Asha"}
    assert sitting.again == 4


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 15), st.integers(0, 15),
            st.sampled_from([BY_NUMBER, NAME_FITS, NAME_FITS_TOO, NO_NAME_FITS]),
            st.sampled_from(["Asha", "Asha Rao", "Mum"]), st.sampled_from(["ASHA RAO", "ASHA", ""]),
        ),
        unique_by=lambda pair: pair[:2],
    )
)  # fmt: skip
def test_yes_to_all_pages_is_always_a_plan_that_can_be_applied(
    pairs: list[tuple[int, int, str, str, str]],
) -> None:
    """Whatever the rows: each is on one page, no claim is suggested twice, and all is answered."""
    names = {line: name for line, _, _, _, name in pairs}
    callers = {claim: payer for _, claim, _, payer, _ in pairs}
    rows = [row(line, n, why, callers[n], names[line]) for line, n, why, _, _ in pairs]
    sitting = Sitting(review_of(*rows))
    pages = plan_pages(sitting.review)
    asked = [one for page in pages for one in page.asked]
    assert sorted(one.question.place for one in asked) == sorted(
        one.place for one in sitting.review.open()
    )
    suggested = [claim.reference for one in asked for claim in one.suggested]
    assert len(set(suggested)) == len(suggested)
    assert all(len(page.asked) <= ON_A_PAGE for page in pages)
    while page := sitting.next():
        sitting.answer([(one.question, one.suggested) for one in page.asked], ())
    read_plan(sitting.review.sheet.content().decode(), include_likely=True)


def test_months_ask_less_than_half_by_the_page_and_confirm_as_much() -> None:
    for name in ("whole, camt", "cut, csv", "short, swapped columns"):
        single = judge(1, HABITS[name], 200, one_by_one=True)
        paged = judge(1, HABITS[name], 200)
        assert paged["screens"] * 2 < single["screens"], name
        assert paged["confirmed right"] == single["confirmed right"], name
        assert paged["confirmed WRONG"] == single["confirmed WRONG"], name
