"""A browser driven by the W3C's WebDriver protocol: the dozen calls of it that a phone needs.

https://www.w3.org/TR/webdriver2/
"""

import base64
import http.client
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from cli.local.serving import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The protocol's key of a reference to an element."""


class WebDriverError(Exception):
    """What the driver said, such as `no such window`."""


class WebDriver:
    """A session. Scripts are functions, called with the arguments; elements come as references."""

    def __init__(self, port: int, session_id: str) -> None:
        self._port = port
        self._path = f"/session/{session_id}"

    def get(self, what: str) -> Any:
        return _ask(self._port, "GET", self._path + what)

    def post(self, what: str, **parameters: Any) -> Any:
        return _ask(self._port, "POST", self._path + what, parameters)

    def run(self, function: str, *arguments: Any) -> Any:
        script = f"return ({function})(...arguments)"
        parameters = {"script": script, "args": arguments}
        try:
            return _ask(self._port, "POST", f"{self._path}/execute/sync", parameters, seconds=5)
        except TimeoutError as error:  # WebKit's never answers if a page is just being left
            raise WebDriverError("no answer to a script") from error

    def click(self, element: Mapping[str, str]) -> None:
        self.post(f"/element/{element[ELEMENT]}/click")

    def write(self, element: Mapping[str, str], text: str) -> None:
        self.post(f"/element/{element[ELEMENT]}/clear")
        if text:  # the protocol knows no empty one
            self.post(f"/element/{element[ELEMENT]}/value", text=text)

    def picture(self) -> bytes:
        return base64.b64decode(self.get("/screenshot"))


@contextmanager
def running_webdriver(
    program: str, capabilities: Mapping[str, Any], environment: Mapping[str, str]
) -> Iterator[WebDriver]:
    port = free_port()
    with subprocess.Popen([program, f"--port={port}"], env=environment) as process:
        try:
            started = _start(port, {"capabilities": {"alwaysMatch": capabilities}})
            yield WebDriver(port, started["sessionId"])
            _ask(port, "DELETE", f"/session/{started['sessionId']}")
        finally:
            process.terminate()


def _start(port: int, parameters: dict[str, Any]) -> Any:
    """A session, as soon as the driver listens."""
    for _ in range(200):
        with suppress(ConnectionRefusedError):
            return _ask(port, "POST", "/session", parameters)
        time.sleep(0.05)
    raise WebDriverError("the driver does not listen")


def _ask(
    port: int,
    method: str,
    path: str,
    parameters: dict[str, Any] | None = None,
    seconds: float = 60,
) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        body = None if parameters is None else json.dumps(parameters)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        value = json.load(answer)["value"]
        if answer.status != 200:
            raise WebDriverError(f"{value['error']}: {value['message']}")
        return value
    finally:
        connection.close()
