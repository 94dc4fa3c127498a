"""The stack on emulated AWS: it comes up, holds its rights, and `payees` finds its way by it."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from types_boto3_lambda import LambdaClient
from types_boto3_s3 import S3Client

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from payments.erasing import erased
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import mint_payment_id
from publishing.manifest import MANIFEST_KEY
from testkit.factories import make_event, make_evidence, make_payee, make_payment
from tests.cli.desk import Desk
from tests.infra.conftest import Deploy, bring_up, stack_name
from tests.infra.probe import try_all
from tests.infra.probing import allowed, create_probe, try_everything
from tests.infra.templates import FIREWALL, INFRA, STACK, WEBSITE

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
    assert outputs["LedgerTable"] == f"payee-pages-{stage}-ledger"
    assert outputs["RegistryTable"] == f"payee-pages-{stage}-registry"
    assert outputs["BucketName"].startswith(f"payee-pages-{stage}-pages-")
    assert outputs["SiteUrl"] == f"https://{outputs['CdnDomain']}/"
    assert outputs["DistributionId"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"ApiDomain": HTTP_API, "AlarmEmail": "ops@example.org"},
        {"DomainName": "pay.example.org", "CertificateArn": CERTIFICATE},
        {"HoursWithoutPayments": "12", "ManyPayments": "100", "Boundary": "payee-pages-boundary"},
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
    name = first["LedgerTable"].removesuffix("-ledger")  # what the Lambda is called
    create_probe(lambdas, name, first["ApiRoleArn"])
    outputs = deploy(ApiKind=kind, ApiDomain=domain)
    assert outputs == first
    with closing(boto3.client("cloudfront", endpoint_url=guarded_aws)) as client:
        config = client.get_distribution_config(Id=outputs["DistributionId"])["DistributionConfig"]
    assert config.get("WebACLId", "") == ""
    with closing(boto3.client("cloudwatch", endpoint_url=guarded_aws)) as client:
        body = json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])
    assert "${" not in json.dumps(body)
    assert domain.split(".", maxsplit=1)[0] in json.dumps(body) or kind == "FunctionUrl"
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


def test_a_firewall_stands_before_the_cdn_for_who_wants_one(
    deploy: Deploy, guarded_aws: str, stage: str
) -> None:
    with closing(boto3.client("cloudformation", endpoint_url=guarded_aws)) as client:
        made = bring_up(
            *(client, f"payee-pages-{stage}-firewall", FIREWALL.read_text()),
            Project="payee-pages",
            Stage=stage,
            FirewallRequests="300",
        )

    def firewall_of_the_cdn(most: str) -> str:
        outputs = deploy(FirewallRequests=most, FirewallArn=made["FirewallArn"])
        with closing(boto3.client("cloudfront", endpoint_url=guarded_aws)) as client:
            found = client.get_distribution_config(Id=outputs["DistributionId"])
        return found["DistributionConfig"].get("WebACLId", "")

    assert firewall_of_the_cdn("300") == made["FirewallArn"]
    assert firewall_of_the_cdn("0") == ""


def _policy_of(lambdas: LambdaClient, name: str) -> list[dict[str, object]]:
    try:
        policy = json.loads(lambdas.get_policy(FunctionName=name)["Policy"])
    except lambdas.exceptions.ResourceNotFoundException:
        return []
    statements: list[dict[str, object]] = policy["Statement"]
    return statements


def test_the_api_records_and_reads_payments_reads_payees_and_may_nothing_else(
    deploy: Deploy, guarded_aws: str, lambdas: LambdaClient, stage: str
) -> None:
    """A Lambda with the stack's role tries everything, such as to raise a payee's limit."""
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
    tables = (outputs["LedgerTable"], outputs["RegistryTable"], other)
    ledger, registry, others = try_everything(lambdas, f"payee-pages-{stage}", *tables)
    assert allowed(ledger) == {"put_item", "get_item", "query", "transact Put"}
    assert allowed(registry) == {"get_item", "query"}
    assert {ledger[name] for name in allowed(ledger)} == {"done"}
    assert not allowed(others)


def test_who_publishes_writes_payees_and_nothing_in_the_ledger(
    deploy: Deploy, guarded_aws: str, stage: str
) -> None:
    outputs = deploy()
    with (
        _somebody(f"publisher-{stage}", outputs["PublisherPolicyArn"], guarded_aws),
        closing(boto3.client("dynamodb")) as client,
    ):
        registry = try_all(client, outputs["RegistryTable"])
        ledger = try_all(client, outputs["LedgerTable"])
    assert not allowed(ledger)
    writing = {"put_item", "update_item", "transact Put", "transact Update"}
    assert allowed(registry) == {"get_item", "query", "scan"} | writing


def test_the_desk_adds_to_the_ledger_and_writes_nothing_in_the_registry(
    deploy: Deploy, guarded_aws: str, stage: str
) -> None:
    outputs = deploy()
    with (
        _somebody(f"desk-{stage}", outputs["DeskPolicyArn"], guarded_aws),
        closing(boto3.client("dynamodb")) as client,
    ):
        ledger = try_all(client, outputs["LedgerTable"])
        registry = try_all(client, outputs["RegistryTable"])
    reading = {"get_item", "query", "batch_get_item", "scan"}  # `payees sync` passes over it all
    assert allowed(ledger) == reading | {"put_item", "transact Put", "transact ConditionCheck"}
    assert allowed(registry) == {"get_item", "query", "scan"}


def test_a_desk_and_a_publisher_do_all_their_work_by_these_rights(
    deploy: Deploy, guarded_aws: str, stage: str, desk: Desk
) -> None:
    """Each of them tries the other's work, too."""
    outputs, named = deploy(), ["--stack", stack_name(stage)]
    counted = [*named, "--evidence", "counted"]
    payment = make_payment(mint_payment_id(datetime.now(UTC), bytes(10)), "shilpa")
    with closing(boto3.client("dynamodb", endpoint_url=guarded_aws)) as root:
        DynamoLedger(root, outputs["LedgerTable"]).record(payment)
    reference = payment.payment_id.reference
    with _somebody(f"publisher-{stage}", outputs["PublisherPolicyArn"], guarded_aws):
        published = desk.payees("publish", *named)
        assert published.exit_code == 0, published.stderr
        assert desk.payees("publish", "--verify", *named).exit_code == 0
        assert "not authorized" in desk.payees("payments", "shilpa", *named).stderr
        refused = desk.payees("confirm", reference, *counted)
        assert (refused.exit_code, "not authorized" in refused.stderr) == (1, True)
    with _somebody(f"desk-{stage}", outputs["DeskPolicyArn"], guarded_aws):
        assert reference in desk.payees("payments", *named).stdout
        confirmed = desk.payees("confirm", reference, *counted)
        assert confirmed.exit_code == 0, confirmed.stderr
        by_table = ("--table", outputs["LedgerTable"], "--registry", outputs["RegistryTable"])
        assert reference in desk.payees("export", *by_table).stdout
        settle_twice(outputs["LedgerTable"], payment)
        desk.write_roster("shilpa")
        refused = desk.payees("publish", "--yes", *named)
        assert (refused.exit_code, "AccessDenied" in refused.stderr) == (1, True)
    with closing(boto3.client("dynamodb", endpoint_url=guarded_aws)) as root:
        [history] = DynamoLedger(root, outputs["LedgerTable"]).histories(PayeeId("shilpa"))
    assert [event.number for event in history.events] == [1, 2, 3, 4, 5]


