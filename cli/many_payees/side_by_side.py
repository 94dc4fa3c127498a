"""Many readings at once, their results one after the other: the wait for each is not added up."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import Full, Queue
from threading import Event
from typing import TypeVar

Key = TypeVar("Key")
Found = TypeVar("Found")

READERS = 16
_CHUNK, _CHUNKS = 250, 8  # what is read ahead of one key, so that memory stays as it is
_LOOK_UP_SECONDS = 0.2


def read_side_by_side(
    keys: Sequence[Key],
    read: Callable[[Key], Iterator[Found]],
    done: Callable[[int], None] = lambda _: None,
) -> Iterator[Found]:
    """What `read` finds for each key, in the order of the keys; up to READERS of them are read at
    a time. `done` hears how many keys are finished. What one raises is raised in its turn, and
    nobody reads on once the iterator is closed."""
    if len(keys) == 1:
        yield from read(keys[0])
        return
    stopped = Event()
    to_begin = iter(keys)
    pool = ThreadPoolExecutor(READERS)
    begun: deque[Queue[list[Found] | BaseException | None]] = deque()

    def begin(count: int) -> None:
        for key in islice(to_begin, count):
            chunks: Queue[list[Found] | BaseException | None] = Queue(_CHUNKS)
            begun.append(chunks)
            pool.submit(_fill, chunks, read, key, stopped)

    try:
        begin(2 * READERS)
        for number in range(len(keys)):
            chunks = begun.popleft()
            while (chunk := chunks.get()) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                yield from chunk
            begin(1)
            done(number + 1)
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _fill(
    chunks: "Queue[list[Found] | BaseException | None]",
    read: Callable[[Key], Iterator[Found]],
    key: Key,
    stopped: Event,
) -> None:
    def put(chunk: list[Found] | BaseException | None) -> None:
        while not stopped.is_set():
            try:
                chunks.put(chunk, timeout=_LOOK_UP_SECONDS)
            except Full:
                continue
            return

    chunk: list[Found] = []
    try:
        for one in read(key):
            chunk.append(one)
            if len(chunk) == _CHUNK:
                put(chunk)
                chunk = []
            if stopped.is_set():
                return
        put(chunk)
        put(None)
    except BaseException as error:  # noqa: BLE001 (who reads raises it)
        put(chunk)
        put(error)
