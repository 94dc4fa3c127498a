"""What every ledger does: the fake in memory, moto, ministack and DynamoDB Local alike."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from ulid import ULID

from payments.currencies import currency_codes, currency_digits
from payments.erasing import PaymentReplaced, erased
from payments.events import Event, EventStatus, Evidence, EvidenceTaken, History, PaymentStatus
from payments.lateness import LateMark
from payments.ledger import Bounds, Latest, Ledger
from payments.money import Money
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.refusals import LedgerThrottled
from testkit.factories import (
    BAKERY,
    FAMILY,
    FOUR_BYTES,
    NOW,
    PAYMENT_ID,
    PERSIAN,
    largest_money,
    make_event,
    make_evidence,
    make_payment,
    make_payment_id,
    payments_in,
)
from tests.backend.stores import ATOMIC_STORES

THREADS = 16
FLORIST = PayeeId("florist")
LINE = make_evidence()
T = TypeVar("T")


def race(act: Callable[[int], T]) -> list[T]:
    """What each of many gets who do it at once."""
    start = Barrier(THREADS)

    def run(runner: int) -> T:
        start.wait(10)
        return act(runner)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, range(THREADS)))


def append(ledger: Ledger, event: Event) -> Event | None:
    """Append as callers do: one that met another's write at the same moment is sent again."""
    while True:
        with suppress(LedgerThrottled):
            return ledger.append(event)


def confirmation(
    payment_id: PaymentId = PAYMENT_ID,
    payee_id: str = BAKERY,
    *,
    number: int = 1,
    by: str = "ravi",
    evidence: Evidence = LINE,
) -> Event:
    return make_event(
        payment_id, payee_id, number=number, status="confirmed", by=by, evidence=evidence
    )


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
        make_payment(method="cash"),
        make_payment(bank_reference="437276589036"),
    ],
    ids=["payer", "amount", "currency", "reason", "method", "bank-reference"],
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


def test_how_it_was_paid_and_the_banks_number_stand_as_given(ledger: Ledger) -> None:
    payments = [
        make_payment(make_payment_id(random=1), method="upi", bank_reference="437276589036"),
        make_payment(make_payment_id(random=2), method="cash"),
        make_payment(make_payment_id(random=3), bank_reference="437276589036"),
    ]
    for payment in payments:
        assert ledger.record(payment) is None
        assert ledger.record(payment) == payment
    assert payments_in(ledger) == payments


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
    """Some with evidence, some without, by whichever kind of write."""
    ledger.record(make_payment())

    def correct(runner: int) -> Event | None:
        evidence = make_evidence(f"line-{runner}") if runner % 2 else None
        return append(
            ledger, make_event(status="confirmed", by=f"maintainer {runner}", evidence=evidence)
        )

    answers = race(correct)
    [history] = ledger.histories(BAKERY)
    [winner] = history.events
    assert winner.by == f"maintainer {answers.index(None)}"
    assert answers.count(None) == 1
    assert answers.count(winner) == THREADS - 1
    for runner in range(1, THREADS, 2):  # the lines of those who lost are free
        if runner != answers.index(None):
            free = make_evidence(f"line-{runner}")
            other = make_payment_id(random=runner)
            assert ledger.append(confirmation(other, evidence=free)) is None


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


def test_the_latest_of_a_range_come_newest_first_with_their_events(ledger: Ledger) -> None:
    minted = [make_payment_id(NOW + timedelta(minutes=n), random=n) for n in range(20)]
    for n, payment_id in enumerate(minted):
        ledger.record(make_payment(payment_id))
        for number in range(1, 12 if n == 9 else 2):
            ledger.append(make_event(payment_id, number=number))
        ledger.record(make_payment(payment_id, "florist"))
    bounds = (minted[3], minted[12])
    expected = list(ledger.histories(BAKERY, bounds))[::-1]
    for limit in (1, 3, 10, 200):
        assert list(page_by_page(ledger, bounds, limit)) == expected
    nothing = (make_payment_id(NOW - timedelta(days=1)), make_payment_id(NOW - timedelta(hours=1)))
    assert ledger.latest(BAKERY, nothing, 5) == Latest((), is_all=True)


def page_by_page(ledger: Ledger, bounds: Bounds, limit: int) -> Iterator[History]:
    first, last = bounds
    while True:
        latest = ledger.latest(BAKERY, (first, last), limit)
        assert len(latest.histories) <= limit
        yield from latest.histories
        if latest.is_all:
            return
        oldest = latest.histories[-1].payment.payment_id
        last = PaymentId(str(ULID.from_int(oldest.number - 1)))


