"""What the lock has for one of the smaller Lambdas, installed beside nothing else."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent.parent
_UV = ROOT / ".tools/uv/bin/uv"


def install_libraries(folder: Path, group: str, python: Path) -> None:
    """Of a group of the lock all that it names, held to its hashes, for the Lambda's own Python.

    Raises CalledProcessError.
    """
    with TemporaryDirectory(prefix=f"{group}-lock-") as scratch:
        wanted = Path(scratch, "requirements.txt")
        run(_UV, "export", "--quiet", "--locked", "--only-group", group, "-o", wanted)
        run(
            *(_UV, "pip", "install", "--quiet", "--require-hashes", "--python", python),
            *("--target", folder, "-r", wanted),
        )


def run(*command: str | Path) -> None:
    """In the repository, in silence. Raises CalledProcessError."""
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
