"""What a stack says about the system it made, and what is said when it says too little."""

from collections.abc import Iterator
from contextlib import closing

import boto3
import pytest
from botocore.stub import Stubber
from types_boto3_cloudformation import CloudFormationClient

from cli.failure import Failure
from cli.stack import load_outputs

NAME = "payee-pages-production-infra"


@pytest.fixture
def client() -> Iterator[CloudFormationClient]:
    with closing(boto3.client("cloudformation", region_name="ap-south-1")) as client:
        yield client


@pytest.fixture
def aws(client: CloudFormationClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def answer(aws: Stubber, outputs: dict[str, str], status: str = "CREATE_COMPLETE") -> None:
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    stack = {
        "StackName": NAME,
        "StackStatus": status,
        "CreationTime": "2026-03-01T09:30:00Z",
        "Outputs": listed,
    }
    aws.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": NAME})


def test_a_stacks_outputs_are_read_by_name(aws: Stubber, client: CloudFormationClient) -> None:
    outputs = {"LedgerTable": "t", "BucketName": "b", "SiteUrl": "https://pay.example.org/"}
    answer(aws, outputs)
    assert load_outputs(client, NAME, ["LedgerTable"]) == outputs


@pytest.mark.parametrize(
    ("outputs", "missing"),
    [
        ({}, "no output LedgerTable and no output BucketName"),
        ({"LedgerTable": "t"}, "no output BucketName"),
    ],
)
def test_missing_outputs_are_named(
    aws: Stubber, client: CloudFormationClient, outputs: dict[str, str], missing: str
) -> None:
    answer(aws, outputs, "ROLLBACK_COMPLETE")
    with pytest.raises(Failure) as failure:
        load_outputs(client, NAME, ["LedgerTable", "BucketName"])
    assert failure.value.message == (
        f"The stack “{NAME}” (ROLLBACK_COMPLETE) has {missing}. "
        "The name of the stack that has them ends in -infra; the one without it is Zappa's."
    )


def test_a_missing_stack_is_told_with_its_region(
    aws: Stubber, client: CloudFormationClient
) -> None:
    aws.add_client_error("describe_stacks", "ValidationError", f"Stack {NAME} does not exist")
    with pytest.raises(Failure) as failure:
        load_outputs(client, NAME, ["LedgerTable"])
    assert failure.value.message == (
        f"There is no stack “{NAME}” in ap-south-1: "
        "deploy it first, or name another region in AWS_REGION."
    )


def test_whatever_else_aws_says_is_told(aws: Stubber, client: CloudFormationClient) -> None:
    aws.add_client_error("describe_stacks", "ExpiredToken", "Sign in again")
    with pytest.raises(Failure, match=f"The stack “{NAME}” could not be read: .*Sign in again"):
        load_outputs(client, NAME, ["LedgerTable"])
