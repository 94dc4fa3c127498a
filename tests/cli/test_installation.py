"""What an installation knows of itself."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import installation
from tests.cli.desk import Desk

REQUIREMENTS = ["flask>=3.1", "click>=8.5", 'duckdb>=1.4; extra == "copy"']
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def installed_from(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], None]:
    def install(origin: str | None) -> None:
        record = SimpleNamespace(read_text=lambda _name: origin)
        monkeypatch.setattr(installation, "distribution", lambda _name: record)

    return install


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        (
            f'{{"url": "https://example.org/a.git", "vcs_info": {{"commit_id": "{COMMIT}"}}}}',
            f"git+https://example.org/a.git@{COMMIT}",
        ),
        (f'{{"url": "https://me:secret@e.org/a", "vcs_info": {{"commit_id": "{COMMIT}"}}}}', None),
        (f'{{"url": "file:///home/me/a", "vcs_info": {{"commit_id": "{COMMIT}"}}}}', None),
        ('{"url": "file:///home/me/a", "dir_info": {"editable": true}}', None),
        ("no JSON", None),
        (None, None),
    ],
)
def test_where_it_came_from_is_told_only_if_others_can_get_it_there(
    installed_from: Callable[[str | None], None], origin: str | None, address: str | None
) -> None:
    installed_from(origin)
    assert installation.repository_address() == address


@pytest.mark.parametrize(
    ("place", "path", "by_uvx", "command"),
    [
        ("tools/payees", "tools", False, "payees"),
        ("tools/payees", "tools", True, "{folder}/tools/payees"),
        ("tools/payees", "nowhere", False, "{folder}/tools/payees"),
        ("tools/payees", "other", False, "{folder}/tools/payees"),
        ("market/.venv/bin/payees", "nowhere", False, ".venv/bin/payees"),
        ("market/my venv/payees", "nowhere", False, "'my venv/payees'"),
    ],
)
def test_the_command_to_type_in_another_terminal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    path: str,
    command: str,
    *,
    by_uvx: bool,
) -> None:
    for program in (tmp_path / place, tmp_path / "other/payees"):
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)
    (tmp_path / "market").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "market")
    monkeypatch.setattr("sys.argv", [str(tmp_path / place)])
    monkeypatch.setenv("PATH", str(tmp_path / path))
    monkeypatch.delenv("UV", raising=False)
    if by_uvx:
        monkeypatch.setenv("UV", "/usr/bin/uv")
    assert installation.own_command() == command.format(folder=tmp_path)


def test_a_command_without_its_parts_names_them_and_how_to_get_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    def refuse(_module: str) -> None:
        raise ModuleNotFoundError(name="flask")

    monkeypatch.setattr("cli.main.import_module", refuse)
    monkeypatch.setattr(installation, "find_spec", lambda _name: object())
    monkeypatch.setattr(installation, "requires", lambda _name: REQUIREMENTS)
    monkeypatch.setattr(installation, "version", missing)
    monkeypatch.setattr("sys.executable", "/my env/python")
    assert desk.payees("preview").stderr == (
        "`payees preview` needs flask, which is not installed here: "
        "get it and all else that is missing with\n"
        "'/my env/python' -m pip install 'flask>=3.1' 'click>=8.5'\n"
    )
    monkeypatch.setattr(installation, "requires", lambda _name: [])
    assert desk.payees("preview").stderr == (
        "`payees preview` needs flask, which is not installed here: "
        "install Payee Pages again, on Linux or macOS.\n"
    )
    assert desk.payees("--version").stdout.startswith("payees, version unknown: ")
