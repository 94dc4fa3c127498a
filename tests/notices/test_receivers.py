"""The receivers in docs/notices.md take what we sign, once, and refuse everything else."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.local.serving import free_port
from notices.reaching import Poster
from notices.signing import parse_secrets, webhook_headers, write_secret
from testkit.demo_process import ROOT

SECRET, OTHER = write_secret(b"r" * 32), write_secret(b"x" * 32)
BODY = '{"type":"payment.recorded","data":{"amount":"50.00","payer_id":"Ásha ₹"}}'.encode()
NODE = ROOT / ".tools/node/node"
COMMANDS = {
    "python": (sys.executable, "receiver.py"),
    "js": (str(NODE if NODE.exists() else shutil.which("node")), "receiver.cjs"),
    "java": ("java", "Receiver.java"),
}


def sources() -> dict[str, str]:
    text = (ROOT / "docs/notices.md").read_text("utf-8")
    return dict(re.findall(r"```(\w+) receiver\n(.*?)```", text, re.DOTALL))


@contextmanager
def running(language: str, folder: Path) -> Iterator[tuple[int, Path]]:
    program, name = COMMANDS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    (folder / name).write_text(sources()[language], "utf-8")
    port, said = free_port(), folder / "said.txt"
    environment = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": SECRET}
    with said.open("wb") as out:
        process = subprocess.Popen(
            [program, name], cwd=folder, env=environment, stdout=out, stderr=subprocess.DEVNULL
        )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            try:
                connection.connect()
                break
            except OSError:
                time.sleep(0.05)
            finally:
                connection.close()
        yield port, said
    finally:
        process.terminate()
        process.wait(10)


def status(port: int, headers: dict[str, str], body: bytes) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/payments", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_docs_have_three() -> None:
    assert set(sources()) == set(COMMANDS)


@pytest.mark.parametrize("language", COMMANDS)
def test_a_receiver_verifies(language: str, tmp_path: Path) -> None:
    now = int(time.time())
    keys = parse_secrets(f"{OTHER} {SECRET}")  # while one takes the place of the other
    headers = webhook_headers(keys, "usha_01KJMBQDHV0000000000001S0S_0", now, BODY)
    with running(language, tmp_path) as (port, said):
        for _ in range(2):
            Poster({"127.0.0.1"}).post(f"http://127.0.0.1:{port}/payments", headers, BODY)
        refused = [
            (webhook_headers(parse_secrets(OTHER), "a_b_0", now, BODY), BODY),
            (webhook_headers(keys, "a_b_0", now - 3600, BODY), BODY),
            (headers, BODY.replace(b"50.00", b"99.00")),
            (headers | {"webhook-id": "other"}, BODY),
            (headers | {"webhook-signature": "v1,"}, BODY),
        ]
        assert [status(port, *one) for one in refused] == [401] * 5
    assert said.read_text("utf-8").count("payment.recorded") == 1
