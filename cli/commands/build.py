"""`payees build`, and what every command that reads the roster shares."""

from pathlib import Path

import click

from cli.commands.check import count_mistakes, count_payees
from cli.failure import Failure
from cli.progress import progress_bar
from roster.model import Roster, RosterInvalid, load_roster
from sitegen.build import Build, build_site
from sitegen.freeze import BuildFailed

roster_option = click.option(
    "--roster",
    "roster_path",
    type=click.Path(path_type=Path),
    default="payees.yaml",
    show_default=True,
    help="The roster.",
)


out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="build/site",
    show_default=True,
    help="The folder to build in; what an earlier build left there is used or replaced.",
)


@click.command()
@roster_option
@out_option
def build(roster_path: Path, out: Path) -> None:
    """Build the site as static files.

    \b
    payees build --out build/site
    """
    roster = read_roster(roster_path)
    built = build_or_fail(roster, out)
    kept = "" if built.made else " Nothing had changed."
    click.echo(f"Built the pages of {count_payees(roster)} in {out}.{kept}", err=True)
    click.echo(
        "Next: `payees preview` shows them, `payees publish` puts them on the web.", err=True
    )


def read_roster(path: Path) -> Roster:
    """The roster at `path`. Raises Failure with every mistake in it."""
    try:
        return load_roster(path)
    except RosterInvalid as error:
        summary = f"{count_mistakes(error)} in {path}: nothing was changed."
        raise Failure(f"{error}\n{summary}") from error


def build_or_fail(roster: Roster, out: Path, *, prove_all: bool = False) -> Build:
    """Raises Failure."""
    try:
        with progress_bar("Building") as progress:
            return build_site(roster, out, prove_all=prove_all, progress=progress)
    except BuildFailed as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(
            f"{out} cannot be written ({error.strerror}): name another folder."
        ) from error
