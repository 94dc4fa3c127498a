"""Files of statements as the command line names them, and what is said of how to read them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.failure import Failure
from desk.statements.columns import Columns, NoColumns, parse_map
from desk.statements.line import Line, Unreadable
from desk.statements.reading import Statement, read_statement

_FIRST = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said of how files are to be read; None is found out."""

    columns: Columns | None
    encoding: str | None


def statement_options(command: Callable[..., None]) -> Callable[..., None]:
    """--map and --encoding, handed to the command as `how`."""

    @wraps(command)
    def with_reading(*, said: str | None, encoding: str | None, **options: Any) -> None:
        try:
            columns = parse_map(said) if said else None
        except NoColumns as error:
            raise click.UsageError(f"--map: {error}.") from error
        command(how=Reading(columns, encoding), **options)

    chosen = click.option(
        "--map",
        "said",
        metavar="COLUMNS",
        help="Which column is what: 'date=1 amount=5 text=3+4 order=dmy decimal=comma'.",
    )
    characters = click.option("--encoding", metavar="NAME", help="Its characters, such as cp1252.")
    return chosen(characters(with_reading))


def read_files(
    paths: Sequence[Path],
    how: Reading,
    usual_currency: Callable[[], str | None],
) -> list[Line]:
    """The lines of all of them, with a word on how each was read. Raises Failure."""
    lines: list[Line] = []
    said = how.columns
    currency = said.currency if said and said.currency else usual_currency()
    for path in paths:
        try:
            with path.open("rb") as file:
                statement = read_statement(
                    file, path.name, said=said, encoding=how.encoding, currency=currency
                )
        except (Unreadable, OSError) as error:
            raise Failure(f"{error}\nNothing was changed.") from error
        _tell(statement)
        lines += statement.lines
    return lines


def _tell(statement: Statement) -> None:
    lines = statement.lines
    days = sorted(line.booked_on for line in lines)
    period = f", {days[0]} to {days[-1]}" if days else ""
    click.echo(f"{statement.file}: {len(lines)} bookings{period}; {statement.how}", err=True)
    for line in lines[:_FIRST]:
        told = f"  {line.booked_on}  {line.kind}  {line.money}  {line.name}  {line.text}"
        click.echo("".join(c for c in told if c.isprintable())[:100].rstrip(), err=True)
