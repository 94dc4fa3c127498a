"""Waiting for what others take, and no longer."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from notices.outcome import NotTold

LONGEST_SECONDS = 10.0
_T = TypeVar("_T")


def in_time(act: Callable[[], _T], seconds: float = LONGEST_SECONDS) -> _T:
    """What `act` gives or raises; NotTold if it is not done by then. It goes on in a thread that
    nobody waits for: a library's own timeouts are of each step, of which there may be many."""
    done: Future[_T] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as error:  # noqa: BLE001 (whoever waits has it)
            done.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError as error:
        if done.done():
            raise  # its own
        raise NotTold(f"no answer in {seconds:g} seconds") from error
