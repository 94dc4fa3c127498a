"""The stack of intake, as its template says: it can keep messages, and nothing else."""

import json
from typing import Any

import pytest

from backend.table import table_definition
from tests.infra.templates import INTAKE, STACK, load_template, properties, statements
from tests.infra.test_deployer import BOUNDARY, granted, lacking
from tests.infra.test_deployer import DEPLOYER as OF_ALL

TEMPLATE = load_template(INTAKE)


def test_what_receives_may_read_keys_and_put_messages_and_nothing_more() -> None:
    (policy,) = properties(TEMPLATE, "Role")["Policies"]
    rights = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}
    assert rights.keys() == {"ReadKeys", "KeepMessages", "WriteItsLog"}
    for sid, action, condition in (
        ("ReadKeys", "dynamodb:Query", {"StringEquals": ["KEYS"]}),
        ("KeepMessages", "dynamodb:PutItem", {"StringLike": ["ALERT#*"]}),
    ):
        assert rights[sid]["Action"] == action
        assert rights[sid]["Resource"] == {"Fn::GetAtt": "Table.Arn"}
        [(operator, keys)] = condition.items()
        on_aws = {f"ForAllValues:{operator}": {"dynamodb:LeadingKeys": keys}}
        assert rights[sid]["Condition"] == {"Fn::If": ["OnAws", on_aws, {"Ref": "AWS::NoValue"}]}


def test_nothing_of_it_reaches_what_has_payments() -> None:
    text = INTAKE.read_text()
    for word in ("ledger", "registry", "EventSource", "ssm:", "s3:", "lambda:*", "dynamodb:*"):
        assert word not in text
    assert "intake" not in STACK.read_text().lower()  # nor does what has payments know of it


def test_no_policy_is_everybodys() -> None:
    for resource in TEMPLATE["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Permission":
            assert resource["Properties"]["Principal"] == "apigateway.amazonaws.com"
            assert resource["Properties"]["SourceArn"]
    for statement in statements(TEMPLATE):
        assert statement.get("Principal") in (None, {"Service": "lambda.amazonaws.com"})
    assert "AWS::Lambda::Url" not in {one["Type"] for one in TEMPLATE["Resources"].values()}


def test_messages_are_gone_after_a_while_and_with_the_stack() -> None:
    table = properties(TEMPLATE, "Table")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert TEMPLATE["Resources"]["Table"]["DeletionPolicy"] == "Delete"
    definition: dict[str, Any] = {**table_definition("t")}
    del definition["TableName"]
    assert {key: table[key] for key in definition} == definition


def test_only_posts_come_in_and_not_too_many() -> None:
    routes = [
        one["Properties"]["RouteKey"]
        for one in TEMPLATE["Resources"].values()
        if one["Type"] == "AWS::ApiGatewayV2::Route"
    ]
    assert sorted(routes) == ["POST /alerts", "POST /alerts/{key}"]
    settings = properties(TEMPLATE, "DoorStage")["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] == {"Ref": "PerSecond"}
    assert TEMPLATE["Parameters"]["PerSecond"]["Default"] == 5
    assert "AccessLogSettings" not in properties(TEMPLATE, "DoorStage")


DEPLOYER = json.loads((INTAKE.parent / "deployer-policy.json").read_text())
TYPES = sorted({one["Type"] for one in TEMPLATE["Resources"].values()})


@pytest.mark.parametrize("kind", TYPES)
def test_with_its_policy_a_deployer_may_make_the_stack(kind: str) -> None:
    assert not lacking(kind, {"Statement": [*OF_ALL["Statement"], *DEPLOYER["Statement"]]})


def test_a_deployers_rights_reach_what_is_called_intake_and_nothing_else() -> None:
    """Nor do they make a role that may more than the boundary, which lets this one do its work."""
    for statement in DEPLOYER["Statement"]:
        assert statement["Resource"].removesuffix(":*").endswith("payee-pages-*-intake")
    (made,) = [one for one in DEPLOYER["Statement"] if "iam:CreateRole" in one["Action"]]
    boundary = "arn:aws:iam::*:policy/payee-pages-boundary"
    assert made["Condition"] == {"ArnLike": {"iam:PermissionsBoundary": boundary}}
    (policy,) = properties(TEMPLATE, "Role")["Policies"]
    assert set(granted(policy["PolicyDocument"])) <= set(granted(BOUNDARY))
    assert len(json.dumps(DEPLOYER, separators=(",", ":"))) <= 6144
