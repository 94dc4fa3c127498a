"""Which system a command talks to, and what it says when that is not clear."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from cli.stage import SETTINGS_NAME, load_place
from cli.system import STATE_FILE, System, forget_system, save_system
from tests.cli.desk import Desk


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        (["publish"], "--registry and --bucket"),
        (["payments", "shilpa"], "--table and --registry"),
    ],
)
def test_without_a_system_a_command_asks_for_one(
    desk: Desk, command: list[str], needed: str
) -> None:
    result = desk.payees(*command)
    assert result.exit_code == 2
    assert (
        "No demo keeps its data in .demo (`payees demo` starts one there; --state-dir"
        in result.stderr
    )
    assert f"For AWS, say --stage, --stack, or {needed}." in result.stderr


@pytest.mark.parametrize(("given", "missing"), [("registry", "bucket"), ("bucket", "registry")])
def test_half_a_system_is_wrong_usage(desk: Desk, given: str, missing: str) -> None:
    result = desk.payees("publish", f"--{given}", "x")
    assert result.exit_code == 2
    assert f"On AWS, --{missing} is needed as well." in result.stderr


def test_a_stack_and_its_parts_are_not_named_together(desk: Desk) -> None:
    result = desk.payees("payments", "shilpa", "--stack", "s", "--table", "t")
    assert result.exit_code == 2
    assert "Say --stack or --table and --registry, not both." in result.stderr


def test_a_system_named_outright_comes_before_a_running_demo(desk: Desk) -> None:
    save_system(desk.folder, System("t", "r", "b", "http://127.0.0.1:1", "http://127.0.0.1:2/"))
    result = desk.payees("publish", "--state-dir", ".", "--registry", "x")
    assert "--bucket is needed as well" in result.stderr


def test_a_demo_that_was_stopped_is_told_with_its_data(desk: Desk) -> None:
    (desk.folder / ".demo/tables").mkdir(parents=True)
    result = desk.payees("payments", "shilpa")
    assert result.exit_code == 2
    assert "No demo is running in .demo, which has the data of one: `payees demo`" in result.stderr


@pytest.mark.parametrize("content", ["", "{", "[]", '{"tabel": "x"}', "\x00"])
def test_a_state_file_nobody_can_read_is_no_demo(desk: Desk, content: str) -> None:
    (desk.folder / STATE_FILE).write_text(content)
    result = desk.payees("payments", "shilpa", "--state-dir", ".")
    assert result.exit_code == 2
    assert "No demo keeps its data in . (" in result.stderr


def test_a_demo_that_was_killed_is_told_as_out_of_reach(desk: Desk) -> None:
    save_system(desk.folder, System("t", "r", "b", "http://127.0.0.1:1", "http://127.0.0.1:2/"))
    result = desk.payees("payments", "shilpa", "--state-dir", ".")
    assert result.exit_code == 1
    assert "The ledger could not be read: Could not connect" in result.stderr


def test_a_stopped_demo_is_forgotten(desk: Desk) -> None:
    save_system(desk.folder, System("t", "r", "b", "http://127.0.0.1:1", "http://127.0.0.1:2/"))
    forget_system(desk.folder)
    forget_system(desk.folder)
    assert desk.payees("payments", "shilpa", "--state-dir", ".").exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        ["publish", "--registry", "r", "--bucket", "b"],
        ["payments", "a", "--table", "t", "--registry", "r"],
        ["payments", "a", "--stack", "s"],
    ],
)
def test_without_a_region_a_command_says_how_to_give_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    result = desk.payees(*command)
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "AWS cannot be used from here: You must specify a region. "
        "Set AWS_REGION, or run `aws configure`.\n"
    )


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_either_variable_gives_the_region(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv(name, "eu-west-1")
    client = System("t", "r", "b").s3()
    assert client.meta.region_name == "eu-west-1"
    client.close()


def test_a_system_is_named_by_what_it_has() -> None:
    assert str(System("t", "r", "b")) == "table t, bucket b"
    assert str(System("t", "r")) == "table t"
    assert str(System(registry_table="r", bucket="b")) == "registry r, bucket b"
    assert str(System("t", "r", "b", "http://x", "http://y/")) == "the demo at http://y/"


# --- A stage of the settings here -----------------------------------------------------------------

OWN = """{"north": {"project_name": "payee-pages-harbour", "aws_region": "eu-central-1"},
 "south_lean": {"extends": "north", "aws_region": "eu-west-1"}, "bare": {}}"""


@pytest.mark.parametrize(
    ("stage", "stack", "region"),
    [
        ("north", "payee-pages-harbour-north-infra", "eu-central-1"),
        ("south_lean", "payee-pages-harbour-south-lean-infra", "eu-west-1"),
    ],
)
def test_a_stages_stack_and_region_come_from_the_settings(
    stage: str, stack: str, region: str, tmp_path: Path
) -> None:
    (tmp_path / SETTINGS_NAME).write_text(OWN)
    place = load_place(stage, tmp_path / SETTINGS_NAME)
    assert (place.stack, place.region) == (stack, region)


@pytest.mark.parametrize(
    ("settings", "stage", "told"),
    [
        (OWN, "nort", "There is no stage “nort” in zappa_settings.json: did you mean “north”?"),
        (OWN, "x", "There is no stage “x” in zappa_settings.json: it has north, south_lean, bare."),
        (OWN, "bare", "Stage bare in zappa_settings.json has no project_name."),
        ("[]", "north", "There is no stage “north” in zappa_settings.json: it has none."),
        ("{", "north", "zappa_settings.json cannot be read as JSON"),
        (None, "north", "There is no zappa_settings.json here"),
    ],
)
def test_a_stage_that_is_not_there_is_a_sentence(
    desk: Desk, settings: str | None, stage: str, told: str
) -> None:
    path = desk.folder / SETTINGS_NAME
    path.unlink(missing_ok=True)
    if settings is not None:
        path.write_text(settings)
    result = desk.payees("payments", "shilpa", "--stage", stage)
    assert result.exit_code == 1
    assert result.stderr.startswith(told)


def test_a_stage_and_a_stack_are_not_named_together(desk: Desk) -> None:
    for command in (["payments", "shilpa"], ["qr", "shilpa"]):
        result = desk.payees(*command, "--stage", "north", "--stack", "s")
        assert result.exit_code == 2
        assert "Say --stage or --stack, not both." in result.stderr


def test_a_table_that_asks_for_patience_gets_it(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven refusals in a row, as when a partition takes a minute to split."""
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    client = system.dynamodb()
    refusals = iter(range(7))

    def throttle(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        if next(refusals, None) is None:
            return None
        body = b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}'
        return AWSResponse(request.url, 400, HTTPHeaders(), SimpleNamespace(stream=lambda: [body]))

    client.meta.events.register_first("before-send.dynamodb.DescribeTable", throttle)  # type: ignore[arg-type]
    found = client.describe_table(TableName=system.ledger_table)
    assert found["Table"]["TableStatus"] == "ACTIVE"
    assert len(slept) >= 7
