"""The roster with the address at which its pages really live, for what leads there."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.roster_file import read_roster_of_today, roster_option
from cli.site import with_url
from cli.system import load_stack, load_stage, refuse_two_ways, stack_option, stage_option
from payments.refusals import InvalidValue
from roster.keys import parse_url


def site_options(command: Callable[..., None]) -> Callable[..., None]:
    """--url, --stage, --stack and --roster, handed to the command as `roster` and `roster_path`:
    the roster with the address at which its pages really live, as `payees publish` would put it
    there."""

    @wraps(command)
    def with_roster(
        *,
        url: str | None,
        stage: str | None,
        stack: str | None,
        roster_path: Path,
        **options: Any,
    ) -> None:
        roster = read_roster_of_today(roster_path)
        if stage and stack:
            refuse_two_ways(["--stage", "--stack"])
        if url:
            roster = with_url(roster, _parse_url(url), roster.site.api_url)
        elif stage or stack:
            system = load_stage(stage, []) if stage else load_stack(str(stack), [])
            if system.site_url:
                roster = with_url(roster, system.site_url, system.api_url)
        command(roster=roster, roster_path=roster_path, **options)

    url_option = click.option("--url", help="Where the pages live, if not where the roster says.")
    return url_option(stage_option(stack_option(roster_option(with_roster))))


def _parse_url(url: str) -> str:
    try:
        return parse_url(url)
    except InvalidValue as error:
        raise click.UsageError(f"--url: {error}.") from error
