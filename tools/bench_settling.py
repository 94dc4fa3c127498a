"""A large statement matched with as many claims, beside the way one writes it first.

Usage: make bench-settling   (prints a table, keeps the docs' figures)
"""

import json
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import click

from desk.settling.matching import match
from desk.statements.line import Kind, Line, Place, with_fingerprints
from payments.events import History
from payments.money import Money
from payments.payment_id import mint_payment_id
from testkit.factories import make_payment
from tools.figure_pages import refresh, settling_table
from tools.figures import save_figures

LARGE, SMALL = 100_000, 2_000
RUNS = 3
START = datetime(2026, 3, 1, 4, tzinfo=UTC)
SYLLABLES = (
    *("ka", "ra", "mi", "no", "ta", "shi", "va", "de", "lu"),
    *("sa", "pri", "ma", "gi", "he", "jo", "ni", "ya", "bo"),
)
AMOUNTS = (2000, 2000, 5000, 7350, 10000, 12500, 25000)

Months = tuple[list[Line], list[History]]


def make_months(size: int, seed: int = 7) -> Months:
    """As many claims as lines: half of the lines with the reference, a quarter with the number that
    the payer typed, the rest with a name only. A line in a hundred is taken back."""
    dice = random.Random(seed)
    lines, histories = [], []
    names = ["".join(dice.choices(SYLLABLES, k=3)).title() for _ in range(400)]
    for place in range(size):
        moment = START + timedelta(minutes=dice.randrange(90 * 24 * 60))
        payment_id = mint_payment_id(moment, dice.randbytes(10))
        payer = f"{dice.choice(names)} {dice.choice(names)}"
        money = Money(dice.choice(AMOUNTS), "EUR")
        number = str(dice.randrange(10**11, 10**12))
        claim = make_payment(
            payment_id, payer_id=payer, money=money, recorded_at=moment,
            method="upi", bank_reference=number if dice.random() < 0.5 else None,
        )  # fmt: skip
        histories.append(History(claim, ()))
        text = payment_id.reference if dice.random() < 0.5 else "Lunch"
        line = Line(
            Place("bench.csv", place + 2), Kind.CREDIT, money, moment.date() + timedelta(1),
            f"TRF {text}", payer.upper(), number,
        )  # fmt: skip
        lines.append(line)
        if dice.random() < 0.01:
            lines.append(replace(line, kind=Kind.TAKEN_BACK, bank_id=str(int(number) + 1)))
    return with_fingerprints(lines), histories


def pairwise(lines: Sequence[Line], histories: Sequence[History]) -> int:
    """Every line held against every claim, for its reference, or its number, and the amount."""
    found = 0
    for line in lines:
        text = line.words.upper()
        for history in histories:
            payment = history.payment
            if line.money == payment.money and (
                payment.payment_id.reference in text or payment.bank_reference == line.bank_id
            ):
                found += 1
                break
    return found


def measured(size: int, run: Callable[[list[Line], list[History]], object]) -> tuple[float, int]:
    """Seconds, and megabytes of the whole process, in one that does nothing else."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (size, run))


def _measure(size: int, run: Callable[[list[Line], list[History]], object]) -> tuple[float, int]:
    lines, histories = make_months(size)
    started = time.perf_counter()
    run(lines, histories)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    pairs = [(measured(SMALL, pairwise), measured(SMALL, match)) for _ in range(RUNS)]
    ratio = median(ours[0] / naive[0] for naive, ours in pairs)
    large = [measured(LARGE, match) for _ in range(RUNS)]
    figures = {
        "seconds": round(median(seconds for seconds, _ in large), 1),
        "megabytes": max(megabytes for _, megabytes in large),
        "ratio": round(ratio, 3),
        "pairwise_seconds": round(median(naive[0] for naive, _ in pairs), 2),
        "ours_seconds": round(median(ours[0] for _, ours in pairs), 3),
        "large": LARGE,
        "small": SMALL,
    }
    refresh(save_figures("settling", figures))
    click.echo(json.dumps(figures, indent=2))
    click.echo(settling_table({"settling": figures}))


if __name__ == "__main__":
    main()
