"""The stack on emulated AWS: it comes up, holds its rights, and `payees` finds its way by it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from types_boto3_cloudfront import CloudFrontClient
from types_boto3_lambda import LambdaClient
from types_boto3_s3 import S3Client

from publishing.manifest import MANIFEST_KEY
from tests.cli.desk import Desk
from tests.infra.conftest import Deploy, bring_up, stack_name
from tests.infra.probing import create_probe, try_everything
from tests.infra.templates import INFRA, STACK, WEBSITE

pytestmark = pytest.mark.emulator

HTTP_API = "abc123.execute-api.us-east-1.amazonaws.com"
FUNCTION_URL = "abc123.lambda-url.us-east-1.on.aws"
DEPLOYER: dict[str, Any] = json.loads((INFRA / "deployer-policy.json").read_text())
CERTIFICATE = f"arn:aws:acm:us-east-1:{'1' * 12}:certificate/a"


@pytest.fixture
def lambdas(guarded_aws: str) -> Iterator[LambdaClient]:
    with closing(boto3.client("lambda", endpoint_url=guarded_aws)) as client:
        yield client


def test_the_stack_comes_up_before_there_is_an_api(deploy: Deploy, stage: str) -> None:
    outputs = deploy()
    assert outputs["TableName"] == f"payee-pages-{stage}"
    assert outputs["BucketName"].startswith(f"payee-pages-{stage}-pages-")
    assert outputs["SiteUrl"] == f"https://{outputs['CdnDomain']}/"
    assert outputs["DistributionId"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"ApiDomain": HTTP_API, "AlarmEmail": "ops@example.org"},
        {"DomainName": "pay.example.org", "CertificateArn": CERTIFICATE},
    ],
)
def test_the_stack_comes_up_with(deploy: Deploy, parameters: dict[str, str]) -> None:
    url = deploy(**parameters)["SiteUrl"]
    assert (url == "https://pay.example.org/") == ("DomainName" in parameters)


@pytest.mark.parametrize(("kind", "domain"), [("HttpApi", HTTP_API), ("FunctionUrl", FUNCTION_URL)])
def test_once_there_is_an_api_the_cdn_leads_to_it(
    deploy: Deploy, guarded_aws: str, lambdas: LambdaClient, kind: str, domain: str
) -> None:
    first = deploy()
    name = first["TableName"]  # the Lambda is called the same
    create_probe(lambdas, name, first["ApiRoleArn"])
    outputs = deploy(ApiKind=kind, ApiDomain=domain)
    assert outputs == first
    with closing(boto3.client("cloudfront", endpoint_url=guarded_aws)) as client:
        config = client.get_distribution_config(Id=outputs["DistributionId"])["DistributionConfig"]
    pages, api = config["Origins"]["Items"]
    assert pages["OriginAccessControlId"]
    assert api["DomainName"] == domain
    assert api.get("OriginPath", "") == (
        f"/{name.removeprefix('payee-pages-')}" if kind == "HttpApi" else ""
    )
    assert bool(api.get("OriginAccessControlId")) == (kind == "FunctionUrl")
    policy = _policy_of(lambdas, name)
    assert len(policy) == (2 if kind == "FunctionUrl" else 0)
    for statement in policy:
        assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert outputs["DistributionId"] in json.dumps(statement["Condition"])


def _policy_of(lambdas: LambdaClient, name: str) -> list[dict[str, object]]:
    try:
        policy = json.loads(lambdas.get_policy(FunctionName=name)["Policy"])
    except lambdas.exceptions.ResourceNotFoundException:
        return []
    statements: list[dict[str, object]] = policy["Statement"]
    return statements


def test_the_api_may_record_and_read_in_its_own_table_and_nothing_else(
    deploy: Deploy, guarded_aws: str, lambdas: LambdaClient, stage: str
) -> None:
    """A Lambda with the stack's role tries everything."""
    outputs = deploy()
    other = f"payee-pages-other-{stage}"
    with closing(boto3.client("dynamodb", endpoint_url=guarded_aws)) as client:
        client.create_table(
            TableName=other,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        )
    create_probe(lambdas, f"payee-pages-{stage}", outputs["ApiRoleArn"])
    own, others = try_everything(lambdas, f"payee-pages-{stage}", outputs["TableName"], other)
    refused = dict.fromkeys(
        ["scan", "update_item", "delete_item", "describe_table", "delete_table"],
        "AccessDeniedException",
    )
    assert own == {"put_item": "done", "get_item": "done", "query": "done"} | refused
    assert set(others.values()) == {"AccessDeniedException"}


def test_nobody_reads_the_bucket_without_the_cdn(deploy: Deploy, guarded_aws: str) -> None:
    bucket = deploy()["BucketName"]
    with closing(boto3.client("s3", endpoint_url=guarded_aws)) as client:
        client.put_object(Bucket=bucket, Key="index.html", Body=b"x")
        assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        blocked = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert blocked == dict.fromkeys(blocked, True)
    with (
        closing(_stranger(guarded_aws)) as stranger,
        pytest.raises(ClientError, match="AccessDenied"),
    ):
        stranger.get_object(Bucket=bucket, Key="index.html")


def _stranger(url: str) -> S3Client:
    return boto3.client("s3", endpoint_url=url, config=Config(signature_version=UNSIGNED))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    desk.write_roster("mahantesh", "shilpa")
    return desk


