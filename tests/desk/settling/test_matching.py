"""Lines and claims: what is sure, what is only likely, and what is asked."""

import gc
from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.collector import no_garbage
from desk.settling.case import Case, Grade
from desk.settling.matching import Matching, match
from desk.settling.names_agree import NameBook, agree
from desk.settling.watch import Watch
from desk.statements.line import Kind, Line, Place, with_fingerprints
from payments.events import EventStatus, Evidence, History
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from payments.references import qr_reference, rf_reference, short_reference, ten_digits
from testkit.factories import BAKERY, NOW, make_event, make_payment, make_payment_id
from tests.desk.settling.months import HABITS, make_month
from tests.desk.settling.proof import prove, wrong_in

DAY = date(2026, 3, 1)
ID = make_payment_id(random=2**79 + 987654321)
OTHER = make_payment_id(NOW + timedelta(minutes=5), random=2**78 + 12345)


def claim(
    payment_id: PaymentId = ID,
    payer: str = "Asha",
    minor: int = 5000,
    number: str | None = None,
    *,
    days: int = 0,
    method: str | None = None,
    currency: str = "INR",
) -> History:
    return History(
        make_payment(
            payment_id,
            payer_id=payer,
            money=Money(minor, currency),
            bank_reference=number,
            recorded_at=NOW + timedelta(days),
            method=method,
        )
    )


def lines(*some: Line) -> list[Line]:
    return with_fingerprints(some)


def line(
    text: str = "",
    name: str = "",
    minor: int = 5000,
    bank_id: str = "B1",
    *,
    kind: Kind = Kind.CREDIT,
    days: int = 0,
) -> Line:
    money = Money(minor, "INR")
    return Line(Place("a", 1), kind, money, DAY + timedelta(days), text, name, bank_id)


def grades(found: Matching) -> list[tuple[str, PaymentId]]:
    return [(one.grade, one.history.payment.payment_id) for one in found.matches]


def asked(found: Matching) -> list[list[PaymentId]]:
    return [[one.history.payment.payment_id for one in some] for some in found.asks]


@pytest.mark.parametrize("form", [short_reference, rf_reference, qr_reference])
def test_a_checked_form_and_the_amount_are_sure(form: object) -> None:
    assert callable(form)
    found = match(lines(line(f"xREF{form(ID)}y")), [claim(), claim(OTHER)])
    assert grades(found) == [(Grade.SURE, ID)]


@pytest.mark.parametrize(
    "mangle",
    [
        str.lower,
        lambda text: f"{text[:7]} {text[7:13]}\n{text[13:]}",
        lambda text: "-".join(text[at : at + 5] for at in range(0, 25, 5)),
        lambda text: f"EREF+{text}SVWZ+Lunch",
        lambda text: text.replace("0", "O").replace("1", "I"),
    ],
)
def test_a_reference_is_found_however_a_bank_mangles_it(mangle: object) -> None:
    assert callable(mangle)
    assert grades(match(lines(line(mangle(ID.reference))), [claim()])) == [(Grade.SURE, ID)]


@pytest.mark.parametrize(
    ("minor", "said"), [(5100, "1.00 INR too much"), (4000, "10.00 INR too l")]
)
def test_the_right_reference_with_another_amount_is_asked(minor: int, said: str) -> None:
    found = match(lines(line(ID.reference, minor=minor)), [claim()])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert said in found.asks[0][0].why
    assert match(lines(line(ID.reference)), [claim(currency="EUR")]).asks[0][0].why.endswith("EUR")


def test_one_transfer_for_several_and_several_for_one_are_suggested_as_such() -> None:
    both = f"{ID.reference} {OTHER.reference}"
    found = match(lines(line(both, minor=8000)), [claim(), claim(OTHER, minor=3000)])
    assert (grades(found), sorted(asked(found)[0])) == ([], sorted([ID, OTHER]))
    assert "which together are it" in found.asks[0][0].why
    parts = lines(line(ID.reference, minor=2000), line(ID.reference, minor=3000, bank_id="B2"))
    found = match(parts, [claim()])
    assert (grades(found), asked(found)) == ([], [[ID], [ID]])
    assert "which together are its amount" in found.asks[0][0].why
    twice = match(lines(line(ID.reference), line(ID.reference, bank_id="B2")), [claim()])
    assert (grades(twice), len(twice.asks)) == ([], 2)
    summed = match(
        lines(line("x", "Asha Rao", minor=8000)), [claim(), claim(OTHER, "Asha Rao", 3000)]
    )
    assert "together with 1 more" in summed.asks[0][0].why


