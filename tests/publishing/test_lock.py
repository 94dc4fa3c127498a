"""Only one publish at a time, and a dead one in nobody's way for long."""

import threading
import time

import pytest

from publishing.lock import LOCK_KEY, publish_lock
from publishing.object_store import MemoryStore, ObjectChanged, ObjectStore, StoreUnavailable

SHORT = 0.3


def test_a_free_lock_is_taken_and_given_back(store: ObjectStore) -> None:
    with publish_lock(store, "Asha", seconds=30) as lock:
        assert store.get(LOCK_KEY)
        lock.check()
    assert store.get(LOCK_KEY) is None


def test_the_second_waits_until_the_first_is_done_and_says_for_whom(store: ObjectStore) -> None:
    order: list[str] = []
    waited_for: list[str] = []
    first_is_in = threading.Event()

    def first() -> None:
        with publish_lock(store, "Asha", seconds=5):
            first_is_in.set()
            time.sleep(0.5)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    first_is_in.wait()
    with publish_lock(store, "Ravi", seconds=5, waiting=waited_for.append):
        order.append("second")
    thread.join()
    assert (order, waited_for) == (["first", "second"], ["Asha"])


def test_a_lock_is_kept_for_longer_than_it_lasts_while_its_holder_lives() -> None:
    store = MemoryStore()
    taken: list[float] = []

    def second() -> None:
        with publish_lock(store, "Ravi", seconds=SHORT):
            taken.append(time.monotonic())

    with publish_lock(store, "Asha", seconds=SHORT) as lock:
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(4 * SHORT)
        lock.check()
        released = time.monotonic()
    thread.join()
    assert taken[0] >= released


def test_the_lock_of_a_dead_publish_is_taken_over() -> None:
    store = MemoryStore()
    with publish_lock(store, "Asha", seconds=30):
        left_over = store.objects[LOCK_KEY]
    store.put(LOCK_KEY, left_over)
    started = time.monotonic()
    with publish_lock(store, "Ravi", seconds=SHORT):
        assert time.monotonic() - started >= SHORT
    assert store.get(LOCK_KEY) is None


def test_who_was_taken_for_dead_is_told_and_leaves_the_others_lock() -> None:
    store = MemoryStore()
    with publish_lock(store, "Asha", seconds=SHORT) as lock:
        store.delete(LOCK_KEY)  # as if this one had slept
        with publish_lock(store, "Ravi", seconds=30):
            time.sleep(SHORT)
            with pytest.raises(ObjectChanged, match="another publish took over"):
                lock.check()
            assert store.get(LOCK_KEY)


def test_who_cannot_renew_the_lock_does_not_go_on() -> None:
    store = _Unreachable()
    with publish_lock(store, "Asha", seconds=SHORT) as lock:
        store.is_reachable = False
        lock.check()
        time.sleep(1.5 * SHORT)
        with pytest.raises(ObjectChanged):
            lock.check()
        store.is_reachable = True


class _Unreachable(MemoryStore):
    is_reachable = True

    def put(self, key: str, item: object) -> None:
        if not self.is_reachable:
            raise StoreUnavailable("the line is cut")
        super().put(key, item)  # type: ignore[arg-type]
