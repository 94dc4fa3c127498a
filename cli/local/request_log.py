"""What the demo and the preview print while they serve: a line for each request to the API."""

from datetime import datetime
from typing import Any

import click
from werkzeug.serving import WSGIRequestHandler


def print_request(entry: dict[str, Any]) -> None:
    """An entry of the API's request log, for people."""
    time = datetime.now().astimezone().strftime("%H:%M:%S")
    parts = (time, entry["operation"] or "-", entry["payee"] or "-", entry["outcome"])
    click.echo("  ".join((*parts, f"{entry['status']}  {entry['ms']} ms")), err=True)
    if "error" in entry:
        click.echo(f"  {entry['error']} {entry['error_code'] or ''}", err=True)
        for place in entry["at"] if entry["outcome"] == "internal-error" else ():
            click.echo(f"    {place}", err=True)


class QuietHandler(WSGIRequestHandler):
    """Says nothing about pages: the API speaks for itself."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (werkzeug's name)
        if type == "error":
            click.echo(message % args if args else message, err=True)
