"""`payees build`: the site as static files."""

from pathlib import Path

import click

from cli.roster_file import count_payees, read_roster_of_today, roster_option
from cli.site import build_or_fail, out_option


@click.command()
@roster_option
@out_option
def build(roster_path: Path, out: Path) -> None:
    """Build the site as static files.

    \b
    payees build --out build/site
    """
    roster = read_roster_of_today(roster_path)
    built = build_or_fail(roster, out)
    kept = "" if built.made else " Nothing had changed."
    click.echo(f"Built the pages of {count_payees(roster)} in {out}.{kept}", err=True)
    click.echo(
        "Next: `payees preview` shows them, `payees publish` puts them on the web.", err=True
    )
