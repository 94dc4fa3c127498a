"""A list over a thousand payees, beside the same one payee after the other, at 25 ms a request.

Usage: make bench-desk   (prints a table, keeps the docs' figures)
"""

import time
from collections.abc import Callable, Iterator
from statistics import median

import click

from cli.side_by_side import READERS, read_side_by_side
from tools.figure_pages import desk_table, refresh
from tools.figures import save_figures

PAYEES, SECONDS_A_REQUEST, RUNS = 1_000, 0.025, 3


def read(payee: int) -> Iterator[int]:
    """One Query's wait; most payees have no payment today."""
    time.sleep(SECONDS_A_REQUEST)
    yield from range(payee % 7 == 0)


def seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def pair_of_looks() -> tuple[float, float]:
    """Seconds one after another, and side by side."""

    def one_after_another() -> list[int]:
        return [one for payee in range(PAYEES) for one in read(payee)]

    def side_by_side() -> list[int]:
        return list(read_side_by_side(range(PAYEES), read))

    return seconds(one_after_another), seconds(side_by_side)


def main() -> None:
    pairs = [pair_of_looks() for _ in range(RUNS)]
    figures = {
        "payees": PAYEES,
        "readers": READERS,
        "after_seconds": round(median(after for after, _ in pairs), 1),
        "beside_seconds": round(median(beside for _, beside in pairs), 2),
        "ratio": round(median(after / beside for after, beside in pairs), 1),
    }
    refresh(save_figures("desk", figures))
    click.echo(desk_table({"desk": figures}))


if __name__ == "__main__":
    main()
