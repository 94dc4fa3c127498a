"""What telling costs: the zip of the notices' Lambda weighed, its start timed, a million notices
priced.

Usage: python -m tools.notices_cost
"""

import statistics
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.notices.packing import make_notices_zip
from infra.trial import LAMBDA_PYTHON
from tools.figures import table
from tools.pricing import a_month, load_prices

MEMORY_MB = 512
_STARTS = 5
_MILLION = 1_000_000
_START = """
import os, sys, time
began = time.perf_counter()
sys.path.insert(0, sys.argv[1])
names = ("LEDGER_TABLE", "REGISTRY_TABLE", "NOTICES_TABLE", "QUEUE_URL", "SECRETS_PATH")
os.environ.update(dict.fromkeys(names, "x"))
import notices.entry
notices.entry._office()
print(time.perf_counter() - began)
"""
_NOBODY = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
}


@dataclass(frozen=True, slots=True)
class Receiver:
    """How long one takes to answer, and how many notices a Lambda is handed at once for it."""

    name: str
    seconds: float
    at_once: int


RECEIVERS = (
    Receiver("answers in 0.1 s, ten at once", 0.1, 10),
    Receiver("answers in 0.3 s, one by one", 0.3, 1),
    Receiver("answers in 2 s, one by one", 2.0, 1),
)
_OWN_SECONDS = 0.03  # of a notice: a query, a read of the registry, a signature


def usage(receiver: Receiver) -> dict[str, float]:
    """What a million notices take. A row of the stream costs its Lambda nothing to read; SQS
    charges to send, to hand out and to delete, ten at a time where there are ten."""
    seconds = receiver.seconds + _OWN_SECONDS
    calls = _MILLION / receiver.at_once
    return {
        "lambda_invocation": calls + _MILLION / receiver.at_once,
        "lambda_gb_second_arm": _MILLION * (seconds + 0.005) * MEMORY_MB / 1024,
        "sqs_fifo_request": 3 * _MILLION / receiver.at_once,
        "dynamodb_read_unit": 2 * _MILLION,
    }


def measure_start(archive: Path) -> float:
    """Seconds from nothing to a Lambda that can tell, in the Lambda's Python and nothing else."""
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        command = [str(LAMBDA_PYTHON), "-I", "-S", "-B", "-c", _START, folder]
        runs = [
            subprocess.run(command, env=_NOBODY, check=True, capture_output=True, text=True)
            for _ in range(_STARTS)
        ]
    return statistics.median(float(run.stdout) for run in runs)


def main() -> None:
    with TemporaryDirectory() as folder:
        archive = Path(folder, "notices.zip")
        make_notices_zip(archive, LAMBDA_PYTHON)
        size, start = archive.stat().st_size / 1e6, measure_start(archive)
    print(f"The notices' zip has {size:.1f} MB, and starts in {start:.2f} s here.")
    rows = [["a receiver that", "$ per million notices"]]
    prices = load_prices()
    rows += [[one.name, f"{a_month(usage(one), prices):.2f}"] for one in RECEIVERS]
    print(table(rows))


if __name__ == "__main__":
    main()
