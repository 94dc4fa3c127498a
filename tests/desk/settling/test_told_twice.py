"""A transfer that a message and a statement tell settles one payment, and one only."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.settling.case import Grade
from desk.settling.matching import Matching, match
from desk.statements.line import Kind, Line, Place, digest_text, with_fingerprints
from payments.events import ALERT, EventStatus, Evidence, Fingerprint, History, PaymentStatus
from payments.money import Money
from payments.payment_id import PaymentId
from testkit.factories import NOW, make_event, make_payment, make_payment_id
from tests.desk.settling.months import HABITS, Month, make_month

DAY = date(2026, 3, 1)
ID, OTHER = make_payment_id(random=2**79 + 987654321), make_payment_id(random=2**78 + 12345)
NUMBER = "437276589036"


def claim(payment_id: PaymentId = ID, payer: str = "Asha", number: str | None = None) -> History:
    return History(make_payment(payment_id, payer_id=payer, bank_reference=number,
                                money=Money(5000, "INR"), recorded_at=NOW))  # fmt: skip


def line(
    name: str = "ASHA RAO", number: str = NUMBER, *, text: str = "", days: int = 0,
    minor: int = 5000, kind: Kind = Kind.CREDIT,
) -> Line:  # fmt: skip
    """Of a statement."""
    money = Money(minor, "INR")
    return with_fingerprints(
        [Line(Place("a", 1), kind, money, DAY + timedelta(days), text, name, number)]
    )[0]


def alert(
    name: str = "ASHA RAO", number: str = NUMBER, *, sender: str = "BANK", days: int = 0,
    minor: int = 5000, minute: int = 0,
) -> Line:  # fmt: skip
    money = Money(minor, "INR")
    key = number.lstrip("0") or f"{name} {sender} {days} {minute}"
    return Line(
        Place(f"alert {minute} of {sender}", 1), Kind.CREDIT, money, DAY + timedelta(days),
        f"Rs {money.amount} came from {name}", name, number,
        fingerprint=Fingerprint(f"{ALERT}{digest_text(f'{money} {key}')}"),
    )  # fmt: skip


def settled(history: History, by: Line, money: Money | None = None, part: str = "") -> History:
    evidence = Evidence(
        Fingerprint(f"{by.fingerprint}{part}"), by.bank_id, by.booked_on, money or by.money
    )
    payment = history.payment
    event = replace(
        make_event(payment.payment_id, payment.payee_id, status=EventStatus.CONFIRMED),
        evidence=evidence, number=len(history.events) + 1,
    )  # fmt: skip
    return History(payment, (*history.events, event))


def offered(found: Matching) -> dict[PaymentId, list[str]]:
    """By payment, the grades with which any line is offered for it."""
    grades: dict[PaymentId, list[str]] = {}
    for one in (*found.matches, *(one for some in found.asks for one in some)):
        grades.setdefault(one.history.payment.payment_id, []).append(one.grade)
    return grades


@pytest.mark.parametrize(
    ("history", "told"),
    [
        (claim(number=NUMBER), alert()),
        (claim(), replace(alert(), text=f"got 50 ref {ID.reference}")),
        (claim(), alert()),
    ],
    ids=["number and name", "reference", "name"],
)
def test_an_alert_is_likely_at_most(history: History, told: Line) -> None:
    [found] = match([told], [history]).matches
    assert found.grade is Grade.LIKELY
    assert found.why.endswith(", by a message that may be forged")


LATER = {
    "the same number": line(),
    "with zeros before it": line(number="0000" + NUMBER),
    "in its words": line(number="S77", text=f"UPI-ASHA RAO-{NUMBER}-x"),
    "days later": line(days=4),
    "in words, without a name": line("", "S77", text=f"UPI/{NUMBER}/x", days=1),
    "by another name": line("SITA RAO", days=2),
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
@pytest.mark.parametrize("other", [claim(OTHER, "Sita Rao"), claim(OTHER, "Asha Rao", NUMBER)])
def test_what_an_alert_settled_is_not_offered_again_by_its_number(
    later: Line, other: History
) -> None:
    found = match([later], [settled(claim(), alert()), other])
    assert offered(found) == {}
    assert found.settled == (later,)
    assert found.not_booked == ()


def test_also_where_a_payer_has_no_number_of_that_line_but_its_reference() -> None:
    told = line(number="S77", text=ID.reference, days=3)
    found = match([told], [settled(claim(), alert()), claim(OTHER, "Asha Rao")])
    assert (offered(found), found.settled) == ({}, (told,))


def test_a_second_transfer_of_the_same_payer_is_still_for_their_second_payment() -> None:
    both = [settled(claim(), alert()), claim(OTHER)]
    lines = [line(), line(number="437276589099")]
    found = match(lines, both)
    assert [one.history.payment.payment_id for one in found.matches] == [OTHER]
    assert [one.line for one in found.matches] == [lines[1]]


def test_without_numbers_the_payers_own_line_is_taken_for_it() -> None:
    confirmed = settled(claim(), alert(number=""))
    told = line(number="S77", days=2)
    found = match([told], [confirmed, claim(OTHER, "Ravi")])
    assert (offered(found), found.settled) == ({}, (told,))
    assert found.not_booked == ()


def test_without_numbers_a_line_that_may_be_it_is_asked_and_never_likely() -> None:
    """The one name that fits is another's; but who confirmed may have known better."""
    confirmed = settled(claim(payer="Mum"), alert("SITA RAO", ""))
    told = line("SITA RAO", "S77", days=1)
    found = match([told], [confirmed, claim(OTHER, "Sita")])
    assert offered(found) == {OTHER: [Grade.ASK]}
    told_otherwise = f"but it may be what settled {ID.reference}, told otherwise"
    assert found.asks[0][0].why == f"amount, name and day fit, {told_otherwise}"
    alone = match([told], [claim(OTHER, "Sita")])
    assert offered(alone) == {OTHER: [Grade.LIKELY]}
    by_number = match([told], [confirmed, claim(OTHER, "Sita", "S77")])
    assert offered(by_number) == {OTHER: [Grade.ASK]}


