"""What lies between a phone and the site: a proxy on loopback that can fail as networks do.

A browser that only WebDriver drives cannot be told to fail, so the way to the site does it.
"""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from werkzeug.wrappers import Request

from testkit.serving import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HOP_BY_HOP = {"connection", "content-length", "date", "server", "transfer-encoding"}


class Way(StrEnum):
    """What becomes of a request to the API. Pages always arrive, but for OFF."""

    OPEN = "open"
    OFF = "off"  # nothing gets through, pages neither
    CUT = "cut"  # the connection ends before the API has it
    LOST = "lost"  # the API has it, and its answer is lost
    HANG = "hang"  # the API never has it, and nothing comes back, also when the way opens
    SLOW = "slow"  # the API has it, and its answer is held until the way changes
    BUSY = "busy"  # the API says 503
    CLOSED = "closed"  # the API says that the payee takes no payments


class WeakNetwork:
    """A WSGI application that passes requests on.

    `url` is the site as the phone sees it; set `way` whenever it is to change.
    """

    def __init__(self, site: str) -> None:
        self._site = urlsplit(site).netloc
        self._way = Way.OPEN
        self._changed = threading.Condition()
        self.url = ""
        self.sent: list[tuple[str, Any]] = []
        """Path and document of each payment that left the phone."""

    @property
    def way(self) -> Way:
        return self._way

    @way.setter
    def way(self, way: Way) -> None:
        with self._changed:
            self._way = way
            self._changed.notify_all()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        api = request.path.startswith("/api/")
        if request.method == "PUT":
            self.sent.append((request.path, json.loads(request.get_data())))
        way = self._way if api or self._way is Way.OFF else Way.OPEN
        match way:
            case Way.OFF | Way.CUT:
                _hang_up(environ)
            case Way.HANG:
                self._wait_for(lambda: self._way is Way.OFF)
                _hang_up(environ)
            case Way.BUSY:
                start(_line(503), [("Content-Type", "application/json"), ("Retry-After", "1")])
                return [b'{"code": "ledger-unavailable"}']
            case Way.CLOSED:
                start(_line(410), [("Content-Type", "application/problem+json")])
                return [b'{"code": "payee-closed"}']
        status, headers, body = self._forward(request)
        if way is Way.LOST:
            _hang_up(environ)
        if way is Way.SLOW:
            self._wait_for(lambda: self._way is not way)
        start(_line(status), headers)
        return [body]

    def _wait_for(self, it_changed: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(it_changed)

    def _forward(self, request: Request) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection(self._site, timeout=30)
        try:
            target = request.environ["RAW_URI"]
            upstream.request(request.method, target, request.get_data(), dict(request.headers))
            answer = upstream.getresponse()
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in _HOP_BY_HOP]
            return answer.status, kept, answer.read()
        finally:
            upstream.close()


@contextmanager
def weak_network(site: str) -> Iterator[WeakNetwork]:
    """A way to `site` of its own address, so that a browser shares nothing with other ways."""
    network = WeakNetwork(site)
    with served(network) as network.url:
        try:
            yield network
        finally:
            network.way = Way.OFF


def _hang_up(environ: "WSGIEnvironment") -> NoReturn:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError  # werkzeug says no more


def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
