"""One publish at a time: an object in the bucket says that somebody is at work.

Whoever holds the lock renews it. No clocks are compared: a lock that nobody renewed while somebody
else watched it for longer than it lasts belongs to a publish that is gone, and is taken over.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex

from publishing.object_store import ObjectChanged, ObjectStore, StoredObject, StoreUnavailable

LOCK_KEY = ".payee-pages/lock.json"
LOCK_SECONDS = 30.0


class PublishLock:
    """Held; `check` says whether still."""

    def __init__(self, store: ObjectStore, holder: str, tag: str, seconds: float) -> None:
        self._store = store
        self._holder = holder
        self._tag = tag
        self._seconds = seconds
        self._renewed_at = _now()
        self._is_lost = False
        self._done = threading.Event()

    def check(self) -> None:
        """Raises ObjectChanged if somebody else may be publishing by now."""
        if self._is_lost or _now() - self._renewed_at > self._seconds:
            raise ObjectChanged("another publish took over, for this one was not heard of")

    def keep(self) -> None:
        """Renew the lock until `release`."""
        while not self._done.wait(self._seconds / 5):
            asked_at = _now()
            try:
                self._tag = self._store.put_if(LOCK_KEY, _lock(self._holder), self._tag)
                self._renewed_at = asked_at
            except ObjectChanged:
                self._is_lost = True
                return
            except StoreUnavailable:
                pass  # the next time may do, and `check` knows when it is too late

    def release(self, keeper: threading.Thread) -> None:
        self._done.set()
        keeper.join()
        if not self._is_lost:
            with suppress(StoreUnavailable):  # it is not renewed any more
                self._store.delete(LOCK_KEY)


@contextmanager
def publish_lock(
    store: ObjectStore,
    holder: str,
    *,
    seconds: float = LOCK_SECONDS,
    waiting: Callable[[str], object] = lambda _: None,
) -> Iterator[PublishLock]:
    """Hold the lock of `store`, once whoever holds it is done; `waiting` is told who that is.

    Raises StoreUnavailable.
    """
    lock = PublishLock(store, holder, _acquire(store, holder, seconds, waiting), seconds)
    keeper = threading.Thread(target=lock.keep, daemon=True)
    keeper.start()
    try:
        yield lock
    finally:
        lock.release(keeper)


def _acquire(
    store: ObjectStore, holder: str, seconds: float, waiting: Callable[[str], object]
) -> str:
    """Take the lock when it is free, or has not changed for `seconds`; gives its tag."""
    seen: str | None = None
    seen_at = time.monotonic()
    while True:
        stale = seen if time.monotonic() - seen_at > seconds else None
        try:
            return store.put_if(LOCK_KEY, _lock(holder), stale)
        except ObjectChanged:
            found = store.get(LOCK_KEY)
        if found and found[1] != seen:
            if seen is None:
                waiting(_holder(found[0]))
            seen, seen_at = found[1], time.monotonic()
        time.sleep(min(1.0, seconds / 10))


def _now() -> float:
    """Seconds on a clock that goes on while the machine sleeps: on Linux, and on macOS."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _lock(holder: str) -> StoredObject:
    """Every lock has a mark of its own: tags say only whether the body is the same."""
    body = json.dumps({"holder": holder, "mark": token_hex(8)}).encode()
    return StoredObject(body, "application/json", "no-store")


def _holder(lock: StoredObject) -> str:
    try:
        return str(json.loads(lock.body)["holder"])
    except (ValueError, LookupError, TypeError):
        return "somebody"
