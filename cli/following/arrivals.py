"""`payees payments --follow`: payments as they arrive, for people to watch and programs to read."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from cli.failure import Failure
from cli.listing import TABLE
from cli.local.serving import ends_on_signals
from cli.many_payees.asked_together import AskedTogether
from cli.reading import known_payees, present_ids, under_present
from cli.system import System
from desk.arrivals import Arrivals
from desk.fields import COLUMNS, listing_document, listing_row
from desk.formats import json_line
from desk.selection import Selection
from desk.tables import print_rows, table_of
from payments.events import History
from payments.payee import PayeeId
from payments.refusals import LedgerUnavailable
from publishing.object_store import StoreUnavailable

if TYPE_CHECKING:
    from rich.console import RenderableType

_PAUSE_SECONDS = 2.0
_Show = Callable[[list[History]], None]
_KEPT = 200  # rows, for a terminal of whatever height


def show_arrivals(
    system: System,
    payee_ids: list[PayeeId] | None,
    selection: Selection,
    *,
    format_name: str | None,
    command: list[str],
) -> None:
    """Show payments as they arrive, until Ctrl-C; with a `since`, first those since then.

    `payee_ids` None is everybody, those included who are published meanwhile.
    """
    live = format_name == TABLE or (format_name is None and sys.stdout.isatty())

    present: dict[PayeeId, PayeeId] = {}

    def payees() -> list[PayeeId]:
        found = known_payees(system) if payee_ids is None else payee_ids
        present.update(present_ids(system, found, payee_ids[0] if payee_ids else None))
        return found

    arrivals = Arrivals(AskedTogether(system).read, payees, selection)
    with ends_on_signals("Stopped following."):
        click.echo(f"Following {system}; Ctrl-C stops.", err=True)
        with_payee = payee_ids is None
        if not live:
            showing: AbstractContextManager[_Show] = nullcontext(_print_lines)
        elif os.environ.get("TERM") == "dumb":  # an editor's shell: nothing is drawn over
            showing = nullcontext(partial(_print_table, with_payee=with_payee))
        else:
            showing = _live_table(with_payee=with_payee)
        with showing as show:
            batches = (
                [under_present(one, present) for one in found] for found in _batches(arrivals)
            )
            if selection.since is None:  # a table begins with what is there, a stream does not
                old = next(batches)
                show(old[-_KEPT:] if live else [])
            for histories in batches:
                show(histories)
                for history in histories if command else []:
                    _run(command, history)


def _batches(arrivals: Arrivals) -> Iterator[list[History]]:
    """What arrived, again and again; an outage is told once and waited out."""
    is_out = False
    while True:
        try:
            found = arrivals.new(datetime.now(UTC))
        except (LedgerUnavailable, StoreUnavailable, Failure) as error:
            if not is_out:
                click.echo(f"The ledger does not answer ({error}): trying on.", err=True)
            is_out = True
        else:
            if is_out:
                click.echo("The ledger answers again; nothing was missed.", err=True)
            is_out = False
            yield found
        time.sleep(_PAUSE_SECONDS)


def _print_table(histories: list[History], *, with_payee: bool) -> None:
    print_rows(COLUMNS, (listing_row(history, with_payee=with_payee) for history in histories))


def _print_lines(histories: list[History]) -> None:
    for history in histories:
        click.echo(json_line(listing_document(history)))


@contextmanager
def _live_table(*, with_payee: bool) -> Iterator[_Show]:
    from rich.console import Console  # noqa: PLC0415 (68 ms, and only for a terminal)
    from rich.live import Live  # noqa: PLC0415

    console = Console()
    latest: deque[History] = deque(maxlen=_KEPT)

    def table() -> "RenderableType":
        """As many of the latest as the terminal has room for."""
        rows = [listing_row(history, with_payee=with_payee) for history in latest]
        rows = rows[-max(console.height - 2, 1) :]
        while rows:
            shown = table_of(COLUMNS, rows, console.width)
            if len(rows) == 1 or len(console.render_lines(shown)) < console.height:
                return shown
            rows = rows[1:]
        return "Nothing yet."

    with Live("Looking …", console=console, auto_refresh=False) as screen:

        def show(histories: list[History]) -> None:
            latest.extend(histories)
            screen.update(table(), refresh=True)

        yield show


def _run(command: list[str], history: History) -> None:
    """Give a payment to the maintainer's own program; its output goes to stderr."""
    document = f"{json_line(listing_document(history))}\n"
    done = subprocess.run(command, input=document, text=True, stdout=2, check=False)
    if done.returncode:
        reference = history.payment.payment_id.reference
        click.echo(f"{command[0]} ended with {done.returncode} for {reference}.", err=True)
