"""The roster with the address at which its pages really live, for what leads there."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.roster_file import read_roster, roster_option
from cli.site import with_url
from cli.system import load_stack, stack_option
from payments.refusals import InvalidValue
from roster.keys import parse_url


def site_options(command: Callable[..., None]) -> Callable[..., None]:
    """--url, --stack and --roster, handed to the command as `roster` and `roster_path`: the roster
    with the address at which its pages really live, as `payees publish` would put it there."""

    @wraps(command)
    def with_roster(
        *, url: str | None, stack: str | None, roster_path: Path, **options: Any
    ) -> None:
        roster = read_roster(roster_path)
        if url:
            roster = with_url(roster, _parse_url(url), roster.site.api_url)
        elif stack and (system := load_stack(stack, [])).site_url:
            roster = with_url(roster, system.site_url, system.api_url)
        command(roster=roster, roster_path=roster_path, **options)

    url_option = click.option("--url", help="Where the pages live, if not where the roster says.")
    return url_option(stack_option(roster_option(with_roster)))


def _parse_url(url: str) -> str:
    try:
        return parse_url(url)
    except InvalidValue as error:
        raise click.UsageError(f"--url: {error}.") from error
