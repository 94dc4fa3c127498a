"""A quiet development server: one line per API request, and nothing that a client can forge."""

from datetime import datetime

import click
from werkzeug.serving import WSGIRequestHandler


class RequestLog(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        path = getattr(self, "path", "")  # a request that is no HTTP has none
        if path.startswith("/api/"):
            path = path.encode("ascii", "backslashreplace").decode()[:120]
            time = datetime.now().astimezone().strftime("%H:%M:%S")
            click.echo(f"{time}  {self.command} {path!r} {int(code)}", err=True)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's name)
        if type == "error":
            click.echo(message % args if args else message, err=True)
