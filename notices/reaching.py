"""Posting to an address that somebody else wrote: to the internet only, to that address only, and
for so long only.

A host's addresses are looked up and judged, and the connection goes to a judged one, so that no
second look-up can answer otherwise. Redirects are answers, and followed by nobody.
"""

import http.client
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import urlsplit

from notices.outcome import NotTold
from notices.patience import LONGEST_SECONDS, in_time

_GONE = 410
_INTO_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


def is_public(address: str) -> bool:
    """Whether this is a single machine of the internet: no private network, not this machine, no
    metadata service, and no IPv6 spelling of an IPv4 address, which may lead to any of these."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and (
        found.ipv4_mapped
        or found.sixtofour
        or found.teredo
        or any(found in network for network in _INTO_IPV4)
    ):
        return False
    return found.is_global and not found.is_multicast


def public_addresses(host: str, port: int, allowed: Collection[str] = ()) -> list[str]:
    """Where `host` is. Raises NotTold if it is nowhere, or anywhere that is not public, unless it
    is one of the `allowed` hosts."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotTold(f"the host {host} is not found ({error})") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if host not in allowed and not all(map(is_public, addresses)):
        raise NotTold(f"{host} leads into a private network")
    return addresses


@dataclass
class Poster:
    """`allowed` are hosts that may be private: this machine's, where all of AWS is emulated."""

    allowed: Collection[str] = ()
    longest_seconds: float = LONGEST_SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Returns if the receiver took it, with a status of 2xx. Raises NotTold."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        addresses = in_time(
            lambda: public_addresses(host, port, self.allowed), self.longest_seconds
        )
        connection = http.client.HTTPConnection(host, port, timeout=self.longest_seconds)
        try:
            with self._in_time(connection) as is_late:
                plain = self._connect(addresses, port, is_late)
                if parts.scheme == "https":  # the handshake, too, has to end in time
                    connection.sock = self.tls.wrap_socket(
                        plain, server_hostname=host, do_handshake_on_connect=False
                    )
                    connection.sock.do_handshake()
                else:
                    connection.sock = plain
                # As it is written: http.client would say :443 to whoever is asked by https.
                connection.request("POST", target, body, {"host": parts.netloc, **headers})
                status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            # The socket's own timeout may come a moment before the timer.
            is_late_or_silent = is_late or (connection.sock and isinstance(error, TimeoutError))
            why = f"no answer in {self.longest_seconds:g} seconds"
            raise NotTold(why if is_late_or_silent else _why(error)) from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise NotTold(_meaning(status), is_final=status == _GONE)

    def _connect(self, addresses: list[str], port: int, is_late: list[bool]) -> socket.socket:
        refused = OSError("no address")
        for address in addresses:
            if is_late:
                break
            try:
                connected = socket.create_connection((address, port), self.longest_seconds / 2)
            except OSError as error:
                refused = error
            else:
                connected.settimeout(self.longest_seconds)
                return connected
        raise refused

    @contextmanager
    def _in_time(self, connection: http.client.HTTPConnection) -> Iterator[list[bool]]:
        """Timeouts of sockets hold for each byte: a timer ends what goes on a byte at a time. What
        it yields is empty until then."""
        is_late: list[bool] = []

        def end() -> None:
            is_late.append(True)
            if connection.sock:
                with suppress(OSError):  # it is over already
                    connection.sock.shutdown(socket.SHUT_RDWR)

        timer = Timer(self.longest_seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield is_late
        finally:
            timer.cancel()


def _meaning(status: int) -> str:
    if 300 <= status < 400:
        return f"the answer was a redirect ({status}), which is not followed: name the new address"
    if status == _GONE:
        return "the answer was 410: the receiver says that it is gone for good"
    return f"the answer was {status}"


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not in order: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"the connection failed: {error or type(error).__name__}"
