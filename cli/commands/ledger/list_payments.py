"""`payees payments`: what the ledger holds, and what arrives in it."""

import shlex
import shutil

import click

from cli.arguments import ReferenceType, complete_payee
from cli.copying.copied_system import CopiedSystem, Readable, readable_options
from cli.following.arrivals import show_arrivals
from cli.listing import Listing, format_options, is_table, print_listing
from cli.reading import as_counted, find_payments, payees_to_read, read_histories, selection_options
from desk.fields import COLUMNS, CSV_COLUMNS, listing_document, listing_row
from desk.selection import Selection
from desk.totals import Tally
from payments.references import Reference


@click.command()
@click.argument("payee_id", required=False, shell_complete=complete_payee)
@selection_options(period_only=False)
@click.option(
    "--reference", type=ReferenceType(), help="Only this payment: any form of its reference."
)
@format_options
@click.option("--follow", is_flag=True, help="Go on, and show payments as they arrive.")
@click.option(
    "--exec",
    "command",
    metavar="CMD",
    help="With --follow: run CMD for each payment, its JSON on stdin. No shell is involved.",
)
@readable_options("table", "registry")
def payments(
    *,
    system: Readable,
    payee_id: str | None,
    selection: Selection,
    reference: Reference | None,
    format_name: str | None,
    bom: bool,
    follow: bool,
    command: str | None,
) -> None:
    """List the payments recorded for PAYEE_ID, or for everybody: with --since in the order of time,
    else payee by payee.

    A table on a terminal, with its sums below, each currency by itself and apart by what payments
    are now; CSV in a pipe. One payment after the other: the list may be of any length. Times are in
    this machine's zone (TZ=Asia/Kolkata changes it). A payment that somebody confirmed or reversed
    says so.

    \b
    payees payments mahantesh --since today
    payees payments --payer asha --min 50 --max 50
    payees payments --status claimed --older-than 3d
    payees payments --method upi --bank-number "4372 7658 9036"
    payees payments mahantesh --since 2026-03-01 --until 2026-03-31 >march.csv
    payees payments mahantesh --since 30d --format xlsx >march.xlsx
    payees payments --payer asha --from ledger.duckdb
    payees payments --follow
    payees payments --follow --exec 'notify-send Payment' >>payments.jsonl
    """
    if follow:
        if selection.until or reference or format_name not in (None, "table", "jsonl") or bom:
            raise click.UsageError(
                "--follow goes on for ever and writes JSON lines: it takes neither --until nor "
                "--reference, --json, --bom or --format csv."
            )
        if isinstance(system, CopiedSystem):
            raise click.UsageError("A copy does not change: --follow takes a system, not --from.")
        payee_ids = payees_to_read(system, payee_id)  # a wrong table is told before any waiting
        watched = payee_ids if payee_id else None  # None: also those who are published meanwhile
        program = _parse_command(command)
        show_arrivals(system, watched, selection, format_name=format_name, command=program)
        return
    if command:
        raise click.UsageError("--exec works with --follow only.")
    if reference:
        found = find_payments(system, reference, payee_id, selection.since)
        histories = iter([history for history in found if selection.matches(history)])
    else:
        payee_ids = payees_to_read(system, payee_id)
        in_time = bool(selection.since) and payee_id is None  # a list that one can keep
        histories = read_histories(system, payee_ids, selection, collects=in_time)
        if in_time:
            histories = iter(sorted(histories, key=lambda one: one.payment.recorded_at))
        histories = as_counted(system, payee_ids, payee_id, histories)
    tally = Tally()
    histories = tally.passing(histories)
    listing = Listing(
        COLUMNS,
        (listing_row(history, with_payee=payee_id is None) for history in histories),
        CSV_COLUMNS,
        map(listing_document, histories),
    )
    count = print_listing(listing, format_name, bom=bom)
    if count > 1 and is_table(format_name):
        click.echo(f"together: {tally}")
    if not count:
        whose = f" for {payee_id}" if payee_id else ""
        if reference or selection != Selection():
            click.echo(f"No such payments are recorded{whose} in {system}.", err=True)
        else:
            click.echo(f"No payments are recorded{whose} in {system} yet.", err=True)


def _parse_command(command: str | None) -> list[str]:
    try:
        words = shlex.split(command or "")
    except ValueError as error:
        raise click.UsageError(f"--exec: {error}: check the quotes.") from error
    if command is not None and not (words and shutil.which(words[0])):
        raise click.UsageError(f"--exec: there is no command “{words[0] if words else ''}” here.")
    return words
