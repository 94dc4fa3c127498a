"""`payees init`: a folder with a roster of one's own, and what goes with it."""

import json
import re
import secrets
import shlex
from importlib.resources import files
from pathlib import Path

import click

from cli.failure import Failure
from cli.installation import repository_address
from cli.new_market import sample_roster
from cli.stage import DEFAULT_REGION, SETTINGS_NAME, new_stage, project_of
from roster.model import RosterInvalid, parse_roster

_ROSTER, _IGNORED = "payees.yaml", ".gitignore"
_WORKFLOW = ".github/workflows/roster.yml"
_OWNERS = ".github/CODEOWNERS"
_MEANING = {
    _ROSTER: "who can be paid",
    SETTINGS_NAME: "what it is called on AWS, and where",
    _IGNORED: "what stays out of git",
    _WORKFLOW: "pull requests are checked on GitHub",
    _OWNERS: "who must agree when money is to go elsewhere; put names in",
}
_TITLE = "title: My market"
_YOUR_COPY = "git+https://github.com/YOU/payee-pages@main"


@click.command(short_help="Start a folder with a roster of your own.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a roster to start from into DIR (here, if you name none), and what goes with it:
    settings for AWS with names derived from the folder's, a .gitignore, a workflow that checks the
    roster in pull requests on GitHub, and who must agree there. A file that is there already is
    never touched.

    \b
    payees init
    payees init market
    """
    address = repository_address()
    contents = new_market(folder.resolve().name, secrets.token_hex(3), address or _YOUR_COPY)
    _write_all(folder, contents)
    for name in contents:
        click.echo(f"Wrote {folder / name}: {_MEANING[name]}.", err=True)
    if not address:
        click.echo(f"Put the address of your copy of Payee Pages into {_WORKFLOW}.", err=True)
    change = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"Next: edit {_ROSTER}, and look at the pages: {change}payees preview", err=True)


def new_market(folder_name: str, token: str, address: str) -> dict[str, str]:
    """The files of a new market by their paths. `token` makes a bucket's name the only one in the
    world, `address` is what pip calls this program."""
    sources = files("cli.new_market")
    workflow = sources.joinpath("check-roster.yml").read_text("utf-8")
    return {
        _ROSTER: _with_title(sample_roster(), folder_name),
        SETTINGS_NAME: json.dumps(_settings(project_of(folder_name), token), indent=2) + "\n",
        _IGNORED: sources.joinpath("gitignore").read_text("utf-8"),
        _WORKFLOW: workflow.replace(_YOUR_COPY, address),
        _OWNERS: sources.joinpath("codeowners").read_text("utf-8"),
    }


def _with_title(roster: str, folder_name: str) -> str:
    """The roster with a title like the folder's name, if a title may be so."""
    words = re.sub(r"[\s_-]+", " ", folder_name).strip()
    title = json.dumps(words[:1].upper() + words[1:], ensure_ascii=False)  # YAML quotes alike
    named = roster.replace(_TITLE, f"title: {title}", 1)
    try:
        parse_roster(named)
    except RosterInvalid:
        return roster
    return named


def _settings(project: str, token: str) -> dict[str, dict[str, object]]:
    stages = ("production", "staging")
    return {stage: new_stage(project, stage, DEFAULT_REGION, token) for stage in stages}


def _write_all(folder: Path, contents: dict[str, str]) -> None:
    """All of the files, or none. Raises Failure."""
    paths = {folder / name: text for name, text in contents.items()}
    made: list[Path] = []
    try:
        if taken := [str(path) for path in paths if path.exists() or path.is_symlink()]:
            raise Failure(
                f"{', '.join(taken)} {'is' if len(taken) == 1 else 'are'} there already: "
                "nothing was written. Name another folder, or move what is there away."
            )
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise Failure(
            f"{folder} cannot be written ({error.strerror}): name another folder."
        ) from error
