"""The roster with the address at which its pages really live, for what leads there."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.roster_file import read_roster, roster_option
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
        if url is None and stack:
            url = load_stack(stack, []).site_url
        site = replace(roster.site, url=_parse_url(url) if url else roster.site.url)
        command(roster=replace(roster, site=site), roster_path=roster_path, **options)

    url_option = click.option("--url", help="Where the pages live, if not where the roster says.")
    return url_option(stack_option(roster_option(with_roster)))


def _parse_url(url: str) -> str:
    try:
        return parse_url(url)
    except InvalidValue as error:
        raise click.UsageError(f"--url: {error}.") from error
