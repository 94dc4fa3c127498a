"""`payees show`, `confirm` and `reverse`: one payment, and what became of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from cli.arguments import Moment, ReferenceType, by_option, complete_payee, own_name
from cli.failure import Failure
from cli.guards import while_writing
from cli.reading import SEARCHED, find_payments
from cli.system import System, same_system, system_options
from desk.fields import description, listing_document, local_time, phrase
from payments.events import Event, EventRefused, EventStatus, History, plan_event
from payments.references import Reference
from payments.refusals import InvalidValue

_DONE = {EventStatus.CONFIRMED: "Confirmed", EventStatus.REVERSED: "Reversed"}

_payee_option = click.option(
    "--payee",
    "payee_id",
    shell_complete=complete_payee,
    help="Whose payment it is; finds it faster, and tells two of the same reference apart.",
)
_since_option = click.option(
    "--since",
    type=Moment(),
    help=f"Look for a short reference from then on, not only in the last {SEARCHED.days} days.",
)


@click.command()
@click.argument("reference", type=ReferenceType())
@_payee_option
@_since_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one array.")
@system_options("table", "registry")
def show(
    system: System,
    reference: Reference,
    payee_id: str | None,
    since: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Show the payment with this REFERENCE: who, how much, why, and what became of it.

    Any form of the reference will do: all of it, the payment id, the short one, the code of four
    characters, or what a bank has of it (RF…, ten digits, 27 digits). Spaces, hyphens and small
    letters do no harm. If several payments share it, all are shown.

    \b
    payees show 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4
    payees show 1kjma-e6rts-z8z1t-7q0zj-5s9g4 --json
    payees show 7q0z-j5s9-g4v --since 2026-01-01
    """
    found = _find(system, reference, payee_id, since)
    if as_json:
        click.echo(json.dumps(list(map(listing_document, found)), ensure_ascii=False, indent=2))
        return
    click.echo("\n\n".join(map(description, found)))


def _event_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every event takes."""
    for decorate in (
        system_options("table", "registry"),
        by_option,
        _since_option,
        _payee_option,
        click.argument("reference", type=ReferenceType()),
    ):
        command = decorate(command)
    return command


@click.command()
@click.option("--evidence", required=True, help="Where you saw it, such as “statement of 3 March”.")
@_event_options
def confirm(system: System, reference: Reference, evidence: str, **options: Any) -> None:
    """Note that the money of the payment with this REFERENCE has arrived.

    The payment stays as it was recorded; who, when and why is written beside it. The payer's page
    shows it as confirmed. A confirmed payment can still be reversed.

    \b
    payees confirm 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --evidence "bank statement of 3 March, line 14"
    """
    _become(system, reference, EventStatus.CONFIRMED, evidence, **options)


@click.command()
@click.option("--reason", required=True, help="Why, such as “never arrived” or “paid twice”.")
@_event_options
def reverse(system: System, reference: Reference, reason: str, **options: Any) -> None:
    """Take back the payment with this REFERENCE, for good: totals leave it out from now on.

    The payment stays as it was recorded; who, when and why is written beside it. The payer's page
    shows it as reversed. No money moves by this.

    \b
    payees reverse 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --reason "paid twice"
    """
    _become(system, reference, EventStatus.REVERSED, reason, **options)


def _become(
    system: System,
    reference: Reference,
    status: EventStatus,
    why: str,
    *,
    payee_id: str | None,
    since: datetime | None,
    by: str | None,
) -> None:
    histories = _find(system, reference, payee_id, since)
    if len(histories) > 1:
        raise Failure(_ask_which(reference, histories))
    [history] = histories
    try:
        event = plan_event(history, status, by=by or own_name(), why=why, now=datetime.now(UTC))
    except InvalidValue as error:
        raise click.UsageError(f"Write {error}.") from error
    except EventRefused as error:
        raise Failure(_refusal(history, error.standing)) from error
    click.echo(f"Writing to {system} …", err=True)
    look = f"payees show {history.payment.payment_id.reference}{same_system()}"
    with while_writing("it was recorded", f"`{look}` tells"):
        standing = system.ledger().append(event)
    if standing and standing != event:  # somebody was quicker; one's own is a lost answer's resend
        raise Failure(_refusal(history, standing))
    click.echo(f"{_DONE[status]}: {phrase(history)}, by {event.by}.", err=True)
    click.echo(f"Next: {look}", err=True)


def _refusal(history: History, standing: Event | None) -> str:
    if standing is None:
        return f"{phrase(history)}: there is nothing to undo."
    when = local_time(standing.recorded_at)
    return (
        f"{phrase(history)}: {standing.by} has already {standing.status} it, at {when} "
        f"(“{standing.why}”). Nothing was changed."
    )


def _find(
    system: System, reference: Reference, payee_id: str | None, since: datetime | None
) -> list[History]:
    found = find_payments(system, reference, payee_id, since)
    if not found:
        whose = f" for {payee_id}" if payee_id else ""
        if reference.payment_id:
            raise Failure(
                f"No payment {reference.text} is recorded{whose} in {system}: compare it letter "
                "by letter with what the payer's page shows."
            )
        when = f"since {local_time(since)}" if since else f"in the last {SEARCHED.days} days"
        raise Failure(
            f"No payment {reference.text} was recorded{whose} {when} in {system}: --since looks "
            "further back, the whole reference of 25 characters everywhere."
        )
    return found


def _ask_which(reference: Reference, histories: list[History]) -> str:
    same_id = len({history.payment.payment_id for history in histories}) == 1
    found = "\n".join(
        f"  {phrase(history)}, {local_time(history.payment.recorded_at)}" for history in histories
    )
    return (
        f"{len(histories)} payments have the reference {reference.text}:\n{found}\n"
        f"Nothing was changed. Say which: {'--payee' if same_id else 'write its whole reference'}."
    )
