"""An emulated AWS that lets nobody do what their policies don't allow, and stacks on it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError
from types_boto3_cloudformation import CloudFormationClient

from cli.local.emulator import running_emulator
from cli.local.serving import free_port
from cli.stack import parse_outputs
from tests.infra.templates import STACK

Deploy = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def guarded_aws(_aws_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("guarded")
    with running_emulator(folder, free_port(), check_rights=True) as url:
        yield url


@pytest.fixture
def stage() -> str:
    return f"t{uuid4().hex[:12]}"


@pytest.fixture
def deploy(guarded_aws: str, stage: str) -> Iterator[Deploy]:
    """Bring up the stage's stack, with parameters by name; gives its outputs."""
    with closing(boto3.client("cloudformation", endpoint_url=guarded_aws)) as client:
        yield lambda **parameters: bring_up(
            client,
            stack_name(stage),
            STACK.read_text(),
            **{"Stage": stage, "Emulated": "true"} | parameters,
        )


def stack_name(stage: str) -> str:
    return f"payee-pages-{stage}-infra"


def bring_up(
    client: CloudFormationClient, name: str, template: str, **parameters: str
) -> dict[str, str]:
    """Create a stack, or update it; gives its outputs."""
    exists = True
    try:
        client.describe_stacks(StackName=name)
    except ClientError:
        exists = False
    (client.update_stack if exists else client.create_stack)(
        StackName=name,
        TemplateBody=template,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.05)
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [event["ResourceStatusReason"] for event in events if "ResourceStatusReason" in event]
    assert stack["StackStatus"] == ("UPDATE_COMPLETE" if exists else "CREATE_COMPLETE"), reasons
    return parse_outputs(stack)
