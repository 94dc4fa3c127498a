"""The zip of intake's Lambda: a few files of ours, and boto3 with what it reads for one table.

Run by the Lambda's own Python, since bytecode is of a version: `python -m infra.intake.packing
LIBRARIES ARCHIVE`, where LIBRARIES is a folder with the libraries installed, which is used up.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.beside.locked_libraries import install_libraries, run
from infra.fast_start.undated_bytecode import compile_undated
from infra.lambda_zip import BOTO, pack

ROOT = Path(__file__).parent.parent.parent
GROUP = "runtime"  # of the lock
MAX_BYTES = 3_000_000
OURS = {"intake", "payments"}
_LIBRARIES = BOTO | {"s3transfer"}  # which boto3 loads at once


def make_intake_zip(archive: Path, python: Path) -> None:
    """Write the zip for the Lambda, by its own Python. Raises CalledProcessError."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="intake-zip-") as scratch:
        libraries = Path(scratch, "libraries")
        install_libraries(libraries, GROUP, python)
        run(python, "-m", "infra.intake.packing", libraries, archive)


def main(libraries: Path, archive: Path) -> None:
    for path in sorted(libraries.rglob("*"), reverse=True):
        if path.is_file() and not _is_needed(path.relative_to(libraries)):
            path.unlink()
    for package in OURS:
        shutil.copytree(
            ROOT / package, libraries / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    compile_undated(libraries, keep_sources=OURS)
    pack(libraries, archive)


def _is_needed(path: Path) -> bool:
    """Compiled extensions are left out: one zip runs on both architectures."""
    if path.parts[0] not in _LIBRARIES:
        return False
    if path.parts[:2] == ("botocore", "data"):
        return len(path.parts) == 3 or path.parts[2] == "dynamodb"
    return path.suffix == ".py" or path.name == "cacert.pem"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
