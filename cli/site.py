"""The site of a roster, as commands build it, and at the address where it really lives."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cli.failure import Failure
from cli.progress import progress_bar
from cli.roster_file import read_roster, roster_option
from cli.system import load_stack, stack_option
from payments.refusals import InvalidValue
from roster.keys import parse_url
from roster.model import Roster
from sitegen.build import Build, build_site
from sitegen.freeze import BuildFailed

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="build/site",
    show_default=True,
    help="The folder to build in; what an earlier build left there is used or replaced.",
)


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


def with_url(roster: Roster, url: str, api_url: str | None = None) -> Roster:
    """The roster as it is for a site at another address, and an API beside it or elsewhere."""
    return replace(roster, site=replace(roster.site, url=url, api_url=api_url))


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