def test_an_id_is_found_among_any_number_of_payees(ledger: Ledger) -> None:
    payee_ids = [PayeeId(f"payee-{number}") for number in range(205)]
    for payee_id in (payee_ids[1], payee_ids[150], "another"):
        ledger.record(make_payment(payee_id=payee_id))
    found = {payment.payee_id for payment in ledger.find_among(payee_ids, PAYMENT_ID)}
    assert found == {payee_ids[1], payee_ids[150]}
    assert list(ledger.find_among(payee_ids, make_payment_id(random=1))) == []
    assert list(ledger.find_among([], PAYMENT_ID)) == []


class TestALineSettlesOnePayment:
    def test_the_event_has_its_evidence(self, ledger: Ledger) -> None:
        ledger.record(make_payment())
        assert ledger.append(confirmation()) is None
        [history] = ledger.histories(BAKERY)
        assert history == History(make_payment(), (confirmation(),))
        assert history.status is PaymentStatus.CONFIRMED

    def test_a_resend_meets_its_own_event(self, ledger: Ledger) -> None:
        ledger.record(make_payment())
        ledger.append(confirmation())
        assert ledger.append(confirmation()) == confirmation()
        ledger.append(make_event(number=2, status="undone"))
        assert ledger.append(confirmation()) == confirmation()

    def test_a_taken_number_is_told_whatever_the_line(self, ledger: Ledger) -> None:
        ledger.append(make_event())
        assert ledger.append(confirmation()) == make_event()
        at_the_florist = confirmation(payee_id=FLORIST)
        assert ledger.append(at_the_florist) is None, "what was not written settled nothing"
        assert ledger.append(confirmation()) == make_event()

    @pytest.mark.parametrize(
        "other",
        [
            confirmation(make_payment_id(random=1)),
            confirmation(payee_id=FLORIST),
            confirmation(number=2),
        ],
        ids=["payment", "payee", "event"],
    )
    def test_a_line_that_settled_one_settles_no_other(self, ledger: Ledger, other: Event) -> None:
        for payment in (make_payment(), make_payment(other.payment_id, other.payee_id)):
            ledger.record(payment)
        ledger.append(confirmation())
        with taken_by(BAKERY, PAYMENT_ID):
            ledger.append(other)
        unsettled = replace(other, evidence=None)
        assert ledger.append(unsettled) is None, "nothing had been written"

    def test_it_stays_taken_when_the_payment_was_reversed(self, ledger: Ledger) -> None:
        ledger.record(make_payment())
        ledger.append(confirmation())
        ledger.append(make_event(number=2, status="reversed"))
        with taken_by(BAKERY, PAYMENT_ID):
            ledger.append(confirmation(payee_id=FLORIST))
        ledger.append(make_event(number=3, status="undone"))
        with taken_by(BAKERY, PAYMENT_ID):
            ledger.append(confirmation(payee_id=FLORIST))
        ledger.append(make_event(number=4, status="undone"))
        assert ledger.append(confirmation(payee_id=FLORIST)) is None

    def test_a_mistaken_confirmation_that_was_undone_frees_its_line(self, ledger: Ledger) -> None:
        ledger.record(make_payment())
        ledger.record(make_payment(payee_id=FLORIST))
        ledger.append(confirmation())
        ledger.append(make_event(number=2, status="undone"))
        assert ledger.append(confirmation(payee_id=FLORIST)) is None
        with taken_by(FLORIST, PAYMENT_ID):
            ledger.append(confirmation(number=3))
        ledger.append(make_event(payee_id=FLORIST, number=2, status="undone"))
        assert ledger.append(confirmation(number=3)) is None
        assert ledger.append(confirmation(number=3)) == confirmation(number=3)
        with taken_by(BAKERY, PAYMENT_ID):
            ledger.append(confirmation(payee_id=FLORIST, number=3))

    def test_listing_tells_of_events_and_of_no_lines(self, ledger: Ledger) -> None:
        minted = [make_payment_id(random=n) for n in range(20)]
        settled = [confirmation(one, evidence=make_evidence(f"line-{one}")) for one in minted]
        for event in settled:
            ledger.record(make_payment(event.payment_id))
            assert ledger.append(event) is None
        assert list(ledger.histories(BAKERY)) == [
            History(make_payment(event.payment_id), (event,)) for event in settled
        ]

    @pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
    def test_of_many_payments_that_race_for_a_line_one_is_settled(self, ledger: Ledger) -> None:
        payees = [PayeeId(f"payee-{runner}") for runner in range(THREADS)]
        for payee_id in payees:
            ledger.record(make_payment(payee_id=payee_id))
        self.race_for_the_line(ledger, payees, number=1)

    @pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
    def test_of_many_who_race_for_a_freed_line_one_has_it(self, ledger: Ledger) -> None:
        payees = [PayeeId(f"payee-{runner}") for runner in range(THREADS)]
        for payee_id in (*payees, BAKERY):
            ledger.record(make_payment(payee_id=payee_id))
        ledger.append(confirmation())
        ledger.append(make_event(number=2, status="undone"))
        self.race_for_the_line(ledger, payees, number=1)

    @staticmethod
    def race_for_the_line(ledger: Ledger, payees: list[PayeeId], number: int) -> None:
        def settle(runner: int) -> PayeeId | None:
            """Who has the line instead."""
            try:
                assert append(ledger, confirmation(payee_id=payees[runner])) is None
            except EvidenceTaken as taken:
                return taken.payee_id
            return None

        answers = race(settle)
        winner = payees[answers.index(None)]
        assert answers.count(None) == 1
        assert answers.count(winner) == THREADS - 1
        confirmed = [
            payee_id
            for payee_id in payees
            for history in ledger.histories(payee_id)
            if history.status is PaymentStatus.CONFIRMED
        ]
        assert confirmed == [winner]

    @pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
    def test_while_some_undo_and_others_settle_it_never_settles_two(self, ledger: Ledger) -> None:
        """Each settles by the one line and takes it back, as soon as it can."""
        settled: list[PayeeId] = []
        at_once: list[int] = []

        def settle_and_undo(runner: int) -> None:
            payee_id = PayeeId(f"payee-{runner}")
            ledger.record(make_payment(payee_id=payee_id))
            while True:
                with suppress(EvidenceTaken):
                    assert append(ledger, confirmation(payee_id=payee_id)) is None
                    break
            settled.append(payee_id)
            at_once.append(len(settled))
            settled.remove(payee_id)
            assert append(ledger, make_event(payee_id=payee_id, number=2, status="undone")) is None

        race(settle_and_undo)
        assert at_once == [1] * THREADS


