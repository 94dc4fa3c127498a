"""Progress bars: on stderr, on a terminal, for work that takes a while."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any

import click

_WORTH_A_BAR = 200  # steps, of which nobody knows how long they take
_SECONDS = 1.0  # and after so many any work is


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that appears when it is first told how much is done, and of how much."""
    with ExitStack() as shown:
        bars: list[Any] = []
        began = monotonic()

        def show(done: int, total: int) -> None:
            is_long = total >= _WORTH_A_BAR or monotonic() - began >= _SECONDS
            if not sys.stderr.isatty() or not (bars or is_long):
                return
            if not bars:
                bar = click.progressbar(length=total, label=label, file=sys.stderr, width=0)
                bars.append(shown.enter_context(bar))
            bars[0].update(done - bars[0].pos)

        yield show