def test_a_number_is_sure_only_with_the_name() -> None:
    number = "437276589036"
    assert grades(match(lines(line(f"UPI/{number}", "ASHA RAO")), [claim(number=number)])) == [
        (Grade.SURE, ID)
    ]
    unnamed = match(lines(line(f"UPI/{number}")), [claim(number=number)])
    assert grades(unnamed) == [(Grade.LIKELY, ID)]
    another = match(lines(line(f"UPI/{number}", "BEN KING")), [claim(number=number)])
    assert (grades(another), asked(another)) == ([], [[ID]])
    zeros = match(lines(line("", "ASHA", bank_id=f"0000{number}")), [claim(number=number)])
    assert grades(zeros) == [(Grade.SURE, ID)]


def test_who_types_anothers_number_gets_nothing() -> None:
    """The trap: Mallory copies the number from Asha's phone."""
    number, paid = "437276589036", line("UPI/437276589036", "ASHA RAO")
    mallory = claim(OTHER, "Mallory", number=number)
    assert asked(match(lines(paid), [mallory, claim()])) == [[OTHER, ID]]
    as_asha = claim(OTHER, "Asha", number=number)
    # Or calls herself Asha, whatever the bank calls the true payer: not sure, then
    for true in (claim(payer="Asha Rao"), claim(payer="Mum")):
        assert grades(match(lines(paid), [as_asha, true])) == [(Grade.LIKELY, OTHER)]
    assert grades(match(lines(paid), [claim(number=number), claim(OTHER, number=number)])) == []


@pytest.mark.parametrize("kind", [Kind.TAKEN_BACK, Kind.DEBIT])
def test_what_the_bank_took_back_settles_nothing(kind: Kind) -> None:
    came = line(ID.reference, "ASHA RAO")
    went = line(f"return {ID.reference}", "ASHA RAO", bank_id="B9", kind=kind, days=3)
    found = match(lines(came, went), [claim()])
    assert (found.matches, found.asks, len(found.taken_back)) == ((), (), 1)
    assert [one.payment.payment_id for one in found.without_money] == [ID]


def test_what_was_taken_back_without_a_trace_makes_all_of_that_amount_doubtful() -> None:
    went = line("RETURN", bank_id="B9", kind=Kind.TAKEN_BACK, days=1)
    found = match(lines(line(ID.reference), went), [claim()])
    assert (grades(found), asked(found)) == ([], [[ID]])
    assert "took back" in found.asks[0][0].why


def settled(by: Line) -> History:
    evidence = Evidence(by.fingerprint, by.bank_id, by.booked_on, by.money)
    event = make_event(ID, status=EventStatus.CONFIRMED, evidence=evidence)
    return History(claim().payment, (event,))


def test_a_line_read_again_settles_nothing_and_its_reversal_is_told_first() -> None:
    [came] = lines(line(ID.reference))
    again = match([came], [settled(came), claim(OTHER)])
    assert (again.matches, again.asks, again.settled) == ((), (), (came,))
    went = line(f"REV {ID.reference}", bank_id="B9", kind=Kind.TAKEN_BACK, days=3)
    for statement in (lines(came, went), lines(went)):
        found = match(statement, [settled(came)])
        assert [one.payment.payment_id for _, one, _ in found.to_undo] == [ID]
        assert found.matches == ()


def test_a_second_payment_of_what_is_settled_is_nobody_elses() -> None:
    [came] = lines(line(ID.reference, "ASHA RAO"))
    [twice] = lines(line(ID.reference, "ASHA RAO", bank_id="B2"))
    found = match([twice], [settled(came), claim(OTHER)])
    assert (found.matches, found.asks, found.unclaimed) == ((), (), (twice,))


def test_what_a_till_confirmed_takes_its_money() -> None:
    """Or the line would be taken for another's."""
    event = make_event(ID, status=EventStatus.CONFIRMED)
    confirmed = History(claim().payment, (event,))
    found = match(lines(line("x", "ASHA RAO")), [confirmed, claim(OTHER, "Ben")])
    assert (found.matches, len(found.settled)) == ((), 1)


def test_a_line_and_a_claim_that_fit_each_other_alone_are_likely() -> None:
    paid = line("lunch", "ASHA RAO", days=2)
    assert grades(match(lines(paid), [claim(payer="Asha R"), claim(OTHER, "Ben")])) == [
        (Grade.LIKELY, ID)
    ]
    assert asked(match(lines(paid), [claim(), claim(OTHER, "asha")])) == [[ID, OTHER]]
    for no in (claim(method="cash"), claim(days=-20), claim(minor=4900), claim(payer="Ben")):
        assert grades(match(lines(paid), [no])) == []


def test_a_statement_of_an_account_is_for_those_who_receive_there() -> None:
    ours = "DE89370400440532013000"
    [paid] = lines(replace(line("", "ASHA RAO"), account=ours))
    mine, other = claim(), History(replace(claim(OTHER).payment, payee_id=PayeeId("florist")))
    assert asked(match([paid], [mine, other])) == [[ID, OTHER]]
    accounts = {ours.lower(): {BAKERY}}
    assert grades(match([paid], [mine, other], accounts)) == [(Grade.LIKELY, ID)]
    assert grades(match([paid], [other], {"another": {BAKERY}})) == [(Grade.LIKELY, OTHER)]
    [named] = lines(replace(line(OTHER.reference), account=ours))
    found = match([named], [other], accounts)
    assert (grades(found), asked(found)) == ([], [[OTHER]])
    assert "where florist does not receive" in found.asks[0][0].why


