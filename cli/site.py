"""The site of a roster, as commands build it. Loads no AWS client: building is to be quick."""

from dataclasses import replace
from pathlib import Path

import click

from cli.failure import Failure
from cli.progress import progress_bar
from roster.model import Roster
from sitegen.build import Build, build_site
from sitegen.freezing.freeze import BuildFailed

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
