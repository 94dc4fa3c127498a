"""`payees report`: a look at the ledger as one HTML page that needs nothing else."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cli.arguments import complete_payee
from cli.copying.copied_system import CopiedSystem, Readable, readable_options
from cli.files import replacing
from cli.guards import while_reading
from cli.reading import as_counted, payees_to_read, read_histories, selection_options
from cli.settling.cash_counts import CashCount, all_counts, latest_counts
from cli.settling.plans import load_sheet, told_rows
from desk.deciding.unclaimed import Unclaimed, sums_by, unclaimed_in
from desk.fields import grouped, local_time
from desk.names import marked
from desk.overview import KEPT, KEPT_UNCONFIRMED, Overview, age_of, look_over
from desk.report_chart import bars_of, chart_svg
from desk.selection import Selection
from desk.totals import Total
from payments.events import History
from payments.money import Money
from payments.payee import PayeeId
from sitegen.page import TEMPLATES


@click.command()
@click.argument("payee_id", required=False, shell_complete=complete_payee)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default="report.html",
    show_default=True,
    help="The file to write.",
)
@click.option(
    "--plan", type=click.Path(path_type=Path, dir_okay=False),
    help="Also the money that nobody claims, of this plan of `payees reconcile`.",
)  # fmt: skip
@selection_options(period_only=True)
@readable_options("table", "registry")
def report(
    *, system: Readable, payee_id: str | None, out: Path, plan: Path | None, selection: Selection
) -> None:
    """Write a page to look at: totals by payee and day, a chart, the largest payments and those
    that nobody has confirmed yet. It is one file without links, to keep or to send; it has the
    payers' names in it.

    \b
    payees report --since 2026-03-01 --until 2026-03-31 --out march.html
    payees report --since 2026-03-01 --until 2026-03-31 --plan plan.csv
    payees report mahantesh --since 30d
    payees report --from ledger.duckdb
    """
    payee_ids = payees_to_read(system, payee_id)
    unclaimed = _unclaimed(plan, payee_id, selection) if plan else None
    histories = read_histories(system, payee_ids, selection)
    overviews = look_over(as_counted(system, payee_ids, payee_id, histories), _local_day)
    names = _names(system, {payee for overview in overviews for payee in overview.by_payee})
    now = datetime.now().astimezone()
    tills = _tills(system, set(names))
    counts = _counts(system, payee_ids, selection)
    names = _names(system, {one.payee_id for one, _ in counts}) | names
    if unclaimed:
        whose = {one.payee_id for one in unclaimed}
        names = _names(system, {one for one in payee_ids if one in whose}) | names
    page = render_report(
        overviews, names, selection, str(system), now,
        tills=tills, counts=counts, unclaimed=unclaimed,
    )  # fmt: skip
    with replacing(out, private=True) as file:
        file.write(page.encode())
    count = sum(overview.total.count + overview.total.reversed_count for overview in overviews)
    click.echo(f"{count} payment{'' if count == 1 else 's'} of {system} in {out}.", err=True)
    click.echo(f"Next: open {out} in a browser.", err=True)


def render_report(
    overviews: list[Overview],
    names: dict[PayeeId, str],
    selection: Selection,
    system: str,
    now: datetime,
    *,
    tills: Collection[tuple[PayeeId, str]] = (),
    counts: Collection[tuple[CashCount, int]] = (),
    unclaimed: Sequence[Unclaimed] | None = None,
) -> str:
    """`tills` are the labels of payees' keys: who confirmed by one of them was at that till.
    `counts` are counted cash boxes, each with how many earlier counts it replaced. `unclaimed` is
    None where no plan tells it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["local_time"] = local_time
    environment.filters["marked"] = marked
    environment.filters["grouped"] = grouped
    return environment.get_template("report.html").render(
        overviews=overviews,
        charts=[chart_svg(bars_of(one.by_day), one.currency) for one in overviews],
        ages=[one.ages(now.date()) for one in overviews],
        names=names,
        counts=counts,
        unclaimed=unclaimed,
        unclaimed_sums=_unclaimed_sums(unclaimed or (), names, now.date()),
        confirmers=[_confirmers(one, names, tills) for one in overviews],
        since=selection.since,
        until=selection.until,
        system=system,
        now=now,
        shown_at_once=KEPT,
        most=KEPT_UNCONFIRMED,
        money=Money,
    )


def _unclaimed(plan: Path, payee_id: str | None, selection: Selection) -> list[Unclaimed]:
    """Of the days that the report is about, and the payee, if it is about one. Raises Failure."""
    with told_rows(plan):
        found = unclaimed_in(load_sheet(plan))
    since, until = _days(selection)
    return [
        one
        for one in found
        if payee_id in (None, one.payee_id)
        and (since is None or since <= one.booked_on)
        and (until is None or one.booked_on <= until)
    ]


def _unclaimed_sums(
    lines: Collection[Unclaimed], names: Mapping[PayeeId, str], today: date
) -> list[tuple[str, list[tuple[str, int, Money]]]]:
    def payee(line: Unclaimed) -> str:
        return names.get(PayeeId(line.payee_id), line.payee_id) or "the account of several"

    def age(line: Unclaimed) -> str:
        return age_of((today - line.booked_on).days)

    keys = {"payee": payee, "booked": age, "day": lambda line: line.booked_on.isoformat()}
    return [(heading, sums_by(lines, key)) for heading, key in keys.items()] if lines else []


def _confirmers(
    overview: Overview, names: dict[PayeeId, str], tills: Collection[tuple[PayeeId, str]]
) -> list[tuple[str, Total]]:
    """Who confirmed how much: each till of each payee, and each person at the desk."""
    totals: dict[str, Total] = {}
    for (payee_id, by), total in overview.by_confirmer.items():
        where = f"till of {names[payee_id]}" if (payee_id, by) in tills else "at the desk"
        who = f"{by}, {where}"
        totals.setdefault(who, Total()).include(total)
    return sorted(totals.items())


def _tills(system: Readable, payee_ids: set[PayeeId]) -> set[tuple[PayeeId, str]]:
    if isinstance(system, CopiedSystem):
        return {key for key in system.till_labels() if key[0] in payee_ids}
    registry = system.registry()
    with while_reading("The registry"):
        return {
            (payee_id, key.label) for payee_id in payee_ids for key in registry.till_keys(payee_id)
        }


def _counts(
    system: Readable, payee_ids: list[PayeeId], selection: Selection
) -> list[tuple[CashCount, int]]:
    """Of the days that the report is about."""
    since, until = _days(selection)
    with while_reading():
        counted = all_counts(system, payee_ids)
        found = [one for counts in counted for one in latest_counts(counts)]
    return [
        (one, replaced)
        for one, replaced in found
        if (since is None or since <= one.day) and (until is None or one.day <= until)
    ]


def _days(selection: Selection) -> tuple[date | None, date | None]:
    """The first and the last that it is about."""
    since, until = selection.since, selection.until
    last = until - timedelta(microseconds=1) if until else None
    return since and since.astimezone().date(), last and last.astimezone().date()


def _local_day(history: History) -> date:
    return history.payment.recorded_at.astimezone().date()


def _names(system: Readable, payee_ids: set[PayeeId]) -> dict[PayeeId, str]:
    if isinstance(system, CopiedSystem):
        known = system.registered()
        return {one: known[one].name if one in known else one for one in payee_ids}
    registry = system.registry()
    with while_reading():
        found = {payee_id: registry.find_fresh(payee_id) for payee_id in payee_ids}
    return {payee_id: payee.name if payee else payee_id for payee_id, payee in found.items()}
