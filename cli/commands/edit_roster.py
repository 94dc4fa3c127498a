"""`payees add` and `payees close`: the roster edited in place, and checked before it is kept."""

from pathlib import Path
from typing import Any

import click

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.files import replacing
from cli.roster_file import count_payees, find_entry, read_roster, roster_option
from payments.payee import PayeeStatus
from roster.editing import add_payee, close_payee
from roster.model import Roster, RosterInvalid, parse_roster

_ORDER = ("id", "name", "aliases", "description", "currency", "limits", "amounts")


@click.command()
@click.argument("payee_id", metavar="ID")
@click.option("--name", required=True, help="Who receives, as payers know them.")
@click.option("--description", help="What payers should know, such as the stall's number.")
@click.option("--alias", "aliases", multiple=True, help="What old links called the payee.")
@click.option("--currency", help="If not the site's; it then needs limits of its own.")
@click.option("--min", "least", metavar="AMOUNT", help="The least one payment may be.")
@click.option("--max", "most", metavar="AMOUNT", help="The most; if it is --min, the only.")
@click.option("--amount", "amounts", multiple=True, help="Offer this amount as a button.")
@roster_option
def add(
    payee_id: str, roster_path: Path, least: str | None, most: str | None, **given: str
) -> None:
    """Add a payee behind the last in payees.yaml. Comments, order and all other lines stay.

    The file is only changed if the result has no mistakes.

    \b
    payees add ravi --name Ravi --description "Juice, stall 7" --amount 20 --amount 40
    payees add parking --name "Bicycle parking" --min 10 --max 10
    """
    if (least is None) != (most is None):
        raise click.UsageError("--min and --max go together: say both.")
    limits = {"min": least, "max": most} if least is not None else None
    values: dict[str, Any] = {"id": payee_id, **given, "limits": limits}
    before = read_roster(roster_path)
    edited = add_payee(_text(roster_path), {key: values[key] for key in _ORDER if values[key]})
    after = _check_and_replace(roster_path, edited, before)
    click.echo(f"Added {payee_id} to {roster_path}: {count_payees(after)}, no mistakes.", err=True)
    click.echo("Next: payees publish", err=True)


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@roster_option
def close(payee_id: str, roster_path: Path) -> None:
    """Close a payee in payees.yaml: its page stays, says so, and takes no payments.

    Comments, order and all other lines stay. What is recorded stays in the ledger.

    \b
    payees close ravi
    """
    before = read_roster(roster_path)
    entry = find_entry(before, payee_id, roster_path)
    if entry.payee.status is PayeeStatus.CLOSED:
        click.echo(f"{payee_id} is closed already: nothing was changed.", err=True)
        return
    _check_and_replace(roster_path, close_payee(_text(roster_path), entry.payee_id), before)
    click.echo(f"Closed {payee_id} in {roster_path}.", err=True)
    click.echo("Next: payees publish", err=True)


def _text(path: Path) -> str:
    return path.read_bytes().decode()  # line ends as they are


def _check_and_replace(path: Path, edited: str, before: Roster) -> Roster:
    """Replace the roster by `edited` if it has no mistakes, and gives what it is then."""
    try:
        after = parse_roster(edited, str(path))
    except RosterInvalid as error:
        raise Failure(f"{error}\nNothing was changed: that would be no valid roster.") from error
    ids = [[entry.payee_id for entry in roster.entries] for roster in (before, after)]
    if ids[1][: len(ids[0])] != ids[0]:
        raise Failure(f"{path} is written in a way that cannot be edited safely: edit it by hand.")
    with replacing(path) as file:
        file.write(edited.encode())
    return after
