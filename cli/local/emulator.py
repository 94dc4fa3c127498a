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
from types import FrameType

import click

from cli.failure import Failure
from cli.local.emulator_program import find_emulator

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_GUARDED = {"AUTH": "true", "CLOUDTRAIL_RECORDING": "1"}
_PROGRAM_NAME = "/bin/ministack"  # a former demo may have run another copy
_START_SECONDS = 20
_PATIENCE_SECONDS = 3  # after which people are told what takes so long


@contextmanager
def running_emulator(
    state_dir: Path,
    port: int,
    *,
    check_rights: bool = False,
    keeps_tables: bool = False,
    packages: Path | None = None,
    died: Callable[[], object] | None = None,
) -> Iterator[str]:
    """Start ministack on loopback, keeping its data in `state_dir`; yields its URL.

    With `check_rights` it lets nobody do what their policies don't allow, and records who called
    what, as CloudTrail does. It may import what is in `packages`, too: with DuckDB its Athena
    answers. `died` is called, on another thread, if it ends before we stop it.

    It gets a session of its own, so that a Ctrl-C in the terminal reaches only us and we stop
    it in order: it saves its tables when it is asked to end, which takes as long as it takes.
    Raises Failure, also in the end if it had tables, as it did last time or as `keeps_tables`
    says, and did not save them.
    """
    program = find_emulator()
    state_dir.mkdir(parents=True, exist_ok=True)
    pid_file = state_dir / "emulator.pid"
    _stop_left_over(state_dir, pid_file)
    log_path = state_dir / "emulator.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [program],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(state_dir, port)
            | (_GUARDED if check_rights else {})
            | ({"PYTHONPATH": str(packages)} if packages else {}),
            start_new_session=True,
        )
    stopping = threading.Event()
    tables, is_ready = _tables_file(state_dir), False
    if died:
        threading.Thread(target=_watch, args=(process, stopping, died), daemon=True).start()
    try:
        pid_file.write_text(str(process.pid))
        _wait_until_healthy(process, port, log_path, has_data=tables.exists())
        is_ready = True
        yield f"http://127.0.0.1:{port}"
    finally:
        stopping.set()
        may_lose = is_ready and process.poll() is None
        before = _version(tables)
        _stop(process)
        pid_file.unlink(missing_ok=True)
        must_save = keeps_tables or before or process.returncode < 0
        if may_lose and must_save and _version(tables) == before:
            raise Failure(
                "The AWS emulator ended before it had saved its tables: what was recorded since "
                f"the last orderly stop is lost ({log_path} may say why)."
            )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, and wait until it has; people may end that, and know what it costs."""
    process.terminate()
    with _on_interrupts(process):
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            _say("Saving what was recorded, which takes a while when it is much …")
            process.wait()


@contextmanager
def _on_interrupts(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """The first Ctrl-C tells what a second one loses."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    is_told = False

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_told
        if is_told:
            process.kill()
        else:
            is_told = True
            _say(
                "Still saving. Another Ctrl-C stops it at once, and loses everything that was "
                "recorded since the last orderly stop."
            )

    former = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def _tables_file(state_dir: Path) -> Path:
    return state_dir / "tables/dynamodb.json"


def _version(file: Path) -> tuple[int, int] | None:
    """Another one whenever the file was replaced; None while there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _say(text: str) -> None:
    click.echo(text, err=True)


def _watch(
    process: "subprocess.Popen[bytes]", stopping: threading.Event, died: Callable[[], object]
) -> None:
    process.wait()
    if not stopping.is_set():
        died()


def _environment(state_dir: Path, port: int) -> dict[str, str]:
    names = ("PATH", "HOME", "LANG", "SMTP_HOST")  # the last is where mail is relayed to
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state_dir.absolute() / "tables"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state_dir.absolute() / "objects"),
    }


def _wait_until_healthy(
    process: subprocess.Popen[bytes], port: int, log_path: Path, *, has_data: bool
) -> None:
    """As long as it takes where there is data to load: to give up would lose it."""
    started, is_told = time.monotonic(), False
    while (waited := time.monotonic() - started) < _START_SECONDS or has_data:
        if waited > _PATIENCE_SECONDS and has_data and not is_told:
            is_told = True
            _say("Loading what was recorded, which takes a while when it is much …")
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


def _stop_left_over(state_dir: Path, pid_file: Path) -> None:
    """Stop the emulator of a demo that was killed before it could do so itself."""
    try:
        pid = int(pid_file.read_text())
    except (OSError, ValueError):
        return
    if not _is_emulator(pid):
        return
    before = _version(_tables_file(state_dir))
    _say("An earlier demo was killed: waiting until its emulator has saved what was recorded …")
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    while _is_emulator(pid):
        time.sleep(0.2)
    if _version(_tables_file(state_dir)) == before:
        _say("It ended without saving: what was recorded in that demo is lost.")


def _is_emulator(pid: int) -> bool:
    try:
        command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # a slim container has no ps, but is Linux
        with suppress(OSError):
            return _PROGRAM_NAME.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False
    return _PROGRAM_NAME in listing
