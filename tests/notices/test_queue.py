"""Every notice is told at least once and in order, or kept as failed, whatever goes wrong."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest

from notices.notice import Notice
from notices.outcome import NotTold
from notices.queue import LONGEST_TRY, NotYet, wait_seconds
from payments.addressee import NoticeKind
from payments.payee import PayeeId
from testkit.factories import make_payment_id
from tests.notices.worlds import Killed, Queue


def notices(count: int, payees: int = 5, to: str = "https://a.example/") -> list[Notice]:
    return [
        Notice(
            NoticeKind.RECORDED,
            PayeeId(f"stall-{number % payees}"),
            to,
            make_payment_id(random=number).text,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("seed", range(2))
def test_a_thousand_are_told_through_every_fault_once_at_least_and_in_order(seed: int) -> None:
    """Receivers that are down, refuse at random, or take it and say no; a function that is killed
    before, between and after; a stream that hands out its rows twice."""
    chance = random.Random(seed)
    told: dict[tuple[str, str], list[str]] = defaultdict(list)

    def tell(notice: Notice) -> None:
        fate = chance.random()
        if fate < 0.1:
            raise NotTold("the answer was 500")
        if fate < 0.13:
            raise Killed
        told[notice.payee_id, notice.to].append(notice.notice_id)
        if fate < 0.2:
            raise NotTold("it took it, and says that it did not")
        if fate < 0.23:
            raise Killed

    queue = Queue(tell)
    rows = notices(1000) + notices(1000, to="https://b.example/")
    for at in range(0, len(rows), 100):
        batch = rows[at : at + 100]
        if chance.random() < 0.3:
            queue.send(batch[: chance.randrange(100)])  # killed on the way, and handed out again
            queue.now += timedelta(minutes=chance.choice([1, 20]))
        queue.send(batch)
    queue.run_dry()
    assert queue.waiting == []
    assert queue.failed == []
    assert sum(len(set(ids)) for ids in told.values()) == 2000
    for (payee_id, to), ids in told.items():
        firsts = list(dict.fromkeys(ids))
        wanted = [one.notice_id for one in rows if (one.payee_id, one.to) == (payee_id, to)]
        assert firsts == wanted


def test_a_receiver_that_is_down_for_a_day_delays_nobody_and_loses_nothing_silently() -> None:
    told: list[Notice] = []

    def tell(notice: Notice) -> None:
        if notice.to.startswith("https://down"):
            raise NotTold("the answer was 500")
        told.append(notice)

    queue = Queue(tell)
    start = queue.now
    queue.send([*notices(30, 1, "https://down.example/"), *notices(30, 1, "https://up.example/")])
    while queue.run():
        pass
    assert len(told) == 30
    assert queue.now == start
    queue.run_dry()
    assert queue.waiting == []
    assert len(queue.failed) == 30
    assert queue.failed[0].reason == "the answer was 500"
    assert LONGEST_TRY <= queue.failed[0].at - start < LONGEST_TRY + timedelta(hours=2)
    assert max(one.at for one in queue.failed) - start < LONGEST_TRY + timedelta(hours=4)


def test_one_that_is_gone_for_good_is_given_up_at_once() -> None:
    def gone(_: Notice) -> None:
        raise NotTold("410", is_final=True)

    queue = Queue(gone)
    queue.send(notices(3, 1))
    queue.run()
    assert [len(queue.failed), queue.waiting] == [3, []]


def test_one_message_that_is_no_notice_delays_no_other() -> None:
    told: list[Notice] = []
    queue = Queue(told.append)
    queue.send(notices(2, 2))
    queue.waiting[0].body = '{"kind": "of a later version"}'
    queue.run()
    assert len(told) == 1
    assert [one.body for one in queue.waiting] == ['{"kind": "of a later version"}']


def test_what_still_becomes_is_asked_again_and_counts_no_failure() -> None:
    asked: list[Notice] = []

    def tell(notice: Notice) -> None:
        asked.append(notice)
        if len(asked) < 4:
            raise NotYet

    queue = Queue(tell)
    queue.send(notices(1))
    queue.run_dry()
    assert len(asked) == 4
    assert queue.failed == []


def test_the_waits_grow_to_an_hour_and_stay_there() -> None:
    assert [wait_seconds(tries) for tries in (1, 2, 3, 4, 5, 6, 7, 99)] == [
        15, 60, 300, 900, 1800, 3600, 3600, 3600
    ]  # fmt: skip
