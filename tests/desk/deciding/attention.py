"""How much a month asks of a treasurer: `python -m tests.desk.deciding.attention`.

Seeded months are planned and answered without a terminal, page by page as `--review` shows them.
Who answers is one of two: one who knows the truth, and says yes or no to each page by what is right
of most of it, and answers the rest by itself; and one in a hurry, who says yes to what nothing else
fits and leaves all other questions open. Then all that is likely is confirmed with it.
"""

import csv
import io
import sys
from collections import Counter
from collections.abc import Callable, Mapping

import click

from desk.deciding.pages import Asked, Page, Standing
from desk.deciding.plan import plan_rows, read_plan
from desk.deciding.review import Candidate, Review, plan_review
from desk.deciding.sheet import PLAN_COLUMNS, Sheet, parse_sheet
from desk.deciding.sitting import Sitting
from desk.settling.matching import match
from payments.events import Fingerprint
from payments.payment_id import PaymentId
from tests.desk.settling.months import HABITS, Habit, make_month

Counts = Counter[str]
Truth = Mapping[Fingerprint, PaymentId | None]

SECONDS_A_SCREEN, SECONDS_A_ROW = 5, 1.5  # assumed, not measured with people


def plan_of(seed: int, habit: Habit, payments: int) -> tuple[Sheet, Truth, set[PaymentId]]:
    """A month's plan, what each line is truly for, and the claims that were paid."""
    month = make_month(seed, habit, payments)
    lines, truth = month.truths(habit.writer)
    found = match(lines, month.histories, habit.accounts)
    out = io.StringIO()
    writer = csv.DictWriter(out, PLAN_COLUMNS)
    writer.writeheader()
    writer.writerows(plan_rows(found))
    claimed = {one.payment.payment_id for one in month.histories if not one.events}
    paid = {one for one in truth.values() if one in claimed}
    return parse_sheet(out.getvalue()), truth, paid - {None}


def sit(sitting: Sitting, truth: Truth, *, hurried: bool, one_by_one: bool = False) -> Counts:
    """Answer all that is asked."""
    counts: Counts = Counter()
    while page := sitting.next():
        if sitting.again:
            return counts  # all that is left was skipped
        if one_by_one:
            page = Page(page.standing, page.asked[:1])
        counts["screens"] += 1
        counts["rows"] += len(page.asked)
        counts[f"{page.standing.name} {len(page.asked) > 1}"] += 1
        if hurried:
            _hurry(sitting, page, counts)
        else:
            _tell_the_truth(sitting, page, truth, counts)
    return counts


def _hurry(sitting: Sitting, page: Page, counts: Counts) -> None:
    counts["keys"] += 1
    if page.standing is Standing.FITS:
        sitting.answer([(one.question, one.suggested) for one in page.asked], ())
    else:
        sitting.skip(page)


def _tell_the_truth(sitting: Sitting, page: Page, truth: Truth, counts: Counts) -> None:
    if len(page.asked) == 1:
        [one] = page.asked
        counts["keys"] += 1
        sitting.answer([(one.question, _right(sitting.review, one, truth))], ())
        return
    right = [
        one
        for one in page.asked
        if one.suggested and _right(sitting.review, one, truth) == one.suggested
    ]
    none = [one for one in page.asked if not _right(sitting.review, one, truth)]
    said, is_yes = (right, True) if len(right) >= len(none) else (none, False)
    apart = [one for one in page.asked if one not in said]
    counts["keys"] += 1 + len(apart) + (is_yes and page.standing is Standing.AGAINST)
    sitting.answer([(one.question, one.suggested if is_yes else ()) for one in said], apart)


def _right(review: Review, one: Asked, truth: Truth) -> tuple[Candidate, ...]:
    """The claim that the line is for, or one that comes to the same; rather what is suggested."""
    paid = truth[one.question.evidence.fingerprint]
    every = one.question.candidates
    values = [_value(c) for c in every if paid and c.reference == paid.reference]
    free = [c for c in every if _value(c) in values and review.is_free(one.question, c)]
    return tuple([c for c in one.suggested if c in free] or free)[:1]


def _value(one: Candidate) -> tuple[object, ...]:
    return one.payee_id, one.payer_id, one.claimed


def judge(
    seed: int, habit: Habit, payments: int, *, hurried: bool = False, one_by_one: bool = False
) -> Counts:
    sheet, truth, paid = plan_of(seed, habit, payments)
    sitting = Sitting(plan_review(sheet, include_likely=False))
    counts = sit(sitting, truth, hurried=hurried, one_by_one=one_by_one)
    decisions = read_plan(sheet.content().decode(), include_likely=True)
    own = {
        (row["payee_id"], row["payer_id"], row["claimed"], row["reference"])
        for _, row in sheet.cells()
    }
    value = {reference: rest for *rest, reference in own}
    for one in decisions:
        true = truth[parse_line(one.evidence.fingerprint)]
        reference = one.payment_id.reference
        is_right = true is not None and (
            value[reference] == value.get(true.reference) if true.reference in value else False
        )
        counts[f"confirmed {'right' if is_right or true == one.payment_id else 'WRONG'}"] += 1
    return counts + Counter(months=1, paid=len(paid), bookings=len(truth))


def parse_line(fingerprint: str) -> Fingerprint:
    return Fingerprint(fingerprint.partition("_")[0])


def main(months: int, payments: int) -> None:
    ways: dict[str, Callable[[int, Habit], Counts]] = {
        "one by one": lambda seed, habit: judge(seed, habit, payments, one_by_one=True),
        "by pages": lambda seed, habit: judge(seed, habit, payments),
        "hurried": lambda seed, habit: judge(seed, habit, payments, hurried=True),
    }
    for name, habit in HABITS.items():
        click.echo(name)
        for way, run in ways.items():
            counts = sum((run(seed, habit) for seed in range(months)), Counter())
            per = {key: round(n / months, 1) for key, n in sorted(counts.items())}
            click.echo(f"   {way:12} {per}")


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] or ("25", "200"))))
