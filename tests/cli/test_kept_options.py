"""What Tab offers of a command that was not loaded: what the command itself would."""

import json
from pathlib import Path

import click
import pytest

from cli.completing.kept_options import kept_command
from cli.main import COMMANDS, main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/payee-pages/options"


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found
    return found


def not_loaded() -> click.Command:
    raise AssertionError("the command was loaded")


def offered(found: click.Command) -> list[object]:
    """All that can be completed: each option, and what may be its value or an argument's."""
    context = click.Context(found, parent=click.Context(main, **main.context_settings))
    return [
        [(item.value, item.type, item.help) for item in found.shell_complete(context, "--")],
        *[
            (param.name, param.opts, param.nargs, param.multiple, type(param).__name__,
             getattr(param, "is_flag", None), getattr(param, "count", None),
             [(item.value, item.type) for item in param.shell_complete(context, "")])
            for param in found.params
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_kept_of_a_command_completes_as_it_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "payees.yaml").write_text(
        'site: {title: A, url: "https://a.example/", currency: INR, limits: {min: "1", max: "9"}}\n'
        "payees: [{id: mahantesh, name: Mahantesh}]\n"
    )
    itself = command(name)
    assert offered(kept_command(name, lambda: itself)) == offered(itself)
    assert offered(kept_command(name, not_loaded)) == offered(itself)


def test_a_command_is_asked_anew_when_a_module_of_it_changed(folder: Path) -> None:
    kept_command("check", lambda: command("check"))
    file = folder / "check.json"
    kept = json.loads(file.read_text())
    module = next(one for one in kept["modules"] if one.endswith("cli/commands/roster/check.py"))
    kept["modules"][module][1] += 1
    file.write_text(json.dumps(kept))
    with pytest.raises(AssertionError, match="was loaded"):
        kept_command("check", not_loaded)


@pytest.mark.parametrize("kept", [b"", b"[]", b"{}", b'{"python": 1, "modules": []}', b"\xff"])
def test_what_cannot_be_read_is_asked_anew(folder: Path, kept: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "check.json").write_bytes(kept)
    assert offered(kept_command("check", lambda: command("check")))[1:]


def test_without_a_place_to_keep_them_options_are_completed(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file, no folder")
    assert offered(kept_command("check", lambda: command("check")))[1:]
