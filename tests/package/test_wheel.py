"""What the wheel carries, what builds it, and what it says where its dependencies are missing."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from cli.main import COMMANDS
from testkit.demo_process import ROOT
from tests.package.conftest import UV, Installed, install

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_it_carries_its_packages_whole_and_nothing_else(wheel: Path) -> None:
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *PACKAGES]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    sources = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    carried = {name for name in names if ".dist-info/" not in name}
    assert carried == sources
    assert {name.partition("/")[0] for name in carried}.isdisjoint(
        {"tests", "testkit", "tools", "infra", "docs"}
    )
    assert {"templates/payee.html", "templates/catalogs/hi.po", "templates/js/payee.js"} < carried
    assert {"templates/report.html", "cli/local/ministack.txt"} < carried


def test_it_says_nothing_of_the_machine_that_built_it(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert str(ROOT).encode() not in content, name
            assert not re.search(rb"/(home|Users)/[a-z]", content), name


@pytest.mark.parametrize("change", ["another hash", "one left out"])
def test_only_the_build_backend_that_is_pinned_builds_it(tmp_path: Path, change: str) -> None:
    pinned = (ROOT / "tools/build-backend.txt").read_text()
    if change == "another hash":
        changed = re.sub(r"sha256:.{8}", "sha256:00000000", pinned)
    else:
        changed = re.sub(r"pluggy==(.*\\\n)*.*\n", "", pinned)
    assert changed != pinned
    (tmp_path / "pinned.txt").write_text(changed)
    options: list[str | Path] = ["--build-constraints", tmp_path / "pinned.txt", "--require-hashes"]
    build = subprocess.run(
        [UV, "build", "--wheel", *options, "--out-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode
    assert "hash" in build.stderr.lower()
    assert not list(tmp_path.glob("*.whl"))


@pytest.fixture(scope="module")
def light(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel as the hook for pre-commit installs it."""
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    folder = tmp_path_factory.mktemp("light")
    return install(folder, wheel, *hook["additional_dependencies"])


def test_a_check_needs_next_to_nothing(light: Installed) -> None:
    packages = {path.name for path in (light.venv / "lib").glob("*/site-packages/*.dist-info")}
    assert {name.partition("-")[0] for name in packages} == {"click", "pyyaml", "payee_pages"}
    light.payees("init", "light")
    said = light.payees("check", "light/payees.yaml").stderr
    assert said == "light/payees.yaml: 3 payees, no mistakes.\n"


@pytest.mark.parametrize("arguments", [["--version"], ["-h"], *([name, "-h"] for name in COMMANDS)])
def test_a_missing_part_is_a_command_to_get_it(light: Installed, arguments: list[str]) -> None:
    done = subprocess.run(
        [light.payees_program, *arguments],
        cwd=light.folder,
        env=light.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        assert done.returncode == 1
        assert done.stdout == ""
        sentence, command = done.stderr.splitlines()
        assert sentence.startswith(f"`payees {arguments[0]}` needs ")
        assert command.startswith("uv pip install --python ")
    else:
        assert done.stdout
        assert done.stderr == ""


def test_pre_commit_installs_and_runs_the_hook(tmp_path: Path) -> None:
    roster = tmp_path / "payees.yaml"
    roster.write_text((ROOT / "payees.yaml").read_text().replace("id: shilpa", "id: Shilpa"))
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    subprocess.run(["git", "add", "payees.yaml"], cwd=tmp_path, check=True)
    command = [
        str(ROOT / ".venv/bin/pre-commit"),
        "try-repo",
        str(ROOT),
        "payees-check",
        "--all-files",
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    line = roster.read_text().partition("Shilpa")[0].count("\n") + 1
    assert done.returncode == 1
    assert f"payees.yaml:{line}:" in done.stdout
    assert "1 mistake in payees.yaml.\n" in done.stdout


def test_that_command_gets_it(light: Installed) -> None:
    command = light.payees("build", code=1).stderr.splitlines()[-1]
    light.run(*shlex.split(command))
    light.payees("build", "--roster", ROOT / "payees.yaml")
