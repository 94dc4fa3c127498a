"""`payees check`, on a roster with thirty planted mistakes among others."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from cli.main import COMMANDS, main
from tests.cli.desk import SITE, Desk

THIRTY = Path(__file__).parent / "thirty_mistakes.yaml"
BROKEN = SITE + "payees:\n  - {id: Shilpa, name: Shilpa}\n  - {id: sneha, nam: Sneha}\n"


def planted() -> list[int]:
    """The lines of the mistakes, in the order of their numbers."""
    lines = enumerate(THIRTY.read_text().splitlines(), start=1)
    numbered = [
        (int(found[1]), line) for line, text in lines if (found := re.search(r"# ([ \d]\d) ", text))
    ]
    assert [number for number, _ in numbered] == list(range(1, 31))
    return [line for _, line in numbered]


def test_thirty_mistakes_get_thirty_messages_each_on_its_line(desk: Desk) -> None:
    result = desk.payees("check", str(THIRTY))
    *messages, summary = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (1, "")
    assert [int(message.split(":")[1]) for message in messages] == planted()
    assert summary == f"30 mistakes in {THIRTY}."


def test_each_message_names_its_payee_and_says_what_to_do(desk: Desk) -> None:
    remedy = re.compile(
        "write|choose|remove|keep|add|swap|did you mean|tell the two apart|quotes|must|such as|"
        "has no decimals"
    )
    document = json.loads(desk.payees("check", str(THIRTY), "--format", "json").stdout)
    for mistake in document:
        assert remedy.search(mistake["message"]), mistake
        assert (mistake["payee"] is None) == (mistake["line"] < 11)
        assert mistake["payee"] is None or mistake["payee"] in mistake["message"]
    assert [mistake["line"] for mistake in document] == planted()
    assert document[-1] == {
        "file": str(THIRTY),
        "line": 69,
        "column": 9,
        "payee": "-rani",
        "message": "payee “-rani”: id: must be 1 to 64 characters of a-z, 0-9 and inner hyphens, "
        "such as town-bakery",
    }


def test_github_gets_an_annotation_for_each(desk: Desk) -> None:
    name = "a,b:c.yaml"
    Path(name).write_text(SITE + 'payees:\n  - {id: a, name: "100%\\n"}\n  - {id: b%, name: B}\n')
    result = desk.payees("check", name, "--format", "github")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first == (
        "::error file=a%2Cb%3Ac.yaml,line=7,col=19,title=payees check::"
        "payee “a”: name: must be one line; write it behind the colon, without | or >"
    )
    assert "payee “b%25”: id: must be" in second
    assert result.stderr == "2 mistakes in a,b:c.yaml.\n"


def test_all_is_well_in_every_form(desk: Desk) -> None:
    said = "payees.yaml: 2 payees, no mistakes.\n"
    for form, stdout in (("text", ""), ("json", "[]\n"), ("github", "")):
        result = desk.payees("check", "--format", form)
        assert (result.exit_code, result.stdout, result.stderr) == (0, stdout, said)


def test_check_names_every_mistake_on_a_line_of_its_own(desk: Desk) -> None:
    (desk.folder / "other.yaml").write_text(BROKEN)
    result = desk.payees("check", "other.yaml")
    *mistakes, summary = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (1, "")
    assert [mistake.split(": ")[0] for mistake in mistakes] == [
        "other.yaml:7:10",
        "other.yaml:8:17",
    ]
    assert summary == "2 mistakes in other.yaml."


def test_several_rosters_are_checked_at_once(desk: Desk) -> None:
    (desk.folder / "other.yaml").write_text(BROKEN)
    result = desk.payees("check", "payees.yaml", "other.yaml", "--format", "json")
    assert result.exit_code == 1
    assert {mistake["file"] for mistake in json.loads(result.stdout)} == {"other.yaml"}
    assert "payees.yaml: 2 payees, no mistakes." in result.stderr


def test_a_missing_roster_is_a_mistake(desk: Desk) -> None:
    result = desk.payees("check", "none.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith("none.yaml:1:1: cannot be read (No such file or directory)")


def test_a_hook_needs_only_what_the_extra_names() -> None:
    """pre-commit and CI install `payee-pages[check]`: click and PyYAML."""
    code = (
        "import sys, cli.main, cli.commands.roster.check, cli.commands.roster.schema\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(names - sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {"cli", "payments", "rails", "roster"}
    loaded = {name for name in done.stdout.split() if not name.startswith("_")} - ours
    assert loaded <= {"click", "yaml", "cython_runtime"}  # PyYAML is written in Cython


def test_a_command_that_needs_more_says_where_it_is_found() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None; import cli.main\n"
        "cli.main.main(['payments', '--stack', 'x'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("`payees payments` needs boto3, which is not installed here: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(desk: Desk, command: str) -> None:
    shown = desk.payees(command, "-h")
    assert shown.exit_code == 0
    assert f"\n  payees {command}" in shown.stdout
    assert main.commands == {}
    assert f"  {command} " in desk.payees("-h").stdout
    loaded = main.get_command(click.Context(main), command)
    assert loaded
    assert loaded.name == command


def test_a_command_that_does_not_exist_is_wrong_usage(desk: Desk) -> None:
    assert desk.payees("pulbish").exit_code == 2


def test_the_hook_and_the_workflow_install_what_a_check_needs_and_no_more() -> None:
    root = Path(__file__).parent.parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    [hook] = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "payees check"
    needed = [one for one in project["dependencies"] if one.startswith(("click", "pyyaml"))]
    assert hook["additional_dependencies"] == ["--no-deps", *needed]
    assert re.search(hook["files"], "payees.yaml")
    workflow = yaml.safe_load((root / "cli/new_market/check-roster.yml").read_text())
    runs = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert runs == [
        'pip install --no-deps "payee-pages @ $PAYEE_PAGES" '
        + " ".join(f'"{one}"' for one in needed),
        "payees check --format github",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_a_script_for_completing(desk: Desk, shell: str) -> None:
    result = desk.payees("completion", shell)
    assert result.exit_code == 0
    assert "_PAYEES_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("payees verify-q", "verify-qr"),
        ("payees payments ma", "mahantesh"),
        ("payees close s", "shilpa"),
        ("payees qr --ter", "--terminal"),
    ],
)
def test_tab_completes_commands_options_and_payees(
    desk: Desk, words: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_PAYEES_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    done = subprocess.run(
        [Path(sys.executable).parent / "payees"], capture_output=True, text=True, check=False
    )
    assert done.stdout == f"plain,{expected}\n"
