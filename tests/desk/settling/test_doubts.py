"""What looks like a payment's money and may not be: each of these was taken for sure once."""

import io
from dataclasses import replace

import pytest

from desk.deciding.plan import plan_rows
from desk.settling.case import Grade
from desk.settling.matching import Matching, match
from desk.statements.bank_words import says_taken_back
from desk.statements.line import Kind, Line
from desk.statements.reading import read_statement
from payments.events import EventStatus, History
from payments.payment_id import PaymentId
from payments.references import qr_reference, short_reference
from testkit.factories import BAKERY, make_event, make_payment_id
from tests.desk.settling.test_matching import (
    ID,
    OTHER,
    asked,
    claim,
    grades,
    line,
    lines,
    settled,
)

NUMBER = "437276589036"


def reasons(found: Matching) -> list[str]:
    return [one.why for some in found.asks for one in some]


def test_a_booking_that_settled_is_not_anothers_when_the_bank_exports_it_otherwise() -> None:
    """CSV one month, camt the next: other numbers of the bank's, and so another fingerprint."""
    [before] = lines(line("lunch", "ASHA RAO", bank_id="C1"))
    second = claim(OTHER, "Asha Rao", number=NUMBER)
    found = match(
        lines(line(f"lunch {NUMBER}", "ASHA RAO", bank_id="D9")), [settled(before), second]
    )
    assert (grades(found), asked(found)) == ([], [[OTHER]])
    assert (
        f"may be the booking that settled {ID.reference}, exported otherwise" in reasons(found)[0]
    )
    named = match(lines(line("lunch", "ASHA RAO", bank_id="D9")), [settled(before), second])
    assert grades(named) == []
    own = line(OTHER.reference, "ASHA RAO", bank_id="D9")  # its reference says whose it is
    assert grades(match(lines(own), [settled(before), second])) == [(Grade.SURE, OTHER)]


@pytest.mark.parametrize("typed", ["LUNCHES", "202603", "MARCH2026"])
def test_a_word_or_a_month_is_no_number_of_a_transfer(typed: str) -> None:
    found = match(lines(line(f"{typed} rent", "ASHA RAO")), [claim(number=typed)])
    assert Grade.SURE not in dict(grades(found))


def test_a_telephone_number_in_the_text_is_likely_at_most() -> None:
    phone = "9876543210"
    found = match(lines(line(f"UPI {phone}@ok", "ASHA RAO")), [claim(number=phone)])
    assert grades(found) == [(Grade.LIKELY, ID)]
    own = match(lines(line("UPI", "ASHA RAO", bank_id=phone)), [claim(number=phone)])
    assert grades(own) == [(Grade.SURE, ID)], "where the bank has it as the booking's number"


def test_a_line_with_ones_reference_and_anothers_number_is_asked() -> None:
    both = [claim(), claim(OTHER, "Ben", number=NUMBER)]
    found = match(lines(line(f"{ID.reference} {NUMBER}", "BEN")), both)
    assert (grades(found), sorted(asked(found)[0])) == ([], sorted([ID, OTHER]))
    assert any("another's number is in it, too" in why for why in reasons(found))


def test_a_line_with_a_second_reference_that_nobody_recorded_is_asked() -> None:
    found = match(lines(line(f"{ID.reference} {OTHER.reference}")), [claim()])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "of a payment that nobody recorded" in reasons(found)[0]


@pytest.mark.parametrize("word", ["Rückzahlung", "REFUND", "Erstattung", "remboursement", "Retour"])
def test_a_credit_that_says_it_goes_back_is_asked(word: str) -> None:
    assert grades(match(lines(line(f"{word} {ID.reference}")), [claim()])) == []


@pytest.mark.parametrize("kind", [Kind.TAKEN_BACK, Kind.DEBIT])
def test_what_went_back_less_a_fee_settles_nothing(kind: Kind) -> None:
    back = line(f"RETURN {ID.reference}", "ASHA RAO", 4900, "B9", kind=kind, days=1)
    found = match(lines(line(ID.reference, "ASHA RAO"), back), [claim()])
    assert (grades(found), asked(found)) == ([], [[ID]])


