"""`payees erase`: taking who paid and why out of payments, for good."""

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import click

from cli.arguments import WHY, Moment, by_option, complete_payee, own_name
from cli.failure import Failure
from cli.finding import find_all, tell_mistakes, typed_references
from cli.guards import while_writing
from cli.listing import Listing, print_listing
from cli.progress import progress_bar
from cli.reading import SEARCHED, payees_to_read, read_histories
from cli.system import System, same_system, system_options
from desk.fields import COLUMNS, CSV_COLUMNS, listing_document, listing_row, local_time, phrase
from desk.names import folded, has_name, isolated
from desk.selection import Selection
from payments.erasing import PaymentReplaced
from payments.events import EventRefused, EventStatus, History, plan_event
from payments.ledger import Ledger
from payments.refusals import LedgerThrottled

_TRIES = 6
_PAUSE_SECONDS = 0.05  # then twice as long, and so on
_NAMES_SHOWN = 10


@click.command()
@click.argument("references", nargs=-1, metavar="[REFERENCE]...")
@click.option("--payer", metavar="NAME", help="All payments of a payer of just this name.")
@click.option(
    "--older-than",
    type=Moment(),
    metavar="TIME",
    help="All that was recorded before a day, or longer ago than 400d.",
)
@click.option(
    "--payee",
    "payee_id",
    shell_complete=complete_payee,
    help="Only this payee's payments.",
)
@click.option(
    "--since",
    type=Moment(),
    help=f"Look for a short reference from then on, not only in the last {SEARCHED.days} days.",
)
@click.option(
    "--reason",
    "why",
    type=WHY,
    required=True,
    help="Why, such as “asked for it”. It stays: name nobody.",
)
@by_option
@click.option("--dry-run", is_flag=True, help="List what would be erased, and erase nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@system_options("table", "registry")
def erase(
    system: System, why: str, by: str | None, *, dry_run: bool, yes: bool, **chosen: Any
) -> None:
    """Take who paid, the reason and the bank's number out of payments, for good: “erased” stands
    there instead, and who erased them, when and why is written beside them.

    All else stays, so that sums are right and a phone that sends its payment again is answered.
    Name payments by their REFERENCE, in any form, one or many, or “-” for one a line on stdin; or
    choose them by --payer, --older-than, or both at once. If it is stopped, the same command goes
    on where it was.

    What was copied before still has it: exports, reports, and for 35 days the table's recovery.

    \b
    payees erase 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --reason "asked for it by letter"
    payees erase --payer "Asha Rao" --reason "asked for it by letter" --dry-run
    payees erase --older-than 400d --reason "kept for 400 days" --yes
    """
    found = _find(system, **chosen)
    histories = [history for history in found if not history.payment.is_erased]
    if erased := len(found) - len(histories):
        click.echo(f"Erased already: {_payments(erased)}.", err=True)
    if not histories:
        click.echo("Nothing is left to erase." if found else "Nothing recorded matches.", err=True)
        return
    by = by or own_name()
    _refuse_names(histories, why)
    if dry_run:
        _list(histories)
        click.echo(f"Would erase {_payments(len(histories))} in {system}.", err=True)
        return
    if not yes:
        _ask(system, histories)
    click.echo(f"Erasing in {system} …", err=True)
    _erase_all(system.ledger(), histories, by, why)
    click.echo(f"Erased: {_payments(len(histories))}, by {by}.", err=True)
    _tell_what_stays(histories)


def _find(
    system: System,
    *,
    references: tuple[str, ...],
    payer: str | None,
    older_than: datetime | None,
    payee_id: str | None,
    since: datetime | None,
) -> list[History]:
    if bool(references) == (payer is not None or older_than is not None):
        raise click.UsageError("Say which: references, or --payer, --older-than or both.")
    if references:
        return _named(system, references, payee_id, since)
    return list(_selected(system, payer, older_than, payee_id))


def _named(
    system: System, references: tuple[str, ...], payee_id: str | None, since: datetime | None
) -> list[History]:
    """The one payment of each reference. Raises Failure for all that name none or several."""
    found = find_all(system, typed_references(references), payee_id, since)
    if found.mistakes:
        raise Failure(f"{tell_mistakes(found.mistakes)}\nNothing was erased.")
    return [history for _, history in found.histories]


def _selected(
    system: System, payer: str | None, older_than: datetime | None, payee_id: str | None
) -> Iterator[History]:
    """By a name that is the payer's as a whole, however spelled; part of one is told, not taken."""
    wanted = folded(" ".join((payer or "").split()))
    if payer is not None and not wanted:
        raise click.UsageError("Write the payer's name: --payer NAME.")
    when = f"before {local_time(older_than)}" if older_than else "ever"
    click.echo(f"Looking at what was recorded {when} in {system} …", err=True)
    selection = Selection(until=older_than, payer=wanted)
    others: dict[str, None] = {}
    for history in read_histories(system, payees_to_read(system, payee_id), selection):
        if payer is None or folded(history.payment.payer_id) == wanted:
            yield history
        elif len(others) < _NAMES_SHOWN:
            others[isolated(history.payment.payer_id)] = None
    if others:
        click.echo(f"Left alone, other names with this in them: {', '.join(others)}.", err=True)


def _refuse_names(histories: list[History], why: str) -> None:
    """What is written beside the payments stays, so it may not tell again what is erased."""
    names = {history.payment.payer_id for history in histories}
    if told := sorted(name for name in names if has_name(why, name)):
        raise click.UsageError(
            f"--reason stays, and has a name in it that is erased: {isolated(told[0])}. Write it "
            "without."
        )


def _list(histories: list[History]) -> None:
    rows = (listing_row(history, with_payee=True) for history in histories)
    documents = map(listing_document, histories)
    print_listing(Listing(COLUMNS, rows, CSV_COLUMNS, documents), None, bom=False)


def _ask(system: System, histories: list[History]) -> None:
    many = _payments(len(histories))
    if not sys.stdin.isatty():
        raise Failure(
            f"This erases who made {many} in {system}, for good. Look at it with --dry-run, and "
            "add --yes if it is meant."
        )
    for history in histories[:_NAMES_SHOWN]:
        click.echo(f"  {phrase(history)}, {local_time(history.payment.recorded_at)}", err=True)
    if len(histories) > _NAMES_SHOWN:
        click.echo(f"  … and {len(histories) - _NAMES_SHOWN} more (--dry-run lists all)", err=True)
    click.echo(f"This erases who made {many} in {system}, for good.", err=True)
    if click.prompt("Type the number of payments", err=True) != str(len(histories)):
        raise Failure("That is another number. Nothing was erased.")


def _erase_all(ledger: Ledger, histories: list[History], by: str, why: str) -> None:
    total = len(histories)
    again = "the same command again finds out, and erases what is left"
    with progress_bar("Erasing") as show:
        for done, history in enumerate(histories):
            try:
                with while_writing(f"{phrase(history)} was erased", again):
                    _erase_one(ledger, history, by, why)
            except Failure as failure:
                raise Failure(f"{done} of {total} were erased. {failure.message}") from failure
            show(done + 1, total)


def _erase_one(ledger: Ledger, history: History, by: str, why: str) -> None:
    """However many others write to the payment at that moment. Raises Failure if they never end."""
    payment = history.payment
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_SECONDS * 2**attempt)
            key = (payment.payment_id, payment.payment_id)
            history = next(ledger.histories(payment.payee_id, key), history)
        try:
            event = plan_event(history, EventStatus.ERASED, by=by, why=why, now=datetime.now(UTC))
        except EventRefused:
            return  # somebody was quicker, or it was a try of ours whose answer was lost
        with suppress(PaymentReplaced, *([] if attempt == _TRIES - 1 else [LedgerThrottled])):
            if ledger.erase(history.payment, event) in (None, event):
                return
    raise Failure(f"{phrase(history)} was changed by others meanwhile: try again.")


def _tell_what_stays(histories: list[History]) -> None:
    """What was written beside payments is the desk's own word, and stays; it may tell a name."""
    told = [
        history.payment.payment_id.reference
        for history in histories
        if any(has_name(event.why, history.payment.payer_id) for event in history.events)
    ]
    if told:
        some = ", ".join(told[:_NAMES_SHOWN]) + (" …" if told[_NAMES_SHOWN:] else "")
        click.echo(
            f"What people wrote beside {_payments(len(told))} names the payer, and stays: {some}.",
            err=True,
        )
    click.echo(
        "Next: delete earlier exports and reports, which still have it, and keep a new one: "
        f"payees export --out FILE{same_system()}",
        err=True,
    )


def _payments(count: int) -> str:
    return f"{count} payment{'' if count == 1 else 's'}"
