"""`--stack`: what a CloudFormation stack says about the system it made."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cli.failure import Failure

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef


def load_outputs(client: "CloudFormationClient", name: str, needed: list[str]) -> dict[str, str]:
    """The outputs of the stack `name`, `needed` certainly among them. Raises Failure."""
    try:
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
    except (ClientError, BotoCoreError) as error:
        if "does not exist" in str(error):
            raise Failure(
                f"There is no stack “{name}” in {client.meta.region_name}: "
                "deploy it first, or name another region in AWS_REGION."
            ) from error
        raise Failure(f"The stack “{name}” could not be read: {error}") from error
    return parse_outputs(stack, needed)


def parse_outputs(stack: "StackTypeDef", needed: Iterable[str] = ()) -> dict[str, str]:
    """Name and value of each output that has both. Raises Failure if one of `needed` is missing."""
    found = {
        output["OutputKey"]: output["OutputValue"]
        for output in stack.get("Outputs", [])
        if "OutputKey" in output and "OutputValue" in output
    }
    missing = [key for key in needed if key not in found]
    if missing:
        raise Failure(
            f"The stack “{stack['StackName']}” ({stack['StackStatus']}) has no output "
            f"{' and no output '.join(missing)}. The name of the stack that has them ends in "
            "-infra; the one without it is Zappa's."
        )
    return found
