"""A Lambda's code where its stack takes it from, and a stack that says what changes in it."""

import hashlib
from pathlib import Path

import click

from infra.deployment import Deployment
from infra.stacks import StackPlan


def put_code(deployment: Deployment, folder: str, archive: Path) -> str:
    """Put a zip into the stage's bucket, which is made if need be, by the hash of its content;
    gives the key. Raises Failure."""
    body = archive.read_bytes()
    key = f"{folder}/{hashlib.sha256(body).hexdigest()}.zip"
    deployment.make_deploy_bucket()
    deployment.session.client("s3").put_object(
        Bucket=deployment.stage.deploy_bucket, Key=key, Body=body
    )
    return key


def forget_code(deployment: Deployment, folder: str, but: str = "") -> None:
    """A zip is only read when its stack is changed."""
    client, bucket = deployment.session.client("s3"), deployment.stage.deploy_bucket
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{folder}/")
    for page in pages:
        for found in page.get("Contents", []):
            if found["Key"] != but:
                client.delete_object(Bucket=bucket, Key=found["Key"])


def apply_told(deployment: Deployment, plan: StackPlan) -> None:
    """Raises Failure."""
    for change in plan.changes:
        click.echo(f"  {change}", err=True)
    deployment.stacks().apply(plan)