@pytest.mark.parametrize("kind", [Kind.TAKEN_BACK, Kind.DEBIT])
def test_what_went_back_less_a_fee_is_not_only_what_the_sender_paid_another_time(
    kind: Kind,
) -> None:
    another = line("fruit", "ASHA RAO", 4900, "B2")
    told = f"RETURN {NUMBER}" if kind is Kind.TAKEN_BACK else f"to you again {ID.reference}"
    back = line(told, "ASHA RAO", 4900, "B9", kind=kind, days=1)
    found = match(lines(line(ID.reference, "ASHA RAO", bank_id=NUMBER), another, back), [claim()])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "some of it may have gone back" in reasons(found)[0]


def test_a_return_may_bear_an_earlier_day_than_its_credit() -> None:
    back = line(f"RETURN {ID.reference}", "ASHA RAO", bank_id="B9", kind=Kind.TAKEN_BACK)
    found = match(lines(line(ID.reference, "ASHA RAO", days=1), back), [claim()])
    assert (found.matches, len(found.taken_back)) == ((), 1)


def test_what_somebody_undid_is_asked_before_it_is_settled_so_again() -> None:
    [same] = lines(line(ID.reference, "ASHA RAO"))
    undone = make_event(ID, status=EventStatus.UNDONE, number=2)
    history = History(claim().payment, (*settled(same).events, undone))
    found = match([same], [history])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "somebody undid its settling by this line" in reasons(found)[0]


def test_a_number_is_not_of_a_payment_in_cash() -> None:
    found = match(lines(line(NUMBER, "ASHA RAO")), [claim(number=NUMBER, method="cash")])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "its payer says it was paid in cash" in reasons(found)[0]


def test_a_number_on_an_account_that_nobody_knows_is_likely_at_most() -> None:
    there = lines(replace(line(NUMBER, "ASHA RAO"), account="X"))
    claims = [claim(number=NUMBER)]
    assert grades(match(there, claims, {"de89370400440532013000": {BAKERY}})) == [
        (Grade.LIKELY, ID)
    ]
    assert grades(match(there, claims, {"x": {BAKERY}})) == [(Grade.SURE, ID)]
    assert grades(match(there, claims)) == [(Grade.SURE, ID)]


def ending_in(letters: str) -> PaymentId:
    """Whoever mints an id chooses how it ends, after looking at what a bank writes of others."""
    chosen = 0
    for letter in letters:
        chosen = chosen * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return make_payment_id(random=(2**34 - 5) << 45 | chosen)


@pytest.mark.parametrize("ending", ["SB1N04372", "437276589"])
def test_a_short_form_that_was_made_to_be_met_in_anothers_line_is_never_sure(ending: str) -> None:
    made = ending_in(ending)
    check = short_reference(made)[-1]
    inside = f"NEFT {ending}{check}76589 ASHA"
    across = f"NEFT XA{ending[:4]} {ending[4:]}{check}7"
    for text in (inside, across):
        assert Grade.SURE not in dict(grades(match(lines(line(text)), [claim(made)]))), text


def test_a_word_that_is_a_short_form_is_asked() -> None:
    made = next(
        one
        for first in "ABCDEFGH"
        for one in [ending_in(f"{first}PAYMENTS")]
        if short_reference(one).isalpha()
    )
    found = match(lines(line(short_reference(made))), [claim(made)])
    assert Grade.SURE not in dict(grades(found))


def test_an_account_of_many_digits_is_no_reference_of_a_qr_bill() -> None:
    text = f"9{qr_reference(ID)}4"
    assert Grade.SURE not in dict(grades(match(lines(line(text)), [claim()])))
    spaced = qr_reference(ID)
    spaced = " ".join([spaced[:2], *(spaced[at : at + 5] for at in range(2, 27, 5))])
    assert grades(match(lines(line(spaced)), [claim()])) == [(Grade.SURE, ID)], "as it is printed"


def test_the_same_amount_sent_to_the_same_name_later_may_be_a_refund() -> None:
    came = line(f"{NUMBER} lunch", "ASHA RAO")
    went = line("lunch back", "Asha Rao", bank_id="B2", kind=Kind.DEBIT, days=2)
    found = match(lines(came, went), [claim(payer="Asha Rao", number=NUMBER)])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "the same amount went to that name on 2026-03-03" in reasons(found)[0]


