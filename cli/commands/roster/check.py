"""`payees check`: every mistake in the roster, for people, programs and GitHub."""

import json
from pathlib import Path

import click

from cli.roster_file import back_on, count_mistakes, count_payees, this_day
from roster.model import RosterInvalid, RosterMistake, load_roster


@click.command()
@click.argument(
    "files",
    metavar="[FILE]...",
    nargs=-1,
    type=click.Path(path_type=Path),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="json: one array on stdout. github: annotations in a pull request.",
)
def check(files: tuple[Path, ...], form: str) -> None:
    """Find every mistake in the roster FILE (payees.yaml), with its place and what to do.

    Exit code 1 if there is any. Who was away until a day that has come is told, too.

    \b
    payees check
    payees check staging.yaml --format json
    payees check --format github        in a workflow of GitHub Actions
    """
    mistakes: list[RosterMistake] = []
    for file in files or (Path("payees.yaml"),):
        try:
            roster = load_roster(file)
            said = f"{file}: {count_payees(roster)}, no mistakes."
            for payee_id, until in back_on(roster, this_day()):
                click.echo(
                    f"{file}: {payee_id} was away until {until}: the next `payees publish` opens "
                    f"the page; `payees open {payee_id}` takes that out.",
                    err=True,
                )
        except RosterInvalid as error:
            mistakes += error.mistakes
            if form == "text":
                click.echo(str(error), err=True)
                if not file.exists():
                    click.echo("`payees init` writes a roster to start from.", err=True)
            said = f"{count_mistakes(error)} in {file}."
        click.echo(said, err=True)
    if form == "json":
        click.echo(json.dumps([_document(one) for one in mistakes], ensure_ascii=False, indent=2))
    if form == "github":
        for mistake in mistakes:
            click.echo(_annotation(mistake))
    raise SystemExit(1 if mistakes else 0)


def _document(mistake: RosterMistake) -> dict[str, object]:
    return {
        "file": mistake.filename,
        "line": mistake.line,
        "column": mistake.column,
        "payee": mistake.payee,
        "message": mistake.message,
    }


def _annotation(mistake: RosterMistake) -> str:
    """A workflow command of GitHub Actions."""
    properties = {
        "file": mistake.filename,
        "line": str(mistake.line),
        "col": str(mistake.column),
        "title": "payees check",
    }
    written = ",".join(
        f"{name}={_escape(text).replace(':', '%3A').replace(',', '%2C')}"
        for name, text in properties.items()
    )
    return f"::error {written}::{_escape(mistake.message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
