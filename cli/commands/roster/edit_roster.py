"""`payees add`, `edit`, `away`, `open`, `close`: the roster edited, then checked, then kept."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from cli.arguments import complete_payee
from cli.editing.roster_editing import checked, edited, editing_options, plan_change
from cli.roster_file import count_payees, find_entry, read_roster, this_day
from payments.payee import PayeeStatus
from roster.editing import Values, add_payees
from roster.grammar import Keys, ListOf
from roster.keys import PAYEE
from roster.notify import NotifyItem, parse_typed_address
from roster.pay_by import PayByItem, parse_typed
from roster.writing import Value

_KEYS = {name: key for name, key in PAYEE.keys.items() if name != "id"}
"""What options are made of; the id is the argument."""


def _key_options(*, change: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """An option for each key of a payee; to `change` one, none is required, and what the roster
    can do without has another that takes it away."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(list(_options(change=change))):
            command = option(command)
        return command

    return decorate


def _options(*, change: bool) -> Iterator[Callable[[Callable[..., None]], Callable[..., None]]]:
    for name, key in _KEYS.items():
        if isinstance(key.kind, Keys):
            for part, part_key in key.kind.keys.items():
                yield click.option(_flag(part), f"{name}_{part}", help=part_key.about)
        elif isinstance(key.kind, ListOf):
            flag, about = _flag(key.option or name), f"{key.about} Say it once for each."
            how: dict[str, Any] = {}
            if isinstance(key.kind.item, PayByItem):
                how = {"type": parse_typed, "metavar": "RAIL=ACCOUNT[,KEY=VALUE...]"}
            elif isinstance(key.kind.item, NotifyItem):
                how = {"type": parse_typed_address, "metavar": "ADDRESS[,KEY=VALUE...]"}
            yield click.option(flag, name, multiple=True, help=about, **how)
        else:
            required = key.required and not change
            yield click.option(_flag(name), name, required=required, help=key.about)
        if change and not key.required:
            about = f"Take {name} out of the roster."
            yield click.option(_flag(f"no-{name}"), f"no_{name}", is_flag=True, help=about)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _given(options: Mapping[str, Any]) -> dict[str, Value]:
    """The values of the keys whose options were given."""
    values: dict[str, Value] = {}
    for name, key in _KEYS.items():
        if isinstance(key.kind, Keys):
            parts = {part: options[f"{name}_{part}"] for part in key.kind.keys}
            value = {part: text for part, text in parts.items() if text is not None}
        else:
            value = options[name]
        if value is not None and value not in ((), {}):
            values[name] = value
    return values


@click.command()
@click.argument("payee_id", metavar="ID")
@_key_options(change=False)
@editing_options
def add(payee_id: str, roster_path: Path, *, dry_run: bool, **options: Any) -> None:
    """Add a payee behind the last in payees.yaml. Comments, order and all other lines stay.

    The file is only changed if the result has no mistakes.

    \b
    payees add ravi --name Ravi --description "Juice, stall 7" --amount 20 --amount 40
    payees add parking --name "Bicycle parking" --min 10 --max 10
    payees add usha --name Usha --pay-by "upi=usha@examplebank,holder=Usha Rao" --pay-by cash
    """
    values: Values = {"id": payee_id, **{key: one for key, one in _given(options).items() if one}}
    for name, key in _KEYS.items():
        value = values.get(name)
        if isinstance(key.kind, Keys) and isinstance(value, Mapping):
            needed = [_flag(part) for part in key.kind.required]
            if len(value) < len(needed):
                raise click.UsageError(f"{' and '.join(needed)} go together: say both.")
    before = read_roster(roster_path)
    text = edited(roster_path, lambda text: add_payees(text, [values]))
    edit = checked(roster_path, text, before, {payee_id})
    told = f"{payee_id} to {roster_path}: {count_payees(edit.after)}, no mistakes."
    edit.carry_out(f"Added {told}", f"Would add {told}", dry_run=dry_run)


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@_key_options(change=True)
@editing_options
def edit(payee_id: str, roster_path: Path, *, dry_run: bool, **options: Any) -> None:
    """Change what payees.yaml says of a payee. Comments, order and all other lines stay.

    Only what you name changes; a list is replaced whole. The file is only changed if the result
    has no mistakes.

    \b
    payees edit ravi --description "Juice, stall 9" --amount 20 --amount 50
    payees edit ravi --max 500 --no-aliases
    payees edit ravi --pay-by "upi=ravi@examplebank,merchant=true" --pay-by cash
    """
    changes: dict[str, Value | None] = dict(_given(options))
    for name in _KEYS:
        if options.get(f"no_{name}"):
            if name in changes:
                flag = _flag(f"no-{name}")
                raise click.UsageError(f"{flag} takes away what another option sets: say one.")
            changes[name] = None
    if not changes:
        raise click.UsageError("Say what to change: `payees edit -h` lists it.")
    edit = plan_change(roster_path, payee_id, changes)
    if edit.changes:
        told = f"{payee_id} in {roster_path}: no mistakes."
        edit.carry_out(f"Changed {told}", f"Would change {told}", dry_run=dry_run)
    else:
        click.echo(f"{roster_path} says that of {payee_id} already: nothing to change.", err=True)


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@editing_options
def close(payee_id: str, roster_path: Path, *, dry_run: bool) -> None:
    """Close a payee in payees.yaml: its page stays, says so, and takes no payments.

    Comments, order and all other lines stay. What is recorded stays in the ledger.

    \b
    payees close ravi
    """
    _become(PayeeStatus.CLOSED, payee_id, roster_path, dry_run=dry_run)


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The day of being back: a publish on that day or later opens the page.",
)
@editing_options
def away(payee_id: str, until: datetime | None, roster_path: Path, *, dry_run: bool) -> None:
    """Say in payees.yaml that a payee is away: its page says so, and takes no payments until
    `payees open`, or the first publish on the day of being back. Comments, order and all other
    lines stay.

    \b
    payees away ravi
    payees away ravi --until 2026-12-24
    """
    if until and until.date() <= this_day():
        raise click.UsageError(f"--until: {until:%Y-%m-%d} has come: say a later day.")
    day = until.date() if until else None
    _become(PayeeStatus.AWAY, payee_id, roster_path, day, dry_run=dry_run)


@click.command()
@click.argument("payee_id", metavar="ID", shell_complete=complete_payee)
@editing_options
def open(payee_id: str, roster_path: Path, *, dry_run: bool) -> None:  # noqa: A001 (as it is typed)
    """Open a payee again in payees.yaml who is away or closed: its page takes payments. Comments,
    order and all other lines stay.

    \b
    payees open ravi
    """
    _become(PayeeStatus.OPEN, payee_id, roster_path, dry_run=dry_run)


def _become(
    status: PayeeStatus, payee_id: str, path: Path, until: date | None = None, *, dry_run: bool
) -> None:
    entry = find_entry(read_roster(path), payee_id, path)
    told = f"{status} until {until}" if until else str(status)
    if entry.payee.status is status and entry.until == until:
        click.echo(f"{payee_id} is {told} already: nothing was changed.", err=True)
        return
    day = until.isoformat() if until else None
    plan_change(path, payee_id, {"status": status.value, "until": day}).carry_out(
        f"{payee_id} is {told} now in {path}.",
        f"{payee_id} would be {told} in {path}.",
        *([f"From {until} on, `payees publish` opens the page."] if until else []),
        dry_run=dry_run,
    )