def test_to_erase_is_a_right_of_its_own(
    deploy: Deploy, guarded_aws: str, stage: str, desk: Desk
) -> None:
    """The desk alone may not, who may erase alone can do nothing with it, and both together can."""
    outputs, payment = deploy(), make_payment(payee_id="shilpa")
    with closing(boto3.client("dynamodb", endpoint_url=guarded_aws)) as root:
        ledger = DynamoLedger(root, outputs["LedgerTable"])
        ledger.record(payment)
        DynamoRegistry(root, outputs["RegistryTable"]).register(make_payee("shilpa"))
    erase = ["erase", payment.payment_id.text, "--payee", "shilpa", "--reason", "asked", "--yes"]
    erase += ["--stack", stack_name(stage)]
    eraser = f"eraser-{stage}"
    with _somebody(f"clerk-{stage}", outputs["DeskPolicyArn"], guarded_aws):
        refused = desk.payees(*erase)
        assert (refused.exit_code, "not authorized" in refused.stderr) == (1, True)
    with (
        _somebody(eraser, outputs["EraserPolicyArn"], guarded_aws),
        closing(boto3.client("dynamodb")) as client,
        closing(_root("iam", guarded_aws)) as iam,
    ):
        updating = {"update_item", "transact Update"}
        assert allowed(try_all(client, outputs["LedgerTable"])) == updating
        assert not allowed(try_all(client, outputs["RegistryTable"]))
        assert desk.payees(*erase).exit_code == 1
        iam.attach_user_policy(UserName=eraser, PolicyArn=outputs["DeskPolicyArn"])
        erasing = desk.payees(*erase)
        assert erasing.exit_code == 0, erasing.stderr
    with closing(boto3.client("dynamodb", endpoint_url=guarded_aws)) as root:
        [history] = DynamoLedger(root, outputs["LedgerTable"]).histories(PayeeId("shilpa"))
    assert history.payment == erased(payment)
    assert [event.status for event in history.events] == ["erased"]


def settle_twice(table: str, payment: Payment) -> None:
    """Settle by a line, undo it, and settle by the same line again: the longest transaction."""
    evidence = make_evidence()
    steps = [("undone", None), ("confirmed", evidence), ("undone", None), ("confirmed", evidence)]
    with closing(boto3.client("dynamodb")) as client:
        ledger = DynamoLedger(client, table)
        for number, (status, seen) in enumerate(steps, start=2):
            event = make_event(
                payment.payment_id, payment.payee_id, number=number, status=status, evidence=seen
            )
            assert ledger.append(event) is None


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
def deployer(guarded_aws: str, stage: str) -> Iterator[None]:
    """Everything from here on is done by somebody with the deployer's policy and no other."""
    with closing(boto3.client("iam", endpoint_url=guarded_aws)) as iam:
        policy = json.dumps(DEPLOYER)
        arn = iam.create_policy(PolicyName=f"d-{stage}", PolicyDocument=policy)["Policy"]["Arn"]
    with _somebody(f"deployer-{stage}", arn, guarded_aws):
        yield


