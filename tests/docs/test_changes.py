"""The version has one home: pyproject.toml, which the newest changes and `--version` name."""

import re
import tomllib

from click.testing import CliRunner

from cli.main import main
from testkit.demo_process import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_newest_changes_are_this_versions() -> None:
    headings = re.findall(
        r"^## (\S+) \(\d{4}-\d\d-\d\d\)$", (ROOT / "CHANGELOG.md").read_text(), re.M
    )
    assert headings[0] == VERSION


def test_payees_says_its_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"payees, version {VERSION}\n"
