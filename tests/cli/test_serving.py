"""Serving on this machine: ports, signals, and no noise."""

import signal
import socket
import threading
from collections.abc import Iterator

import pytest
from werkzeug.wrappers import Response

from cli.failure import Failure
from cli.local.serving import ends_on_signals, free_port, listen, server_on, site_url


def test_a_busy_port_is_one_sentence_with_a_remedy() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failure) as raised, listen("127.0.0.1", port):
            pass
    assert raised.value.exit_code == 1
    assert raised.value.message == (
        f"Cannot listen on 127.0.0.1 port {port} (Address already in use): "
        "choose another with --port, or stop what uses it."
    )


def test_a_host_that_is_not_ours_is_refused_in_the_same_words() -> None:
    with pytest.raises(Failure, match=r"Cannot listen on 192\.0\.2\.1"), listen("192.0.2.1", 0):
        pass


def test_a_port_is_free_again_as_soon_as_it_is_let_go() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
    with listen("127.0.0.1", port) as second:
        assert second.getsockname()[1] == port
    assert free_port() > 1023


def test_the_address_says_the_port_that_was_taken() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert site_url("127.0.0.1", listener) == f"http://127.0.0.1:{port}/"
        assert site_url("localhost", listener) == f"http://localhost:{port}/"
        assert site_url("::1", listener) == f"http://[::1]:{port}/"
        assert "0.0.0.0" not in site_url("0.0.0.0", listener)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_end_it_ends_in_order(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(number)
    tidied = []
    with ends_on_signals("Stopped."):
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)  # impatient people press Ctrl-C again
            tidied.append("up")
    assert tidied == ["up"]
    assert capsys.readouterr().err == "\nStopped.\n"
    assert signal.getsignal(number) is before


def test_a_bug_is_not_taken_for_the_end() -> None:
    with pytest.raises(ZeroDivisionError), ends_on_signals("Stopped."):
        _ = 1 / 0


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """Where a server answers everything with 200."""
    with listen("127.0.0.1", 0) as listener:
        server = server_on(listener, Response("hello"))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield listener.getsockname()
        server.shutdown()
        thread.join()
        server.server_close()


def send(address: tuple[str, int], request: bytes) -> bytes:
    """Send bytes and give all that comes back."""
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_requests_are_served_without_a_word(
    address: tuple[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (b"/mahantesh/", b"/api/\x1b[2J\xc3\xbc"):
        assert send(address, b"GET " + path + b" HTTP/1.0\r\n\r\n").endswith(b"hello")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "request_bytes",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", id="https"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", id="another version"),
        pytest.param(b"nonsense \x1b[2J \x07\r\n\r\n", id="no http at all"),
    ],
)
def test_what_is_no_http_is_answered_without_a_traceback(
    address: tuple[str, int], capsys: pytest.CaptureFixture[str], request_bytes: bytes
) -> None:
    answer = send(address, request_bytes)
    assert b" 400 " in answer or b" 505 " in answer or b"Error code: " in answer
    log = capsys.readouterr().err
    assert "Traceback" not in log
    assert log.replace("\n", "").isprintable()
    assert send(address, b"GET / HTTP/1.0\r\n\r\n").endswith(b"hello")