def test_what_went_back_in_part_is_asked() -> None:
    came = line(f"{ID.reference}", "ASHA RAO")
    went = line("return", "Asha Rao", 2000, "B2", kind=Kind.TAKEN_BACK, days=2)
    found = match(lines(came, went), [claim(payer="Asha Rao")])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "some of it may have gone back, by the booking of 2026-03-03" in reasons(found)[0]


@pytest.mark.parametrize(
    "words", ["Rückbuchung", "terugbetaling", "Annulation", "rimborso", "zwrot", "Dibatalkan"]
)
def test_words_of_money_that_went_back_are_known_in_more_languages(words: str) -> None:
    assert says_taken_back(f"{words} 437276589036")


CODE = "SGH7XK2L9P"


@pytest.mark.parametrize("bank_id", [CODE, CODE.lower(), "SGH7 XK2L 9P"])
def test_a_code_of_letters_and_few_digits_counts_in_its_field(bank_id: str) -> None:
    """As M-Pesa has them; a payer's word of ten letters does not, nor a code among words."""
    found = match(
        lines(line("x", "JANE WANJIKU", bank_id=bank_id)),
        [claim(payer="Jane Wanjiku", number=CODE)],
    )
    assert grades(found) == [(Grade.SURE, ID)]
    for other in (claim(payer="Ben", number="TOMATOESXX"), claim(payer="Ben", number=CODE[:9])):
        found = match(lines(line("x", "JANE WANJIKU", bank_id=CODE)), [other])
        assert "number" not in str([one.why for some in found.asks for one in some])
    found = match(lines(line(f"paid {CODE} ok", "JANE", bank_id="B1")), [claim(number=CODE)])
    assert grades(found) == []


def test_unpaid_is_a_banks_word_of_a_cheque_and_a_payers_of_dues() -> None:
    for words in ("CHQ UNPAID ASHA", "437276589036 unpaid", "Unpaid cheque", "UNPAID 437276589036"):
        assert says_taken_back(words), words
    for words in ("unpaid dues of March", "my unpaid lunch", "fees unpaid since May"):
        assert not says_taken_back(words), words
    found = match(lines(line(f"unpaid dues {ID.reference}", "ASHA RAO")), [claim()])
    assert grades(found) == [(Grade.SURE, ID)]


def test_a_plain_refund_in_a_later_file_is_told_and_of_one_payment_alone() -> None:
    came = lines(line(f"{ID.reference}", "ASHA RAO"))[0]
    paid = settled(came)
    for went in (
        line("lunch back", "ASHA RAO", bank_id="B2", kind=Kind.DEBIT, days=9),
        line("UPI to Asha Rao", bank_id="B2", kind=Kind.DEBIT, days=9),
    ):
        found = match(lines(went), [paid, claim(OTHER, "Asha Rao")])
        assert [history for _, history, _ in found.to_undo] == [paid]
    for other in (
        line("rent", "BEN", bank_id="B2", kind=Kind.DEBIT, days=9),
        line("lunch back", "ASHA RAO", 4900, "B2", kind=Kind.DEBIT, days=9),
        line("lunch back", "ASHA RAO", bank_id="B2", kind=Kind.DEBIT, days=-2),
    ):
        assert match(lines(other), [paid]).to_undo == ()


def test_a_number_that_all_bookings_have_hides_no_money() -> None:
    """Some exports have the account's or the customer's number in the bank's column for it."""

    def month(*payers: str) -> list[Line]:
        rows = "".join(f"2026-03-01,lunch,{payer},50.00,CUST0042\n" for payer in payers)
        text = f"Date,Details,Sender,Amount,Ref no\n{rows}2026-02-13,fee,,-1.00,CUST0042\n"
        return list(read_statement(io.BytesIO(text.encode()), "a.csv", currency="INR").lines)

    first = month("ASHA RAO", "BEN")
    paid = settled(first[0])
    later = month("CARLA DIAZ", "DORA")
    found = match(later, [paid, claim(OTHER, "Carla Diaz")])
    assert [line.name for line in found.settled] == []
    assert grades(found) == [(Grade.LIKELY, OTHER)]
    assert [line.fingerprint for line in month("ASHA RAO", "BEN")] == [
        line.fingerprint for line in first
    ]


