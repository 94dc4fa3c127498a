"""`make intake`: banks' messages taken in for a live stage: turned on, brought up to date, off."""

from collections.abc import Mapping

import click

from cli.failure import Failure
from infra.beside.turning_on import apply_told, forget_code, put_code
from infra.deployment import Deployment
from infra.intake.packing import ROOT, make_intake_zip
from infra.trial import LAMBDA_PYTHON
from intake.rows import AlertRows

TEMPLATE = ROOT / "infra/intake/intake.yaml"
FOLDER = "intake"  # of the bucket, for its zips


def stack_of(deployment: Deployment) -> str:
    return f"{deployment.stage.aws_name}-intake"


def turn(deployment: Deployment, parameters: Mapping[str, str] | None) -> None:
    """On, with these parameters, or off with None. Raises Failure."""
    deployment.stacks().refuse_anothers(deployment.stage)
    if parameters is None:
        was_on = take_down(deployment)
        if deployment.has_deploy_bucket():
            forget_code(deployment, FOLDER)
        told = "All messages and keys are gone." if was_on else "There was none."
        click.echo(f"No message is taken any more. {told}", err=True)
    else:
        _turn_on(deployment, parameters)


def take_down(deployment: Deployment) -> bool:
    """The stack, with all that was kept; whether there was one. Raises Failure."""
    return deployment.stacks().delete(stack_of(deployment))


def _turn_on(deployment: Deployment, parameters: Mapping[str, str]) -> None:
    """The zip, the stack, and the address beside the keys, where `payees intake` looks for it.
    Parameters keep what they were set to. Raises Failure."""
    stage, session = deployment.stage, deployment.session
    if not deployment.outputs():
        raise Failure(f"{stage.name} is not live: make deploy STAGE={stage.name} comes first.")
    if not LAMBDA_PYTHON.exists():
        raise Failure("The Lambda's Python is not installed: run `make .tools/deploy/.installed`.")
    click.echo("1/2 The Lambda zip", err=True)
    archive = ROOT / f"build/{stage.aws_name}-intake.zip"
    make_intake_zip(archive, LAMBDA_PYTHON)
    key = put_code(deployment, FOLDER, archive)
    click.echo(f"2/2 The stack {stack_of(deployment)}", err=True)
    account = session.client("sts").get_caller_identity()["Account"]
    found = {
        **stage.stack_names,
        **deployment.boundary(account),
        **({"Emulated": "true"} if deployment.endpoint_url else {}),
        "CodeBucket": stage.deploy_bucket,
        "CodeKey": key,
        "AlarmTopic": deployment.outputs().get("AlarmTopicArn", ""),
    }
    stacks = deployment.stacks()
    plan = stacks.plan(stack_of(deployment), TEMPLATE.read_text(), {**found, **parameters})
    apply_told(deployment, plan)
    forget_code(deployment, FOLDER, but=key)
    outputs = stacks.outputs(stack_of(deployment))
    rows = AlertRows(session.client("dynamodb"), outputs["IntakeTable"])
    rows.tell_door_url(outputs["IntakeUrl"])
    click.echo(
        "Banks' messages are taken from now on. Next: payees intake --new \"Treasurer's phone\" "
        f"--stage {stage.name}",
        err=True,
    )
