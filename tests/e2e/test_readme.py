"""Every command that the README tells people to type is typed."""

import os
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

from testkit.demo_process import ROOT, Demo

pytestmark = pytest.mark.emulator

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(sh|console)\n(.*?)```", README, flags=re.DOTALL)
LINES = [
    line.removeprefix("$ ").partition("  #")[0].partition(" #")[0].strip()
    for kind, block in BLOCKS
    for line in block.splitlines()
    if kind == "sh" or line.startswith("$ ")
]
TO_RUN = [line for line in LINES if line.startswith(".venv/bin/payees ")]
FROM_THE_PACKAGE = [line for line in LINES if line.startswith(("uv ", "payees "))]
"""Typed in tests/package."""


def environment(demo: Demo) -> dict[str, str]:
    return {**os.environ, "PAYEES_STATE_DIR": str(demo.state_dir)}


def test_nothing_is_left_untyped() -> None:
    assert len(TO_RUN) >= 5
    assert set(LINES) - {*TO_RUN, *FROM_THE_PACKAGE} == {"make demo", "make test"}


@pytest.mark.parametrize("line", [line for line in TO_RUN if not line.endswith("preview")])
def test_a_command_does_what_it_is_there_for(demo: Demo, line: str, tmp_path: Path) -> None:
    # A build folder of its own, for that of somebody at work here is theirs.
    extra = ["--out", str(tmp_path / "site")] if "publish" in line else []
    done = subprocess.run(
        [*shlex.split(line), *extra],
        cwd=ROOT,
        env=environment(demo),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_the_preview_is_served_until_it_is_stopped(demo: Demo) -> None:
    [line] = [line for line in TO_RUN if line.endswith("preview")]
    process = subprocess.Popen(
        [*shlex.split(line), "--port", "0"],
        cwd=ROOT,
        env=environment(demo),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    deadline = time.monotonic() + 30
    while "http://127.0.0.1:" not in (said := process.stdout.readline()):
        assert said, "it ended without serving"
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.mark.parametrize(("target", "program"), [("demo", "payees demo"), ("test", "pytest")])
def test_make_starts_what_the_readme_promises(target: str, program: str) -> None:
    plan = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert program in plan.stdout.replace(".venv/bin/", "")
