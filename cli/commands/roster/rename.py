"""`payees rename`: another id, and with it another address, for a payee who is there."""

from pathlib import Path

import click

from cli.arguments import complete_payee
from cli.editing.roster_editing import checked, edited, editing_options
from cli.failure import Failure
from cli.roster_file import find_entry, read_roster
from payments.payee import PayeeId
from roster.editing import edit_payees


@click.command()
@click.argument("old", metavar="OLD", shell_complete=complete_payee)
@click.argument("new", metavar="NEW")
@editing_options
def rename(old: str, new: str, roster_path: Path, *, dry_run: bool) -> None:
    """Give the payee OLD the id NEW in payees.yaml. Comments, order and all other lines stay.

    The old id is kept as `formerly`: its address leads to the new one, so stickers, links and pages
    that phones still have go on working, and what was paid under it counts as before: one list, one
    total, one till.

    \b
    payees rename stall-5 mahantesh
    """
    before = read_roster(roster_path)
    entry = find_entry(before, old, roster_path)
    if new == old:
        click.echo(f"{old} has that id already: nothing was changed.", err=True)
        return
    if new in before.by_id:
        name = before.by_id[PayeeId(new)].payee.name
        raise Failure(f"“{new}” is the id of {name} in {roster_path}: choose another.")
    former = [one for one in entry.payee.ids[1:] if one != new]
    changes = {"id": new, "formerly": [*former, old]}
    text = edited(roster_path, lambda text: edit_payees(text, {entry.payee_id: changes}))
    checked(roster_path, text, before, {old, new}).carry_out(
        f"{old} is {new} now in {roster_path}; /{old}/ will lead to /{new}/.",
        f"{old} would be {new} in {roster_path}; /{old}/ would lead to /{new}/.",
        dry_run=dry_run,
    )
