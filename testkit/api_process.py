"""The API as a process of its own, so that it can be killed.

Usage: python -m testkit.api_process PORT   (the tables and AWS_ENDPOINT_URL are set)
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from werkzeug.serving import make_server

from backend.payee_cache import CachedPayees
from backend.table import ledger_table, registry_table
from cli.local.emulator import CREDENTIALS
from cli.local.serving import free_port
from testkit.demo_process import ROOT

_MEMORY = "PAYEE_MEMORY_SECONDS"


class ApiProcess:
    """`kill` and `start` it as often as you like; it keeps its port."""

    def __init__(self, endpoint_url: str, stage: str, memory_seconds: float = 60) -> None:
        self.port = free_port()
        self._environment = {
            **os.environ,
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": endpoint_url,
            "LEDGER_TABLE": ledger_table(stage),
            "REGISTRY_TABLE": registry_table(stage),
            _MEMORY: str(memory_seconds),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "testkit.api_process", str(self.port)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_healthy(self._process)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _wait_until_healthy(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
            with contextlib.closing(connection), contextlib.suppress(OSError):
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.02)
        raise RuntimeError("the API process did not start")


@contextlib.contextmanager
def api_process(endpoint_url: str, stage: str, memory_seconds: float = 60) -> Iterator[ApiProcess]:
    """The API over the tables of `stage`, which remembers payees for so long."""
    api = ApiProcess(endpoint_url, stage, memory_seconds)
    api.start()
    try:
        yield api
    finally:
        api.kill()


def _serve(port: int) -> None:
    defaults = CachedPayees.__init__.__kwdefaults__
    assert defaults
    defaults["seconds"] = float(os.environ[_MEMORY])
    from backend.wsgi import app  # noqa: PLC0415 (it reads the environment)

    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
