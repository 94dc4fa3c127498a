"""`payees publish`: put the roster on the web."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.publishing.cdn import renew_copies
from cli.publishing.publish_consent import ask
from cli.publishing.publish_roster import diff_lines, publish_roster, summary
from cli.roster_file import read_roster_of_today, roster_option
from cli.site import out_option, with_url
from cli.system import System, system_options


@click.command()
@roster_option
@out_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--verify", is_flag=True, help="Inspect bucket and registry instead of the manifest.")
@click.option("--yes", is_flag=True, help="Remove payees without asking, however many.")
@click.option(
    "--yes-accounts", is_flag=True, help="Change where money goes without asking, as it is shown."
)
@system_options("registry", "bucket")
def publish(
    system: System, roster_path: Path, out: Path, *, dry_run: bool, verify: bool, **agreed: Any
) -> None:
    """Make the pages and the payees of a system equal to the roster.

    Every account that appears, changes or goes is shown first, from what to what, and asked about:
    what was published last is compared, which the bucket remembers; with --verify, what is really
    on its pages.

    \b
    payees publish --dry-run
    payees publish --stack payee-pages-production-infra
    """
    roster = read_roster_of_today(roster_path)
    if system.site_url:
        if not system.endpoint_url and system.site_url != roster.site.url:
            click.echo(f"The pages will say {system.site_url}, the stack's address.", err=True)
        roster = with_url(roster, system.site_url, system.api_url)
    click.echo(f"{'Comparing with' if dry_run else 'Publishing to'} {system}", err=True)
    asking = partial(ask, **agreed)
    plan = publish_roster(roster, system, out, dry_run=dry_run, verify=verify, ask=asking)
    if dry_run:
        for line in diff_lines(plan):
            click.echo(line)
    click.echo(summary(plan, "It would be" if dry_run else "Done"), err=True)
    if not dry_run:
        if system.distribution:
            renew_copies(system.cloudfront(), system.distribution, plan.steps)
        click.echo(f"Next: open {roster.site.url}", err=True)
