"""`payees payments --follow`: the ledger as a stream, for people to watch and programs to read."""

import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from cli.local.serving import ends_on_signals
from cli.reading import known_payees
from cli.system import System
from desk.formats import COLUMNS, history_row, json_line, local_document
from desk.selection import Selection
from desk.tables import table_of
from payments.events import History
from payments.ledger import Ledger
from payments.payee import PayeeId
from payments.payment_id import PaymentId, id_bounds, mint_payment_id
from payments.refusals import LedgerUnavailable
from publishing.object_store import StoreUnavailable

if TYPE_CHECKING:
    from rich.console import RenderableType

_PAUSE_SECONDS = 2.0
_KEPT = 200  # rows, for a terminal of whatever height
_LOOKS = (
    # how often, and how far back: most payments arrive at once, some when a phone is online again
    (timedelta(hours=1), None),
    (timedelta(minutes=1), timedelta(days=1)),
    (timedelta(0), timedelta(minutes=15)),
)


@dataclass
class Arrivals:
    """Finds the payments that were not there before, by asking again and again."""

    ledger: Ledger
    payees: Callable[[], list[PayeeId]]
    selection: Selection
    _seen: set[tuple[PayeeId, PaymentId]] = field(default_factory=set)
    _looked: dict[timedelta, datetime] = field(default_factory=dict)
    _payee_ids: list[PayeeId] = field(default_factory=list)

    def new(self, now: datetime) -> list[History]:
        """Those since the last time, in the order of recording."""
        every, back = next(look for look in _LOOKS if self._is_due(look[0], now))
        if back is None or back >= timedelta(days=1):
            self._payee_ids = self.payees()
        # As far back as an id may lie that is recorded now, or was since `since` the first time.
        since = now if self._looked else self.selection.since or now
        bounds = id_bounds(since, None)
        if back is not None:
            bounds = (mint_payment_id(now - back, bytes(10)), bounds[1])
        found = [
            history
            for payee_id in self._payee_ids
            for history in self.ledger.histories(payee_id, bounds)
            if self._key(history) not in self._seen and self.selection.matches(history)
        ]
        self._seen.update(map(self._key, found))
        for interval, _ in _LOOKS:
            if interval <= every:
                self._looked[interval] = now
        return sorted(found, key=lambda history: history.payment.recorded_at)

    def _is_due(self, every: timedelta, now: datetime) -> bool:
        return every not in self._looked or now - self._looked[every] >= every

    @staticmethod
    def _key(history: History) -> tuple[PayeeId, PaymentId]:
        return history.payment.payee_id, history.payment.payment_id


def follow_payments(
    system: System,
    payee_ids: list[PayeeId] | None,
    selection: Selection,
    *,
    form: str | None,
    command: list[str],
) -> None:
    """Show payments as they arrive, until Ctrl-C; with a `since`, first those since then.

    `payee_ids` None is everybody, those included who are published meanwhile.
    """
    live = form == "table" or (form is None and sys.stdout.isatty())

    def payees() -> list[PayeeId]:
        return known_payees(system) if payee_ids is None else payee_ids

    arrivals = Arrivals(system.ledger(), payees, selection)
    with ends_on_signals("Stopped following."):
        click.echo(f"Following {system}; Ctrl-C stops.", err=True)
        showing = _live_table(with_payee=payee_ids is None) if live else nullcontext(_print_lines)
        with showing as show:
            batches = _batches(arrivals)
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
        except (LedgerUnavailable, StoreUnavailable) as error:
            if not is_out:
                click.echo(f"The ledger does not answer ({error}): trying on.", err=True)
            is_out = True
        else:
            if is_out:
                click.echo("The ledger answers again; nothing was missed.", err=True)
            is_out = False
            yield found
        time.sleep(_PAUSE_SECONDS)


def _print_lines(histories: list[History]) -> None:
    for history in histories:
        click.echo(json_line(local_document(history)))


@contextmanager
def _live_table(*, with_payee: bool) -> Iterator[Callable[[list[History]], None]]:
    from rich.console import Console  # noqa: PLC0415 (68 ms, and only for a terminal)
    from rich.live import Live  # noqa: PLC0415

    console = Console()
    latest: deque[History] = deque(maxlen=_KEPT)

    def table() -> "RenderableType":
        """As many of the latest as the terminal has room for."""
        rows = [history_row(history, with_payee=with_payee) for history in latest]
        rows = rows[-max(console.height - 2, 1) :]
        while rows:
            shown = table_of(COLUMNS, rows, console.width)
            if len(rows) == 1 or len(console.render_lines(shown)) < console.height:
                return shown
            rows = rows[1:]
        return "Nothing yet."

    with Live(table(), console=console, auto_refresh=False) as screen:

        def show(histories: list[History]) -> None:
            latest.extend(histories)
            screen.update(table(), refresh=True)

        yield show


def _run(command: list[str], history: History) -> None:
    """Give a payment to the maintainer's own program; its output goes to stderr."""
    document = f"{json_line(local_document(history))}\n"
    done = subprocess.run(command, input=document, text=True, stdout=2, check=False)
    if done.returncode:
        reference = history.payment.payment_id.reference
        click.echo(f"{command[0]} ended with {done.returncode} for {reference}.", err=True)
