"""The deployer's policy against what CloudFormation itself says that each resource needs.

cfn-lint carries CloudFormation's own schemas of resources, each with the rights that creating,
reading, updating and deleting it takes. Emulated AWS asks for fewer.
"""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.infra.templates import ARCHIVE, FIREWALL, INFRA, STACK, WEBSITE, load_template

DEPLOYER: dict[str, Any] = json.loads((INFRA / "deployer-policy.json").read_text())
BOUNDARY: dict[str, Any] = json.loads((INFRA / "boundary-policy.json").read_text())
ARCHIVIST: dict[str, Any] = json.loads((INFRA / "archiving/deployer-policy.json").read_text())
"""What somebody who deploys an archive has besides."""

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


OF_ARCHIVES = {one["Type"] for one in load_template(ARCHIVE)["Resources"].values()}
NOT_NEEDED_FOR_ARCHIVES = {
    "columns are written in the template, and nobody else shares the catalog": [
        *("glue:*Connection", "glue:GetSchemaVersion", "lakeformation:*"),
    ],
    "answers are kept by Athena itself": [
        *(
            "s3:ListBucketMultipartUploads",
            "s3:ListMultipartUploadParts",
            "s3:AbortMultipartUpload",
        ),
    ],
    "its first settings are those that the bucket is created with": [
        *("s3:PutObjectLockConfiguration",),
    ],
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


@pytest.mark.parametrize("kind", sorted(OF_ARCHIVES))
def test_a_deployer_of_an_archive_may_do_all_that_a_resource_takes(kind: str) -> None:
    excepted = {**NOT_NEEDED, **NOT_NEEDED_FOR_ARCHIVES}.values()
    lacking = {
        f"{right} to {doing}"
        for doing, rights in needed(kind).items()
        for right in rights
        if not matches(right, [*granted(DEPLOYER), *granted(ARCHIVIST)])
        and not (matches(right, [one for some in excepted for one in some]))
    }
    assert not lacking
    locking = "s3:PutBucketObjectLockConfiguration"
    assert matches(locking, granted(ARCHIVIST))
    assert not matches(locking, granted(DEPLOYER))


def test_a_deployer_of_an_archive_reaches_only_the_projects_and_unlocks_nothing() -> None:
    for statement in ARCHIVIST["Statement"]:
        resources = statement["Resource"]
        for resource in [resources] if isinstance(resources, str) else resources:
            ours = ("payee-pages-", "payee_pages_")
            assert any(one in resource for one in ours) or resource == "arn:aws:glue:*:*:catalog"
    assert len("".join(json.dumps(ARCHIVIST).split())) <= 6144
    for right in (
        *("s3:BypassGovernanceRetention", "s3:PutObjectRetention", "s3:DeleteObjectVersion"),
        *("s3:DeleteBucket", "dynamodb:ExportTableToPointInTime", "athena:StartQueryExecution"),
    ):
        assert not matches(right, [*granted(DEPLOYER), *granted(ARCHIVIST)])


def test_an_exports_role_may_export_and_nothing_else() -> None:
    role = load_template(ARCHIVE)["Resources"]["ExportRole"]["Properties"]
    boundary = json.loads((INFRA / "archiving/boundary-policy.json").read_text())
    (policy,) = role["Policies"]
    assert set(granted(policy["PolicyDocument"])) == set(granted(boundary))
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    creating = [one for one in ARCHIVIST["Statement"] if "iam:CreateRole" in one["Action"]]
    assert [one["Condition"]["ArnLike"]["iam:PermissionsBoundary"] for one in creating] == [
        "arn:aws:iam::*:policy/payee-pages-archive-boundary"
    ]


def test_no_exception_outlives_its_reason() -> None:
    asked = {right for kind in OURS | ZAPPAS for some in needed(kind).values() for right in some}
    for reason, patterns in NOT_NEEDED.items():
        for pattern in patterns:
            assert any(fnmatchcase(right, pattern) for right in asked), (reason, pattern)
    asked = {right for kind in OF_ARCHIVES for some in needed(kind).values() for right in some}
    for reason, patterns in NOT_NEEDED_FOR_ARCHIVES.items():
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
