"""`payees count`: a counted cash box held against what payers say they paid in cash."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import click

from cli.arguments import Amount, Moment, by_option, complete_payee, own_name
from cli.failure import Failure
from cli.guards import while_reading, while_writing
from cli.reading import payees_to_read, read_histories
from cli.settling.cash_counts import CashCount, cash_counts, claimed_in_cash, keep_count
from cli.system import System, same_system, system_options
from desk.fields import local_time
from desk.names import isolated
from desk.selection import Selection
from payments.money import Money, parse_money
from payments.refusals import InvalidValue
from payments.times import to_milliseconds


@click.command()
@click.argument("payee_id", shell_complete=complete_payee)
@click.option("--day", type=Moment(), default="today", show_default=True, help="Of which day.")
@click.option("--cash", type=Amount(), required=True, help="What is in the box, without the float.")
@by_option
@system_options("table", "registry")
def count(system: System, payee_id: str, day: datetime, cash: Decimal, by: str | None) -> None:
    """Note what was counted in the cash box of PAYEE_ID on a day, beside what payers said on it
    that they paid in cash.

    Nothing is confirmed by it: it says whether the sums agree. A second count of the same day
    replaces the first, which stays to be read. `payees report` shows them.

    \b
    payees count mahantesh --day 2026-03-01 --cash 4250
    payees count mahantesh --cash 0 --by Asha
    """
    payee_ids = payees_to_read(system, payee_id)
    known = payee_ids[0]
    by = by or own_name()
    start = day.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    if start > datetime.now().astimezone():
        raise click.UsageError(f"--day: {start:%Y-%m-%d} has not come yet.")
    with while_reading("The registry"):
        payee = system.registry().find_fresh(known)
    if payee is None:
        raise Failure(f"No payee “{payee_id}” in {system}.")
    try:
        counted = parse_money(str(cash), payee.currency) if cash else Money(0, payee.currency)
    except InvalidValue as error:
        raise click.UsageError(f"--cash: {error}.") from error
    selection = Selection(start, start + timedelta(days=1, hours=1))
    claimed, claims = claimed_in_cash(
        read_histories(system, payee_ids, selection), start.date(), payee.currency
    )
    with while_reading():
        earlier = cash_counts(system, known, start.date())
    number = earlier[-1].number + 1 if earlier else 1
    now = to_milliseconds(datetime.now(UTC))
    new = CashCount(known, start.date(), number, counted, claimed, claims, by, now)
    click.echo(f"Writing to {system} …", err=True)
    with while_writing("it was recorded", "the same command again records it, and shows both"):
        is_kept = keep_count(system, new)
    if not is_kept:
        raise Failure("Somebody else counted this day just now, so nothing was recorded: look, and "
                      "say it again.")  # fmt: skip
    _say(new, earlier)
    click.echo(f"Next: payees report {known}{same_system()}", err=True)


def _say(new: CashCount, earlier: list[CashCount]) -> None:
    rows = [
        ("claimed", f"{new.claimed}, in {new.claims}"),
        ("counted", str(new.counted)),
        ("difference", new.difference),
    ]
    for name, said in rows:
        click.echo(f"{name:<12}{said}")
    if earlier:
        last = earlier[-1]
        click.echo(
            f"It replaces the {last.counted} that {isolated(last.by)} counted, "
            f"{local_time(last.recorded_at)}.",
            err=True,
        )
