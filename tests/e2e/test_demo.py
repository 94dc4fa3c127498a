"""`payees demo`: what it keeps, how it ends, and what it says when it cannot start."""

import http.client
import json
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from payments.payment_id import mint_payment_id
from testkit.demo_process import PAYEES, ROOT, Demo, running_demo

pytestmark = pytest.mark.emulator


def request(
    demo: Demo, method: str, path: str, body: object = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(demo.url).netloc, timeout=10)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return answer


def new_payment_path(payee_id: str) -> str:
    return f"/api/payees/{payee_id}/payments/{mint_payment_id(datetime.now(UTC), os.urandom(10))}"


def payees(*arguments: str, state_dir: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PAYEES, *arguments, "--state-dir", state_dir],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_a_hand_made_put_is_new_then_replayed_then_in_conflict(demo: Demo) -> None:
    path = new_payment_path("sneha")
    body = {"payer_id": "Ravi", "amount": "20.00", "currency": "INR", "reason": "tea"}

    status, headers, first = request(demo, "PUT", path, body)
    assert (status, headers["Location"]) == (201, path)
    status, headers, second = request(demo, "PUT", path, body)
    assert (status, headers["Idempotency-Replayed"], second) == (200, "true", first)
    status, headers, problem = request(demo, "PUT", path, {**body, "amount": "21.00"})
    assert (status, headers["Content-Type"]) == (409, "application/problem+json")
    assert json.loads(problem)["fields"] == ["amount"]

    listed = payees("payments", "sneha", state_dir=demo.state_dir).stdout.splitlines()
    [line] = [line for line in listed if json.loads(first)["reference"] in line]
    assert line.split(",")[2:7] == ["Ravi", "20.00", "INR", "claimed", "tea"]


def test_pages_come_from_the_bucket_with_their_types_and_caching(demo: Demo) -> None:
    status, headers, body = request(demo, "GET", "/adarsh/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "max-age" in headers["Cache-Control"]
    assert b"<h1><bdi>Adarsh</bdi></h1>" in body

    status, headers, _ = request(demo, "GET", "/adarsh?x=1")
    assert (status, headers["Location"]) == (301, "/adarsh/?x=1")
    status, _, body = request(demo, "GET", "/nobody/")
    assert (status, b"Page not found" in body) == (404, True)


def test_payments_and_pages_outlive_a_restart_and_pages_a_hard_kill(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        path = new_payment_path("shilpa")
        assert request(demo, "PUT", path, {"payer_id": "Ravi", "amount": "30"})[0] == 201
        pids = [demo.process.pid, demo.emulator_pid]
        assert demo.stop(signal.SIGINT) == 0
        assert not any(map(is_running, pids))
    assert payees("payments", "shilpa", state_dir=tmp_path).returncode == 2

    with running_demo(tmp_path) as demo:
        assert "Ravi" in payees("payments", "shilpa", state_dir=tmp_path).stdout
        assert request(demo, "GET", path)[0] == 200
        os.kill(demo.emulator_pid, signal.SIGKILL)
        demo.process.kill()
        demo.process.wait()

    with running_demo(tmp_path) as demo:
        assert request(demo, "GET", "/shilpa/")[0] == 200
        path = new_payment_path("shilpa")
        assert request(demo, "PUT", path, {"payer_id": "Ravi", "amount": 1})[0] == 201
        assert demo.stop(signal.SIGTERM) == 0


def test_a_killed_demos_emulator_is_stopped_by_the_next(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        orphan = demo.emulator_pid
        path = new_payment_path("sneha")
        assert request(demo, "PUT", path, {"payer_id": "Jo", "amount": 5})[0] == 201
        demo.process.kill()
        demo.process.wait()
    assert is_running(orphan)

    with running_demo(tmp_path):
        assert not is_running(orphan)
        assert "Jo" in payees("payments", "sneha", state_dir=tmp_path).stdout


def test_an_interrupted_start_leaves_no_process(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [PAYEES, "demo", "--port", "0", "--state-dir", tmp_path],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pid_file = tmp_path / "emulator.pid"
    deadline = time.monotonic() + 20
    while not pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    emulator = int(pid_file.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert not is_running(emulator)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "{busy}"], "choose another with --port"),
        (["--port", "0", "--state-dir", "{used}"], "A demo is already running"),
        (["--port", "0", "--roster", "nowhere.yaml"], "nowhere.yaml"),
        (["--port", "0", "--state-dir", "/proc/none"], "choose another folder with --state-dir"),
    ],
)
def test_what_stops_a_start_is_one_sentence_and_exit_1(
    demo: Demo, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    filled = [
        argument.format(busy=urlsplit(demo.url).port, used=demo.state_dir) for argument in arguments
    ]
    if "--state-dir" not in filled:
        filled += ["--state-dir", str(tmp_path)]
    outcome = subprocess.run(
        [PAYEES, "demo", *filled], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert outcome.returncode == 1
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not outcome.stdout


def test_everybody_on_the_network_gets_a_code_with_this_machines_address(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--host", "0.0.0.0") as demo:
        assert urlsplit(demo.url).hostname != "0.0.0.0"
        assert request(demo, "GET", "/mahantesh/")[0] == 200


def test_a_dead_emulator_ends_the_demo_with_the_truth(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        os.kill(demo.emulator_pid, signal.SIGKILL)
        assert demo.process.wait(20) == 1
    assert not (tmp_path / "demo.json").exists()


def test_a_body_without_a_length_may_not_be_larger_either(demo: Demo) -> None:
    record = b'{"payer_id": "Ravi", "amount": "20"}'
    for body, expected in ((record, 201), (record.ljust(4096) + b"GARBAGE", 413)):
        connection = http.client.HTTPConnection(urlsplit(demo.url).netloc, timeout=10)
        headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        path = new_payment_path("sneha")
        connection.request("PUT", path, iter([body]), headers, encode_chunked=True)
        assert connection.getresponse().status == expected
        connection.close()
