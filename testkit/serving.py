"""A WSGI application on loopback, for as long as it is looked at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.local.serving import listen, server_on, site_url

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@contextmanager
def served(app: "WSGIApplication") -> Iterator[str]:
    """Its address, which ends with a slash."""
    with listen("127.0.0.1", 0) as listener:
        server = server_on(listener, app)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield site_url("127.0.0.1", listener)
        finally:
            server.shutdown()
            thread.join()
