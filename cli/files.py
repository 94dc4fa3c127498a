"""Writing files that are whole or not there."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn

from cli.failure import Failure


@contextmanager
def replacing(path: Path, *, private: bool) -> Iterator[BinaryIO]:
    """A file to write that takes `path`'s place at the end: readable by its owner alone if it is
    `private`, else with the permissions of the one it replaces. After an exception or a signal
    `path` is as it was, with nothing beside it.

    Raises Failure, also if `path` is there and no regular file: a device or a pipe is no place
    for what people look for later.
    """
    path = path.resolve()  # a link stays a link
    if path.exists() and not path.is_file():
        raise Failure(f"{path} is no regular file, and is not replaced: name another.")
    try:
        with ending_in_order():
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
            try:
                os.close(descriptor)
                with Path(name).open("wb") as file:  # which has the name: others may write it
                    yield file
                if path.exists() and not private:
                    shutil.copymode(path, name)
                else:
                    Path(name).chmod(0o600 if private else 0o644)
                Path(name).replace(path)
            finally:
                Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise Failure(f"{path} cannot be written ({error.strerror}): name another.") from error


@contextmanager
def ending_in_order() -> Iterator[None]:
    """`kill` and a closed terminal raise SystemExit, where they would end us in mid-air; what is
    ignored, as a closed terminal is by nohup, stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ends = (signal.SIGTERM, signal.SIGHUP)
    signals = [one for one in ends if signal.getsignal(one) is not signal.SIG_IGN]

    def end(number: int, _frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    former = [signal.signal(number, end) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, former, strict=True):
            signal.signal(number, handler)
