"""ministack as a child process: AWS's S3 and DynamoDB on this machine, for the demo and tests."""

import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cli.failure import Failure

PROGRAM = Path(__file__).parents[2] / ".tools/ministack/bin/ministack"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_GUARDED = {"AUTH": "true", "CLOUDTRAIL_RECORDING": "1"}
_START_SECONDS = 20
_STOP_SECONDS = 10


@contextmanager
def running_emulator(
    state_dir: Path,
    port: int,
    *,
    check_rights: bool = False,
    died: Callable[[], object] | None = None,
) -> Iterator[str]:
    """Start ministack on loopback, keeping its data in `state_dir`; yields its URL.

    With `check_rights` it lets nobody do what their policies don't allow, and records who called
    what, as CloudTrail does. `died` is called, on
    another thread, if it ends before we stop it.

    It gets a session of its own, so that a Ctrl-C in the terminal reaches only us and we stop
    it in order: it saves its tables when it is asked to end. Raises Failure.
    """
    if not PROGRAM.exists():
        raise Failure("The AWS emulator is not installed: run `make demo` once, it brings it.")
    state_dir.mkdir(parents=True, exist_ok=True)
    pid_file = state_dir / "emulator.pid"
    _stop_left_over(pid_file)
    log_path = state_dir / "emulator.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(state_dir, port) | (_GUARDED if check_rights else {}),
            start_new_session=True,
        )
    stopping = threading.Event()
    if died:
        threading.Thread(target=_watch, args=(process, stopping, died), daemon=True).start()
    try:
        pid_file.write_text(str(process.pid))
        _wait_until_healthy(process, port, log_path)
        yield f"http://127.0.0.1:{port}"
    finally:
        stopping.set()
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        pid_file.unlink(missing_ok=True)


def _watch(
    process: "subprocess.Popen[bytes]", stopping: threading.Event, died: Callable[[], object]
) -> None:
    process.wait()
    if not stopping.is_set():
        died()


def _environment(state_dir: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state_dir.absolute() / "tables"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state_dir.absolute() / "objects"),
    }


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log_path: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", "/_ministack/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise Failure(f"The AWS emulator did not start: {log_path} tells why.")


def _stop_left_over(pid_file: Path) -> None:
    """Stop the emulator of a demo that was killed before it could do so itself."""
    try:
        pid = int(pid_file.read_text())
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_emulator(pid) and time.monotonic() < deadline:
        os.kill(pid, signal.SIGTERM)
        time.sleep(0.2)


def _is_emulator(pid: int) -> bool:
    try:
        command = ["ps", "-o", "command=", "-p", str(pid)]
        listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # a slim container has no ps, but is Linux
        with suppress(OSError):
            return str(PROGRAM).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False
    return str(PROGRAM) in listing