def test_a_roster_of_upi_addresses_does_not_know_the_accounts_of_statements() -> None:
    number = "437276589036"
    [paid] = lines(replace(line(f"UPI/{number}", "ASHA RAO"), account="50100012345678"))
    some = [claim(number=number)]
    assert grades(match([paid], some, {"bakery@bank": {BAKERY}})) == [(Grade.SURE, ID)]
    known = {"bakery@bank": {BAKERY}, "de89370400440532013000": {PayeeId("florist")}}
    assert grades(match([paid], some, known)) == [(Grade.LIKELY, ID)]


@pytest.mark.parametrize("part", [ID.reference[:18], ID.reference[9:], ten_digits(ID)])
def test_part_of_a_reference_is_likely_at_most(part: str) -> None:
    assert grades(match(lines(line(f"x {part} y", "BEN")), [claim()])) == [(Grade.LIKELY, ID)]


def test_ten_digits_inside_a_longer_number_are_none() -> None:
    assert match(lines(line(f"9{ten_digits(ID)}9", minor=1)), [claim()]).asks == ()


@pytest.mark.parametrize(
    ("payer", "told", "is_one"),
    [
        *(("Asha", "ASHA RAO", True), ("asha rao", "Rao Asha", True), ("Asha R", "ASHA RAO", True)),
        *(("Asha Kumar", "ASHA RAO", False), ("Mum", "ASHA RAO", False), ("", "ASHA", False)),
        *(
            ("Mahantesh Patil", "MAHANTE PATIL", True),
            ("A", "ASHA", False),
            ("Zo\xeb X", "ZOE X", True),
        ),
        ("\u0906\u0936\u093e", "ASHA", False),
    ],
)
def test_names_agree(payer: str, told: str, is_one: object) -> None:
    book = NameBook()
    assert agree(book.name(payer), book.name(told)) is is_one


@pytest.mark.parametrize("habit", HABITS)
def test_no_month_has_a_wrong_one_among_the_sure(habit: str) -> None:
    """A few of the thousand that `make settling` matches."""
    counts = prove(4, 120, [habit])[habit]
    assert (wrong_in(counts, Grade.SURE), counts["unrecorded WRONG"]) == (0, 0)
    assert counts["sure right"] > 0
    assert counts["sure right"] + counts["likely right"] > counts["possible"] * 0.3


@pytest.mark.parametrize("habit", HABITS)
def test_strangers_are_found_as_by_looking_at_all_payments(
    habit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = make_month(99, HABITS[habit], 300)
    lines, _ = month.truths(HABITS[habit].writer)
    found = match(lines, month.histories)
    asked: list[bool] = []

    def has_stranger(case: Case, number: int, place: int) -> bool:
        asked.append(
            any(
                other != place and not any(one != number for one in case.lines_like(other))
                for other in case.near(number)
            )
        )
        return asked[-1]

    monkeypatch.setattr(Case, "has_stranger", has_stranger)
    assert match(lines, month.histories) == found
    assert asked or habit != "lost, csv"


def test_a_claim_looks_for_another_line_once_when_one_is_given_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody who buys the same all day: each of their claims is watched at the same lines."""
    times = 16
    looked: list[int] = []
    look = Watch._look

    def counted(watch: Watch, place: int) -> None:
        looked.append(place)
        look(watch, place)

    monkeypatch.setattr(Watch, "_look", counted)
    ids = [make_payment_id(NOW + timedelta(minutes=one), random=7**20 + one) for one in range(17)]
    numbers = [str(437276589036 + one) for one in range(times + 1)]
    payers = ["Ravi Patil", *["Asha Rao"] * times]
    claims = [claim(*one) for one in zip(ids, payers, [5000] * 17, numbers, strict=True)]
    told = [line("", payer, 5000, one) for payer, one in zip(payers, numbers, strict=True)]
    assert len(match(lines(*told), claims).matches) == times + 1
    assert times < len(looked) <= times * times


@pytest.mark.parametrize("was_enabled", [True, False])
def test_the_search_for_garbage_is_afterwards_as_it_was(*, was_enabled: bool) -> None:
    (gc.enable if was_enabled else gc.disable)()
    try:
        match([], [])
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()


def test_what_is_made_meanwhile_is_old_afterwards() -> None:
    gc.unfreeze()  # another test's command may have frozen something
    with no_garbage():
        made = [object()]
    assert any(one is made for one in gc.get_objects(generation=2))
    gc.freeze()
    try:
        with no_garbage():
            made = [object()]
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
