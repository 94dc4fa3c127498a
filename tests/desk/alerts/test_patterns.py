"""A bank's words as patterns: what they read, and what they never read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerts.lines import NotRead, Reader, Told, read_alerts
from desk.alerts.pattern import NoPattern, Pattern, compile_wording, reads_up_to
from desk.statements.amounts import MARKS
from desk.statements.dates import Order
from desk.statements.line import Kind
from intake.alert import Alert, Posted
from payments.events import is_alert
from payments.money import Money

NEAR = date(2026, 3, 2)
SAYS = "Rs.{amount} credited to A/c {account} on {date} by {payer} (UPI {bank_number}){any}"
TEXT = "Rs.50.00 credited to A/c XX1234 on 01-03-26 by ASHA RAO (UPI 437276589036). Bye"


def pattern(says: str = SAYS, **changes: Any) -> Pattern:
    return replace(Pattern("one", ("BANK",), says, currency="INR"), **changes)


def read(text: str, *patterns: Pattern) -> Told:
    return Reader(patterns or [pattern()]).read("VM-BANK", text, NEAR)


def test_all_pieces_are_read() -> None:
    told = read(TEXT)
    assert (told.money, told.day) == (Money(5000, "INR"), date(2026, 3, 1))
    assert (told.bank_number, told.payer, told.account) == ("437276589036", "ASHA RAO", "XX1234")


def test_white_space_and_case_are_no_difference() -> None:
    assert read(TEXT.upper().replace(" ", " \n\u00a0")).money == Money(5000, "INR")


@pytest.mark.parametrize(
    "text",
    [
        f"x{TEXT}",
        f"Dear, {TEXT}",  # what stands before could be a payer's words
        TEXT.replace("credited", "debited"),
        TEXT.replace("50.00", "fifty"),
        TEXT.replace("Rs.50.00", "Rs.-50.00"),
        TEXT.replace("Rs.50.00", "Rs."),
        TEXT.replace("(UPI 437276589036)", "(UPI )"),
        TEXT.replace("01-03-26", "99-99-26"),
        "",
    ],
)
def test_what_does_not_fit_from_the_first_to_the_last_is_not_read(text: str) -> None:
    with pytest.raises(NotRead):
        read(text)


@pytest.mark.parametrize(
    ("amount", "mark", "minor"),
    [
        ("50", ".", 5000),
        ("1,250", ".", 125_000),
        ("1,00,000.50", ".", 10_000_050),
        ("1.250,00", ",", 125_000),
        ("1 250,00", ",", 125_000),
        ("50.5", ".", 5050),
    ],
)
def test_amounts(amount: str, mark: str, minor: int) -> None:
    told = read(f"Got Rs {amount} today", pattern("Got Rs {amount} today", mark=mark))
    assert told.money == Money(minor, "INR")


@pytest.mark.parametrize(
    ("amount", "mark"),
    [
        ("1.250", "."),  # three decimals, or a thousand and more
        ("1,25", "."),
        ("1.250,00", "."),
        ("1,250.00", ","),
        ("50.001", "."),
        ("0.00", "."),
        ("0", "."),
        ("5 0", "."),
        ("1,2,3", "."),
        ("\u0665\u0660", "."),
    ],
)
def test_an_amount_is_never_guessed(amount: str, mark: str) -> None:
    with pytest.raises(NotRead):
        read(f"Got Rs {amount} today", pattern("Got Rs {amount} today", mark=mark))


def test_an_amount_is_read_whole_or_not_at_all() -> None:
    """Also where anything may follow it."""
    one = pattern("Got Rs {amount}{any}")
    for text, minor in {"Got Rs 50.00": 5000, "Got Rs 50.00.": 5000, "Got Rs 50.": 5000}.items():
        assert read(text, one).money == Money(minor, "INR")
    for text in ("Got Rs 50.001", "Got Rs 1.250.00", "Got Rs 50,00"):
        with pytest.raises(NotRead):
            read(text, one)


@pytest.mark.parametrize(
    ("said", "order", "day"),
    [
        ("01-03-26", Order.DMY, date(2026, 3, 1)),
        ("1/3/2026", Order.DMY, date(2026, 3, 1)),
        ("3/1/26", Order.MDY, date(2026, 3, 1)),
        ("2026-03-01", Order.YMD, date(2026, 3, 1)),
        ("01Mar26", Order.DMY, date(2026, 3, 1)),
        ("01-Mar-2026", Order.DMY, date(2026, 3, 1)),
        ("01.03.2026", Order.DMY, date(2026, 3, 1)),
        ("01/03", Order.DMY, date(2026, 3, 1)),
        ("03/01", Order.MDY, date(2026, 3, 1)),
        ("01 MAR", Order.DMY, date(2026, 3, 1)),
        ("31/12", Order.DMY, date(2025, 12, 31)),
        ("29/02", Order.DMY, None),
        ("20/03", Order.DMY, date(2025, 3, 20)),
        ("32/03", Order.DMY, None),
        ("yesterday", Order.DMY, None),
    ],
)
def test_dates(said: str, order: Order, day: date | None) -> None:
    one = pattern("Got {amount} on {date} at {any}", order=order)
    text = f"Got 50 on {said} at 10:15 AM."
    if day is None:
        with pytest.raises(NotRead):
            read(text, one)
    else:
        assert read(text, one).day == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("01/03 10:15", date(2026, 3, 1)),
        ("01/03 10.15", date(2026, 3, 1)),
        ("01/03, 10:15", date(2026, 3, 1)),
        ("01/03 2025", date(2025, 3, 1)),
        ("01/03/2025 x", date(2025, 3, 1)),
        ("01/03/25 x", date(2025, 3, 1)),
        ("01/03/25", date(2025, 3, 1)),
        ("01/03", date(2026, 3, 1)),
        ("01 Mar 10:15", date(2026, 3, 1)),
        ("01 Mar 2025 10:15", date(2025, 3, 1)),
        ("01 Mar 25 10:15", date(2025, 3, 1)),
        ("01 Mar 2025", date(2025, 3, 1)),
        ("01Mar25.", date(2025, 3, 1)),
        ("101/03", None),
    ],
)
def test_a_date_is_never_cut(said: str, day: date | None) -> None:
    """Whatever may follow, its year is a part of it and a time is none."""
    for says in ("Got {amount} on {date}{any}", "Got {amount} on {any}{date}{any}"):
        try:
            read_day = read(f"Got 50 on {said}", pattern(says)).day
        except NotRead:
            read_day = None
        assert read_day == day, says


def test_a_payer_who_writes_like_a_bank_is_not_read_as_one() -> None:
    """The amount is where the bank has it, whatever a name or a remark says behind it."""
    remark = "Rs.9999.00 credited to A/c XX1234 on 01-03-26 by X (UPI 999999999999)"
    told = read(TEXT.replace("ASHA RAO", remark))
    assert told.money == Money(5000, "INR")
    told = read(TEXT.replace("Bye", remark))
    assert (told.money, told.bank_number) == (Money(5000, "INR"), "437276589036")


def test_a_debit_is_no_credit_and_two_readings_are_none() -> None:
    out = pattern(SAYS.replace("credited to", "{any} A/c of").replace("A/c {account}", "{account}"),
                  name="out", kind=Kind.DEBIT)  # fmt: skip
    assert read(TEXT.replace("credited to A/c", "debited A/c of"), pattern(), out).pattern is out
    loose = pattern("Rs.{amount} {any}", name="loose", kind=Kind.DEBIT)
    with pytest.raises(NotRead, match="“one” and “loose” read it differently"):
        read(TEXT, pattern(), loose)
    assert read(TEXT, pattern(), pattern(name="the same")).money == Money(5000, "INR")


def test_another_banks_pattern_is_not_asked() -> None:
    with pytest.raises(NotRead, match="no pattern has this sender"):
        Reader([pattern()]).read("VM-OTHER", TEXT, NEAR)
    assert Reader([pattern(senders=("*",))]).read("", TEXT, NEAR).money


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("Rs.{amont}", "there is no {amont}"),
        ("Rs.{amount} {amount}", "stands in it twice"),
        ("Rs.{amount} by {payer}{any}", "side by side"),
        ("Rs.{amount} by {any}{payer}", "side by side"),
        ("Rs.{amount} {", "a single bracket"),
        ("Rs. credited", "it has no {amount}"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(says: str, told: str) -> None:
    with pytest.raises(NoPattern) as refused:
        compile_wording(pattern(says))
    assert told in str(refused.value)


def test_one_without_a_currency_is_refused() -> None:
    with pytest.raises(NoPattern, match="currency: INR"):
        compile_wording(pattern(currency=""))
    told = read("Got 50 EUR", pattern("Got {amount} {currency}", currency=""))
    assert told.money == Money(5000, "EUR")
    with pytest.raises(NotRead, match="“XXQ” is no currency"):
        read("Got 50 XXQ", pattern("Got {amount} {currency}", currency=""))


def test_where_a_wording_stops_fitting_is_told() -> None:
    told = reads_up_to(pattern(), TEXT.replace("by ASHA", "from ASHA"))
    assert told == "; “one” fits up to “Rs.{amount} credited to A/c {account} on {date}”"


@pytest.mark.parametrize("end", ["", "x", " (UPI "])
def test_a_message_made_to_take_for_ever_does_not(end: str) -> None:
    """As many pieces as a wording may have, against sixteen thousand characters that nearly fit."""
    says = " ".join(["Rs.{amount} {any} to {any} by {payer} by {any} by {date} {bank_number}",
                     *["{any} by {any} of"] * 40])  # fmt: skip
    for filling in (" by 1", "Rs.1 to by ", "1 1 ", "(UPI 1 by of "):
        text = (f"Rs.50.00 {filling * 16_000}")[:16_000] + end
        with pytest.raises(NotRead):
            read(text, pattern(says))


@given(st.text(max_size=300), st.sampled_from(MARKS))
def test_no_text_is_more_than_read_or_not(text: str, mark: str) -> None:
    for says in (SAYS, "{any}{amount}{any}", "{payer} {amount} {date}"):
        try:
            told = read(text, pattern(says, mark=mark))
        except NotRead:
            continue
        assert told.money
        assert told.money.amount_minor > 0


def alert(text: str, minute: int = 0, sender: str = "VM-BANK", key: int = 1) -> Alert:
    at = datetime(2026, 3, 1, 10, minute, tzinfo=UTC)
    return Alert(Posted(sender, text, at), at, key)


def test_alerts_become_lines() -> None:
    out = pattern("Rs.{amount} debited{any}", name="out", kind=Kind.DEBIT)
    code = pattern("{any} is your code", name="code", kind=None)
    accounts = {"xx1234": "usha@bank"}
    found = read_alerts(
        Reader([pattern(accounts=accounts), out, code]),
        [alert(TEXT), alert("Rs.5 debited"), alert("12 is your code"), alert("Hello")],
    )
    credit, debit = found.lines
    assert (credit.kind, credit.money, credit.booked_on) == (
        Kind.CREDIT, Money(5000, "INR"), date(2026, 3, 1)
    )  # fmt: skip
    assert (credit.name, credit.bank_id, credit.account) == (
        "ASHA RAO", "437276589036", "usha@bank"
    )  # fmt: skip
    assert credit.text == TEXT
    assert debit.kind is Kind.DEBIT
    assert is_alert(credit.fingerprint)
    assert is_alert(debit.fingerprint)
    assert found.aside == 1
    [unread] = found.unread
    assert (unread.alert.posted.text, unread.why) == (
        "Hello", "no pattern of this sender has these words"
    )  # fmt: skip


def test_one_transfer_is_one_line_by_whomever_its_number_is_told() -> None:
    mail = pattern("You got {amount}, number {bank_number}", name="mail", senders=("m@bank",))
    texts = [alert(TEXT), alert(TEXT, 5, key=2), alert("You got 50.00, number 0000437276589036",
                                                       9, "m@bank")]  # fmt: skip
    found = read_alerts(Reader([pattern(), mail]), texts)
    assert len(found.lines) == 1
    assert found.told_again == 2
    for other in (TEXT.replace("50.00", "51.00"), TEXT.replace("9036", "9037")):
        assert len(read_alerts(Reader([pattern()]), [alert(TEXT), alert(other)]).lines) == 2


def test_messages_without_a_number_are_told_apart_by_when_they_were_sent() -> None:
    one = pattern("You got {amount} from {payer}.")
    texts = [alert("You got 50 from Asha.", minute) for minute in (0, 1)]
    found = read_alerts(Reader([one]), [*texts, texts[0]])
    assert len(found.lines) == 2
    assert found.told_again == 1
    fingerprints = {line.fingerprint for line in found.lines}
    assert {one.fingerprint for one in read_alerts(Reader([one]), texts).lines} == fingerprints


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_a_fingerprint_is_the_same_in_every_zone(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time  # noqa: PLC0415

    one = pattern("You got {amount} from {payer}.")
    both = [alert(TEXT), alert("You got 50 from Asha.")]
    here = [line.fingerprint for line in read_alerts(Reader([pattern(), one]), both).lines]
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        there = [line.fingerprint for line in read_alerts(Reader([pattern(), one]), both).lines]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert here == there


def test_kinds_of_one_number_are_two_lines() -> None:
    back = pattern(SAYS.replace("credited to", "reversed in"), name="back", kind=Kind.TAKEN_BACK)
    texts = [alert(TEXT), alert(TEXT.replace("credited to", "reversed in"))]
    kinds = [line.kind for line in read_alerts(Reader([pattern(), back]), texts).lines]
    assert kinds == [Kind.CREDIT, Kind.TAKEN_BACK]
    assert len(set(product(kinds, kinds))) == 4