@contextmanager
def taken_by(payee_id: PayeeId, payment_id: PaymentId) -> Iterator[None]:
    with pytest.raises(EvidenceTaken) as taken:
        yield
    assert (taken.value.payee_id, taken.value.payment_id) == (payee_id, payment_id)


ERASING = make_event(status="erased", why="asked by letter")
WORDY = make_payment(reason="Lunch with Ben", method="upi", bank_reference="437276589036")


class TestErasing:
    def test_the_words_go_and_all_else_stays(self, ledger: Ledger) -> None:
        ledger.record(WORDY)
        ledger.record(make_payment(make_payment_id(random=1)))
        assert ledger.erase(WORDY, ERASING) is None
        gone = replace(
            WORDY, payer_id="erased", reason="erased", bank_reference="erased", is_erased=True
        )
        assert ledger.find(BAKERY, PAYMENT_ID) == gone == erased(WORDY)
        untouched, history = sorted(
            ledger.histories(BAKERY), key=lambda one: one.payment.payment_id == PAYMENT_ID
        )
        assert history == History(gone, (ERASING,))
        assert untouched == History(make_payment(make_payment_id(random=1)))

    def test_what_was_not_said_stays_unsaid(self, ledger: Ledger) -> None:
        payment = make_payment(reason="")
        ledger.record(payment)
        assert ledger.erase(payment, ERASING) is None
        assert ledger.find(BAKERY, PAYMENT_ID) == replace(
            payment, payer_id="erased", is_erased=True
        )

    def test_who_is_called_erased_is_not_erased(self, ledger: Ledger) -> None:
        payment = make_payment(payer_id="erased", reason="erased")
        ledger.record(payment)
        assert ledger.find(BAKERY, PAYMENT_ID) == payment
        assert ledger.erase(payment, ERASING) is None
        assert ledger.find(BAKERY, PAYMENT_ID) == replace(payment, is_erased=True)

    def test_a_resend_meets_its_own_event(self, ledger: Ledger) -> None:
        ledger.record(WORDY)
        ledger.erase(WORDY, ERASING)
        assert ledger.erase(WORDY, ERASING) == ERASING
        assert ledger.find(BAKERY, PAYMENT_ID) == erased(WORDY)

    def test_a_taken_number_is_told_and_nothing_is_erased(self, ledger: Ledger) -> None:
        ledger.record(WORDY)
        ledger.append(make_event(status="confirmed"))
        assert ledger.erase(WORDY, ERASING) == make_event(status="confirmed")
        assert ledger.find(BAKERY, PAYMENT_ID) == WORDY
        assert ledger.erase(WORDY, replace(ERASING, number=2)) is None
        [history] = ledger.histories(BAKERY)
        assert history.status is PaymentStatus.CONFIRMED
        assert history.payment == erased(WORDY)

    @pytest.mark.parametrize(
        "read",
        [
            replace(WORDY, payer_id="Ben"),
            replace(WORDY, reason="Dinner"),
            replace(WORDY, bank_reference="1234"),
        ],
        ids=["payer", "reason", "bank-reference"],
    )
    def test_another_row_than_was_read_is_left_alone(self, ledger: Ledger, read: Payment) -> None:
        ledger.record(WORDY)
        with pytest.raises(PaymentReplaced):
            ledger.erase(read, ERASING)
        assert list(ledger.histories(BAKERY)) == [History(WORDY)]

    def test_nothing_is_erased_twice(self, ledger: Ledger) -> None:
        ledger.record(WORDY)
        ledger.erase(WORDY, ERASING)
        for read in (WORDY, erased(WORDY)):
            with pytest.raises(PaymentReplaced):
                ledger.erase(read, replace(ERASING, number=2))
        assert list(ledger.histories(BAKERY)) == [History(erased(WORDY), (ERASING,))]

    def test_recording_again_gives_what_is_left(self, ledger: Ledger) -> None:
        ledger.record(WORDY)
        ledger.erase(WORDY, ERASING)
        assert ledger.record(WORDY) == erased(WORDY)
        assert payments_in(ledger) == [erased(WORDY)]

    @pytest.mark.parametrize("ledger", ATOMIC_STORES, indirect=True)
    def test_of_those_who_erase_and_confirm_at_once_exactly_one_does(self, ledger: Ledger) -> None:
        """By every kind of write. The row is erased if and only if an event says so."""
        ledger.record(WORDY)

        def correct(runner: int) -> Event | None:
            by = f"maintainer {runner}"
            if runner % 2:
                evidence = make_evidence(f"line-{runner}") if runner % 4 == 1 else None
                return append(ledger, make_event(status="confirmed", by=by, evidence=evidence))
            while True:
                with suppress(LedgerThrottled):
                    return ledger.erase(WORDY, replace(ERASING, by=by))

        answers = race(correct)
        [history] = ledger.histories(BAKERY)
        [winner] = history.events
        assert winner.by == f"maintainer {answers.index(None)}"
        assert answers.count(None) == 1
        assert answers.count(winner) == THREADS - 1
        assert history.payment == (erased(WORDY) if winner.status == "erased" else WORDY)


