"""Zappa packing a Lambda, for the benches."""

import os
import subprocess
import sys
from pathlib import Path

from cli.local.emulator import CREDENTIALS
from infra.deployment import ZAPPA
from testkit.demo_process import ROOT
from testkit.lambda_events import STAGE


def package(archive: Path, *arguments: str | Path, project: Path = ROOT) -> Path:
    """Write the stage's zip of `project` to `archive`; `arguments` are Zappa's, further ones."""
    subprocess.run(
        [ZAPPA, "package", STAGE, "--output", archive, *arguments],
        cwd=project,
        env={**os.environ, **CREDENTIALS, "VIRTUAL_ENV": str(ZAPPA.parents[1])},
        stdout=sys.stderr,
        check=True,
    )
    return archive