@contextmanager
def _somebody(name: str, policy_arn: str, guarded_aws: str) -> Iterator[None]:
    """Everything in here is done by somebody who has this policy and no other."""
    with closing(_root("iam", guarded_aws)) as iam:
        iam.create_user(UserName=name)
        iam.attach_user_policy(UserName=name, PolicyArn=policy_arn)
        key = iam.create_access_key(UserName=name)["AccessKey"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", guarded_aws)
        patched.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        patched.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        patched.setattr(boto3, "DEFAULT_SESSION", None)
        yield
    boto3.DEFAULT_SESSION = None


def test_a_deployer_deploys_and_publishes_by_the_stacks_name_and_reads_no_payments(
    deployer: None, guarded_aws: str, stage: str, desk: Desk
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
    assert "not authorized" in desk.payees("payments", "shilpa", "--stack", name).stderr
    desk.write_roster("shilpa")
    assert desk.payees("publish", "--yes", "--stack", name).exit_code == 0
    assert "Nothing to change" in desk.payees("publish", "--stack", name).stderr
    assert _invalidated(guarded_aws, outputs["DistributionId"]) == [
        {"/mahantesh/*", "/shilpa/*", "/posters/*", "/till/*", "/404.html", "/", "/index.html"},
        {"/mahantesh/*", "/posters/*", "/", "/index.html"},
    ]


def _root(service: str, url: str) -> Any:
    """A client of who owns the account, whoever is at work."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def _invalidated(url: str, distribution: str) -> list[set[str]]:
    with closing(_root("cloudfront", url)) as client:
        listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"]
        found = [
            client.get_invalidation(DistributionId=distribution, Id=item["Id"])["Invalidation"]
            for item in listed["Items"]
        ]
    found.sort(key=lambda item: item["CreateTime"])
    return [set(item["InvalidationBatch"]["Paths"]["Items"]) for item in found]


def test_a_deployer_may_not_touch_the_ledger_itself_or_what_is_not_ours(
    deployer: None, stage: str, deploy: Deploy
) -> None:
    outputs = deploy()
    with (
        closing(boto3.client("dynamodb")) as dynamodb,
        closing(boto3.client("iam")) as iam,
        closing(boto3.client("s3")) as s3,
    ):
        changing = {"describe_table", "update_table"}
        assert allowed(try_all(dynamodb, outputs["LedgerTable"])) == {"get_item"} | changing
        assert not {"delete_item", "delete_table", "batch_write_item", "transact Delete"} & allowed(
            try_all(dynamodb, outputs["RegistryTable"])
        )
        myself, desk = f"deployer-{stage}", outputs["DeskPolicyArn"]
        with pytest.raises(ClientError, match="AccessDenied"):
            iam.attach_user_policy(UserName=myself, PolicyArn=desk)
        for forbidden in (
            lambda: iam.create_user(UserName=f"friend-{stage}"),
            lambda: s3.create_bucket(Bucket=f"another-{stage}"),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                forbidden()


def test_who_may_only_publish_cannot_swap_the_code_that_a_rollback_runs(
    deploy: Deploy, guarded_aws: str, stage: str
) -> None:
    outputs, code = deploy(), f"payee-pages-{stage}-deploy"
    with closing(_root("s3", guarded_aws)) as s3:
        s3.create_bucket(Bucket=code)
        s3.put_object(Bucket=code, Key="kept.zip", Body=b"good")
    with (
        _somebody(f"publisher-{stage}", outputs["PublisherPolicyArn"], guarded_aws),
        closing(boto3.client("s3")) as s3,
    ):
        s3.put_object(Bucket=outputs["BucketName"], Key="index.html", Body=b"page")
        for forbidden in (
            lambda: s3.put_object(Bucket=code, Key="kept.zip", Body=b"bad"),
            lambda: s3.delete_object(Bucket=code, Key="kept.zip"),
            lambda: s3.get_object(Bucket=code, Key="kept.zip"),
            lambda: s3.list_objects_v2(Bucket=code),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                forbidden()


def test_without_a_cdn_everybody_reads_pages_and_nothing_else(
    deploy: Deploy, deployer: None, guarded_aws: str, stage: str, desk: Desk
) -> None:
    stages, api = deploy(), f"https://{HTTP_API}/{stage}/api/"
    name = f"payee-pages-{stage}-website"
    with closing(boto3.client("cloudformation")) as client:
        outputs = bring_up(client, name, WEBSITE.read_text(), Stage=stage, ApiUrl=api)
    for name_of in ("LedgerTable", "RegistryTable"):
        assert outputs[name_of] == stages[name_of]
    assert outputs["SiteUrl"].startswith("http://")
    with _somebody(f"publisher-{stage}", stages["PublisherPolicyArn"], guarded_aws):
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
