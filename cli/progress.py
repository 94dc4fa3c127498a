"""Progress bars: on stderr, on a terminal, for work that takes a while."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

_WORTH_A_BAR = 200


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that appears when it is first told how much is done, and of how much."""
    with ExitStack() as shown:
        bars: list[Any] = []

        def show(done: int, total: int) -> None:
            if total < _WORTH_A_BAR or not sys.stderr.isatty():
                return
            if not bars:
                bar = click.progressbar(length=total, label=label, file=sys.stderr, width=0)
                bars.append(shown.enter_context(bar))
            bars[0].update(done - bars[0].pos)

        yield show
