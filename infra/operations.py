"""The steps of `make deploy`, `update`, `rollback`, `destroy` and `restore`, each of them said."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from cli.failure import Failure
from cli.publishing.publish_consent import ask_about_accounts
from infra.api import Api, load_api, log_only_trouble
from infra.data_removal import leftovers, remove
from infra.deployment import Deployment
from infra.guarding.closing import keep_closed
from infra.guarding.concurrency import reserve
from infra.guarding.firewall import bring_up_firewall, firewall_stacks, plan_firewall
from infra.guarding.gateway import refuse_open_policy, throttle
from infra.kept_zips import load_versions, load_zip, plan_rollback
from infra.restoring import apply_restoring, plan_restoring
from infra.stacks import StackPlan
from publishing.accounts import account_changes, roster_accounts
from roster.model import Roster


def deploy(
    deployment: Deployment,
    roster: Roster,
    roster_path: Path,
    parameters: Mapping[str, str],
    *,
    yes_accounts: bool,
    renew_key: bool = False,
) -> None:
    """From nothing, or from wherever an earlier try ended, to a live site. Raises Failure."""
    stage = deployment.stage
    deployment.stacks().refuse_anothers(deployment.stage)
    changes = tuple(account_changes(deployment.published_accounts(), roster_accounts(roster)))
    ask_about_accounts(changes, agreed=yes_accounts)  # not when half of it is done
    parameters = with_address(deployment, parameters)
    deployment.make_deploy_bucket()
    _heading("1/7 The Lambda zip")
    code = _make_zip(deployment)
    _heading(f"2/7 The stack {stage.infra_stack}")
    firewall = plan_firewall(deployment, parameters)
    if firewall:
        _show(firewall)
        parameters = {**parameters, **bring_up_firewall(deployment, firewall)}
    _bring_up(deployment, parameters)
    if not firewall:
        _remove_firewall(deployment)
    _heading("3/7 The Lambda and its API")
    api = _release(deployment, code)
    _heading("4/7 The stack again, with the API's address")
    _bring_up(deployment, api.parameters)
    _heading("5/7 What the API lets through, and from whom")
    _guard(deployment, api)
    _say(keep_closed(deployment, api, partial(_bring_up, deployment), renew_key=renew_key))
    _heading("6/7 Payees and pages")
    deployment.publish(roster_path, "--yes-accounts")
    _heading("7/7 A smoke payment")
    _say(deployment.pay(roster, code, api))
    if deployment.endpoint_url:
        _say(f"\n{stage.name} is live, on emulated AWS only.")
        return
    _say(f"\n{stage.name} is live: {deployment.outputs()['SiteUrl']}")
    _say(
        f"Next: .venv/bin/payees payments --stack {stage.infra_stack}, or in the market's folder "
        f"payees payments --stage {stage.name}"
    )


def with_address(deployment: Deployment, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """With an address for alarms and the budget's mail, which is asked for where somebody can
    answer; without one, that is said loudly."""
    stacks, stage = deployment.stacks(), deployment.stage
    known = {**stacks.parameters(stage.infra_stack), **parameters}
    if known.get("AlarmEmail") or deployment.endpoint_url:
        return parameters
    if "AlarmEmail" not in parameters and sys.stdin.isatty():
        question = "Who hears of alarms and of the budget? An address, or nothing for nobody"
        if given := click.prompt(question, default="", show_default=False, err=True).strip():
            return {**parameters, "AlarmEmail": given}
    _say(
        "NOBODY HEARS OF ALARMS, and there is no budget: a flood or an outage would be seen when "
        f"the bill comes. Next: make deploy STAGE={stage.name} "
        'ARGS="--set AlarmEmail=you@example.org"'
    )
    return parameters


def show_plan(
    deployment: Deployment, roster: Roster, roster_path: Path, parameters: Mapping[str, str]
) -> None:
    """What `deploy` would change, changing nothing. Raises Failure."""
    stage = deployment.stage
    deployment.stacks().refuse_anothers(deployment.stage)
    changes = tuple(account_changes(deployment.published_accounts(), roster_accounts(roster)))
    ask_about_accounts(changes, agreed=True)
    deployment.has_deploy_bucket()
    _heading("The Lambda zip")
    code = _make_zip(deployment)
    running = deployment.running_code()
    if running is None:
        _say("A new Lambda, and its API.")
    else:
        _say("The Lambda runs this very zip." if running == code else "New code for the Lambda.")
    _heading(f"The stack {stage.infra_stack}")
    api = load_api(deployment.session, stage)
    plan = deployment.plan_stack({**parameters, **(api.parameters if api else {})})
    _show(plan)
    deployment.stacks().forget(plan)
    if firewall := plan_firewall(deployment, parameters):
        _show(firewall)
        firewall_stacks(deployment)[0].forget(firewall)
    _heading("Payees and pages")
    if plan.creates:
        _say("All of the roster.")
    else:
        deployment.publish(roster_path, "--dry-run")
    _say("\nNothing was changed.")


def update(deployment: Deployment, roster: Roster) -> None:
    """New code for a stage that is live, and nothing else. Raises Failure."""
    _api_of(deployment)
    _heading("1/4 The Lambda zip")
    code = _make_zip(deployment)
    _heading("2/4 The Lambda and its API")
    api = _release(deployment, code)
    _heading("3/4 What the API lets through")
    _guard(deployment, api)
    _heading("4/4 A smoke payment")
    _say(deployment.pay(roster, code, api))
    _next_if_wrong(deployment)


def roll_back(deployment: Deployment, roster: Roster, to: int | None) -> None:
    """The Lambda runs earlier code again. Raises Failure."""
    stage, session = deployment.stage, deployment.session
    api = _api_of(deployment)
    running = deployment.running_code()
    versions = load_versions(session, stage)
    _heading(f"1/2 The versions of {stage.aws_name}")
    for version in versions:
        mark = "  runs now" if version.code == running else ""
        _say(f"{version.number:4}  {version.deployed_at}  {version.code[:12]}{mark}")
    goal = plan_rollback(versions, running, to)
    if goal.code == running:
        _say(f"Version {goal.number} is what runs.")
        return
    archive = load_zip(session, stage, goal.code)
    if archive is None:
        raise Failure(
            f"The zip of version {goal.number} was not kept: it was not deployed by `make deploy` "
            "or `make update`. Check out its code and run `make update`."
        )
    client = session.client("lambda")
    client.update_function_code(FunctionName=stage.aws_name, ZipFile=archive, Publish=True)
    client.get_waiter("function_updated_v2").wait(FunctionName=stage.aws_name)
    _say(f"Went back to version {goal.number}.")
    _heading("2/2 A smoke payment")
    _say(deployment.pay(roster, goal.code, api))
    _next_if_wrong(deployment)


def destroy(deployment: Deployment, *, with_data: bool) -> None:
    """No more site and API. The ledger, the pages and the logs stay unless `with_data`."""
    stage = deployment.stage
    deployment.stacks().refuse_anothers(deployment.stage)
    _heading("1/2 The Lambda and its API")
    if deployment.running_code() is None:
        _say("There is none.")
    else:
        deployment.zappa("undeploy", "--yes")
    _heading(f"2/2 The stack {stage.infra_stack}")
    stacks = deployment.stacks()
    _say("It is gone." if stacks.delete(stage.infra_stack) else "There is none.")
    _remove_firewall(deployment)
    left = leftovers(deployment)
    if with_data:
        _heading("The data, for which the deployer's policy has no rights: be an administrator")
        for leftover in left:
            remove(deployment.session, leftover)
            _say(f"Deleted: {leftover}")
    elif left:
        _say("\nKept, and taken back by the next `make deploy`:")
        for leftover in left:
            _say(f"  {leftover}")
        _say(
            f'To delete these for ever: make destroy STAGE={stage.name} ARGS="--delete-data '
            f'{stage.aws_name}"'
        )


def restore(deployment: Deployment, source: str, *, dry_run: bool) -> None:
    """Put back what the ledger lacks and the table `source` has."""
    deployment.stacks().refuse_anothers(deployment.stage)
    client, target = deployment.session.client("dynamodb"), deployment.stage.ledger_table
    missing = plan_restoring(client, source, target)
    payments = sum(item["SK"]["S"].startswith("PAYMENT#") for item in missing)
    _say(f"{target} lacks {len(missing)} rows of {source}; {payments} are payments.")
    if missing and not dry_run:
        written, found = apply_restoring(client, target, missing)
        _say(f"{written} put back; {found} were there after all.")


def _remove_firewall(deployment: Deployment) -> None:
    stacks, name = firewall_stacks(deployment)
    if stacks.delete(name):
        _say(f"{name} is gone.")


def _make_zip(deployment: Deployment) -> str:
    code = deployment.make_zip()
    size = deployment.zip_path.stat().st_size
    _say(f"build/{deployment.zip_path.name}, {size / 1e6:.2f} MB")
    return code


def _bring_up(deployment: Deployment, parameters: Mapping[str, str]) -> None:
    plan = deployment.plan_stack(parameters)
    _show(plan)
    deployment.stacks().apply(plan)


def _show(plan: StackPlan) -> None:
    for change in plan.changes:
        _say(str(change))
    if not plan.changes:
        _say("Nothing to change.")


def _release(deployment: Deployment, code: str) -> Api:
    api = deployment.release(code)
    refuse_open_policy(deployment.session, deployment.stage)
    log_only_trouble(deployment.session, deployment.stage)
    return api


def _guard(deployment: Deployment, api: Api) -> None:
    _say(throttle(deployment.session, deployment.stage, api))
    _say(reserve(deployment.session, deployment.stage))


def _api_of(deployment: Deployment) -> Api:
    stage = deployment.stage
    deployment.stacks().refuse_anothers(deployment.stage)
    api = load_api(deployment.session, stage)
    if api is None or not deployment.outputs():
        raise Failure(
            f"Stage {stage.name} is not live in {stage.region}: "
            f"run `make deploy STAGE={stage.name}`."
        )
    return api


def _next_if_wrong(deployment: Deployment) -> None:
    _say(f"\nIf something is wrong: make rollback STAGE={deployment.stage.name}")


def _heading(text: str) -> None:
    click.secho(f"\n{text}", bold=True, err=True)


def _say(text: str) -> None:
    click.echo(text, err=True)
