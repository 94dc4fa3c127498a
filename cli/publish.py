"""`payees publish`: put the roster on the web."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from cli.cdn import renew_copies
from cli.failure import Failure
from cli.roster_commands import build_or_fail, read_roster, roster_option
from cli.system import System, system_options
from payments.refusals import LedgerUnavailable
from sitegen.object_store import ObjectChanged, StoreUnavailable
from sitegen.publish import Plan, Publication
from sitegen.roster import Roster

_DONE = {
    "register": ("payee", "registered"),
    "upload": ("page", "uploaded"),
    "delete": ("page", "deleted"),
    "close": ("payee", "closed"),
}
_SIGNS = {"register": "+ payee", "upload": "+ page ", "delete": "- page ", "close": "- payee"}


@click.command(short_help="Put the roster on the web.")
@roster_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--verify", is_flag=True, help="Inspect bucket and table instead of the manifest.")
@system_options("table", "bucket")
def publish(system: System, roster_path: Path, *, dry_run: bool, verify: bool) -> None:
    """Make the pages and the payees of a system equal to the roster."""
    roster = read_roster(roster_path)
    if system.site_url:
        if not system.endpoint_url and system.site_url != roster.site.url:
            click.echo(f"The pages will say {system.site_url}, the stack's address.", err=True)
        roster = with_url(roster, system.site_url, system.api_url)
    click.echo(f"{'Comparing with' if dry_run else 'Publishing to'} {system}", err=True)
    plan = publish_roster(roster, system, dry_run=dry_run, verify=verify)
    if dry_run:
        for step in plan.steps:
            click.echo(f"{_SIGNS[step.action]} {step.name}")
    click.echo(_summary(plan, "It would be" if dry_run else "Done"), err=True)
    if not dry_run:
        if system.distribution:
            renew_copies(system.cloudfront(), system.distribution, plan.steps)
        click.echo(f"Next: open {roster.site.url}", err=True)


def publish_roster(roster: Roster, system: System, *, dry_run: bool, verify: bool) -> Plan:
    """Build and publish `roster`; returns what was (or would be) done. Raises Failure."""
    with tempfile.TemporaryDirectory() as folder, _failures():
        build = build_or_fail(roster, Path(folder, "site"), prove_all=verify)
        publication = Publication(roster, build, system.store(), system.registry())
        plan = publication.plan(verify=verify)
        if not dry_run:
            for _ in publication.apply(plan):
                pass
    return plan


def with_url(roster: Roster, url: str, api_url: str | None = None) -> Roster:
    """The roster as it is for a site at another address, and an API beside it or elsewhere."""
    return replace(roster, site=replace(roster.site, url=url, api_url=api_url))


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except ObjectChanged as error:
        raise Failure(
            "Somebody else is publishing at the same time: try again in a minute."
        ) from error
    except (StoreUnavailable, LedgerUnavailable) as error:
        raise Failure(
            f"AWS did not do it: {error}\nWhat was done so far is safe: publish again to finish."
        ) from error


def _summary(plan: Plan, verb: str) -> str:
    if not plan.steps:
        return "Nothing to change: the site equals the roster."
    counts = Counter(step.action for step in plan.steps)
    parts = []
    for action, count in counts.items():
        thing, done = _DONE[action]
        parts.append(f"{count} {thing}{'' if count == 1 else 's'} {done}")
    return f"{verb}: {', '.join(parts)}."
