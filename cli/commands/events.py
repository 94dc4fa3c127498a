"""`payees show`, `confirm` and `reverse`: one payment, and what became of it."""

import getpass
import json
from collections.abc import Callable
from datetime import UTC, datetime

import click

from cli.arguments import Reference, complete_payee
from cli.failure import Failure
from cli.guards import while_writing
from cli.reading import find_payments
from cli.system import System, same_system, system_options
from desk.fields import description, listing_document, local_time
from payments.events import Event, EventRefused, History, PaymentStatus, plan_event
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue

_DONE = {PaymentStatus.CONFIRMED: "Confirmed", PaymentStatus.REVERSED: "Reversed"}

_payee_option = click.option(
    "--payee",
    "payee_id",
    shell_complete=complete_payee,
    help="Whose payment it is; finds it faster, and tells two of the same reference apart.",
)


@click.command()
@click.argument("reference", type=Reference())
@_payee_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one array.")
@system_options("table")
def show(system: System, reference: PaymentId, payee_id: str | None, *, as_json: bool) -> None:
    """Show the payment with this REFERENCE: who, how much, why, and what became of it.

    Spaces, hyphens and small letters do no harm, nor does the whole payment id.

    \b
    payees show 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4
    payees show 1kjma-e6rts-z8z1t-7q0zj-5s9g4 --json
    """
    found = _find(system, reference, payee_id)
    if as_json:
        click.echo(json.dumps(list(map(listing_document, found)), ensure_ascii=False, indent=2))
        return
    click.echo("\n\n".join(map(description, found)))


def _event_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every event takes."""
    for decorate in (
        system_options("table"),
        click.option(
            "--by",
            envvar="PAYEES_BY",
            show_envvar=True,
            metavar="NAME",
            help="Who says so; else the name you are logged in with.",
        ),
        _payee_option,
        click.argument("reference", type=Reference()),
    ):
        command = decorate(command)
    return command


@click.command()
@click.option("--evidence", required=True, help="Where you saw it, such as “statement of 3 March”.")
@_event_options
def confirm(system: System, reference: PaymentId, evidence: str, **options: str | None) -> None:
    """Note that the money of the payment with this REFERENCE has arrived.

    The payment stays as it was recorded; who, when and why is written beside it. The payer's page
    shows it as confirmed. A confirmed payment can still be reversed.

    \b
    payees confirm 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --evidence "bank statement of 3 March, line 14"
    """
    _become(system, reference, PaymentStatus.CONFIRMED, evidence, **options)


@click.command()
@click.option("--reason", required=True, help="Why, such as “never arrived” or “paid twice”.")
@_event_options
def reverse(system: System, reference: PaymentId, reason: str, **options: str | None) -> None:
    """Take back the payment with this REFERENCE, for good: totals leave it out from now on.

    The payment stays as it was recorded; who, when and why is written beside it. The payer's page
    shows it as reversed. No money moves by this.

    \b
    payees reverse 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --reason "paid twice"
    """
    _become(system, reference, PaymentStatus.REVERSED, reason, **options)


def _become(
    system: System,
    reference: PaymentId,
    status: PaymentStatus,
    why: str,
    *,
    payee_id: str | None,
    by: str | None,
) -> None:
    histories = _find(system, reference, payee_id)
    if len(histories) > 1:
        payees = ", ".join(history.payment.payee_id for history in histories)
        raise Failure(
            f"Several payees have a payment {reference.reference} ({payees}): add --payee."
        )
    [history] = histories
    try:
        event = plan_event(history, status, by=by or _own_name(), why=why, now=datetime.now(UTC))
    except InvalidValue as error:
        raise click.UsageError(f"Write {error}.") from error
    except EventRefused as error:
        raise Failure(_refusal(history, error.standing)) from error
    click.echo(f"Writing to {system} …", err=True)
    look = f"payees show {reference.reference}{same_system()}"
    with while_writing("it was recorded", f"`{look}` tells"):
        standing = system.ledger().append(event)
    if standing and standing != event:  # somebody was quicker; one's own is a lost answer's resend
        raise Failure(_refusal(history, standing))
    click.echo(f"{_DONE[status]}: {_phrase(history)}, by {event.by}.", err=True)
    click.echo(f"Next: {look}", err=True)


def _refusal(history: History, standing: Event) -> str:
    when = local_time(standing.recorded_at)
    return (
        f"{_phrase(history)}: {standing.by} has already {standing.status} it, at {when} "
        f"(“{standing.why}”). Nothing was changed."
    )


def _find(system: System, reference: PaymentId, payee_id: str | None) -> list[History]:
    found = find_payments(system, reference, payee_id)
    if not found:
        whose = f" for {payee_id}" if payee_id else ""
        raise Failure(
            f"No payment {reference.reference} is recorded{whose} in {system}: compare it letter "
            "by letter with what the payer's page shows."
        )
    return found


def _phrase(history: History) -> str:
    payment = history.payment
    reference = payment.payment_id.reference
    return f"{reference}, {payment.money} from {payment.payer_id} to {payment.payee_id}"


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise click.UsageError("Say who you are: --by NAME.") from None
