"""Seeded months matched, and held against their truth: `python -m tests.desk.settling.proof`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import click

from desk.settling.case import Grade
from desk.settling.matching import Matching, match
from desk.settling.unrecorded import find_unrecorded
from payments.events import Fingerprint, History
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from tests.desk.settling.months import FORMERLY, HABITS, PAYEES, Habit, Month, make_month

Counts = Counter[str]


def judge(seed: int, habit: Habit, payments: int) -> Counts:
    """How many matches of each grade are right, or not, and how many could have been made."""
    month = make_month(seed, habit, payments)
    lines, truth = month.truths(habit.writer)
    found = match(lines, month.histories, habit.accounts)
    claimed = {one.payment.payment_id for one in month.histories if not one.events}
    counts: Counts = Counter()
    claims = {one.payment.payment_id: value_of(one) for one in month.histories} | month.of_regulars
    for one in found.matches:
        paid = truth[one.line.fingerprint]
        is_right = paid == one.history.payment.payment_id
        if one.grade is Grade.LIKELY and paid in claims:  # a regular's next payment is as good
            is_right = claims[paid] == value_of(one.history)
        counts[f"{one.grade} {'right' if is_right else 'WRONG'}"] += 1
    counts["possible"] = len({one for one in truth.values() if one in claimed})
    counts["asked"] = len(found.asks)
    counts.update(_unrecorded(found, month, truth, habit))
    return counts


def _unrecorded(
    found: Matching, month: Month, truth: Mapping[Fingerprint, PaymentId | None], habit: Habit
) -> Iterator[str]:
    """Whether what may be recorded from the plan is what nobody recorded, and for whom that account
    is. A cut or mistyped reference may be taken for another id: nothing in it tells."""
    payees = [PayeeId(one) for one in PAYEES if one not in FORMERLY]
    recorded = {one.payment.payment_id for one in month.histories}
    left = (*found.unclaimed, *(some[0].line for some in found.asks))
    here = [one for one in payees if one in habit.receives] if habit.accounts else []
    for fingerprint, one in find_unrecorded(left, recorded, habit.accounts, payees).items():
        paid = truth[fingerprint]
        is_theirs = one.payee_id == (here[0] if len(here) == 1 else None)
        is_right = paid not in recorded and is_theirs
        how = "right" if paid in (None, one.payment_id) else "misread"
        yield f"unrecorded {how if is_right else 'WRONG'}"


def value_of(history: History) -> tuple[str, str, Money]:
    """By what payments are alike: it comes to the same which of them a line confirms."""
    payment = history.payment
    return payment.payee_id, payment.payer_id, payment.money


def prove(months: int, payments: int, habits: Iterable[str] = HABITS) -> dict[str, Counts]:
    """By habit, from so many seeded months each."""
    return {
        name: sum((judge(seed, HABITS[name], payments) for seed in range(months)), Counter())
        for name in habits
    }


def wrong_in(counts: Counts, grade: Grade) -> int:
    return counts[f"{grade} WRONG"]


def _report(months: int, payments: int) -> bool:
    """Whether nothing among the sure was wrong, nor among what nobody recorded."""
    wrong = 0
    for habit, counts in prove(months, payments).items():
        sure, likely = counts["sure right"], counts["likely right"]
        wrong += wrong_in(counts, Grade.SURE) + counts["unrecorded WRONG"]
        click.echo(
            f"{habit:24}{months} months: sure {sure} right, {counts['sure WRONG']} wrong; "
            f"likely {likely} right, {counts['likely WRONG']} wrong; "
            f"found {(sure + likely) / counts['possible']:.1%} of what could be; "
            f"asked {counts['asked']}; "
            f"recorded by nobody {counts['unrecorded right']} right, "
            f"{counts['unrecorded misread']} misread, {counts['unrecorded WRONG']} wrong"
        )
    return not wrong


if __name__ == "__main__":
    MONTHS, PAYMENTS = (int(word) for word in (sys.argv[1:] or ("125", "200")))
    sys.exit(not _report(MONTHS, PAYMENTS))
