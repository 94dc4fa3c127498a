"""What Zappa made is looked at before anybody uses it."""

from collections.abc import Iterator

import boto3
import pytest
from types_boto3_lambda import LambdaClient

from cli.failure import Failure
from infra.api import load_api
from infra.deployment import Deployment
from infra.emulation.rehearsal import session_at
from infra.guarding.gateway import refuse_open_policy, throttle
from infra.stage import Stage
from tests.infra.conftest import Deploy
from tests.infra.probing import create_probe

pytestmark = pytest.mark.emulator


@pytest.fixture
def session(guarded_aws: str) -> boto3.Session:
    return session_at(guarded_aws, "us-east-1")


@pytest.fixture
def lean(stage: str) -> Stage:
    return Stage(
        stage,
        "payee-pages",
        "us-east-1",
        f"payee-pages-{stage}-deploy",
        "python3.13",
        has_function_url=True,
    )


@pytest.fixture
def lambdas(session: boto3.Session, deploy: Deploy, lean: Stage) -> Iterator[LambdaClient]:
    """The stage has a Lambda, as yet without an address."""
    client = session.client("lambda")
    create_probe(client, lean.aws_name, deploy()["ApiRoleArn"])
    yield client
    client.delete_function(FunctionName=lean.aws_name)


def test_a_lambda_that_anybody_may_invoke_is_refused(
    session: boto3.Session, lambdas: LambdaClient, lean: Stage
) -> None:
    refuse_open_policy(session, lean)
    lambdas.add_permission(
        FunctionName=lean.aws_name,
        StatementId="cdn",
        Action="lambda:InvokeFunction",
        Principal="cloudfront.amazonaws.com",
    )
    refuse_open_policy(session, lean)
    lambdas.add_permission(
        FunctionName=lean.aws_name,
        StatementId="everybody",
        Action="lambda:InvokeFunction",
        Principal="*",
    )
    with pytest.raises(Failure, match=r"Anybody may invoke .* \(statement everybody"):
        refuse_open_policy(session, lean)


def test_a_function_url_that_asks_nobody_who_they_are_is_refused(
    session: boto3.Session, lambdas: LambdaClient, lean: Stage
) -> None:
    assert load_api(session, lean) is None
    lambdas.create_function_url_config(FunctionName=lean.aws_name, AuthType="NONE")
    with pytest.raises(Failure, match="open to everybody"):
        load_api(session, lean)
    lambdas.update_function_url_config(FunctionName=lean.aws_name, AuthType="AWS_IAM")
    api = load_api(session, lean)
    assert api
    assert api.parameters == {"ApiDomain": api.domain, "ApiKind": "FunctionUrl"}


def test_an_http_api_is_found_by_its_name_and_throttled(session: boto3.Session, stage: str) -> None:
    here = Stage(stage, "payee-pages", "us-east-1", "b", "python3.13", has_function_url=False)
    client = session.client("apigatewayv2")
    assert load_api(session, here) is None
    made = client.create_api(Name=here.aws_name, ProtocolType="HTTP")
    client.create_stage(ApiId=made["ApiId"], StageName=stage)
    api = load_api(session, here)
    assert api
    assert api.gateway_id == made["ApiId"]
    assert api.parameters == {"ApiDomain": api.domain, "ApiKind": "HttpApi"}
    throttle(session, here, api)
    found = client.get_stage(ApiId=made["ApiId"], StageName=stage)["DefaultRouteSettings"]
    assert found == {"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 200}


def test_somebody_elses_bucket_is_a_sentence(
    session: boto3.Session, guarded_aws: str, stage: str
) -> None:
    iam = session.client("iam")
    iam.create_user(UserName=stage)
    key = iam.create_access_key(UserName=stage)["AccessKey"]
    stranger = session_at(
        guarded_aws,
        "us-east-1",
        {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        },
    )
    taken = f"payee-pages-{stage}-taken"
    session.client("s3").create_bucket(Bucket=taken)
    here = Stage(stage, "payee-pages", "us-east-1", taken, "python3.13", has_function_url=False)
    assert Deployment(here, session, guarded_aws).has_deploy_bucket()
    with pytest.raises(Failure, match="it may be somebody else's: choose another `s3_bucket`"):
        Deployment(here, stranger, guarded_aws).has_deploy_bucket()
