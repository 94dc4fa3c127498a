"""AWS's own runtime client running a zip, fed by a small Runtime API on this machine.

It has its own venv, which holds nothing else: what the zip lacks is not found elsewhere.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

from cli.local.emulator import CREDENTIALS
from testkit.demo_process import ROOT

RUNTIME_PYTHON = ROOT / ".tools/awslambdaric/bin/python"
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
_PATIENCE_SECONDS = 30
_INVOCATION = "/2018-06-01/runtime/invocation"


class LambdaDied(Exception):
    """The runtime reported an error, or ended; `str()` is what it said."""


class _RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, seconds: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seconds = seconds
        self.events: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self.ready = threading.Event()

    def handle_error(self, *_: object) -> None:
        """The runtime was ended while it waited for an event: nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer goes out at once, not its headers first
    disable_nagle_algorithm = True
    server: _RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{_INVOCATION}/next"
        self.server.ready.set()
        self._answer(
            200,
            self.server.events.get(),
            {
                "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self.server.seconds) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:1:function:f",
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
                "Content-Type": "application/json",
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(202, b"{}", {})
        self.server.answers.put((self.path, body))
        self.server.ready.set()

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Lambda:
    """A started Lambda: `invoke` it; `output` is what CloudWatch would keep."""

    api: _RuntimeApi
    process: "subprocess.Popen[bytes]"
    output_file: IO[str]
    init_seconds: float = 0
    init_processor_seconds: float = 0  # which other work on the machine disturbs least
    _read: int = field(default=0)

    def invoke(self, event: object) -> Any:
        self.api.events.put(json.dumps(event).encode())
        return self._next_answer()

    def _next_answer(self) -> Any:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.api.answers.empty():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise LambdaDied(self.output())
            time.sleep(0.001)
        path, body = self.api.answers.get()
        if not path.endswith("/response"):
            raise LambdaDied(body.decode() + self.output())
        return json.loads(body)

    def output(self) -> str:
        """What was printed since this was last called."""
        self.output_file.seek(self._read)
        text = self.output_file.read()
        self._read = self.output_file.tell()
        return text


ENTRY = "backend.lambda_entry.lambda_handler"  # as in zappa_settings.json


@contextmanager
def running_lambda(archive: Path, environment: Mapping[str, str]) -> Iterator[Lambda]:
    """Unpack `archive` and start it; it has then imported everything. Raises LambdaDied."""
    with tempfile.TemporaryDirectory() as task_root:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(task_root)
        with running_folder(Path(task_root), environment) as running:
            yield running


@contextmanager
def running_folder(
    task_root: Path, environment: Mapping[str, str], handler: str = ENTRY, seconds: int = 12
) -> Iterator[Lambda]:
    """The same with what is unpacked already. It is told that it has these seconds for a call."""
    with tempfile.TemporaryFile("w+") as output, _RuntimeApi(seconds) as api:
        threading.Thread(target=api.serve_forever, daemon=True).start()
        started = time.perf_counter()
        with subprocess.Popen(
            [RUNTIME_PYTHON, "-m", "awslambdaric", handler],
            cwd=task_root,
            env={**_environment(task_root, api.server_port), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process:
            try:
                while not api.ready.wait(0.001) and process.poll() is None:
                    pass
                taken = time.perf_counter() - started
                # Linux's clock of another process: clock_getcpuclockid(3), which Python lacks
                processor_seconds = time.clock_gettime((~process.pid << 3) | 2)
                running = Lambda(api, process, output, taken, processor_seconds)
                if process.poll() is not None or not api.answers.empty():
                    running._next_answer()  # why it did not start
                yield running
            finally:
                process.kill()
                process.wait()
                api.shutdown()


def _environment(task_root: Path, port: int) -> dict[str, str]:
    return CREDENTIALS | {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_REGION": CREDENTIALS["AWS_DEFAULT_REGION"],
        "LAMBDA_TASK_ROOT": str(task_root),
        "PYTHONDONTWRITEBYTECODE": "1",  # as where nothing can be written
        "AWS_LAMBDA_FUNCTION_NAME": "payee-pages-local",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python",
    }
