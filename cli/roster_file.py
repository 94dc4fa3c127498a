"""The roster that a command works on: which file, read or refused, and whom it has."""

import gc
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

import click

from cli.failure import Failure
from cli.kept_roster import load_kept_roster
from payments.payee import PayeeId
from roster.model import Roster, RosterEntry, RosterInvalid

_FEW = 5

roster_option = click.option(
    "--roster",
    "roster_path",
    type=click.Path(path_type=Path),
    default="payees.yaml",
    show_default=True,
    help="The roster.",
)


def read_roster(path: Path) -> Roster:
    """The roster at `path`. Raises Failure with every mistake in it."""
    if not path.exists():
        raise Failure(
            f"There is no {path} here. `payees init` writes a roster to start from; "
            "--roster names one elsewhere."
        )
    try:
        roster = load_kept_roster(path)
    except RosterInvalid as error:
        summary = f"{count_mistakes(error)} in {path}: nothing was changed."
        raise Failure(f"{error}\n{summary}") from error
    gc.freeze()  # a large one is no garbage: looking for some in it takes a tenth of a build
    return roster


def read_roster_of_today(path: Path) -> Roster:
    """The roster as it is to be shown today: who is back from being away is open, which is told.
    Raises Failure."""
    roster, today = read_roster(path), this_day()
    for payee_id, until in back_on(roster, today):
        click.echo(
            f"{payee_id} was away until {until}, and opens: "
            f"`payees open {payee_id}` takes that out of {path}.",
            err=True,
        )
    return roster.on(today)


def back_on(roster: Roster, day: date) -> list[tuple[PayeeId, date]]:
    """Who was to be away, and no longer is by `day`, with the day of being back."""
    return [
        (entry.payee_id, entry.until)
        for entry in roster.entries
        if entry.until and entry.is_back(day)
    ]


def this_day() -> date:
    """Today, in this machine's zone."""
    return datetime.now().astimezone().date()


def find_entry(roster: Roster, payee_id: str, path: Path) -> RosterEntry:
    """The entry of a payee. Raises Failure."""
    if entry := roster.by_id.get(payee_id):
        return entry
    if moved := roster.by_former_id.get(payee_id):
        raise Failure(f"“{payee_id}” is {moved.payee_id} now in {path}: say that.")
    known = list(roster.by_id)
    if meant := get_close_matches(payee_id, known, n=1):
        hint = f"did you mean “{meant[0]}”?"
    else:
        more = f" and {len(known) - _FEW} more" if len(known) > _FEW else ""
        hint = f"it has {', '.join(known[:_FEW]) or 'none'}{more}"
    raise Failure(f"There is no payee “{payee_id}” in {path}: {hint}")


def count_payees(roster: Roster) -> str:
    count = len(roster.entries)
    return f"{count} payee{'' if count == 1 else 's'}"


def count_mistakes(error: RosterInvalid) -> str:
    count = len(error.mistakes)
    return f"{count} mistake{'' if count == 1 else 's'}"
