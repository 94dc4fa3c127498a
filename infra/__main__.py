"""The commands behind `make deploy`, `update`, `rollback`, `destroy`, `restore` and `rehearse`."""

import os
import secrets
import shlex
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import boto3
import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
)

from cli.failure import Failure
from cli.local.serving import ends_on_signals, listen, server_on, site_url
from cli.roster_file import read_roster, roster_option
from infra import operations
from infra.archiving import turning as archive_turning
from infra.deployment import Deployment
from infra.emulation.rehearsal import rehearsal
from infra.emulation.rehearsal_report import report_lines
from infra.emulation.zip_report import report_zip
from infra.guarding.health import look
from infra.intake import turning as intake_turning
from infra.notices import turning as notices_turning
from infra.stage import ROOT, load_stage
from infra.stage_file import Wish, write_stage


class _Commands(click.Group):
    """AWS's refusals are sentences here, not tracebacks."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (NoCredentialsError, PartialCredentialsError, TokenRetrievalError) as error:
            raise Failure(
                f"AWS does not know who you are: {error} Run `aws configure`, or `aws sso login`, "
                "or name a profile that you have: AWS_PROFILE=name."
            ) from error
        except (ClientError, BotoCoreError) as error:
            raise Failure(
                f"AWS did not do it: {error}\nWhat was done so far stays: mend what it says, and "
                "give the same command again."
            ) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--market", type=click.Path(path_type=Path, exists=True, file_okay=False), default=ROOT,
    show_default="here", help="The folder with the market's zappa_settings.json and payees.yaml.",
)  # fmt: skip
@click.pass_context
def main(context: click.Context, market: Path) -> None:
    """Bring a stage of zappa_settings.json up, forward, back and down."""
    context.obj = market = market.resolve()
    if market != ROOT:
        roster = {"roster_path": market / "payees.yaml"}
        context.default_map = {"deploy": roster, "update": roster, "rollback": roster}


_stage = click.argument("stage_name", metavar="STAGE")
_settings = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="A parameter of the stack, such as AlarmEmail=you@example.org; kept until set again.",
)  # fmt: skip


@main.command(short_help="From nothing to a live site; again, after a change of anything.")
@_stage
@roster_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--yes-accounts", is_flag=True, help="Change where money goes without asking.")
@click.option("--renew-key", is_flag=True, help="Give the CDN a new key to the API.")
@_settings
def deploy(
    stage_name: str,
    roster_path: Path,
    settings: list[str],
    *,
    dry_run: bool,
    yes_accounts: bool,
    renew_key: bool,
) -> None:
    """From nothing to a live site: stack, Lambda, pages, and a payment to try it."""
    parameters = dict(_pair(setting) for setting in settings)
    if derived := {"Project", "Stage", "OriginKey"} & parameters.keys():
        raise click.UsageError(
            f"{' and '.join(sorted(derived))}: make deploy works that out itself."
        )
    roster = read_roster(roster_path)
    deployment = _deployment(stage_name, "Comparing with" if dry_run else "Deploying to")
    if dry_run:
        operations.show_plan(deployment, roster, roster_path, parameters)
    else:
        operations.deploy(
            *(deployment, roster, roster_path, parameters),
            yes_accounts=yes_accounts,
            renew_key=renew_key,
        )


@main.command(short_help="New code for a live stage.")
@_stage
@roster_option
def update(stage_name: str, roster_path: Path) -> None:
    """New code for a live stage: zip, Lambda, and a payment to try it."""
    roster = read_roster(roster_path)
    operations.update(_deployment(stage_name, "Updating"), roster)


@main.command(short_help="Earlier code for a live stage.")
@_stage
@roster_option
@click.option("--to", type=int, help="The version to go back to; without, the one before.")
def rollback(stage_name: str, roster_path: Path, to: int | None) -> None:
    """Earlier code for a live stage, and a payment to try it."""
    roster = read_roster(roster_path)
    operations.roll_back(_deployment(stage_name, "Going back on"), roster, to)


@main.command(short_help="Take a stage down; its data stays.")
@_stage
@click.option(
    "--delete-data",
    metavar="NAME",
    help="Delete ledger, payees, pages and log, too, if NAME is what AWS has the stage under.",
)
@click.option("--yes", is_flag=True, help="Don't ask.")
def destroy(stage_name: str, delete_data: str | None, *, yes: bool) -> None:
    """Take a stage down. Its ledger, payees, pages and log stay, unless you say otherwise."""
    deployment = _deployment(stage_name, "Taking down")
    name = deployment.stage.aws_name
    if delete_data not in (None, name):
        raise click.UsageError(f"{stage_name} is {name} on AWS, not {delete_data}.")
    what = "AND EVERY PAYMENT RECORDED ON IT" if delete_data else "(its data stays)"
    if not yes:
        click.confirm(f"Take down {name} {what}?", abort=True, err=True)
    for beside in (notices_turning, intake_turning, archive_turning):
        beside.take_down(deployment)
    operations.destroy(deployment, with_data=delete_data is not None)


@main.command(short_help="Whether a live stage is well.")
@_stage
def health(stage_name: str) -> None:
    """Whether a live stage is well: the way of a payment, tables, alarms and who hears of them."""
    findings = []
    for finding in look(_deployment(stage_name, "Looking at")):
        findings.append(finding)
        click.echo(finding)
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


def _stack_beside(name: str, turning: ModuleType, short_help: str, text: str, off: str) -> None:
    """The command of a stack that stands beside a stage's, where somebody wants it."""

    @main.command(name, short_help=short_help, help=text)
    @_stage
    @click.option("--off", is_flag=True, help=off)
    @_settings
    def command(stage_name: str, settings: list[str], *, off: bool) -> None:
        deployment = _deployment(stage_name, "Turning off" if off else "Turning on")
        turning.turn(deployment, None if off else dict(map(_pair, settings)))


