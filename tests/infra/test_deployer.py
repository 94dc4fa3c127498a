"""The deployer's policy against what CloudFormation itself says that each resource needs.

cfn-lint carries CloudFormation's own schemas of resources, each with the rights that creating,
reading, updating and deleting it takes. Emulated AWS asks for fewer.
"""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.infra.templates import ARCHIVE, FIREWALL, INFRA, NOTICES, STACK, WEBSITE, load_template

DEPLOYER: dict[str, Any] = json.loads((INFRA / "deployer-policy.json").read_text())
BOUNDARY: dict[str, Any] = json.loads((INFRA / "boundary-policy.json").read_text())
ARCHIVIST: dict[str, Any] = json.loads((INFRA / "archiving/deployer-policy.json").read_text())
"""What somebody who deploys an archive has besides."""
OF_NOTICES: dict[str, Any] = json.loads((INFRA / "notices/deployer-policy.json").read_text())
NOTICES_BOUNDARY: dict[str, Any] = json.loads((INFRA / "notices/boundary-policy.json").read_text())
BOTH = {"Statement": DEPLOYER["Statement"] + OF_NOTICES["Statement"]}

OURS = {
    resource["Type"]
    for template in (STACK, WEBSITE, FIREWALL)
    for resource in load_template(template)["Resources"].values()
}
ZAPPAS = {  # in the stack that Zappa makes for an HTTP API
    *("AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route"),
    *("AWS::ApiGatewayV2::Stage", "AWS::Lambda::Permission"),
}

TOLD = {resource["Type"] for resource in load_template(NOTICES)["Resources"].values()}

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
    "a function has no network, file system, signature, reserve or runtime of its own choice": [
        *("ec2:Describe*", "elasticfilesystem:*", "s3files:*", "lambda:*CodeSigningConfig"),
        *("lambda:PutFunctionScalingConfig", "lambda:PutFunctionRecursionConfig"),
        *("lambda:PassCapacityProvider", "lambda:PutRuntimeManagementConfig"),
        "s3:GetObjectVersion",
    ],
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


def lacking(kind: str, policy: dict[str, Any]) -> set[str]:
    excepted = [pattern for patterns in NOT_NEEDED.values() for pattern in patterns]
    return {
        f"{right} to {doing}"
        for doing, rights in needed(kind).items()
        for right in rights
        if not matches(right, granted(policy)) and not matches(right, excepted)
    }


@pytest.mark.parametrize("kind", sorted(OURS | ZAPPAS))
def test_a_deployer_may_do_all_that_a_resource_takes(kind: str) -> None:
    assert not lacking(kind, DEPLOYER)


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_with_the_policy_for_notices_a_deployer_may_make_their_stack_too(kind: str) -> None:
    assert not lacking(kind, BOTH)


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
    kinds = OURS | ZAPPAS | TOLD
    asked = {right for kind in kinds for some in needed(kind).values() for right in some}
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


NAMED = {  # what the stack of a stage “production” is called, by the service that is asked
    "iam": [
        *("role/payee-pages-production-notices", "role/payee-pages-production-notices-evening"),
        "policy/payee-pages-production-notices",
    ],
    "sqs": [f"payee-pages-production-notices{end}" for end in (".fifo", "-dead.fifo", "-missed")],
    "scheduler": ["schedule/default/payee-pages-production-notices-evening"],
    "dynamodb": ["table/payee-pages-production-notices"],
    "logs": ["log-group:/aws/lambda/payee-pages-production-notices:log-stream:"],
    "lambda": ["function:payee-pages-production-notices", "event-source-mapping:4f0c-1"],
}


def reaches(statement: dict[str, Any], name: str) -> bool:
    given = statement["Resource"]
    patterns = [given] if isinstance(given, str) else given
    return any(fnmatchcase(f"arn:aws:x:r:1:{name}", _of_any(pattern)) for pattern in patterns)


def _of_any(pattern: str) -> str:
    return "*" if pattern == "*" else f"arn:aws:*:{pattern.split(':', 5)[5]}"


def test_rights_for_notices_reach_each_thing_that_is_called_after_them_and_nothing_else() -> None:
    """But for what has no name to narrow it by, which says so."""
    for statement in OF_NOTICES["Statement"]:
        services = {action.partition(":")[0] for action in granted({"Statement": [statement]})}
        (service,) = services
        if "Boundary" in statement["Sid"] and statement["Action"] == "iam:GetPolicy":
            continue
        if statement["Resource"] == "*":
            assert "lambda:FunctionArn" in repr(statement) or "CannotNarrow" in statement["Sid"]
            continue
        assert any(reaches(statement, name) for name in NAMED[service]), statement["Sid"]
        for name in NAMED[service]:
            assert not reaches(statement, name.replace("-notices", "-ledger")) or "event-" in name
    for service, names in NAMED.items():
        granting = [one for one in BOTH["Statement"] if f"{service}:" in repr(one["Action"])]
        assert all(any(reaches(one, name) for one in granting) for name in names), service


def test_what_notices_leave_no_trace_of_may_be_taken_away() -> None:
    """Their log goes with them. Their table stays, with who wants no mail, and so do all others."""
    template = load_template(NOTICES)["Resources"]
    kept = {name for name, one in template.items() if one.get("DeletionPolicy") == "Retain"}
    assert kept == {"Table"}
    assert matches("logs:DeleteLogGroup", granted(OF_NOTICES))
    assert not matches("logs:DeleteLogGroup", granted(DEPLOYER))
    assert not matches("dynamodb:DeleteTable", granted(BOTH))
    assert not matches("dynamodb:DeleteItem", granted(BOTH))
    assert not matches("ssm:GetParameter", granted(BOTH)), "a secret is none of a deployer's"


def test_the_boundary_of_notices_lets_them_do_their_work_and_nothing_else() -> None:
    resources = load_template(NOTICES)["Resources"]
    given: set[str] = set()
    for role in ("Role", "ScheduleRole"):
        for policy in resources[role]["Properties"]["Policies"]:
            document = policy["Fn::If"][1] if "Fn::If" in policy else policy
            given |= set(granted(document["PolicyDocument"]))
    assert given == set(granted(NOTICES_BOUNDARY))
    for statement in NOTICES_BOUNDARY["Statement"]:
        for name in (
            [statement["Resource"]]
            if isinstance(statement["Resource"], str)
            else [one for one in statement["Resource"] if one != "arn:aws:ses:*:*:identity/*"]
        ):
            assert "payee-pages-" in name
    writing = [
        one
        for one in NOTICES_BOUNDARY["Statement"]
        if matches("dynamodb:PutItem", granted({"Statement": [one]}))
    ]
    assert [one["Resource"] for one in writing] == [
        "arn:aws:dynamodb:*:*:table/payee-pages-*-notices"
    ]


def test_a_deployer_of_notices_makes_no_role_that_may_more_than_their_boundary() -> None:
    writing = {"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"}
    for statement in OF_NOTICES["Statement"]:
        if writing & set(granted({"Statement": [statement]})):
            assert statement["Condition"]["ArnLike"] == {
                "iam:PermissionsBoundary": "arn:aws:iam::*:policy/payee-pages-notices-boundary"
            }
        if matches("iam:CreatePolicyVersion", granted({"Statement": [statement]})):
            assert not reaches(statement, "policy/payee-pages-notices-boundary")
        if matches("iam:PassRole", granted({"Statement": [statement]})):
            assert "iam:PassedToService" in statement["Condition"]["StringEquals"]
    assert len("".join(json.dumps(OF_NOTICES).split())) <= 6144
