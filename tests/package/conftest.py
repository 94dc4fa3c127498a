"""The wheel, made once, and installed where nothing of this repository can be seen."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from testkit.demo_process import ROOT

UV = ROOT / ".tools/uv/bin/uv"


@dataclass(frozen=True)
class Installed:
    """An environment with the `payees` command, and a folder to type it in."""

    venv: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def payees_program(self) -> Path:
        return self.venv / "bin/payees"

    def payees(self, *arguments: str | Path, code: int = 0) -> "subprocess.CompletedProcess[str]":
        return self.run(self.payees_program, *arguments, code=code)

    def run(self, *command: str | Path, code: int = 0) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stderr
        return done

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[str]:
        """`payees …`, which serves at the URL that this yields, and is stopped by Ctrl-C."""
        with subprocess.Popen(
            [self.payees_program, *arguments, "--port", "0"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            try:
                urls = (re.search(r": (http://[^ ]+/)", line) for line in process.stdout)
                found = next(filter(None, urls), None)
                assert found, "it ended without serving: stderr says why"
                yield found[1]
            finally:
                process.send_signal(2)
            assert process.wait(30) == 0


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(["make", "--silent", "wheel", f"WHEEL_DIR={folder}"], cwd=ROOT, check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


def install(folder: Path, *packages: str | Path) -> Installed:
    """The packages in a new environment in `folder`, and an empty folder beside it."""
    venv, empty = folder / "venv", folder / "empty folder"
    empty.mkdir()
    python = ROOT / ".venv/bin/python"
    subprocess.run([UV, "venv", "--quiet", "--python", python, venv], check=True)
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--python", venv / "bin/python", *packages],
        cwd=empty,
        check=True,
    )
    uv_cache = subprocess.run([UV, "cache", "dir"], capture_output=True, text=True, check=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "AWS_", "PAYEES_", "UV"))
    }
    return Installed(
        venv,
        empty,
        kept
        | {
            "PATH": f"{UV.parent}:/usr/bin:/bin",
            "UV_CACHE_DIR": uv_cache.stdout.strip(),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "LANG": "C.UTF-8",
        },
    )


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with all that it depends on."""
    return install(tmp_path_factory.mktemp("installed"), wheel)
