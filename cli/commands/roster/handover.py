"""`payees handover`: somebody else has the stall, with the sticker that hangs there."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.arguments import complete_payee
from cli.editing.roster_editing import editing_options, plan_change, roster_text
from cli.roster_file import find_entry, read_roster, this_day
from roster.importing.written import written_pay_by
from roster.pay_by import parse_typed

if TYPE_CHECKING:
    from roster.writing import Item, Value


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@click.option("--name", required=True, help="Who receives from now on.")
@click.option("--description", help="What payers should know, if that changes.")
@click.option(
    "--pay-by",
    multiple=True,
    type=parse_typed,
    metavar="RAIL=ACCOUNT[,KEY=VALUE...]",
    help="The new payee's ways to pay. Say it once for each.",
)
@click.option("--no-pay-by", is_flag=True, help="They have no accounts of their own.")
@click.option("--same-accounts", is_flag=True, help="Money goes where it went before.")
@editing_options
def handover(
    *,
    payee_id: str,
    name: str,
    description: str | None,
    pay_by: "tuple[Item, ...]",
    no_pay_by: bool,
    same_accounts: bool,
    roster_path: Path,
    dry_run: bool,
) -> None:
    """Give the stall ID to somebody else in payees.yaml: id, page and sticker stay, name and
    accounts are new. Comments, order and all other lines stay.

    Where money goes is never kept by oversight: with accounts in the roster, say the new ones or
    --same-accounts. Whom the former payee had told (notify) is taken out. What was paid stays under
    the id: the day of the handover parts the totals of the two.

    \b
    payees handover stall-12 --name "Usha Rao" --pay-by upi=usha@examplebank --pay-by cash
    payees handover stall-12 --name "Ravi & Sons" --same-accounts
    """
    if bool(pay_by) + no_pay_by + same_accounts > 1:
        raise click.UsageError("--pay-by, --no-pay-by and --same-accounts: say one of them.")
    entry = find_entry(read_roster(roster_path), payee_id, roster_path)
    has_own = payee_id in written_pay_by(roster_text(roster_path))
    if has_own and not (pay_by or no_pay_by or same_accounts):
        accounts = "; ".join(map(str, entry.pay_by)) or "nothing"
        raise click.UsageError(
            f"{payee_id} receives by {accounts}: say --pay-by for the new payee's accounts, "
            "--no-pay-by, or --same-accounts."
        )
    former = entry.payee.name
    changes: dict[str, Value | None] = {"name": name}
    if description is not None:
        changes["description"] = description
    if pay_by or no_pay_by:
        changes["pay_by"] = list(pay_by) or None
    if name != former:
        changes["notify"] = None
    edit = plan_change(roster_path, payee_id, changes)
    if not edit.changes:
        click.echo(f"{roster_path} says that of {payee_id} already: nothing to change.", err=True)
        return
    today = this_day()
    edit.carry_out(
        f"{payee_id} was {former} and is {name} now in {roster_path}. Page and sticker stay.",
        f"{payee_id} is {former} and would be {name} in {roster_path}. Page and sticker stay.",
        f"What was {former}'s: payees totals {payee_id} --until {today - timedelta(days=1)}",
        f"What is {name}'s: payees totals {payee_id} --since {today}",
        f"End {former}'s keys to the till: payees till {payee_id} --list",
        dry_run=dry_run,
    )
