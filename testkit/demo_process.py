"""`payees demo` as a process of its own, for tests and screenshots."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.local.emulator import CREDENTIALS

ROOT = Path(__file__).parent.parent
PAYEES = ROOT / ".venv/bin/payees"


@dataclass
class Demo:
    """A running demo; `url` ends with a slash."""

    state_dir: Path
    process: "subprocess.Popen[str]"
    url: str

    @property
    def endpoint_url(self) -> str:
        return str(json.loads((self.state_dir / "demo.json").read_text())["endpoint_url"])

    @property
    def emulator_pid(self) -> int:
        return int((self.state_dir / "emulator.pid").read_text())

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def running_demo(state_dir: Path, *arguments: str) -> Iterator[Demo]:
    with subprocess.Popen(
        [PAYEES, "demo", "--port", "0", "--state-dir", state_dir, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **CREDENTIALS},
    ) as process:
        assert process.stdout
        ready = next((line for line in process.stdout if line.startswith("Ready: ")), None)
        assert ready, "the demo did not start: stderr says why"
        demo = Demo(state_dir, process, ready.removeprefix("Ready: ").strip())
        try:
            yield demo
        finally:
            if process.poll() is None:
                demo.stop()
