"""Push and chat, through Apprise, which knows how each service is spoken to.

It connects by itself, so while it does, this thread's look-ups of hosts are judged as those of
webhooks are.
"""

import logging
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from notices.messages import Text
from notices.outcome import NotTold
from notices.patience import LONGEST_SECONDS, in_time
from notices.reaching import is_public

_judging = local()
_look_up = socket.getaddrinfo


def push(
    url: str,
    text: Text,
    allowed: Collection[str] = (),
    longest_seconds: float = LONGEST_SECONDS,
) -> None:
    """Raises NotTold; what it says of why is Apprise's, without the address, which has secrets."""
    in_time(lambda: _push(url, text, allowed), longest_seconds)


def _push(url: str, text: Text, allowed: Collection[str]) -> None:
    import apprise  # noqa: PLC0415 (half a second, which webhooks and mail do not need)

    service = apprise.Apprise()
    if not service.add(url):
        raise NotTold("Apprise cannot read the address: is the secret what the service gave?")
    captured = apprise.LogCapture(level=logging.WARNING)  # type: ignore[no-untyped-call]
    with _public_only(allowed), captured as said:
        # Each by itself: Apprise's own notify() would do so in another thread, which nobody judges.
        is_told = all(one.notify(title=text.title, body=text.plain) for one in service)
        why = said.getvalue().strip().splitlines()
    if not is_told:
        last = why[-1].rpartition(" - ")[2] if why else "it did not say why"
        raise NotTold(f"the service refused it: {last[:200]}")


@contextmanager
def _public_only(allowed: Collection[str]) -> Iterator[None]:
    _judging.allowed = frozenset(allowed)
    try:
        yield
    finally:
        del _judging.allowed


def _judge(host: Any, *arguments: Any, **options: Any) -> Any:
    found = _look_up(host, *arguments, **options)
    allowed = getattr(_judging, "allowed", None)
    if allowed is not None and host not in allowed:
        for one in found:
            if not is_public(str(one[4][0])):
                raise OSError(f"{host} leads into a private network")
    return found


socket.getaddrinfo = _judge
