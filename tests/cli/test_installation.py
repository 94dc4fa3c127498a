"""What an installation knows of itself."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from cli import installation
from tests.cli.desk import Desk

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


def test_a_command_without_its_parts_names_them_and_how_to_get_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    def refuse(_module: str) -> None:
        raise ModuleNotFoundError(name="flask")

    monkeypatch.setattr("cli.main.import_module", refuse)
    monkeypatch.setattr(installation, "find_spec", lambda _name: object())
    monkeypatch.setattr(installation, "requires", lambda _name: ["flask>=3.1", "click>=8.5"])
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
