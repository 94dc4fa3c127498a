"""Many readings at once: in order, bounded, and ending when nobody listens any more."""

import threading
import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.local.memory import MemoryLedger
from cli.many_payees.side_by_side import READERS, read_side_by_side
from cli.reading import find_each
from cli.system import System
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.references import parse_reference
from testkit.factories import make_payment


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2100), max_size=70))
def test_what_is_read_is_what_one_after_the_other_reads(sizes: list[int]) -> None:
    keys = list(enumerate(sizes))

    def read(key: tuple[int, int]) -> Iterator[tuple[int, int]]:
        return ((key[0], one) for one in range(key[1]))

    told: list[int] = []
    found = list(read_side_by_side(keys, read, told.append))
    assert found == [one for key in keys for one in read(key)]
    assert told == list(range(1, len(keys) + 1)) or len(keys) == 1


def test_so_many_are_read_at_once_and_no_more() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def read(_: int) -> Iterator[int]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.01)
        with lock:
            now[0] -= 1
        yield 1

    assert sum(read_side_by_side(range(100), read)) == 100
    assert 1 < most[0] <= READERS


def test_little_is_read_ahead_of_who_listens() -> None:
    read_so_far = [0]

    def read(_: int) -> Iterator[int]:
        for one in range(1_000_000):
            read_so_far[0] += 1
            yield one

    found = read_side_by_side(range(100), read)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    time.sleep(0.3)
    assert read_so_far[0] < 100_000
    found.close()  # type: ignore[attr-defined]
    before = threading.active_count()
    time.sleep(0.5)
    assert threading.active_count() <= before
    seen = read_so_far[0]
    time.sleep(0.1)
    assert read_so_far[0] == seen, "nobody reads on"


def test_a_failure_is_told_in_its_turn_and_ends_it() -> None:
    def read(key: int) -> Iterator[int]:
        yield key
        if key == 5:
            raise ValueError("no answer")

    found = read_side_by_side(range(40), read)
    assert [next(found) for _ in range(6)] == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="no answer"):
        next(found)


def test_a_whole_reference_is_looked_for_at_all_payees_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hundred keys fit into a request: of ten thousand payees none waits for another hundred."""
    meeting = threading.Barrier(3)

    class Meeting(MemoryLedger):
        def find_among(
            self, payee_ids: Iterable[PayeeId], payment_id: PaymentId
        ) -> Iterator[Payment]:
            meeting.wait(20)
            return super().find_among(payee_ids, payment_id)

    ledger = Meeting()
    payees = [PayeeId(f"stall-{number}") for number in range(250)]
    for payee_id in ("stall-9", "stall-249"):
        ledger.record(make_payment(payee_id=payee_id))
    monkeypatch.setattr(System, "ledger", lambda _: ledger)
    monkeypatch.setattr("cli.reading.payees_to_read", lambda *_: payees)
    [found] = find_each(System(), [parse_reference(make_payment().payment_id.text)], None, None)
    assert [one.payment.payee_id for one in found] == ["stall-9", "stall-249"]
