"""Which system a command talks to, and what it says when that is not clear."""

import pytest

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
    assert f"For AWS, say --stack, or {needed}." in result.stderr


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
