"""`make notices`: telling people, turned on for a live stage, brought up to date, turned off."""

from collections.abc import Mapping

import click

from cli.failure import Failure
from infra.beside.turning_on import apply_told, forget_code, put_code
from infra.deployment import Deployment
from infra.notices.packing import ROOT, make_notices_zip
from infra.stacks import with_literal_names
from infra.trial import LAMBDA_PYTHON

TEMPLATE = ROOT / "infra/notices/notices.yaml"
FOLDER = "notices"  # of the bucket, for its zips
BOUNDARY = "payee-pages-notices-boundary"  # infra/notices/boundary-policy.json
_ON, _OFF = {"Notices": "on"}, {"Notices": "off"}


def stack_of(deployment: Deployment) -> str:
    return f"{deployment.stage.aws_name}-notices"


def turn(deployment: Deployment, parameters: Mapping[str, str] | None) -> None:
    """On, with these parameters, or off with None. Raises Failure."""
    deployment.stacks().refuse_anothers(deployment.stage)
    if not deployment.outputs():
        name = deployment.stage.name
        raise Failure(f"{name} is not live: make deploy STAGE={name} comes first.")
    if parameters is None:
        _turn_off(deployment)
    else:
        _turn_on(deployment, parameters)


def _turn_on(deployment: Deployment, parameters: Mapping[str, str]) -> None:
    """The ledger's stream, the zip, and the stack that reads the one by the other. Parameters keep
    what they were set to. Raises Failure."""
    stage = deployment.stage
    if not LAMBDA_PYTHON.exists():
        raise Failure("The Lambda's Python is not installed: run `make .tools/deploy/.installed`.")
    click.echo("1/3 What the ledger says of what is written", err=True)
    apply_told(deployment, deployment.plan_stack(_ON))
    click.echo("2/3 The Lambda zip", err=True)
    archive = ROOT / f"build/{stage.aws_name}-notices.zip"
    make_notices_zip(archive, LAMBDA_PYTHON)
    key = put_code(deployment, FOLDER, archive)
    click.echo(f"3/3 The stack {stack_of(deployment)}", err=True)
    outputs = deployment.outputs()
    emulated = {"Emulated": "true"} if deployment.endpoint_url else {}
    account = deployment.session.client("sts").get_caller_identity()["Account"]
    found = {
        "CodeBucket": stage.deploy_bucket,
        "CodeKey": key,
        "LedgerStream": outputs["LedgerStream"],
        "AlarmTopic": outputs.get("AlarmTopicArn", ""),
    }
    plan = deployment.stacks().plan(
        stack_of(deployment),
        with_literal_names(TEMPLATE.read_text(), stage.stack_names),
        stage.stack_names
        | emulated
        | deployment.boundary(account, BOUNDARY)
        | found
        | dict(parameters),
    )
    apply_told(deployment, plan)
    forget_code(deployment, FOLDER, but=key)
    click.echo(
        "Everybody whom the roster's notify names is told from now on. Next: payees notices "
        f"PAYEE_ID --test --stage {stage.name}",
        err=True,
    )


def take_down(deployment: Deployment) -> bool:
    """The stack alone; whether there was one. Raises Failure."""
    return deployment.stacks().delete(stack_of(deployment))


def _turn_off(deployment: Deployment) -> None:
    """Nothing of it stays but secrets, which nobody can make again, and the table of who wants no
    mail, which is taken back. Raises Failure."""
    was_on = take_down(deployment)
    if deployment.has_deploy_bucket():
        forget_code(deployment, FOLDER)
    apply_told(deployment, deployment.plan_stack(_OFF))
    click.echo("Nobody is told any more." if was_on else "Nobody was told.", err=True)
