"""Money for which nobody claims anything, as a plan has it: by payee, by day and by age.

It is told from the plan's file: what a bank says of others than payers is kept nowhere else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from desk.deciding.plan import NO, UNCLAIMED, YES, said_in
from desk.deciding.sheet import Sheet
from desk.spreadsheet import NotRows
from payments.money import Money, parse_money
from payments.refusals import InvalidValue


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A line that no claim fits. `payee_id` is empty where several may receive there, `place` is
    the line's in its statement."""

    booked_on: date
    money: Money
    name: str
    text: str
    payee_id: str
    place: str


def unclaimed_in(sheet: Sheet) -> list[Unclaimed]:
    """Of a plan, the oldest first; not what it says yes to, which --apply records, and not what
    somebody said no to, as to money of another kind. Raises NotRows."""
    found = []
    for number, row in sheet.cells():
        if row["grade"] != UNCLAIMED or said_in(number, row["settle"]) in (YES, NO):
            continue
        try:
            money = parse_money(row["amount"], row["currency"])
            booked_on = date.fromisoformat(row["booked_on"])
        except (ValueError, InvalidValue) as error:
            raise NotRows(
                f"{number}: a spreadsheet changed “{row['booked_on']}” or “{row['amount']}” "
                f"({error}): write the plan anew with --plan"
            ) from error
        place = f"{row['file']}:{row['line']}"
        found.append(
            Unclaimed(booked_on, money, row["name"], row["text"], row["payee_id"].strip(), place)
        )
    return sorted(found, key=lambda one: (one.booked_on, one.place))


def sums_by(
    lines: Iterable[Unclaimed], key: Callable[[Unclaimed], str]
) -> list[tuple[str, int, Money]]:
    """What `key` says, how many and how much, for each currency apart, in the order in which they
    first come."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for line in lines:
        at = (key(line), line.money.currency)
        count, minor = sums.get(at, (0, 0))
        sums[at] = (count + 1, minor + line.money.amount_minor)
    return [
        (said, count, Money(minor, currency)) for (said, currency), (count, minor) in sums.items()
    ]
