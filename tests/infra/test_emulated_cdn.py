"""What the emulated CDN adds to the emulator's answers, and what it leaves as it is."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from werkzeug.test import Client

from infra.api import Api
from infra.emulation.emulated_cdn import EmulatedCdn
from infra.stage import load_stage

PAGE = b"<h1>page</h1>"


class Emulator(BaseHTTPRequestHandler):
    """Answers everything with a page and with the path that was asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.send_header("Asked", f"{self.command} {self.path}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PAGE)

    def __getattr__(self, name: str) -> object:
        return self.do_GET if name in ("do_HEAD", "do_OPTIONS") else super().__getattribute__(name)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def browser() -> Iterator[Client]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Emulator) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        api = Api("api.example.org", "gateway")
        yield Client(EmulatedCdn(url, "cdn.example.org", api, load_stage("staging")))
        server.shutdown()
        thread.join()


def test_head_is_get_without_the_body(browser: Client) -> None:
    get, head = browser.get("/a/"), browser.head("/a/")
    assert (get.data, head.data) == (PAGE, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(PAGE))
    assert head.headers["Asked"].startswith("HEAD ")


def test_a_pages_options_reach_the_emulator(browser: Client) -> None:
    """Those of the API, and HEAD, are the Lambda's to answer: tests/deploy asks a real one."""
    assert browser.options("/a/").headers["Asked"] == "OPTIONS /a/"