_stack_beside(
    *("notices", notices_turning),
    "Tell people outside what happens: turn it on, renew it, turn it off.",
    "Webhooks, mail and push for whom the roster's notify names: a stack of its own.",
    "Take away all of it but its secrets.",
)
_stack_beside(
    *("intake", intake_turning),
    "Take banks' messages in: turn it on, renew it, turn it off.",
    "An address for phones and mailboxes to forward bank alerts to: a stack of its own.",
    "Take away all of it, with messages and keys.",
)
_stack_beside(
    *("archive", archive_turning),
    "Export the ledger each night to where nobody can change it.",
    "A nightly export to a bucket of its own, and Athena to ask it: a stack of its own.",
    "End it; what was exported stays.",
)


@main.command(short_help="Rows that the ledger lost, from a restored copy.")
@_stage
@click.option("--from", "source", required=True, metavar="TABLE", help="The restored copy.")
@click.option("--dry-run", is_flag=True, help="Print how many are missing, and change nothing.")
def restore(stage_name: str, source: str, *, dry_run: bool) -> None:
    """Put back the rows of a restored copy that the ledger lacks. Rows that are there stay."""
    deployment = _deployment(stage_name, "Comparing with" if dry_run else "Restoring")
    operations.restore(deployment, source, dry_run=dry_run)


@main.command(short_help="A deployment to emulated AWS, and what it shows.")
@_stage
@click.option("--serve", is_flag=True, help="Keep the site up until Ctrl-C, to look at it.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def rehearse(stage_name: str, port: int, *, serve: bool) -> None:
    """Deploy a stage to emulated AWS, without an account, and print what it shows.

    The zip, the policies and the site are those of the stage.
    """
    with (
        ends_on_signals("The rehearsal is over."),
        tempfile.TemporaryDirectory() as folder,
        rehearsal(stage_name, Path(folder), market=market()) as rehearsed,
    ):
        rehearsed.make("deploy", "--yes-accounts")
        deployment = rehearsed.deployment
        packages = report_zip(deployment.zip_path, deployment.stage.touch_path)
        click.echo("\n" + "\n".join(report_lines(rehearsed, packages)))
        click.echo(f"\nNext, for real: make deploy STAGE={stage_name} ARGS=--dry-run", err=True)
        if serve:
            with listen("127.0.0.1", port) as listener:
                click.echo(f"\nThe site: {site_url('127.0.0.1', listener)}", err=True)
                server_on(listener, rehearsed.site()).serve_forever()


@main.command(short_help="The Lambda zip alone.")
@_stage
def package(stage_name: str) -> None:
    """Make the Lambda zip of a stage, and say where it is."""
    stage = load_stage(stage_name, market())
    deployment = Deployment(stage, boto3.Session(region_name=stage.region), market=market())
    deployment.make_zip()
    click.echo(deployment.zip_path)


@main.command(short_help="Add a stage, or bring one up to date.")
@click.argument("name")
@click.option("--region", help="AWS's name of the region, such as eu-central-1.")
@click.option("--project", help="What the market is called on AWS; begins with payee-pages-.")
def stage(name: str, region: str | None, project: str | None) -> None:
    """Write a stage, with names of its own, into the market's zappa_settings.json, so that Zappa
    itself understands it too. One that is there keeps what is its own."""
    path, what = write_stage(market(), Wish(name, region, project), secrets.token_hex(3))
    where = "" if market() == ROOT else f" MARKET={shlex.quote(str(market()))}"
    click.echo(f"{path}: {what}", err=True)
    click.echo(f"Next: make deploy{where} STAGE={name} ARGS=--dry-run", err=True)


def market() -> Path:
    """The folder whose stages are meant."""
    folder: Path = click.get_current_context().find_root().obj
    return folder


def _deployment(stage_name: str, doing: str) -> Deployment:
    stage = load_stage(stage_name, market())
    session = boto3.Session(region_name=stage.region)
    caller = session.client("sts").get_caller_identity()
    endpoint_url = os.environ.get("AWS_ENDPOINT_URL")
    where = f"emulated AWS at {endpoint_url}" if endpoint_url else f"account {caller['Account']}"
    click.echo(f"{doing} {stage.aws_name} in {stage.region}, {where}, as {caller['Arn']}", err=True)
    return Deployment(stage, session, endpoint_url, market())


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise click.UsageError(f"--set takes NAME=VALUE, not “{setting}”.")
    return name, value


if __name__ == "__main__":
    main(prog_name="python -m infra")
