"""Starting the Lambda of a zip here, in a Python that has nothing but the zip and itself."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

LAMBDA_PYTHON = Path(__file__).parent.parent / ".tools/deploy/bin/python"
"""The one that `make` gives Zappa: of the version that the Lambda has, as its bytecode must be."""
_NOBODY = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
}


def run_alone(
    script: str,
    target: Path,
    health_path: str,
    environment: Mapping[str, str],
    flags: Sequence[str] = (),
    *,
    python: str | Path = LAMBDA_PYTHON,
) -> "subprocess.CompletedProcess[str]":
    """Run one of our scripts that start the Lambda of `target`, a zip or a folder, as Lambda will.

    `flags` are Python's own, further ones.
    """
    return subprocess.run(
        # Isolated and without site-packages: what the zip lacks is not found elsewhere.
        [
            *(python, "-I", "-S", "-B", *flags, str(Path(__file__).parent / script)),
            *(str(target), health_path),
        ],
        env={**_NOBODY, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
