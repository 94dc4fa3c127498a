"""`payees totals`: sums by payee, day or month; one for each currency."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain

import click

from cli.arguments import complete_payee
from cli.copying.copied_system import CopiedSystem, Readable, readable_options
from cli.copying.sums import totals_of_archive, totals_of_copy
from cli.listing import Listing, format_options, print_listing
from cli.reading import (
    as_counted,
    payees_to_read,
    present_ids,
    read_histories,
    selection_options,
)
from desk.selection import Selection
from desk.tables import Column
from desk.totals import TOTAL_FIELDS, Group, Label, Total, add_up, total_document
from payments.events import History
from payments.money import Money

_PARTS: dict[str, Callable[[History], str]] = {
    "payee": lambda history: history.payment.payee_id,
    "day": lambda history: f"{history.payment.recorded_at.astimezone():%Y-%m-%d}",
    "month": lambda history: f"{history.payment.recorded_at.astimezone():%Y-%m}",
    "method": lambda history: history.payment.method or "",
}
_NOT_SAID = "not said"  # the method, by the payer; no slug has a space
_SUMS = [Column(name, is_number=True) for name in ("payments", "recorded", "confirmed", "reversed")]


def _parse_parts(ctx: click.Context, param: click.Parameter, text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if unknown := [part for part in parts if part not in _PARTS]:
        raise click.BadParameter(f"“{unknown[0]}” is not one of {', '.join(_PARTS)}.", ctx, param)
    return list(dict.fromkeys(parts))


@click.command()
@click.argument("payee_id", required=False, shell_complete=complete_payee)
@click.option(
    "--by",
    "parts",
    default="payee",
    show_default=True,
    callback=_parse_parts,
    help="What to add up by: payee, day, month, method, or several, such as payee,month.",
)
@selection_options(period_only=True)
@format_options
@click.option(
    "--athena",
    "asks_archive",
    is_flag=True,
    help="Ask the archive of the stage, as of last night: for ledgers too large to read.",
)
@readable_options("table", "registry")
def totals(
    *,
    system: Readable,
    payee_id: str | None,
    parts: list[str],
    selection: Selection,
    format_name: str | None,
    bom: bool,
    asks_archive: bool,
) -> None:
    """Add up what is recorded for PAYEE_ID, or for everybody; each currency by itself.

    "recorded" is what payers say they paid, less what was reversed; "confirmed" is the part of it
    that somebody has seen arrive. Days and months are those of this machine's zone.

    \b
    payees totals --since 2026-03-01 --until 2026-03-31
    payees totals mahantesh --by month
    payees totals --by method,month
    payees totals --by month --from ledger.duckdb
    payees totals --by month --athena --stage production
    payees totals --by payee,day --since 7d >week.csv
    payees totals --by payee --format xlsx >totals.xlsx
    """

    def label(history: History) -> Label:
        return tuple(_PARTS[part](history) for part in parts)

    if asks_archive and isinstance(system, CopiedSystem):
        raise click.UsageError("Say --athena or --from, not both.")
    payee_ids = payees_to_read(system, payee_id)
    if asks_archive or isinstance(system, CopiedSystem):
        present = present_ids(system, payee_ids, payee_id)
        asked = parts, payee_ids if payee_id else (), present, selection
        if isinstance(system, CopiedSystem):
            sums = totals_of_copy(system, *asked)
        else:
            sums = totals_of_archive(system, *asked)
    else:
        histories = read_histories(system, payee_ids, selection)
        sums = add_up(as_counted(system, payee_ids, payee_id, histories), label)
    names = ["payee_id" if part == "payee" else part for part in parts]
    listing = Listing(
        [*map(Column, parts), *_SUMS],
        chain((_row(_said(group), total) for group, total in sums.items()), _grand(sums)),
        (*names, *TOTAL_FIELDS),
        (total_document(group, names, total) for group, total in sums.items()),
    )
    print_listing(listing, format_name, bom=bom)
    if not sums:
        click.echo(f"There is nothing to add up in {system}.", err=True)


def _said(group: Group) -> Group:
    return group._replace(label=tuple(part or _NOT_SAID for part in group.label))


def _row(group: Group, total: Total) -> list[str]:
    amounts = (
        (total.recorded_minor, total.count),
        (total.confirmed_minor, total.confirmed_count),
        (total.reversed_minor, total.reversed_count),
    )
    cells = [str(Money(minor, group.currency)) if count else "" for minor, count in amounts]
    return [*group.label, str(total.count), *cells]


def _grand(sums: dict[Group, Total]) -> Iterator[list[str]]:
    """A last row for each currency that has several."""
    grand: dict[str, Total] = {}
    for group, total in sums.items():
        grand.setdefault(group.currency, Total()).include(total)
    several = Counter(group.currency for group in sums)
    parts = len(next(iter(sums)).label) if sums else 0
    label = ("together", *[""] * (parts - 1))
    for currency, total in grand.items():
        if several[currency] > 1:
            yield _row(Group(label, currency), total)
