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
from typing import NamedTuple

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
from tests.desk.settling.proof import value_of
from tools.figure_pages import attention_table, refresh
from tools.figures import save_figures

Counts = Counter[str]
Truth = Mapping[Fingerprint, PaymentId | None]

SECONDS_A_SCREEN, SECONDS_A_ROW = 5, 2  # a further row of a list; assumed, not measured with people
BANKS = {
    "whole, camt": "keeps it (camt)",
    "broken, mt940": "breaks it (MT940)",
    "short, swapped columns": "keeps the short form, columns swapped (CSV)",
    "mistyped, csv": "has a typing error in it (CSV)",
    "cut, csv": "cuts it (CSV)",
    "lost, own account, camt": "loses it, on an account where not all receive (camt)",
    "lost, csv": "loses it (CSV)",
    "lost, csv, of regulars": "loses it, and 20 payers come again and again (CSV)",
    "lost and no name, ofx": "loses it, and half of the names (OFX)",
}


class Planned(NamedTuple):
    """A month's plan, what each line is truly for, how many claims were paid, and by what payments
    are alike."""

    sheet: Sheet
    truth: Truth
    paid: int
    values: Mapping[PaymentId, tuple[object, ...]]


def plan_of(seed: int, habit: Habit, payments: int) -> Planned:
    month = make_month(seed, habit, payments)
    lines, truth = month.truths(habit.writer)
    found = match(lines, month.histories, habit.accounts)
    out = io.StringIO()
    writer = csv.DictWriter(out, PLAN_COLUMNS)
    writer.writeheader()
    writer.writerows(plan_rows(found))
    claimed = {one.payment.payment_id for one in month.histories if not one.events}
    values = {one.payment.payment_id: value_of(one) for one in month.histories}
    paid = len({one for one in truth.values() if one in claimed})
    return Planned(parse_sheet(out.getvalue()), truth, paid, values | month.of_regulars)


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
    month = plan_of(seed, habit, payments)
    sitting = Sitting(plan_review(month.sheet, include_likely=False))
    counts = sit(sitting, month.truth, hurried=hurried, one_by_one=one_by_one)
    for one in read_plan(month.sheet.content().decode(), include_likely=True):
        true, own = month.truth[parse_line(one.evidence.fingerprint)], month.values[one.payment_id]
        is_right = true is not None and (true == one.payment_id or month.values.get(true) == own)
        counts[f"confirmed {'right' if is_right else 'WRONG'}"] += 1
    return counts + Counter(months=1, paid=month.paid, bookings=len(month.truth))


def parse_line(fingerprint: str) -> Fingerprint:
    return Fingerprint(fingerprint.partition("_")[0])


def figures(months: int, payments: int) -> dict[str, object]:
    """Of each habit, what a month comes to; figures are means, and seconds are assumed."""
    ways: dict[str, Callable[[int, Habit], Counts]] = {
        "single": lambda seed, habit: judge(seed, habit, payments, one_by_one=True),
        "paged": lambda seed, habit: judge(seed, habit, payments),
        "hurried": lambda seed, habit: judge(seed, habit, payments, hurried=True),
    }
    rows = []
    for name, told in BANKS.items():
        row: dict[str, object] = {"bank": told}
        for way, run in ways.items():
            counts = sum((run(seed, HABITS[name]) for seed in range(months)), Counter())
            further = counts["rows"] - counts["screens"]
            seconds = SECONDS_A_SCREEN * counts["screens"] + SECONDS_A_ROW * further
            row[way] = {
                "screens": round(counts["screens"] / months, 1),
                "keys": round(counts["keys"] / months, 1),
                "minutes": round(seconds / months / 60, 1),
                "right": round(counts["confirmed right"] / months, 1),
                "wrong": round(counts["confirmed WRONG"] / months, 1),
            }
            row |= {key: round(counts[key] / months) for key in ("bookings", "paid")}
        rows.append(row)
        click.echo(f"{told}: {row}", err=True)
    assumed = {"screen_seconds": SECONDS_A_SCREEN, "row_seconds": SECONDS_A_ROW}
    return {"months": months, "banks": rows} | assumed


if __name__ == "__main__":
    MONTHS, PAYMENTS = (int(word) for word in (sys.argv[1:] or ("25", "200")))
    measured = save_figures("attention", figures(MONTHS, PAYMENTS))
    refresh(measured)
    click.echo(attention_table(measured))
