"""What every ledger does: the fake in memory, moto, ministack and DynamoDB Local alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from payments.currencies import currency_codes, currency_digits
from payments.events import Event, History
from payments.ledger import Ledger
from payments.money import Money
from payments.payee import PayeeId
from payments.payment import Payment
from testkit.factories import (
    BAKERY,
    FAMILY,
    FOUR_BYTES,
    NOW,
    PAYMENT_ID,
    PERSIAN,
    largest_money,
    make_event,
    make_payment,
    make_payment_id,
    payments_in,
)
from tests.backend.stores import ATOMIC_STORES

THREADS = 16


def test_a_new_payment_is_recorded(ledger: Ledger) -> None:
    assert ledger.record(make_payment()) is None
    assert ledger.find(BAKERY, PAYMENT_ID) == make_payment()


def test_recording_again_gives_what_stands(ledger: Ledger) -> None:
    ledger.record(make_payment())
    later = make_payment(recorded_at=NOW + timedelta(hours=1))
    assert ledger.record(later) == make_payment()
    assert ledger.record(later) == make_payment()
    assert payments_in(ledger) == [make_payment()]


@pytest.mark.parametrize(
    "other",
    [
        make_payment(payer_id="Ben"),
        make_payment(money=Money(5001, "INR")),
        make_payment(money=Money(5000, "USD")),
        make_payment(reason=""),
    ],
    ids=["payer", "amount", "currency", "reason"],
)
def test_other_content_under_a_taken_id_changes_nothing(ledger: Ledger, other: Payment) -> None:
    ledger.record(make_payment())
    assert ledger.record(other) == make_payment()
    assert ledger.find(BAKERY, PAYMENT_ID) == make_payment()


def test_nothing_is_found_where_nothing_was_recorded(ledger: Ledger) -> None:
    ledger.record(make_payment())
    assert ledger.find(BAKERY, make_payment_id(random=1)) is None
    assert ledger.find(PayeeId("town"), PAYMENT_ID) is None
    assert payments_in(ledger, "town") == []


def test_payees_do_not_share_ids(ledger: Ledger) -> None:
    at_the_florist = make_payment(payee_id="florist", payer_id="Ben")
    assert ledger.record(make_payment()) is None
    assert ledger.record(at_the_florist) is None
    assert ledger.find(BAKERY, PAYMENT_ID) == make_payment()
    assert ledger.find(PayeeId("florist"), PAYMENT_ID) == at_the_florist


def test_payments_are_listed_by_the_time_of_minting_over_many_pages(ledger: Ledger) -> None:
    minted = [make_payment_id(NOW + timedelta(minutes=n), random=99 - n) for n in range(20)]
    payments = [make_payment(payment_id) for payment_id in minted]
    for payment in payments[9:] + payments[:9]:
        ledger.record(payment)
    ledger.record(make_payment(payee_id="florist"))
    assert payments_in(ledger) == payments


@pytest.mark.parametrize(
    "text",
    [
        FAMILY,
        PERSIAN,
        FOUR_BYTES * 64,
        "\u0915\u094d\u200d\u0937 \u5c71\u7530",
        "'; DROP TABLE payments; --",
        "attribute_not_exists(PK) :payee #status",
        '{"S": "x"} \\ " \U0001f1ee\U0001f1f3',
    ],
)
def test_text_stands_as_it_was_typed(ledger: Ledger, text: str) -> None:
    payment = make_payment(payer_id=text, reason=text)
    ledger.record(payment)
    assert ledger.find(BAKERY, PAYMENT_ID) == payment
    assert ledger.record(payment) == payment


def test_the_largest_amount_of_every_currency_stands_exactly(ledger: Ledger) -> None:
    payments = [
        make_payment(make_payment_id(random=n), money=largest_money(code, currency_digits(code)))
        for n, code in enumerate(sorted(currency_codes()))
    ]
    for payment in payments:
        ledger.record(payment)
    assert payments_in(ledger) == payments


def test_times_stand_to_the_millisecond(ledger: Ledger) -> None:
    payment = make_payment(recorded_at=NOW.replace(microsecond=1_000))
    ledger.record(payment)
    assert ledger.find(BAKERY, PAYMENT_ID) == payment


@pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
@pytest.mark.parametrize("same_content", [True, False], ids=["same-content", "other-content"])
def test_of_many_who_race_for_one_id_exactly_one_records(
    ledger: Ledger, *, same_content: bool
) -> None:
    start = Barrier(THREADS)

    def race(runner: int) -> Payment | None:
        payment = make_payment()
        start.wait(10)
        return ledger.record(
            payment if same_content else replace(payment, payer_id=f"payer {runner}")
        )

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(race, range(THREADS)))
    standing = ledger.find(BAKERY, PAYMENT_ID)
    assert answers.count(None) == 1
    assert answers.count(standing) == THREADS - 1
    if not same_content:
        winner = answers.index(None)
        assert standing == make_payment(payer_id=f"payer {winner}")


@pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
def test_payments_with_different_ids_do_not_hinder_each_other(ledger: Ledger) -> None:
    payments = [make_payment(make_payment_id(random=n)) for n in range(THREADS * 4)]
    with ThreadPoolExecutor(THREADS) as threads:
        assert set(threads.map(ledger.record, payments)) == {None}
    assert payments_in(ledger) == payments


def test_what_became_of_a_payment_stands_beside_it_in_order(ledger: Ledger) -> None:
    ledger.record(make_payment())
    events = [make_event(number=number, why=f"{FAMILY} {number}") for number in range(1, 13)]
    for event in reversed(events):
        assert ledger.append(event) is None
    assert list(ledger.histories(BAKERY)) == [History(make_payment(), tuple(events))]
    assert ledger.find(BAKERY, PAYMENT_ID) == make_payment()


def test_a_taken_event_number_gives_what_stands(ledger: Ledger) -> None:
    ledger.record(make_payment())
    ledger.append(make_event(by="ravi"))
    assert ledger.append(make_event(by="meena")) == make_event(by="ravi")
    assert ledger.append(make_event(by="ravi")) == make_event(by="ravi")
    assert list(ledger.histories(BAKERY)) == [History(make_payment(), (make_event(by="ravi"),))]


@pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
def test_of_many_who_race_to_correct_a_payment_exactly_one_does(ledger: Ledger) -> None:
    ledger.record(make_payment())
    start = Barrier(THREADS)

    def race(runner: int) -> Event | None:
        start.wait(10)
        return ledger.append(make_event(by=f"maintainer {runner}"))

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(race, range(THREADS)))
    winner = make_event(by=f"maintainer {answers.index(None)}")
    assert answers.count(None) == 1
    assert answers.count(winner) == THREADS - 1
    assert list(ledger.histories(BAKERY)) == [History(make_payment(), (winner,))]


def test_a_range_of_ids_has_its_ends_and_their_events_and_no_more(ledger: Ledger) -> None:
    minted = [make_payment_id(NOW + timedelta(minutes=n), random=n) for n in range(20)]
    for payment_id in minted:
        ledger.record(make_payment(payment_id))
        ledger.append(make_event(payment_id))
    found = list(ledger.histories(BAKERY, (minted[3], minted[12])))
    assert found == [History(make_payment(one), (make_event(one),)) for one in minted[3:13]]
    assert list(ledger.histories(BAKERY, (minted[3], minted[3]))) == found[:1]
    gap = make_payment_id(NOW - timedelta(days=1)), make_payment_id(NOW - timedelta(minutes=1))
    assert list(ledger.histories(BAKERY, gap)) == []


def test_an_id_is_found_among_any_number_of_payees(ledger: Ledger) -> None:
    payee_ids = [PayeeId(f"payee-{number}") for number in range(205)]
    for payee_id in (payee_ids[1], payee_ids[150], "another"):
        ledger.record(make_payment(payee_id=payee_id))
    found = {payment.payee_id for payment in ledger.find_among(payee_ids, PAYMENT_ID)}
    assert found == {payee_ids[1], payee_ids[150]}
    assert list(ledger.find_among(payee_ids, make_payment_id(random=1))) == []
    assert list(ledger.find_among([], PAYMENT_ID)) == []
