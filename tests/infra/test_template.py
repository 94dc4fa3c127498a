"""What the templates promise, as far as it can be read from them."""

import json
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from backend.table import table_definition
from cli.system import STACK_OUTPUTS
from infra.stage import parse_stage
from publishing.manifest import MANIFEST_KEY
from sitegen.assets import FOLDER as ASSETS
from sitegen.listing.lists import FOLDER as LIST
from tests.infra.templates import (
    ARCHIVE,
    FIREWALL,
    INFRA,
    INTAKE,
    NOTICES,
    STACK,
    WEBSITE,
    load_template,
    properties,
    statements,
)

TEMPLATE = load_template(STACK)
ROOT = INFRA.parent
CHECKOV = ROOT / ".tools/checkov/bin/checkov"
MANAGED_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
MANAGED_ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-38738e2966ac"


@pytest.mark.parametrize(
    "path", [STACK, WEBSITE, FIREWALL, INTAKE, ARCHIVE, NOTICES], ids=lambda path: path.stem
)
def test_cfn_lint_finds_nothing(path: Path) -> None:
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--regions", "ap-south-1", "us-east-1", "--", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.slow
def test_checkov_finds_nothing_but_what_is_explained_in_place() -> None:
    if not CHECKOV.exists():
        pytest.skip("checkov is not installed: run make test")
    result = subprocess.run(
        [CHECKOV, "--skip-download", "--framework", "cloudformation", "-o", "json", "-d", INFRA],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    report = json.loads(result.stdout)
    found = [check["check_id"] for check in report["results"]["failed_checks"]]
    assert (result.returncode, found, report["results"]["parsing_errors"]) == (0, [], [])
    assert report["summary"]["passed"] >= 25


@pytest.mark.parametrize(
    "path", [STACK, WEBSITE, FIREWALL, INTAKE, ARCHIVE, NOTICES], ids=lambda path: path.stem
)
def test_every_suppression_says_why(path: Path) -> None:
    for resource in load_template(path)["Resources"].values():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            assert len(skip["comment"]) > 20
    for line in path.read_text().splitlines():
        assert "ignore_checks" not in line or "#" in line


def test_the_template_can_be_deployed_as_it_is() -> None:
    """CloudFormation takes 51 200 bytes without a bucket, and no YAML anchors."""
    for path in (STACK, WEBSITE, FIREWALL, INTAKE, ARCHIVE, NOTICES):
        assert path.stat().st_size < 51_200
        assert not re.search(r": [&*]\w", path.read_text())


@pytest.mark.parametrize("name", ["Ledger", "Registry"])
def test_a_table_is_one_that_the_code_knows(name: str) -> None:
    table = properties(TEMPLATE, name)
    definition: dict[str, Any] = {**table_definition("t")}
    del definition["TableName"]
    assert {key: table[key] for key in definition} == definition
    assert "GlobalSecondaryIndexes" not in table
    assert "TimeToLiveSpecification" not in table


@pytest.mark.parametrize("name", ["Ledger", "Registry"])
def test_a_table_outlives_mistakes(name: str) -> None:
    assert TEMPLATE["Resources"][name]["DeletionPolicy"] == "Retain"
    assert TEMPLATE["Resources"][name]["UpdateReplacePolicy"] == "Retain"
    table = properties(TEMPLATE, name)
    assert table["DeletionProtectionEnabled"] is True
    assert table["SSESpecification"] == {"SSEEnabled": True}
    recovery = ["OnAws", {"PointInTimeRecoveryEnabled": True}, {"Ref": "AWS::NoValue"}]
    assert table["PointInTimeRecoverySpecification"] == {"Fn::If": recovery}
    assert table["OnDemandThroughput"].keys() == {"MaxWriteRequestUnits", "MaxReadRequestUnits"}


def test_the_bucket_is_private_and_keeps_versions() -> None:
    bucket = properties(TEMPLATE, "Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert TEMPLATE["Resources"]["Bucket"]["DeletionPolicy"] == "Retain"


def test_nobody_is_everybody() -> None:
    for statement in statements(TEMPLATE):
        assert statement.get("Principal") not in ("*", {"AWS": "*"})
        assert "*" not in statement["Action"]
        assert statement.get("Resource") != "*"
    services = {"lambda.amazonaws.com", "cloudfront.amazonaws.com"}
    for name, resource in TEMPLATE["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Permission":
            permission = properties(TEMPLATE, name)
            assert permission["Principal"] in services
            assert "${Cdn}" in permission["SourceArn"]["Fn::Sub"]
    allowed = [
        one for one in statements(TEMPLATE) if one["Effect"] == "Allow" and "Principal" in one
    ]
    for statement in allowed:
        if statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}:
            assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]


def test_of_a_public_website_everybody_reads_the_site_and_nothing_else() -> None:
    (statement,) = statements(load_template(WEBSITE))
    assert (statement["Effect"], statement["Principal"]) == ("Allow", "*")
    assert statement["Action"] == "s3:GetObject"
    read = [one["Fn::Sub"].removeprefix("${Bucket.Arn}/") for one in statement["Resource"]]
    assert read == ["*.html", f"{ASSETS}/*", f"{LIST}/*"]
    assert not any(fnmatch(MANIFEST_KEY, one) for one in read)


def test_the_cdn_never_reads_the_manifest() -> None:
    (denied,) = [one for one in statements(TEMPLATE) if one["Effect"] == "Deny"]
    folder = MANIFEST_KEY.partition("/")[0]
    assert denied["Resource"] == {"Fn::Sub": f"${{Bucket.Arn}}/{folder}/*"}
    public = [one for one in statements(TEMPLATE) if "Principal" in one]
    actions = [one["Action"] for one in public if "s3:" in str(one["Action"])]
    assert set(actions) == {"s3:GetObject"}, "with ListBucket a missing page would be a 404 of S3"


def cdn() -> dict[str, Any]:
    config: dict[str, Any] = properties(TEMPLATE, "Cdn")["DistributionConfig"]
    return config


def test_what_the_api_says_reaches_the_page() -> None:
    condition, (behavior,), otherwise = cdn()["CacheBehaviors"]["Fn::If"]
    assert (condition, otherwise) == ("HasApi", {"Ref": "AWS::NoValue"})
    assert behavior["PathPattern"] == "/api/*"
    assert behavior["CachePolicyId"] == MANAGED_CACHING_DISABLED
    assert behavior["OriginRequestPolicyId"] == MANAGED_ALL_VIEWER_EXCEPT_HOST
    assert len(behavior["AllowedMethods"]) == 7
    assert "FunctionAssociations" not in behavior
    (error,) = [one for one in cdn()["CustomErrorResponses"] if "ResponsePagePath" in one]
    assert (error["ErrorCode"], error["ResponseCode"]) == (403, 404)
    assert error["ResponsePagePath"] == "/404.html"


def test_no_copy_is_kept_of_what_failed() -> None:
    """CloudFront keeps each 5xx for 10 seconds unless told otherwise, also with no-store."""
    kept = {one["ErrorCode"]: one["ErrorCachingMinTTL"] for one in cdn()["CustomErrorResponses"]}
    assert {code: kept.get(code) for code in (500, 501, 502, 503, 504)} == dict.fromkeys(
        (500, 501, 502, 503, 504), 0
    )
    for one in cdn()["CustomErrorResponses"]:
        assert one["ErrorCode"] == 403 or one.keys() == {"ErrorCode", "ErrorCachingMinTTL"}


def test_there_is_only_https() -> None:
    _, (api,), _ = cdn()["CacheBehaviors"]["Fn::If"]
    assert cdn()["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert api["ViewerProtocolPolicy"] == "https-only"
    _, origin, _ = cdn()["Origins"][1]["Fn::If"]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    _, own, _ = cdn()["ViewerCertificate"]["Fn::If"]
    assert own["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_headers_protect_pages_and_leave_their_own_policy_alone() -> None:
    config = properties(TEMPLATE, "SecurityHeaders")["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    assert security["ContentSecurityPolicy"]["ContentSecurityPolicy"] == "frame-ancestors 'none'"
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 86400
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert "ContentTypeOptions" in security
    custom = {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}
    assert "geolocation=()" in custom["Permissions-Policy"]
    for behavior in (cdn()["DefaultCacheBehavior"], cdn()["CacheBehaviors"]["Fn::If"][1][0]):
        assert behavior["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}


def test_the_outputs_are_all_that_publish_reads() -> None:
    assert {*STACK_OUTPUTS.values(), "SiteUrl", "DistributionId"} <= TEMPLATE["Outputs"].keys()
    assert {*STACK_OUTPUTS.values(), "SiteUrl", "ApiUrl"} <= load_template(WEBSITE)[
        "Outputs"
    ].keys()


def test_operations_explains_every_parameter_output_and_alarm() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    missing = [
        name
        for path in (STACK, WEBSITE, FIREWALL, ARCHIVE)
        for part in ("Parameters", "Outputs")
        for name in load_template(path)[part]
        if f"`{name}`" not in text
    ]
    assert not missing
    for resource in TEMPLATE["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            slug = resource["Properties"]["AlarmName"]["Fn::Sub"].removeprefix(
                "${Project}-${Stage}-"
            )
            assert f"\n### {slug}\n" in text
            assert resource["Properties"]["AlarmDescription"].endswith(f"under {slug}.")


def test_zappas_stages_find_what_the_stack_makes() -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    for name in settings:
        stage = parse_stage(name, settings)
        for resource, key, own in (
            ("Ledger", "TableName", stage.ledger_table),
            ("Registry", "TableName", stage.registry_table),
            ("ApiRole", "RoleName", stage.role),
        ):
            pattern = properties(TEMPLATE, resource)[key]["Fn::Sub"]
            for parameter, value in stage.stack_names.items():
                pattern = pattern.replace(f"${{{parameter}}}", value)
            assert pattern == own


@pytest.mark.parametrize("kind", [1, 2], ids=["FunctionUrl", "HttpApi"])
def test_the_dashboard_watches_all_that_alarms_do(kind: int) -> None:
    """As CloudFormation fills it in, where `Fn::If` chooses by the kind of API."""
    text, named = properties(TEMPLATE, "Dashboard")["DashboardBody"]["Fn::Sub"]
    values = {name: value["Fn::If"][kind] for name, value in named.items()}
    filled = re.sub(r"\$\{(.+?)\}", lambda name: str(values.get(name[1], name[1])), text)
    widgets = [widget["properties"] for widget in json.loads(filled)["widgets"]]
    metrics = [metric[:2] for widget in widgets for metric in widget.get("metrics", [])]
    watched = [
        [part["Fn::If"][kind] if "Fn::If" in part else part for part in pair]
        for pair in (
            [alarm["Properties"].get(key, "") for key in ("Namespace", "MetricName")]
            for alarm in TEMPLATE["Resources"].values()
            if alarm["Type"] == "AWS::CloudWatch::Alarm"
        )
    ]
    own = [pair for pair in watched if pair[1] in ("ms", "")]  # found by a search; a share
    assert len(watched) - len(own) >= 8
    assert not [pair for pair in watched if pair not in own and pair not in metrics]
    [starts] = [widget["query"] for widget in widgets if "query" in widget]
    assert starts.startswith("SOURCE '/aws/lambda/Project-Stage' | filter ispresent(first)")
