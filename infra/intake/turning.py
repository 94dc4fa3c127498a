"""`make intake`: banks' messages taken in for a live stage: turned on, brought up to date, off."""

import hashlib
from collections.abc import Mapping

import click

from cli.failure import Failure
from infra.deployment import Deployment
from infra.intake.packing import ROOT, make_intake_zip
from infra.trial import LAMBDA_PYTHON
from intake.rows import AlertRows

TEMPLATE = ROOT / "infra/intake/intake.yaml"


def stack_of(deployment: Deployment) -> str:
    return f"{deployment.stage.aws_name}-intake"


def turn(deployment: Deployment, parameters: Mapping[str, str] | None) -> None:
    """On, with these parameters, or off with None. Raises Failure."""
    deployment.stacks().refuse_anothers(deployment.stage)
    if parameters is None:
        was_on = take_down(deployment)
        if deployment.has_deploy_bucket():
            _forget_zips(deployment)
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
    body = archive.read_bytes()
    key = f"intake/{hashlib.sha256(body).hexdigest()}.zip"
    deployment.make_deploy_bucket()
    session.client("s3").put_object(Bucket=stage.deploy_bucket, Key=key, Body=body)
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
    for change in plan.changes:
        click.echo(f"  {change}", err=True)
    stacks.apply(plan)
    _forget_zips(deployment, but=key)
    outputs = stacks.outputs(stack_of(deployment))
    rows = AlertRows(session.client("dynamodb"), outputs["IntakeTable"])
    rows.tell_door_url(outputs["IntakeUrl"])
    click.echo(
        "Banks' messages are taken from now on. Next: payees intake --new \"Treasurer's phone\" "
        f"--stage {stage.name}",
        err=True,
    )


def _forget_zips(deployment: Deployment, but: str = "") -> None:
    """A zip is only read when its stack is changed."""
    client, bucket = deployment.session.client("s3"), deployment.stage.deploy_bucket
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="intake/"):
        for found in page.get("Contents", []):
            if found["Key"] != but:
                client.delete_object(Bucket=bucket, Key=found["Key"])
