"""What is in a Lambda zip, and what each package of it costs at a cold start."""

import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cli.failure import Failure
from infra.trial import run_alone

_TIMING = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


@dataclass(frozen=True, slots=True)
class PackageCost:
    """A top-level name of the zip, its bytes there, and the milliseconds its own code takes to
    import; `(Python)` is the standard library."""

    name: str
    zipped_bytes: int
    import_ms: float


def report_zip(archive: Path, health_path: str) -> list[PackageCost]:
    """The largest first. Raises Failure if the handler does not start."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            sizes[_package(entry.filename.split("/", 1)[0])] += entry.compress_size
    times: Counter[str] = Counter()
    for module, microseconds in _import_times(archive, health_path):
        top = _package(module.split(".", 1)[0])
        times[top if top in sizes else "(Python)"] += microseconds
    return sorted(
        (PackageCost(name, sizes[name], times[name] / 1000) for name in {*sizes, *times}),
        key=lambda cost: (cost.zipped_bytes, cost.import_ms),
        reverse=True,
    )


def _package(top_level: str) -> str:
    return top_level.removesuffix(".pyc").removesuffix(".py")


def _import_times(archive: Path, health_path: str) -> list[tuple[str, int]]:
    """Each module imported on the way to the first answer, and its own microseconds."""
    environment = {"INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true"}
    flags = ("-X", "importtime")
    trial = run_alone("try_handler.py", archive, health_path, environment, flags)
    if trial.returncode:
        raise Failure(f"The Lambda of {archive.name} does not start:\n{trial.stderr[-2000:]}")
    return [(found[2], int(found[1])) for found in _TIMING.finditer(trial.stderr)]
