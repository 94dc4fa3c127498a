"""What a destroyed stage leaves behind, and its removal for those who said so twice."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from infra.deployment import Deployment

if TYPE_CHECKING:
    from boto3 import Session


@dataclass(frozen=True, slots=True)
class Leftover:
    kind: Literal["table", "bucket", "log"]
    name: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name} ({self.meaning})"


def leftovers(deployment: Deployment) -> list[Leftover]:
    """Those of the stage's tables, buckets and log that are there."""
    stage, session = deployment.stage, deployment.session
    account = session.client("sts").get_caller_identity()["Account"]
    candidates = [
        Leftover("table", stage.ledger_table, "the ledger"),
        Leftover("table", stage.registry_table, "the payees"),
        Leftover("table", f"{stage.aws_name}-notices", "who wants no mail"),
        Leftover("bucket", f"{stage.aws_name}-pages-{account}", "the pages"),
        Leftover("bucket", stage.deploy_bucket, "deployed code"),
        Leftover("log", f"/aws/lambda/{stage.aws_name}", "the API's log"),
    ]
    return [leftover for leftover in candidates if _exists(session, leftover)]


def _exists(session: "Session", leftover: Leftover) -> bool:
    if leftover.kind == "log":
        groups = session.client("logs").describe_log_groups(logGroupNamePrefix=leftover.name)
        return any(group["logGroupName"] == leftover.name for group in groups["logGroups"])
    try:
        if leftover.kind == "table":
            session.client("dynamodb").describe_table(TableName=leftover.name)
        else:
            session.client("s3").head_bucket(Bucket=leftover.name)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ResourceNotFoundException", "404", "NoSuchBucket"):
            return False
        raise
    return True


def remove(session: "Session", leftover: Leftover) -> None:
    """For ever. Needs rights that the deployer's policy does not have."""
    if leftover.kind == "table":
        dynamodb = session.client("dynamodb")
        dynamodb.update_table(TableName=leftover.name, DeletionProtectionEnabled=False)
        try:
            dynamodb.delete_table(TableName=leftover.name)
        except ClientError:
            dynamodb.update_table(TableName=leftover.name, DeletionProtectionEnabled=True)
            raise
    elif leftover.kind == "log":
        session.client("logs").delete_log_group(logGroupName=leftover.name)
    else:
        session.resource("s3").Bucket(leftover.name).object_versions.delete()
        session.client("s3").delete_bucket(Bucket=leftover.name)
