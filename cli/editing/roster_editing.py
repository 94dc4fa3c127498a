"""The roster edited by a command: the result is checked, then takes the file's place."""

from collections.abc import Callable, Collection
from pathlib import Path

from cli.failure import Failure
from cli.files import replacing
from cli.roster_file import find_entry, read_roster
from payments.payee import PayeeId
from roster.editing import Changes, NotEditable, edit_payees
from roster.model import Roster, RosterEntry, RosterInvalid, parse_roster


def roster_text(path: Path) -> str:
    """With its line ends as they are."""
    return path.read_bytes().decode()


def edited(path: Path, edit: Callable[[str], str]) -> str:
    """What `edit` makes of the text of the roster at `path`. Raises Failure."""
    try:
        return edit(roster_text(path))
    except NotEditable as error:
        raise _not_by_machine(path) from error


def change_payee(path: Path, payee_id: str, changes: Changes) -> bool:
    """Whether the roster changed. Raises Failure."""
    before = read_roster(path)
    entry = find_entry(before, payee_id, path)
    text = edited(path, lambda text: edit_payees(text, {entry.payee_id: changes}))
    if text == roster_text(path):
        return False
    check_and_replace(path, text, before, {entry.payee_id})
    return True


def check_and_replace(path: Path, text: str, before: Roster, touched: Collection[str]) -> Roster:
    """Replace the roster by `text`, if that has no mistakes and says the same as `before` of
    everybody who is not `touched`; gives what it is then. Raises Failure."""
    try:
        after = parse_roster(text, str(path))
    except RosterInvalid as error:
        raise Failure(f"{error}\nNothing was changed: that would be no valid roster.") from error
    if after.site != before.site or _others(after, touched) != _others(before, touched):
        raise _not_by_machine(path)
    with replacing(path, private=False) as file:
        file.write(text.encode())
    return after


def _not_by_machine(path: Path) -> Failure:
    return Failure(f"{path} is written in a way that cannot be edited safely: edit it by hand.")


def _others(roster: Roster, touched: Collection[str]) -> list[RosterEntry]:
    return [entry for entry in roster.entries if PayeeId(entry.payee_id) not in touched]
