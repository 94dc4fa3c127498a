"""Serving on this machine: taking a port, being found by phones, ending in order."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

import click
from werkzeug.serving import BaseWSGIServer, make_server

from cli.failure import Failure
from cli.local.request_log import QuietHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@contextmanager
def ends_on_signals(farewell: str) -> Iterator[None]:
    """Ctrl-C, a closed terminal and `kill` all end in order, and only once."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def end(*_: object) -> NoReturn:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    former = [signal.signal(number, end) for number in signals]
    try:
        with suppress(KeyboardInterrupt):  # werkzeug's server returns on one, too
            yield
        click.echo(f"\n{farewell}", err=True)
    finally:
        for number, handler in zip(signals, former, strict=True):
            signal.signal(number, handler)


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before anything is started, so that a busy one costs nothing.

    Raises Failure.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError as error:
            raise Failure(
                f"Cannot listen on {host} port {port} ({error.strerror}): "
                "choose another with --port, or stop what uses it."
            ) from error
        yield listener


def server_on(listener: socket.socket, app: "WSGIApplication") -> BaseWSGIServer:
    host, port = listener.getsockname()[:2]
    return make_server(
        host, port, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno()
    )


def site_url(host: str, listener: socket.socket) -> str:
    """Where the site is found: for a `host` that lets everybody in, this machine's own address
    on the network, so that a phone can follow the QR codes."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        host = _network_address()
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _network_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: connecting a datagram socket only asks for the way out.
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            click.echo("There is no network here: the QR codes carry 127.0.0.1.", err=True)
            return "127.0.0.1"
