"""`make notices`: telling people, turned on for a live stage, brought up to date, turned off."""

import hashlib
from collections.abc import Mapping

import click

from cli.failure import Failure
from infra.deployment import Deployment
from infra.notices.packing import ROOT, make_notices_zip
from infra.stacks import StackPlan, with_literal_names
from infra.trial import LAMBDA_PYTHON

TEMPLATE = ROOT / "infra/notices/notices.yaml"
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
    _apply(deployment, deployment.plan_stack(_ON))
    click.echo("2/3 The Lambda zip", err=True)
    archive = ROOT / f"build/{stage.aws_name}-notices.zip"
    make_notices_zip(archive, LAMBDA_PYTHON)
    body = archive.read_bytes()
    key = f"notices/{hashlib.sha256(body).hexdigest()}.zip"
    deployment.make_deploy_bucket()
    deployment.session.client("s3").put_object(Bucket=stage.deploy_bucket, Key=key, Body=body)
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
    _apply(deployment, plan)
    _forget_zips(deployment, but=key)
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
        _forget_zips(deployment)
    _apply(deployment, deployment.plan_stack(_OFF))
    click.echo("Nobody is told any more." if was_on else "Nobody was told.", err=True)


def _forget_zips(deployment: Deployment, but: str = "") -> None:
    """A zip is only read when its stack is changed."""
    client, bucket = deployment.session.client("s3"), deployment.stage.deploy_bucket
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="notices/"):
        for found in page.get("Contents", []):
            if found["Key"] != but:
                client.delete_object(Bucket=bucket, Key=found["Key"])


def _apply(deployment: Deployment, plan: StackPlan) -> None:
    for change in plan.changes:
        click.echo(f"  {change}", err=True)
    deployment.stacks().apply(plan)
