"""`payees publish`: put the roster on the web."""

import getpass
import os
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from cli.cdn import renew_copies
from cli.commands.build import build_or_fail, out_option, read_roster, roster_option
from cli.failure import Failure
from cli.progress import progress_bar
from cli.system import System, system_options
from payments.refusals import LedgerUnavailable
from publishing.lock import publish_lock
from publishing.manifest import CLOSED
from publishing.object_store import ObjectChanged, StoreUnavailable
from publishing.publication import Plan, Publication
from roster.model import Roster
from sitegen.freeze import BuildFailed

_DONE = {
    "register": ("payee", "registered"),
    "upload": ("page", "uploaded"),
    "delete": ("page", "deleted"),
    "close": ("payee", "closed"),
}
_MANY = 200  # steps for which threads of boto3 are too slow


@click.command(short_help="Put the roster on the web.")
@roster_option
@out_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--verify", is_flag=True, help="Inspect bucket and table instead of the manifest.")
@click.option("--yes", is_flag=True, help="Remove payees without asking, however many.")
@system_options("table", "bucket")
def publish(
    system: System, roster_path: Path, out: Path, *, dry_run: bool, verify: bool, yes: bool
) -> None:
    """Make the pages and the payees of a system equal to the roster.

    \b
    payees publish --dry-run
    payees publish --stack payee-pages-production-infra
    """
    roster = read_roster(roster_path)
    if system.site_url:
        if not system.endpoint_url and system.site_url != roster.site.url:
            click.echo(f"The pages will say {system.site_url}, the stack's address.", err=True)
        roster = with_url(roster, system.site_url, system.api_url)
    click.echo(f"{'Comparing with' if dry_run else 'Publishing to'} {system}", err=True)
    plan = publish_roster(roster, system, out, dry_run=dry_run, verify=verify, yes=yes)
    if dry_run:
        for line in diff_lines(plan):
            click.echo(line)
    click.echo(_summary(plan, "It would be" if dry_run else "Done"), err=True)
    if not dry_run:
        if system.distribution:
            renew_copies(system.cloudfront(), system.distribution, plan.steps)
        click.echo(f"Next: open {roster.site.url}", err=True)


def publish_roster(
    roster: Roster, system: System, out: Path, *, dry_run: bool, verify: bool, yes: bool
) -> Plan:
    """Build `roster` in `out` and publish it; returns what was (or would be) done.

    Raises Failure, also if many payees would go and neither `yes` nor the user agrees.
    """
    with _failures():
        build = build_or_fail(roster, out, prove_all=verify)
        store = system.store()
        publication = Publication(roster, build, store, system.registry())
        if dry_run:
            return publication.plan(verify=verify)
        if not verify and (plan := publication.plan(verify=False)).is_done:
            return plan
        with publish_lock(store, _holder(), waiting=_say_who) as lock:
            plan = publication.plan(verify=verify)  # as it is now, with nobody else at work
            _confirm(plan, yes=yes)
            writer = system.bulk_writer() if len(plan.steps) >= _MANY else None
            with progress_bar("Publishing") as progress:
                done = publication.apply(plan, writer=writer, check=lock.check)
                for count, _ in enumerate(done, 1):
                    progress(count, len(plan.steps))
    return plan


def diff_lines(plan: Plan) -> Iterator[str]:
    """The plan as a diff: a line for each thing that comes (+), changes (~) or goes (-)."""
    before = {"page": plan.before.files, "payee": plan.before.payees}
    for step in plan.steps:
        thing = _DONE[step.action][0]
        known = before[thing].get(step.name, CLOSED) != CLOSED
        sign = "-" if step.action in ("delete", "close") else "~" if known else "+"
        note = f" ({step.note})" if step.note else ""
        yield click.style(f"{sign} {thing:5} {step.name}{note}", fg=_color(sign))


def _color(sign: str) -> str | None:
    if os.environ.get("NO_COLOR"):
        return None
    return {"+": "green", "~": "yellow", "-": "red"}[sign]


def _confirm(plan: Plan, *, yes: bool) -> None:
    leaving, known = plan.removed
    if yes or leaving * 5 <= known:
        return
    message = f"This removes {leaving} of {known} payees: their pages go, and they are closed."
    if not sys.stdin.isatty():
        raise Failure(f"{message} Look at it with --dry-run, and add --yes if it is meant.")
    click.echo(message, err=True)
    click.confirm("Go on?", abort=True, err=True)


def _holder() -> str:
    return f"{getpass.getuser()} on {socket.gethostname()}"


def _say_who(holder: str) -> None:
    click.echo(f"Waiting for {holder}, who is publishing …", err=True)


def with_url(roster: Roster, url: str, api_url: str | None = None) -> Roster:
    """The roster as it is for a site at another address, and an API beside it or elsewhere."""
    return replace(roster, site=replace(roster.site, url=url, api_url=api_url))


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ObjectChanged as error:
        raise Failure(
            f"Somebody else published at the same time ({error}): publish again."
        ) from error
    except (StoreUnavailable, LedgerUnavailable) as error:
        raise Failure(
            f"AWS did not do it: {error}\nWhat was done so far is safe: publish again to finish."
        ) from error
    except BuildFailed as error:
        raise Failure(str(error)) from error
    except KeyboardInterrupt:
        raise Failure("Stopped. What was done so far is safe: publish again to finish.") from None


def _summary(plan: Plan, verb: str) -> str:
    if not plan.steps:
        return "Nothing to change: the site equals the roster."
    counts = Counter(step.action for step in plan.steps)
    parts = []
    for action, count in counts.items():
        thing, done = _DONE[action]
        parts.append(f"{count} {thing}{'' if count == 1 else 's'} {done}")
    return f"{verb}: {', '.join(parts)}."
