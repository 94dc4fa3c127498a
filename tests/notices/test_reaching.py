"""A webhook goes to the internet, to the address it names, and for ten seconds at most."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notices.outcome import NotTold
from notices.reaching import Poster, is_public, public_addresses


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.seen.append((self.path, self.rfile.read(int(self.headers["content-length"]))))  # type: ignore[attr-defined]
        status = int(self.path.rpartition("/")[2])
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", "/200")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def receiver() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def post(port: int, path: str = "/200", seconds: float = 10.0) -> None:
    Poster({"127.0.0.1"}, seconds).post(f"http://127.0.0.1:{port}{path}", {"a": "b"}, b"{}")


def test_it_is_told_with_its_query(receiver: ThreadingHTTPServer) -> None:
    post(receiver.server_port, "/x?y=/204")
    assert receiver.seen[-1] == ("/x?y=/204", b"{}")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "words", "is_final"),
    [
        (500, "the answer was 500", False),
        (404, "the answer was 404", False),
        (302, "a redirect (302), which is not followed", False),
        (308, "a redirect (308), which is not followed", False),
        (410, "gone for good", True),
    ],
)
def test_what_is_no_yes_is_a_no(
    receiver: ThreadingHTTPServer, status: int, words: str, is_final: object
) -> None:
    before = len(receiver.seen)  # type: ignore[attr-defined]
    with pytest.raises(NotTold) as refused:
        post(receiver.server_port, f"/{status}")
    assert words in str(refused.value)
    assert refused.value.is_final is is_final
    assert len(receiver.seen) == before + 1  # type: ignore[attr-defined]


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    answer(connection)
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
    thread.join(5)


def _a_byte_at_a_time(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def _silence(connection: socket.socket) -> None:
    while connection.recv(1000):
        pass


@pytest.mark.parametrize("answer", [_a_byte_at_a_time, _silence])
def test_one_that_is_slow_is_left(answer: Callable[[socket.socket], None]) -> None:
    with answering(answer) as port, pytest.raises(NotTold, match=r"no answer in 0\.3 seconds"):
        post(port, seconds=0.3)


def test_one_whose_handshake_never_ends_is_left() -> None:
    with answering(_silence) as port, pytest.raises(NotTold, match="no answer in"):
        Poster({"127.0.0.1"}, 0.3).post(f"https://127.0.0.1:{port}/", {}, b"{}")


def test_one_that_hangs_up_or_talks_nonsense_is_a_no() -> None:
    for words in (b"", b"SSH-2.0-OpenSSH\r\n"):
        with answering(lambda one, words=words: one.sendall(words)) as port, pytest.raises(NotTold):  # type: ignore[misc]
            post(port)
    with pytest.raises(NotTold, match="connection failed"):
        post(1)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1"),
    ],
)
def test_an_address_that_is_not_the_internets_is_not_reached(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1"])
def test_the_internets_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["http://localhost:9/", "https://127.0.0.1/", "http://[::1]:9/"])
def test_nobody_is_reached_here_unless_it_is_allowed(url: str) -> None:
    with pytest.raises(NotTold, match="private network"):
        Poster().post(url, {}, b"{}")


def test_a_look_up_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of names is the receiver's own, and may take its time."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30) and [])
    with pytest.raises(NotTold, match=r"no answer in 0\.1 seconds"):
        Poster(longest_seconds=0.1).post("https://slow.example/", {}, b"{}")
    over.set()


def test_one_private_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> list[object]:
        return [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(NotTold, match="private network"):
        public_addresses("rebinding.example", 443)


def test_the_connection_goes_to_the_address_that_was_judged(
    receiver: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look-up, which may answer otherwise, is of a number only."""
    asked: list[object] = []
    look_up = socket.getaddrinfo

    def asking(host: str, *arguments: object, **options: object) -> object:
        asked.append(host)
        return look_up("127.0.0.1" if host == "judged.example" else host, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", asking)
    url = f"http://judged.example:{receiver.server_port}/200"
    Poster({"judged.example"}).post(url, {}, b"{}")
    assert asked == ["judged.example", "127.0.0.1"]