def test_what_is_written_late_leaves_a_mark_and_what_is_fresh_does_not(ledger: Ledger) -> None:
    """On the day of writing, of the day of minting; a day old is fresh."""
    old = make_payment_id(NOW - timedelta(days=30))
    late = NOW + timedelta(days=2)
    assert ledger.record(make_payment()) is None
    assert ledger.append(make_event(recorded_at=NOW + timedelta(days=1))) is None
    assert list(ledger.late_marks(NOW.date())) == list(ledger.late_marks(late.date())) == []
    recorded = make_payment(old)
    assert ledger.record(recorded) is None
    assert list(ledger.late_marks(NOW.date())) == [LateMark(NOW.date(), BAKERY, date(2026, 1, 30))]
    by_line = make_event(number=2, status=EventStatus.CONFIRMED, recorded_at=late, evidence=LINE)
    assert ledger.append(by_line) is None
    said = make_event(old, number=1, status=EventStatus.ERASED, recorded_at=late)
    assert ledger.erase(recorded, said) is None
    assert ledger.append(replace(said, number=2, status=EventStatus.REVERSED)) is None
    assert list(ledger.late_marks(late.date())) == [
        LateMark(late.date(), BAKERY, date(2026, 1, 30)),
        LateMark(late.date(), BAKERY, NOW.date()),
    ]


def test_marks_of_many_payees_are_all_told(ledger: Ledger) -> None:
    old = make_payment_id(NOW - timedelta(days=3))
    payee_ids = [PayeeId(f"stall-{number:02}") for number in range(20)]
    for payee_id in payee_ids:
        ledger.record(make_payment(old, payee_id))
    marks = list(ledger.late_marks(NOW.date()))
    assert marks == [LateMark(NOW.date(), one, date(2026, 2, 26)) for one in payee_ids]
    assert [one.payment.payment_id for one in ledger.histories(payee_ids[7])] == [old]
