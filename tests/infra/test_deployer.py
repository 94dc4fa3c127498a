"""The deployer's policy against what CloudFormation itself says that each resource needs.

cfn-lint carries CloudFormation's own schemas of resources, each with the rights that creating,
reading, updating and deleting it takes. Emulated AWS asks for fewer.
"""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.infra.templates import FIREWALL, INFRA, STACK, WEBSITE, load_template

DEPLOYER: dict[str, Any] = json.loads((INFRA / "deployer-policy.json").read_text())
BOUNDARY: dict[str, Any] = json.loads((INFRA / "boundary-policy.json").read_text())

OURS = {
    resource["Type"]
    for template in (STACK, WEBSITE, FIREWALL)
    for resource in load_template(template)["Resources"].values()
}
ZAPPAS = {  # in the stack that Zappa makes for an HTTP API
    *("AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route"),
    *("AWS::ApiGatewayV2::Stage", "AWS::Lambda::Permission"),
}

NOT_NEEDED = {
    "a stage's data is never deleted by who deploys": [
        *("dynamodb:DeleteTable", "s3:DeleteBucket", "logs:DeleteLogGroup"),
        *("dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),  # for a replica's or an import's rows
    ],
    "policies are attached by hand, by somebody else": [
        *("iam:Attach*Policy", "iam:Detach*Policy", "iam:DeleteRolePermissionsBoundary"),
    ],
    "tables have no replicas, imports, streams to Kinesis, expiry or policies of their own": [
        *("dynamodb:*Replica", "dynamodb:ImportTable", "dynamodb:*KinesisStreamingDestination"),
        *("dynamodb:UpdateTimeToLive", "dynamodb:UpdateContributorInsights"),
        *("dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy", "kinesis:*"),
        *("iam:CreateServiceLinkedRole", "s3:GetObjectMetadata"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),  # of an import
    ],
    "nothing is encrypted with a key of one's own": ["kms:*", "logs:*KmsKey"],
    "the log has a retention, and neither filters of data, indexes nor deliveries": [
        *("logs:*DataProtectionPolicy", "logs:*IndexPolicy", "logs:*ResourcePolicy"),
        *("logs:CreateLogDelivery", "firehose:*", "s3:REST.PUT.OBJECT"),
        *("logs:PutBearerTokenAuthentication", "logs:DeleteRetentionPolicy"),
        "logs:PutLogGroupDeletionProtection",
    ],
    "buckets have versions, a lifecycle, encryption and a policy, and none of the rest": [
        *("s3:*Analytics*", "s3:*Cors", "s3:*CORS", "s3:*InventoryConfiguration", "s3tables:*"),
        *("s3:*MetricsConfiguration", "s3:*Notification", "s3:*Replication*", "s3:*Acl"),
        *("s3:*AccelerateConfiguration", "s3:*ObjectLock*", "s3:*Logging", "s3:*Tiering*"),
        *("s3:*Metadata*", "s3:PutBucketAbac"),
    ],
    "what a bucket has is never taken away": [
        *("s3:DeleteBucketWebsite", "s3:DeleteBucketEncryption", "s3:DeleteBucketLifecycle"),
    ],
    "no firewall sells access to machines": ["payments:GetConnectedAccount"],
    "a topic lets everything through": ["sns:PutDataProtectionPolicy"],
}


def granted(policy: dict[str, Any]) -> list[str]:
    actions = [statement["Action"] for statement in policy["Statement"]]
    return [one for some in actions for one in ([some] if isinstance(some, str) else some)]


def matches(action: str, patterns: list[str]) -> bool:
    """As IAM compares: capitals don't count."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def needed(kind: str) -> dict[str, set[str]]:
    """The rights of each of its handlers; listing is for CloudFormation's console."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return {
        doing: set(handler.get("permissions", []))
        for doing, handler in schema["handlers"].items()
        if doing in ("create", "read", "update", "delete")
    }


@pytest.mark.parametrize("kind", sorted(OURS | ZAPPAS))
def test_a_deployer_may_do_all_that_a_resource_takes(kind: str) -> None:
    excepted = [pattern for patterns in NOT_NEEDED.values() for pattern in patterns]
    lacking = {
        f"{right} to {doing}"
        for doing, rights in needed(kind).items()
        for right in rights
        if not matches(right, granted(DEPLOYER)) and not matches(right, excepted)
    }
    assert not lacking


def test_no_exception_outlives_its_reason() -> None:
    asked = {right for kind in OURS | ZAPPAS for some in needed(kind).values() for right in some}
    for reason, patterns in NOT_NEEDED.items():
        for pattern in patterns:
            assert any(fnmatchcase(right, pattern) for right in asked), (reason, pattern)


def test_a_deployer_makes_no_role_that_may_more_than_its_boundary() -> None:
    """Whoever may write a role's policy and run code in that role could do everything else."""
    writing = {"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"}
    for statement in DEPLOYER["Statement"]:
        if writing & set(granted({"Statement": [statement]})):
            assert statement["Condition"]["ArnLike"] == {
                "iam:PermissionsBoundary": "arn:aws:iam::*:policy/payee-pages-boundary"
            }
    written = [
        statement
        for statement in DEPLOYER["Statement"]
        if matches("iam:CreatePolicyVersion", granted({"Statement": [statement]}))
    ]
    assert "payee-pages-boundary" not in json.dumps(written), "it could rewrite the boundary"
    assert not matches("iam:DeleteRolePermissionsBoundary", granted(DEPLOYER))


def test_the_boundary_lets_an_api_do_its_work_and_nothing_else() -> None:
    role = load_template(STACK)["Resources"]["ApiRole"]["Properties"]
    (policy,) = role["Policies"]
    assert set(granted(policy["PolicyDocument"])) == set(granted(BOUNDARY))
    for statement in BOUNDARY["Statement"]:
        assert "payee-pages-" in statement["Resource"]
