"""The zip of the notices' Lambda: our code that it needs, and of its libraries what they read.

Run by the Lambda's own Python, since bytecode is of a version: `python -m infra.notices.packing
LIBRARIES ARCHIVE`, where LIBRARIES is a folder with the libraries installed, which is used up.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.beside.locked_libraries import install_libraries, run
from infra.fast_start.undated_bytecode import compile_undated
from infra.lambda_zip import pack

ROOT = Path(__file__).parent.parent.parent
GROUP = "notices"  # of the lock
MAX_BYTES = 8_000_000
OURS = {"notices", "payments", "backend"}
_OF_BACKEND = {"__init__", "dynamo_ledger", "dynamo_registry", "dynamodb", "table"}
_SERVICES = {"dynamodb", "sqs", "ssm", "ses"}
_LISTS_ITSELF = "apprise"  # it finds its services by the names of their sources


def make_notices_zip(archive: Path, python: Path) -> None:
    """Write the zip for the Lambda, by its own Python. Raises CalledProcessError."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="notices-zip-") as scratch:
        libraries = Path(scratch, "libraries")
        install_libraries(libraries, GROUP, python)
        run(python, "-m", "infra.notices.packing", libraries, archive)


def main(libraries: Path, archive: Path) -> None:
    for path in sorted(libraries.rglob("*"), reverse=True):
        if path.is_file() and not _is_needed(path.relative_to(libraries)):
            path.unlink()
    for package in OURS:
        for source in (ROOT / package).glob("*.py"):
            if package != "backend" or source.stem in _OF_BACKEND:
                target = libraries / package / source.name
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)
    compile_undated(libraries, keep_sources=OURS | {_LISTS_ITSELF})
    pack(libraries, archive)


def _is_needed(path: Path) -> bool:
    """Compiled extensions are left out: all of these libraries do without, and one zip runs on
    both architectures."""
    parts = path.parts
    if parts[:2] == ("botocore", "data"):
        return len(parts) == 3 or parts[2] in _SERVICES
    if parts[0] == "boto3" and "data" in parts:
        return False
    if parts[:2] == ("tzdata", "zoneinfo") and path.suffix == "":
        return True  # Lambda's machines are not known to have it
    if parts[0] == "bin" or parts[0].endswith(".dist-info") or "cli.py" in parts:
        return False
    return path.suffix == ".py" or path.name == "cacert.pem"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