@pytest.mark.parametrize(
    ("text", "minor", "kind"),
    [("ASHA RAO", 5000, Kind.DEBIT), ("REVERSAL ASHA RAO", 4900, Kind.TAKEN_BACK)],
)
def test_what_went_back_is_seen_where_the_bank_has_names_in_the_text(
    text: str, minor: int, kind: Kind
) -> None:
    came = line("TRF ASHA RAO", f"x{short_reference(ID)}")
    went = line(text, "gone", minor, "B2", kind=kind, days=1)
    found = match(lines(came, went), [claim(payer="Mum")])
    assert (grades(found), asked(found)) == ([], [[ID]])
    other = line(text.replace("ASHA RAO", "BEN"), "gone", minor, "B2", kind=kind, days=1)
    assert grades(match(lines(came, other), [claim(payer="Mum")])) == [(Grade.SURE, ID)]


@pytest.mark.parametrize("back", [False, True])
def test_a_line_whose_number_is_common_in_one_file_alone_settles_nothing_again(
    back: bool,  # noqa: FBT001
) -> None:
    """Its fingerprint is another there; what is like it is asked about, whoever claims the same."""

    def read(*numbers: str) -> list[Line]:
        rows = "".join(
            f"2026-03-01,lunch,ASHA RAO,5{n}.00,{ref}\n" for n, ref in enumerate(numbers)
        )
        text = f"Date,Details,Sender,Amount,Ref no\n{rows}2026-02-13,fee,,-1.00,Q1\n"
        return list(read_statement(io.BytesIO(text.encode()), "a.csv", currency="INR").lines)

    files = read("X77700", "X77700", "X77700"), read("X77700", "Y77701", "Y77702", "Y77703")
    first, again = reversed(files) if back else files
    assert first[0].fingerprint != again[0].fingerprint
    found = match(again[:1], [settled(first[0]), claim(OTHER, "Asha Rao")])
    assert grades(found) == []
    assert asked(found) == [[OTHER]]


def test_whatever_it_is_asked_for_a_doubt_about_the_money_is_told() -> None:
    """Or a treasurer says yes to what the bank took back, as nothing told them of it."""
    out = line("to Asha Rao", "ASHA RAO", bank_id="X7", kind=Kind.DEBIT, days=2)
    doubt = ", perhaps to give it back"
    number = f"lunch {NUMBER}"
    for told, claims in (
        (line("lunch", "ASHA RAO"), [claim(payer="Asha"), claim(OTHER, "Asha Rao")]),  # by name
        (line(number, "ASHA RAO"), [claim(number=NUMBER), claim(OTHER, number=NUMBER)]),
        (line(f"{ID.reference} {OTHER.reference}", "ASHA RAO"), [claim(), claim(OTHER)]),
    ):
        found = match(lines(told, out), claims)
        assert all(why.endswith(doubt) for why in reasons(found)), reasons(found)
    for words, claims in (
        (ID.reference, [claim()]),
        (number, [claim(number=NUMBER)]),
    ):  # and where two lines have it
        twice = [line(words, "ASHA RAO"), line(words, "ASHA RAO", bank_id="B2"), out]
        found = match(lines(*twice), claims)
        assert any("2 lines have it" in why for why in reasons(found))
        assert all(doubt in why for why in reasons(found)), reasons(found)


def test_a_booking_told_otherwise_is_not_called_money_that_nobody_claims() -> None:
    """The same transfer in CSV and in camt: the second file's line is about a settled payment."""
    [before] = lines(line("lunch", "ASHA RAO", bank_id="C1"))
    for text, name in ((ID.reference, "ASHA RAO"), ("lunch", "ASHA RAO")):
        found = match(lines(line(text, name, bank_id="D9")), [settled(before)])
        [told] = found.perhaps_settled.values()
        assert told.startswith(f"{ID.reference} is confirmed already: perhaps by this booking")
        assert [one.fingerprint for one in found.unclaimed] == list(found.perhaps_settled)
        rows = list(plan_rows(found))
        assert [row["why"] for row in rows if row["grade"] == "unclaimed"] == [told]
    reversing = make_event(ID, BAKERY, status=EventStatus.REVERSED)
    gone = History(claim().payment, (reversing,))
    [told] = match(lines(line(ID.reference, "ASHA RAO")), [gone]).perhaps_settled.values()
    assert told == f"{ID.reference}, which it is about, was reversed"
