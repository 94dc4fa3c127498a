"""Two statements, one after the other: the first is settled, and some of its money goes back in the
second: `python -m tests.desk.settling.later`."""

import io
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import click

from desk.settling.case import Grade
from desk.settling.matching import Matching, match
from desk.statements.line import Kind, Line
from desk.statements.reading import read_statement
from payments.events import EventStatus, Evidence, Fingerprint, History
from payments.payment_id import PaymentId
from testkit.factories import make_event
from tests.desk.settling.months import HABITS, START, TELLING, Habit, Month, make_month
from tests.desk.settling.proof import Counts

AFTER = (1, 20, 40)  # days, for what is taken or given back
FIRST_ENDS = (START + timedelta(days=20)).date()
OVERLAP = timedelta(days=3)


@dataclass(slots=True)
class Statement:
    """A file, and what each of its lines is in the month."""

    lines: list[Line]
    places: dict[Fingerprint, int]


def judge_later(seed: int, habit: Habit, payments: int) -> Counts:
    """What became of the sure in both statements, and of what went back in the second: told with
    its payment's name or number, told as perhaps, or missed; and what was told of others."""
    month = make_month(seed, replace(habit, goes_back_after=AFTER), payments)
    days = [booking.day for booking, _ in month.bookings]
    first = [n for n, day in enumerate(days) if day <= FIRST_ENDS]
    second = [n for n, day in enumerate(days) if day > FIRST_ENDS - OVERLAP]
    counts: Counts = Counter()
    statement = read(month, first, habit)
    found = match(statement.lines, month.histories, habit.accounts)
    judge_sure(found, statement, month, first, counts)
    histories, settled = settle(found, month.histories, statement)
    statement = read(month, second, habit)
    found = match(statement.lines, histories, habit.accounts)
    judge_sure(found, statement, month, {*first, *second}, counts)
    judge_undo(found, month, settled, set(second), counts)
    return counts


def read(month: Month, places: Sequence[int], habit: Habit) -> Statement:
    order = sorted(places, key=lambda n: month.bookings[n][0].day)
    data = habit.writer([*TELLING, *(month.bookings[n][0] for n in order)])
    lines = read_statement(io.BytesIO(data), "a", currency="EUR").lines[len(TELLING) :]
    places_of = {line.fingerprint: n for line, n in zip(lines, order, strict=True)}
    return Statement(list(lines), places_of)


def judge_sure(
    found: Matching, statement: Statement, month: Month, seen: Collection[int], counts: Counts
) -> None:
    """`seen` are the bookings that have been told so far."""
    for one in found.matches:
        if one.grade is Grade.SURE:
            n = statement.places[one.line.fingerprint]
            truth = None if month.went_back.get(n) in seen else month.bookings[n][1]
            is_right = truth == one.history.payment.payment_id
            counts[f"sure {'right' if is_right else 'WRONG'}"] += 1


def settle(
    found: Matching, histories: Iterable[History], statement: Statement
) -> tuple[list[History], dict[int, PaymentId]]:
    """As who takes all that is likely, too; gives the payment that each booking settled."""
    lines = {one.history.payment.payment_id: one.line for one in found.matches}
    after, settled = [], {}
    for history in histories:
        payment = history.payment
        line = lines.get(payment.payment_id)
        if line is None:
            after.append(history)
            continue
        evidence = Evidence(line.fingerprint, line.bank_id, line.booked_on, line.money)
        event = make_event(
            payment.payment_id, payment.payee_id, status=EventStatus.CONFIRMED, evidence=evidence
        )
        after.append(History(payment, (event,)))
        settled[statement.places[line.fingerprint]] = payment.payment_id
    return after, settled


def judge_undo(
    found: Matching,
    month: Month,
    settled: dict[int, PaymentId],
    seen: Collection[int],
    counts: Counts,
) -> None:
    backs = {
        settled[credit]: (month.bookings[credit][0], month.bookings[back][0])
        for credit, back in month.went_back.items()
        if credit in settled and back in seen
    }
    told = {one.history.payment.payment_id: one.is_named for one in found.to_undo}
    for payment_id, (credit, back) in backs.items():
        how = {None: "MISSED", True: "named", False: "perhaps"}[told.get(payment_id)]
        counts[f"{_way(back.kind, is_numbered=back.bank_id == credit.bank_id)} {how}"] += 1
    for payment_id, is_named in told.items():
        if payment_id not in backs:
            counts["named WRONG" if is_named else "perhaps another"] += 1


def _way(kind: Kind, *, is_numbered: bool) -> str:
    if kind is Kind.DEBIT:
        return "refund"
    return "by its number" if is_numbered else "taken back"


def prove_later(months: int, payments: int, habits: Iterable[str] = HABITS) -> dict[str, Counts]:
    return {
        name: sum((judge_later(seed, HABITS[name], payments) for seed in range(months)), Counter())
        for name in habits
    }


def report(months: int, payments: int) -> bool:
    """Whether nothing was wrong among the sure, nor among what was told to be taken back."""
    wrong = 0
    for habit, counts in prove_later(months, payments).items():
        wrong += counts["sure WRONG"] + counts["named WRONG"] + counts["by its number MISSED"]
        told = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
        click.echo(f"{habit:24}{months} months, settled before the end: {told}")
    return not wrong


if __name__ == "__main__":
    MONTHS, PAYMENTS = (int(word) for word in (sys.argv[1:] or ("25", "200")))
    sys.exit(not report(MONTHS, PAYMENTS))
