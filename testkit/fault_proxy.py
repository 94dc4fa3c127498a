"""A network that fails: an HTTP proxy on loopback between the API and DynamoDB."""

import http.client
import json
import socket
import socketserver
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What happens to one request. The comment says whether DynamoDB carries it out."""

    NONE = "none"
    DROP_BEFORE = "drop-before"  # no: the connection closes
    COMMIT_THEN_DROP = "commit-then-drop"  # yes, and the answer is lost
    HANG = "hang"  # no: nothing comes back
    COMMIT_THEN_HANG = "commit-then-hang"  # yes, and nothing comes back
    RESET = "reset"  # no: the connection is reset
    TRUNCATE = "truncate"  # yes, and half of the answer is lost
    SLOW = "slow"  # yes, and the answer comes in drips, in time
    THROTTLE = "throttle"  # no: DynamoDB says it is too much


Chooser = Callable[[str, dict[str, Any]], Fault]
FAULTS = tuple(fault for fault in Fault if fault is not Fault.NONE)

_THROTTLED = json.dumps(
    {
        "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
        "message": "Rate of requests exceeds the allowed throughput.",
    }
).encode()


class FaultProxy(socketserver.ThreadingTCPServer):
    """Asks `choose` about each request, by its operation (such as PutItem) and its document, and
    counts what it did. A request is on its way for `seconds` before anything else happens."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, upstream_port: int, choose: Chooser, seconds: float = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.upstream_port = upstream_port
        self.choose = choose
        self.seconds = seconds
        self.injected: Counter[Fault] = Counter()
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def next_fault(self, operation: str, document: dict[str, Any]) -> Fault:
        with self._lock:
            fault = self.choose(operation, document)
            self.injected[fault] += 1
            return fault

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what we are here for."""


@contextmanager
def fault_proxy(upstream_port: int, choose: Chooser, seconds: float = 0) -> Iterator[FaultProxy]:
    with FaultProxy(upstream_port, choose, seconds) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.stopping.set()
            proxy.shutdown()
            thread.join()


class _Connection(socketserver.StreamRequestHandler):
    server: FaultProxy

    def handle(self) -> None:
        while head := self._read_head():
            request_line, headers = head
            body = self.rfile.read(int(headers["content-length"]))
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            time.sleep(self.server.seconds)
            fault = self.server.next_fault(operation, json.loads(body))
            if not self._answer(fault, request_line, headers, body):
                return

    def _answer(
        self, fault: Fault, request_line: str, headers: dict[str, str], body: bytes
    ) -> bool:
        """Do what the fault says; False ends the connection."""
        match fault:
            case Fault.DROP_BEFORE:
                return False
            case Fault.RESET:
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
                return False
            case Fault.HANG:
                return self._hang()
            case Fault.THROTTLE:
                self.wfile.write(_response(400, _THROTTLED))
                return True
        status, answer = self._forward(request_line, headers, body)
        response = _response(status, answer)
        match fault:
            case Fault.COMMIT_THEN_DROP:
                return False
            case Fault.COMMIT_THEN_HANG:
                return self._hang()
            case Fault.TRUNCATE:
                self.wfile.write(response[: len(response) - len(answer) // 2 - 1])
                return False
            case Fault.SLOW:
                middle = len(response) // 2
                self.wfile.write(response[:middle])
                time.sleep(0.05)
                self.wfile.write(response[middle:])
            case _:
                self.wfile.write(response)
        return True

    def _read_head(self) -> tuple[str, dict[str, str]] | None:
        request_line = self.rfile.readline().decode("latin-1").strip()
        if not request_line:
            return None
        headers = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return request_line, headers

    def _forward(
        self, request_line: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        method, target, _ = request_line.split()
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream_port, timeout=30)
        try:
            upstream.request(method, target, body, headers)
            response = upstream.getresponse()
            return response.status, response.read()
        finally:
            upstream.close()

    def _hang(self) -> bool:
        """Say nothing until the other side hangs up, or the test ends."""
        self.connection.settimeout(0.1)
        while not self.server.stopping.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        return False


def _response(status: int, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {http.client.responses[status]}\r\n"
        f"Content-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
