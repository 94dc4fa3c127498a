"""`payees verify-site`: the live pages held against the roster."""

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import click

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.progress import progress_bar
from cli.publishing.addressed_roster import site_options
from cli.publishing.live_site import THREADS, Answer, LiveSite
from cli.roster_file import find_entry
from cli.site import build_or_fail, out_option
from roster.model import Roster
from sitegen.build import Build
from sitegen.code_targets import find_target
from sitegen.page_comparison import page_differences
from sitegen.page_files import payee_file

_MISSING = "404.html"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with the live page at `address`; nothing, if it is as it was built."""

    address: str
    payee_id: str | None
    problems: tuple[str, ...]


@click.command()
@click.option(
    "--payee",
    "payee_ids",
    multiple=True,
    shell_complete=complete_payee,
    help="Only this payee's page. Say it once for each.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an array of what is wrong.")
@out_option
@site_options
def verify_site(
    *, roster: Roster, roster_path: Path, payee_ids: tuple[str, ...], out: Path, as_json: bool
) -> None:
    """Fetch the live pages, as a payer's phone would, and hold each against what this roster makes:
    every account, every code, every script and the policy that allows it. They must be equal byte
    for byte; where one is not, this says in what.

    Made for a cron job on a machine that has no rights on AWS: exit code 1 if anything differs or
    cannot be reached. Use the version of Payee Pages that published. With --stack the pages are
    that stack's, else where the roster says they live.

    \b
    payees verify-site
    payees verify-site --payee mahantesh --json
    """
    site = LiveSite(roster.site.url)
    for payee_id in payee_ids:
        _find_or_tell(roster, roster_path, payee_id, site)
    build = build_or_fail(roster, out)
    click.echo(f"Comparing {roster.site.url} with {roster_path}", err=True)
    files = [payee_file(one) for one in payee_ids] or sorted(build.files)
    verdicts = _compare(roster, build, site, files)
    if as_json:
        click.echo(json.dumps([_document(one) for one in verdicts], ensure_ascii=False, indent=2))
    else:
        for verdict in verdicts:
            for problem in verdict.problems:
                click.echo(f"{verdict.address}: {problem}")
    pages = f"{len(files)} page{'' if len(files) == 1 else 's'}"
    if verdicts:
        raise Failure(
            f"Not as this roster makes them: {len(verdicts)} of {pages}. If somebody published a "
            "moment ago, copies are up to a minute old: try again. If it was published by another "
            "version of Payee Pages or from another roster, use that one. Else somebody changed "
            "them: `payees publish --verify` puts them right, and see who may write the bucket."
        )
    click.echo(f"{pages}, all as this roster makes them.", err=True)


def _find_or_tell(roster: Roster, path: Path, payee_id: str, site: LiveSite) -> None:
    """Raises Failure for whom the roster does not have, and says whether a page is left of them."""
    try:
        find_entry(roster, payee_id, path)
    except Failure as error:
        if site.get(f"{payee_id}/").status == 200:
            raise Failure(
                f"{error.format_message()}\nBut {roster.site.url}{payee_id}/ is out there: "
                "`payees publish --verify` takes away what the roster does not have."
            ) from error
        raise


def _compare(roster: Roster, build: Build, site: LiveSite, files: list[str]) -> list[Verdict]:
    """Those of `files` with problems, in their order. Raises Failure if there is no site at all."""
    first = site.get(_path(files[0]))
    if not first.status:
        where = f"{roster.site.url} {first.trouble}"
        raise Failure(f"{where}. Is the address right, and this machine online?")

    def judge(file: str) -> Verdict:
        path = _path(file)
        payee_id = file.removesuffix("/index.html") if file.endswith("/index.html") else None
        problems = tuple(_problems(file, site.get(path), build, roster))
        return Verdict(
            f"{roster.site.url}{path}", payee_id if payee_id in roster.by_id else None, problems
        )

    found: dict[str, Verdict] = {}
    with progress_bar("Fetching") as progress, ThreadPoolExecutor(THREADS) as pool:
        running = {pool.submit(judge, file): file for file in files}
        for count, done in enumerate(as_completed(running), 1):
            progress(count, len(files))
            if (verdict := done.result()).problems:
                found[running[done]] = verdict
    return [found[file] for file in files if file in found]


def _path(file: str) -> str:
    """Where a visitor finds a file; the page for what is not there, at an address of nothing."""
    if file == _MISSING:
        return f"no-page-{secrets.token_hex(6)}/"
    return file.removesuffix("index.html")


def _problems(file: str, answer: Answer, build: Build, roster: Roster) -> Iterator[str]:
    if answer.trouble:
        yield answer.trouble
        return
    expected = 404 if file == _MISSING else 200
    if answer.status != expected:
        yield "is not there" if answer.status == 404 else f"answers with status {answer.status}"
        return

    def say_code(text: str) -> str:
        return find_target(text, roster).sentence if text else "nobody can read"

    yield from page_differences(answer.body, build.read(file), say_code)


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "address": verdict.address,
        "payee_id": verdict.payee_id,
        "problems": list(verdict.problems),
    }
