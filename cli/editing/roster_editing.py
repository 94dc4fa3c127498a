"""The roster edited by a command: the result is checked, then takes the file's place."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import click

from cli.failure import Failure
from cli.files import replacing
from cli.roster_file import find_entry, read_roster, roster_option
from payments.payee import PayeeId
from roster.editing import Changes, NotEditable, edit_payees
from roster.model import Roster, RosterEntry, RosterInvalid, parse_roster


def editing_options(command: Callable[..., None]) -> Callable[..., None]:
    """--roster and --dry-run, handed to the command as `roster_path` and `dry_run`."""
    dry_run = click.option(
        "--dry-run", is_flag=True, help="Show which lines would change, and change nothing."
    )
    return dry_run(roster_option(command))


def roster_text(path: Path) -> str:
    """With its line ends as they are."""
    return path.read_bytes().decode()


def edited(path: Path, edit: Callable[[str], str]) -> str:
    """What `edit` makes of the text of the roster at `path`. Raises Failure."""
    try:
        return edit(roster_text(path))
    except NotEditable as error:
        raise _not_by_machine(path) from error


@dataclass(frozen=True, slots=True)
class Edit:
    """The roster at `path` with another text, which is a roster, too: `after`."""

    path: Path
    text: str
    after: Roster

    @property
    def changes(self) -> bool:
        return self.text != roster_text(self.path)

    def keep(self) -> None:
        """Raises Failure."""
        with replacing(self.path, private=False) as file:
            file.write(self.text.encode())

    def carry_out(self, said: str, would: str, *then: str, dry_run: bool) -> None:
        """Keep it, and say what is so now and what comes `then`; in a dry run, what `would` be,
        after the lines that would change. Raises Failure."""
        if not dry_run:
            self.keep()
            for line in (said, *then, "Next: payees publish"):
                click.echo(line, err=True)
            return
        name = self.path.as_posix()
        before, after = (text.splitlines() for text in (roster_text(self.path), self.text))
        for line in unified_diff(before, after, f"{name} now", f"{name} then", n=2, lineterm=""):
            click.echo(line)
        click.echo(would, err=True)
        click.echo("Nothing was changed: that was a dry run.", err=True)


def plan_change(path: Path, payee_id: str, changes: Changes) -> Edit:
    """What a payee of the roster becomes. Raises Failure."""
    before = read_roster(path)
    entry = find_entry(before, payee_id, path)
    text = edited(path, lambda text: edit_payees(text, {entry.payee_id: changes}))
    return checked(path, text, before, {entry.payee_id})


def checked(path: Path, text: str, before: Roster, touched: Collection[str]) -> Edit:
    """The roster with `text`, if that has no mistakes and says the same as `before` of everybody
    who is not `touched`. Raises Failure."""
    try:
        after = parse_roster(text, str(path))
    except RosterInvalid as error:
        raise Failure(f"{error}\nNothing was changed: that would be no valid roster.") from error
    if after.site != before.site or _others(after, touched) != _others(before, touched):
        raise _not_by_machine(path)
    return Edit(path, text, after)


def _not_by_machine(path: Path) -> Failure:
    return Failure(f"{path} is written in a way that cannot be edited safely: edit it by hand.")


def _others(roster: Roster, touched: Collection[str]) -> list[RosterEntry]:
    return [entry for entry in roster.entries if PayeeId(entry.payee_id) not in touched]
