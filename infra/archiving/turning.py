"""`make archive`: a nightly export of a live stage's ledger, turned on, brought up to date, turned
off."""

from collections.abc import Mapping

import click

from cli.failure import Failure
from infra.beside.turning_on import apply_told
from infra.deployment import Deployment
from infra.stacks import with_literal_names
from infra.stage import ROOT

TEMPLATE = ROOT / "infra/archiving/archive.yaml"
BOUNDARY = "payee-pages-archive-boundary"  # infra/archiving/boundary-policy.json


def stack_of(deployment: Deployment) -> str:
    return f"{deployment.stage.aws_name}-archive"


def turn(deployment: Deployment, parameters: Mapping[str, str] | None) -> None:
    """On, with these parameters, or off with None. Raises Failure."""
    if parameters is None:
        if not take_down(deployment):
            click.echo("There was no archive.", err=True)
    else:
        _turn_on(deployment, parameters)


def _turn_on(deployment: Deployment, parameters: Mapping[str, str]) -> None:
    """A bucket that an earlier archive left behind is taken back, with what is in it. Raises
    Failure."""
    stage = deployment.stage
    if not deployment.outputs():
        raise Failure(f"{stage.name} is not live: make deploy STAGE={stage.name} comes first.")
    account = deployment.session.client("sts").get_caller_identity()["Account"]
    names = stage.stack_names
    plan = deployment.stacks().plan(
        stack_of(deployment),
        with_literal_names(TEMPLATE.read_text(), {**names, "AWS::AccountId": account}),
        {
            **names,
            **deployment.boundary(account, BOUNDARY),
            **({"Emulated": "true"} if deployment.endpoint_url else {}),
            **parameters,
        },
    )
    apply_told(deployment, plan)
    bucket = deployment.stacks().outputs(stack_of(deployment))["ArchiveBucket"]
    click.echo(
        f"Each night at 01:15 UTC the ledger is exported to {bucket}, where nobody may delete or "
        f"replace it for {_kept_days(deployment)} days. From tomorrow on: payees totals --athena "
        f"--stage {stage.name}",
        err=True,
    )


def take_down(deployment: Deployment) -> bool:
    """The stack alone, and whether there was one; says what stays. Raises Failure."""
    name = stack_of(deployment)
    bucket = deployment.stacks().outputs(name).get("ArchiveBucket")
    days = _kept_days(deployment)
    if not deployment.stacks().delete(name):
        return False
    if bucket:
        click.echo(
            f"Nothing is exported any more. What was stays in the bucket {bucket}, and costs its "
            f"storage: nobody may delete it for {days} days after its night, and then it goes by "
            "itself. `make archive` would take the bucket back.",
            err=True,
        )
    return True


def _kept_days(deployment: Deployment) -> str:
    return deployment.stacks().parameters(stack_of(deployment)).get("KeptDays", "400")
