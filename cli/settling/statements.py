"""Files of statements as the command line names them, and what is said of how to read them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.failure import Failure
from cli.files import replacing
from cli.settling.terminal import at_terminal
from desk.fields import counted
from desk.names import isolated
from desk.statements.line import Line, NotSaid, Unreadable
from desk.statements.reading import Statement, Told, read_statement
from desk.statements.tables.columns import Columns, NoColumns, explain, parse_map
from desk.statements.tables.layouts import (
    FILE,
    Layout,
    NoLayout,
    parse_layout_name,
    parse_layouts,
    with_layout,
)

_FIRST = 3
_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of how files are to be read, and under which name that is kept in `file`."""

    told: Told
    file: Path
    keep: str | None = None


def statement_options(command: Callable[..., None]) -> Callable[..., None]:
    """--map, --encoding and --keep, handed to the command as `how`; beside --roster stands the file
    of what was kept."""

    @wraps(command)
    def with_reading(
        *,
        said: str | None,
        encoding: str | None,
        keep: str | None,
        roster_path: Path,
        **options: Any,
    ) -> None:
        file = roster_path.parent / FILE
        layouts = _load_layouts(file)
        try:
            name = parse_layout_name(keep) if keep else None
            layout = layouts.pop(keep, None) if keep else layouts.get(said or "")
            columns = parse_map(said) if said and not (layout and not keep) else None
        except (NoLayout, NoColumns) as error:
            option = "--keep" if isinstance(error, NoLayout) else "--map"
            raise click.UsageError(f"{option}: {error}.") from error
        told = Told(
            columns, encoding, () if keep else tuple(layouts.values()), None if keep else layout
        )
        how = Reading(told, file, name)
        command(how=how, roster_path=roster_path, **options)

    options = [
        click.option(
            "--map", "said", metavar="COLUMNS|NAME",
            help="Which column is what: 'date=1 amount=5 text=3+4 order=dmy decimal=comma'; or the "
            "name under which that was kept.",
        ),
        click.option("--encoding", metavar="NAME", help="Its characters, such as cp1252."),
        click.option(
            "--keep", metavar="NAME",
            help=f"Keep how it was read, in {FILE} beside the roster: for this bank's next file.",
        ),
    ]  # fmt: skip
    for option in reversed(options):
        with_reading = option(with_reading)
    return with_reading


def _load_layouts(file: Path) -> dict[str, Layout]:
    try:
        return parse_layouts(file.read_text("utf-8")) if file.exists() else {}
    except (NoLayout, UnicodeDecodeError, OSError) as error:
        raise Failure(f"{error}\nNothing was changed.") from error


def read_files(
    paths: Sequence[Path],
    how: Reading,
    usual_currency: Callable[[], str | None],
) -> list[Line]:
    """The lines of all of them, with a word on how each was read. Raises Failure."""
    statements: list[Statement] = []
    told = how.told
    currency = told.columns.currency if told.columns and told.columns.currency else usual_currency()
    for path in paths:
        try:
            statement, told = _read(path, told, currency)
        except (Unreadable, OSError) as error:
            raise Failure(f"{error}\nNothing was changed.") from error
        _tell(statement)
        statements.append(statement)
    if how.keep:
        _keep(statements, how, told.encoding)
    elif told.columns and told.columns.places:
        click.echo(f"To have it read so without saying it: add --keep NAME ({FILE}).", err=True)
    return [line for statement in statements for line in statement.lines]


def _read(path: Path, told: Told, currency: str | None) -> tuple[Statement, Told]:
    """The statement, and what somebody said of it, who was asked at a terminal if need be."""
    while True:
        try:
            with path.open("rb") as file:
                return read_statement(file, path.name, told, currency), told
        except NotSaid as error:
            if not at_terminal():
                raise
            told = replace(told, columns=_ask(error, told.columns))


def _ask(error: NotSaid, said: Columns | None) -> Columns:
    click.echo(str(error), err=True)
    for number, cells in error.rows[: 2 * _FIRST]:
        shown = "  ".join(f"{at}={isolated(cell)}" for at, cell in enumerate(cells, 1) if cell)
        click.echo(f"  {number}: {shown}"[:_WIDEST], err=True)
    before = f"{said.describe()} " if said else ""
    while True:
        words = click.prompt(
            "Say it here, or press Enter to stop", "", show_default=False, err=True
        )
        if not words.strip():
            raise error
        try:
            return parse_map(before + words)
        except NoColumns as mistake:
            click.echo(f"{mistake}.", err=True)


def _tell(statement: Statement) -> None:
    lines, table = statement.lines, statement.table
    days = sorted(line.booked_on for line in lines)
    period = f", {days[0]} to {days[-1]}" if days else ""
    count = counted(len(lines), "booking")
    click.echo(f"{statement.file}: {count}{period}; {statement.how}", err=True)
    if table:
        click.echo(f"I read: {isolated(explain(table.columns, table.heads))}", err=True)
        click.echo(f"  --map '{table.columns.describe()}'", err=True)
    for line in lines[:_FIRST]:
        told = f"  {line.booked_on}  {line.kind}  {line.money}  {line.name}  {line.text}"
        click.echo("".join(c for c in told if c.isprintable())[:_WIDEST].rstrip(), err=True)


def _keep(statements: Sequence[Statement], how: Reading, encoding: str | None) -> None:
    """What the files have in common. Raises Failure."""
    tables = {statement.file: statement.table for statement in statements}
    first = next(iter(tables.values()))
    if first is None or None in tables.values():
        file = next(name for name, table in tables.items() if table is None)
        raise Failure(f"{file} says itself how it is read: leave --keep out. Nothing was changed.")
    if len({(one.heads, one.columns.describe()) for one in tables.values() if one}) > 1:
        raise Failure("These are read in several ways: --keep one at a time. Nothing was changed.")
    accounts = {line.account for statement in statements for line in statement.lines}
    account = accounts.pop() if len(accounts) == 1 and "account" not in first.columns.places else ""
    layout = Layout(how.keep or "", replace(first.columns, heads=0), first.heads, account, encoding)
    text = how.file.read_text("utf-8") if how.file.exists() else ""
    with replacing(how.file, private=False) as written:
        written.write(with_layout(text, layout).encode())
    so = f"--map {how.keep} reads one" if not first.heads else "the next one is read"
    click.echo(f"Kept as [{how.keep}] in {how.file}: {so} so, unless its columns change.", err=True)
