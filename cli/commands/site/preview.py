"""`payees preview`: the live site, for work on the roster and the templates."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Response
from markupsafe import escape
from watchfiles import watch
from werkzeug.exceptions import HTTPException

from backend.app import create_app
from cli.local.local_cdn import API_PATH, one_origin
from cli.local.memory import MemoryLedger, MemoryRegistry
from cli.local.request_log import print_request
from cli.local.serving import ends_on_signals, listen, server_on, site_url
from cli.roster_file import read_roster, roster_option, this_day
from cli.site import with_url
from payments.payee import Payee, PayeeId
from payments.refusals import LedgerUnavailable
from roster.model import Roster, RosterInvalid, load_roster
from sitegen.app import create_site
from sitegen.page import TEMPLATES
from sitegen.slips import describe_slip

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_CHANGES_PATH = "/_preview/changes"
_RELOAD = f'new EventSource("{_CHANGES_PATH}").onmessage = () => location.reload();\n'


@click.command()
@roster_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
def preview(roster_path: Path, host: str, port: int) -> None:
    """Show the site as it is now, and again whenever the roster or a template changes.

    Payments are recorded in memory only, to try the page.

    \b
    payees preview
    payees preview --host 0.0.0.0     for a phone in the same network
    """
    read_roster(roster_path)
    with ends_on_signals("Stopped."), ExitStack() as running:
        listener = running.enter_context(listen(host, port))
        url = site_url(host, listener)

        def current_roster() -> Roster:
            return with_url(load_roster(roster_path).on(this_day()), url)

        changes = _Changes()
        threading.Thread(target=changes.watch, args=(roster_path,), daemon=True).start()
        server = server_on(listener, _preview_app(current_roster, changes))
        click.echo(f"Preview: {url}  (Ctrl-C stops it)")
        server.serve_forever()


class _Changes:
    """Counts the changes of the watched files, and lets browsers wait for the next one."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def watch(self, roster_path: Path) -> None:
        # An editor may replace the file, so its folder is watched; other files there don't count.
        inside = filter(Path.is_dir, TEMPLATES.rglob("*"))
        for paths in watch(roster_path.absolute().parent, TEMPLATES, *inside, recursive=False):
            if any(_matters(Path(path), roster_path) for _, path in paths):
                with self._changed:
                    self._count += 1
                    self._changed.notify_all()

    def events(self) -> Iterator[str]:
        """A server-sent event for each change; a comment now and then finds closed browsers."""
        seen = self._count
        yield ": waiting\n\n"
        while True:
            with self._changed:
                self._changed.wait(timeout=5)
            yield ": waiting\n\n" if seen == self._count else "data: changed\n\n"
            seen = self._count


class _RosterPayees:
    """The registry as it would be if the roster were published now."""

    def __init__(self, current_roster: Callable[[], Roster]) -> None:
        self._current_roster = current_roster

    def find(self, payee_id: PayeeId) -> Payee | None:
        try:
            entries = self._current_roster().entries
        except RosterInvalid as error:
            raise LedgerUnavailable from error
        return next((entry.payee for entry in entries if entry.payee_id == payee_id), None)

    find_fresh = find


def _preview_app(current_roster: Callable[[], Roster], changes: _Changes) -> "WSGIApplication":
    payees = _RosterPayees(current_roster)
    api = create_app(
        MemoryLedger(), payees, MemoryRegistry(), base_path=API_PATH, log=print_request
    )
    site = create_site(current_roster, extra_script=_RELOAD, reload=True)
    site.get(_CHANGES_PATH)(lambda: Response(changes.events(), mimetype="text/event-stream"))

    @site.errorhandler(Exception)
    def show(error: Exception) -> HTTPException | tuple[str, int]:
        if isinstance(error, HTTPException):
            return error
        return f"<pre>{escape(describe_slip(error))}</pre><script>{_RELOAD}</script>", 500

    return one_origin(site, api)


def _matters(path: Path, roster_path: Path) -> bool:
    return TEMPLATES in path.parents or path == roster_path.absolute()
