"""Who may do what: the policies against what the code calls."""

import json
from collections.abc import Iterator
from contextlib import closing
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest
from flask import request
from moto import mock_aws
from types_boto3_dynamodb import DynamoDBClient

from backend.app import create_app
from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.table import table_definition
from infra.stage import load_stage
from payments.payee import PayeeStatus
from payments.till_keys import key_digest
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    TILL_KEY,
    make_document,
    make_payee,
    make_payment_id,
)
from tests.infra.templates import INFRA, STACK, load_template, properties

DEPLOYER: dict[str, Any] = json.loads((INFRA / "deployer-policy.json").read_text())
LEDGER, REGISTRY = "the-ledger", "the-registry"
LIST = f"/payees/{BAKERY}/payments"
PAYMENT = f"{LIST}/{PAYMENT_ID}"


@pytest.fixture
def calls() -> Iterator[set[str]]:
    """The actions the API needs: each route visited, in every state of payee and payment."""
    with mock_aws(), closing(boto3.client("dynamodb")) as client:
        for table in (LEDGER, REGISTRY):
            client.create_table(**table_definition(table))
        maintainer = DynamoRegistry(client, REGISTRY)
        with closing(boto3.client("dynamodb")) as own_client:
            called: set[str] = set()
            own_client.meta.events.register(
                "before-call.dynamodb",
                lambda model, params, **_: called.add(
                    f"dynamodb:{model.name} {json.loads(params['body'])['TableName']}"
                ),
            )
            _visit_everything(own_client, maintainer)
            yield called


def _visit_everything(client: DynamoDBClient, maintainer: DynamoRegistry) -> None:
    visited: set[str | None] = set()
    registry = DynamoRegistry(client, REGISTRY)
    app = create_app(DynamoLedger(client, LEDGER), registry, registry, now=lambda: NOW)
    app.before_request(lambda: visited.add(request.endpoint))
    browser = app.test_client()
    maintainer.register(make_payee())
    maintainer.add_till_key(BAKERY, "Counter 1", key_digest(TILL_KEY), NOW)
    till = {"Till-Key": TILL_KEY}
    statuses = [
        browser.get("/healthz").status_code,
        browser.get("/openapi.json").status_code,
        browser.get(PAYMENT).status_code,
        browser.put(PAYMENT, json=make_document()).status_code,
        browser.put(PAYMENT, json=make_document()).status_code,
        browser.put(PAYMENT, json=make_document(amount="51.00")).status_code,
        browser.get(PAYMENT).status_code,
        browser.put(PAYMENT.replace(BAKERY, "nobody"), json=make_document()).status_code,
        browser.get(LIST).status_code,
        browser.get(LIST, headers=till).status_code,
        browser.put(f"{PAYMENT}/events/1", json={"status": "confirmed"}, headers=till).status_code,
    ]
    maintainer.register(make_payee(status=PayeeStatus.CLOSED))
    another = PAYMENT.replace(PAYMENT_ID.text, make_payment_id(random=1).text)
    statuses.append(browser.put(another, json=make_document()).status_code)
    assert statuses == [200, 200, 404, 201, 200, 409, 200, 404, 401, 200, 201, 410]
    assert visited == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_the_api_may_do_exactly_what_it_calls(calls: set[str]) -> None:
    (policy,) = properties(load_template(STACK), "ApiRole")["Policies"]
    ledger, registry, log = policy["PolicyDocument"]["Statement"]
    assert {f"{action} {LEDGER}" for action in ledger["Action"]} | {
        f"{action} {REGISTRY}" for action in registry["Action"]
    } == calls | {f"dynamodb:Query {REGISTRY}"}  # for a till's keys
    assert ledger["Resource"] == {"Fn::GetAtt": "Ledger.Arn"}
    assert registry["Resource"] == {"Fn::GetAtt": "Registry.Arn"}
    assert set(log["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert log["Resource"] == {"Fn::Sub": "${ApiLog.Arn}:*"}


def test_only_lambda_may_be_the_api() -> None:
    role = properties(load_template(STACK), "ApiRole")
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "ManagedPolicyArns" not in role


def test_the_deployers_policy_fits_into_a_managed_policy() -> None:
    assert len("".join(json.dumps(DEPLOYER).split())) <= 6144


def test_a_deployer_reaches_only_what_is_named_after_the_project() -> None:
    anything = {
        "DeployCdnWhichHasNoNamesToNarrow",
        "AskWhatHasNoResource",
        "DeployHttpApi",  # has random ids only
    }
    for statement in DEPLOYER["Statement"]:
        resources = statement["Resource"]
        for resource in [resources] if isinstance(resources, str) else resources:
            of_aws = resource == "arn:aws:wafv2:us-east-1:*:global/managedruleset/*"
            assert of_aws or statement["Sid"] in anything or "payee-pages-" in resource


@pytest.mark.parametrize("stage", ["production", "production_lean", "staging", "local"])
def test_who_may_only_publish_writes_pages_and_no_code(stage: str) -> None:
    bucket = load_stage(stage).deploy_bucket
    written = {f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/any.zip"}
    pages = f"arn:aws:s3:::payee-pages-{stage.replace('_', '-')}-pages-123456789012"
    found = set()
    for statement in DEPLOYER["Statement"]:
        if statement["Sid"].startswith("Publish"):
            resources = statement["Resource"]
            for resource in [resources] if isinstance(resources, str) else resources:
                assert not any(fnmatchcase(one, resource) for one in written)
                found |= {one for one in (pages, f"{pages}/a") if fnmatchcase(one, resource)}
    assert found == {pages, f"{pages}/a"}


@pytest.mark.parametrize(
    "action",
    ["dynamodb:DeleteTable", "dynamodb:DeleteItem", "iam:AttachUserPolicy",
     "s3:DeleteBucket", "lambda:InvokeFunction", "iam:CreateUser", "iam:AttachRolePolicy",
     "s3:DeleteObjectVersion", "logs:DeleteLogGroup"],
)  # fmt: skip
def test_a_deployer_may_not_destroy_records_or_run_code_by_hand(action: str) -> None:
    for statement in DEPLOYER["Statement"]:
        patterns = statement["Action"]
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            assert not fnmatchcase(action, pattern)


def test_a_desk_asks_for_many_payees_by_keys_alone() -> None:
    """A statement without them would pass over the whole ledger, and cost that."""
    document = properties(load_template(STACK), "DeskPolicy")["PolicyDocument"]
    [asking] = [one for one in document["Statement"] if "PartiQL" in str(one["Action"])]
    assert asking == {
        "Sid": "ReadPaymentsOfManyPayees",
        "Effect": "Allow",
        "Action": "dynamodb:PartiQLSelect",
        "Resource": {"Fn::GetAtt": "Ledger.Arn"},
        "Condition": {"BoolIfExists": {"dynamodb:FullTableScan": "false"}},
    }