def test_a_number_without_a_name_is_not_likely_where_an_alert_may_have_told_it() -> None:
    told = line("", number="437276589099")
    both = [settled(claim(), alert(number="")), claim(OTHER, "Ravi", "437276589099")]
    found = match([told], both)
    assert offered(found) == {OTHER: [Grade.ASK]}
    assert "may be the booking that settled" in found.asks[0][0].why
    numbered = match([told], [settled(claim(), alert()), both[1]])
    assert offered(numbered) == {OTHER: [Grade.LIKELY]}  # the alert had another number


def test_a_forged_alert_comes_out_once_the_statement_is_there() -> None:
    forged = settled(claim(), alert())
    quiet = [line("RAVI", "1" * 12, minor=7000, days=one) for one in (-3, 9)]
    assert match(quiet, [forged]).not_booked == (forged,)
    assert match(quiet[:1], [forged]).not_booked == ()  # its days are not over yet
    assert match([alert("RAVI", "1" * 12)], [forged]).not_booked == ()
    elsewhere = {"other": {"ravi"}}
    at_other = [replace(one, account="other") for one in quiet]
    assert match(at_other, [forged], elsewhere).not_booked == ()
    undone = History(
        forged.payment,
        (*forged.events, make_event(ID, forged.payment.payee_id, status=EventStatus.UNDONE,
                                    number=2)),
    )  # fmt: skip
    found = match([*quiet, line()], [undone])
    assert found.not_booked == ()
    assert offered(found) == {ID: [Grade.LIKELY]}


def test_a_transfer_in_parts_is_recognised_whole() -> None:
    told = alert(minor=8000)
    parts = [
        settled(claim(), told, Money(5000, "INR")),
        settled(claim(OTHER), told, Money(3000, "INR"), "_2"),
    ]
    booked = line(minor=8000, days=1)
    found = match([booked], [*parts, claim(make_payment_id(random=5), "Asha Rao")])
    assert (offered(found), found.settled) == ({}, (booked,))


def test_what_the_bank_took_back_since_is_to_be_undone() -> None:
    back = line(kind=Kind.TAKEN_BACK, days=1)
    confirmed = settled(claim(), alert())
    found = match([line(), back], [confirmed])
    assert [(one.line, one.history) for one in found.to_undo] == [(back, confirmed)]
    told_back = replace(alert(), kind=Kind.TAKEN_BACK, fingerprint=Fingerprint("ALERT-back"))
    for messages in ([alert(), told_back], [told_back]):
        found = match(messages, [settled(claim(number=NUMBER), alert())])
        assert [one.line for one in found.to_undo] == [told_back]


@pytest.mark.parametrize(
    "by", [line(), line(number="0000" + NUMBER, days=3), line("ASHA", "S77", days=1)]
)
def test_a_message_that_is_read_after_the_statement_is_settled_too(by: Line) -> None:
    """By the bank's number, or by name and amount where nobody else claims such a payment."""
    confirmed = settled(claim(), by)
    found = match([alert()], [confirmed, claim(OTHER, "Ravi")])
    assert offered(found) == {}
    assert len(found.settled) == 1
    fresh = match([alert()], [confirmed, claim(OTHER, "Asha Rao")])
    assert Grade.LIKELY not in offered(fresh).get(OTHER, [])