@pytest.fixture
def deployer(guarded_aws: str, stage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Everything from here on is done by somebody with the deployer's policy and no other."""
    yield from _somebody(f"deployer-{stage}", DEPLOYER, guarded_aws, monkeypatch)


@pytest.fixture
def publisher(guarded_aws: str, stage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The same, by somebody who may only publish."""
    statements = [one for one in DEPLOYER["Statement"] if one["Sid"].startswith("Publish")]
    policy = {**DEPLOYER, "Statement": statements}
    yield from _somebody(f"publisher-{stage}", policy, guarded_aws, monkeypatch)


def _somebody(
    name: str, rights: dict[str, Any], guarded_aws: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    with closing(boto3.client("iam", endpoint_url=guarded_aws)) as iam:
        policy = json.dumps(rights)
        arn = iam.create_policy(PolicyName=name, PolicyDocument=policy)["Policy"]["Arn"]
        iam.create_user(UserName=name)
        iam.attach_user_policy(UserName=name, PolicyArn=arn)
        key = iam.create_access_key(UserName=name)["AccessKey"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", guarded_aws)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    yield name
    boto3.DEFAULT_SESSION = None


def test_a_deployer_deploys_publishes_and_reads_by_the_stacks_name(
    deployer: str, guarded_aws: str, stage: str, desk: Desk
) -> None:
    with closing(boto3.client("cloudformation")) as client:
        outputs = bring_up(
            client, stack_name(stage), STACK.read_text(), Stage=stage, Emulated="true"
        )
    name = stack_name(stage)
    result = desk.payees("publish", "--stack", name)
    assert result.exit_code == 0, result.stderr
    assert f"The pages will say {outputs['SiteUrl']}, the stack's address." in result.stderr
    with closing(boto3.client("s3")) as s3:
        page = s3.get_object(Bucket=outputs["BucketName"], Key="shilpa/index.html")["Body"].read()
    assert outputs["SiteUrl"].encode() in page
    assert "No payments are recorded" in desk.payees("payments", "shilpa", "--stack", name).stderr
    desk.write_roster("shilpa")
    assert desk.payees("publish", "--yes", "--stack", name).exit_code == 0
    assert "Nothing to change" in desk.payees("publish", "--stack", name).stderr
    assert _invalidated(guarded_aws, outputs["DistributionId"]) == [
        {"/mahantesh/*", "/shilpa/*", "/posters/*", "/404.html", "/", "/index.html"},
        {"/mahantesh/*", "/posters/*", "/", "/index.html"},
    ]


def _root_cloudfront(url: str) -> CloudFrontClient:
    return boto3.client(
        "cloudfront", endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
    )


def _invalidated(url: str, distribution: str) -> list[set[str]]:
    with closing(_root_cloudfront(url)) as client:
        listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"]
        found = [
            client.get_invalidation(DistributionId=distribution, Id=item["Id"])["Invalidation"]
            for item in listed["Items"]
        ]
    found.sort(key=lambda item: item["CreateTime"])
    return [set(item["InvalidationBatch"]["Paths"]["Items"]) for item in found]


def test_a_deployer_may_not_touch_the_ledger_itself_or_what_is_not_ours(
    deployer: str, stage: str, deploy: Deploy
) -> None:
    table = deploy()["TableName"]
    with (
        closing(boto3.client("dynamodb")) as dynamodb,
        closing(boto3.client("iam")) as iam,
        closing(boto3.client("s3")) as s3,
    ):
        for forbidden in (
            lambda: dynamodb.delete_table(TableName=table),
            lambda: dynamodb.delete_item(TableName=table, Key={"PK": {"S": "a"}, "SK": {"S": "b"}}),
            lambda: iam.create_user(UserName=f"friend-{stage}"),
            lambda: s3.create_bucket(Bucket=f"another-{stage}"),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                forbidden()


def test_who_may_only_publish_cannot_swap_the_code_that_a_rollback_runs(
    deploy: Deploy, guarded_aws: str, stage: str, publisher: str
) -> None:
    pages, code = deploy()["BucketName"], f"payee-pages-{stage}-deploy"
    with closing(
        boto3.client(
            "s3",
            endpoint_url=guarded_aws,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
    ) as s3:
        s3.create_bucket(Bucket=code)
        s3.put_object(Bucket=code, Key="kept.zip", Body=b"good")
    with closing(boto3.client("s3")) as s3:
        s3.put_object(Bucket=pages, Key="index.html", Body=b"page")
        for forbidden in (
            lambda: s3.put_object(Bucket=code, Key="kept.zip", Body=b"bad"),
            lambda: s3.delete_object(Bucket=code, Key="kept.zip"),
            lambda: s3.get_object(Bucket=code, Key="kept.zip"),
            lambda: s3.list_objects_v2(Bucket=code),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                forbidden()


def test_without_a_cdn_everybody_reads_pages_and_nothing_else(
    deploy: Deploy, deployer: str, guarded_aws: str, stage: str, desk: Desk
) -> None:
    table, api = deploy()["TableName"], f"https://{HTTP_API}/{stage}/api/"
    name = f"payee-pages-{stage}-website"
    with closing(boto3.client("cloudformation")) as client:
        outputs = bring_up(client, name, WEBSITE.read_text(), Stage=stage, ApiUrl=api)
    assert outputs["TableName"] == table
    assert outputs["SiteUrl"].startswith("http://")
    result = desk.payees("publish", "--stack", name)
    assert result.exit_code == 0, result.stderr
    bucket = outputs["BucketName"]
    with closing(_stranger(guarded_aws)) as stranger:
        page = stranger.get_object(Bucket=bucket, Key="shilpa/index.html")["Body"].read()
        assert f'data-api="{api.removesuffix("/")}"'.encode() in page
        assert outputs["SiteUrl"].encode() in page
        for forbidden in (
            lambda: stranger.get_object(Bucket=bucket, Key=MANIFEST_KEY),
            lambda: stranger.list_objects_v2(Bucket=bucket),
            lambda: stranger.put_object(Bucket=bucket, Key="index.html", Body=b"pay me"),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                forbidden()