def test_an_alert_is_settled_by_itself_and_by_the_banks_other_message() -> None:
    confirmed = settled(claim(), alert())
    for again in (alert(), alert("A RAO", sender="mail", days=1)):
        found = match([again], [confirmed, claim(OTHER, "Asha Rao")])
        assert (offered(found), found.settled) == ({}, (again,))


def test_two_senders_without_a_number_are_asked_about() -> None:
    both = [alert(number=""), alert(number="", sender="mail", minute=3)]
    found = match(both, [claim(payer="Asha Rao"), claim(OTHER, "Asha")])
    assert {grade for grades in offered(found).values() for grade in grades} == {Grade.ASK}
    one_sender = [alert(number=""), alert("BEN", "", minute=3)]
    found = match(one_sender, [claim(payer="Asha Rao"), claim(OTHER, "Ben")])
    assert offered(found) == {ID: [Grade.LIKELY], OTHER: [Grade.LIKELY]}


# --- Whole months ---------------------------------------------------------------------------------


def alerts_of(month: Month, dice: random.Random, *, numbers: bool) -> dict[Line, int]:
    """Messages of two thirds of a month's credits, each with its place among the bookings."""
    found = {}
    for place, (booking, _) in enumerate(month.bookings):
        if booking.kind is Kind.CREDIT and dice.random() < 0.67:
            number = booking.bank_id if numbers else ""
            told = alert(booking.name, number, minute=place)
            day = booking.day - timedelta(days=dice.choice((0, 0, 1, 2)))
            found[replace(told, money=booking.money, booked_on=day)] = place
    return found


def confirm(
    histories: Iterable[History], matches: Mapping[PaymentId, Line]
) -> tuple[list[History], set[PaymentId]]:
    after = [
        settled(one, matches[one.payment.payment_id])
        if one.payment.payment_id in matches and one.status is PaymentStatus.CLAIMED
        else one
        for one in histories
    ]
    return after, set(matches)


@pytest.mark.parametrize("numbers", [True, False], ids=["numbers", "no numbers"])
@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
def test_in_whole_months_no_transfer_settles_two_payments(habit: object, *, numbers: bool) -> None:
    """All that is likely is confirmed by messages, and some that is asked, as it is truly. Then
    comes the statement, of which all is confirmed that is sure or likely."""
    dice, doubles, told, settled_count = random.Random(7), 0, 0, 0
    for seed in range(3):
        month = make_month(seed, habit, 80)  # type: ignore[arg-type]
        alerts = alerts_of(month, dice, numbers=numbers)
        places = {one.fingerprint: place for one, place in alerts.items()}
        first = match(list(alerts), month.histories)
        assert all(one.grade is Grade.LIKELY for one in first.matches)
        candidates = [*first.matches, *(one for some in first.asks for one in some)]
        chosen: dict[PaymentId, Line] = {}
        used: set[int] = set()
        for one in candidates:
            payment_id, place = one.history.payment.payment_id, places[one.line.fingerprint]
            is_true = month.bookings[place][1] == payment_id
            if (one.grade is Grade.LIKELY or is_true) and place not in used:
                if not numbers and not is_true:
                    continue  # whom a wrong yes settled: a matter of its own, below
                if chosen.setdefault(payment_id, one.line) is one.line:
                    used.add(place)
        histories, confirmed = confirm(month.histories, chosen)
        told += len(confirmed)
        lines, _truth = month.truths(habit.writer)  # type: ignore[attr-defined]
        found = match(lines, histories)
        order = sorted(range(len(month.bookings)), key=lambda n: month.bookings[n][0].day)
        third = len(order) // 3
        of_lines = dict(
            zip([one.fingerprint for one in lines], [*order[: 2 * third], *order[third:]],
                strict=True)
        )  # fmt: skip
        for one in found.matches:
            assert one.history.payment.payment_id not in confirmed
            doubles += of_lines[one.line.fingerprint] in used
            settled_count += 1
        doubles += _again_by_alerts(histories, found, alerts, of_lines)
    assert told > 60
    assert settled_count > 10
    assert doubles == 0


def _again_by_alerts(
    histories: Iterable[History], found: Matching, alerts: Mapping[Line, int],
    of_lines: Mapping[Fingerprint, int],
) -> int:  # fmt: skip
    """Of the transfers that the statement settled, how many an alert, read later, is likely to
    settle once more."""
    by_statement = {one.history.payment.payment_id: one.line for one in found.matches}
    after, _ = confirm(histories, by_statement)
    used = {of_lines[one.fingerprint] for one in by_statement.values()}
    later = match(list(alerts), after)
    return sum(alerts[one.line] in used for one in later.matches)
