"""`payees show`, `confirm`, `reverse` and `undo`: payments, and what became of them."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from cli.arguments import WHY, Moment, ReferenceType, by_option, complete_payee, own_name
from cli.corrections import Outcome, Result, count_outcomes, look_command, plan_events, write_events
from cli.failure import Failure
from cli.finding import Found, Mistake, find_all, not_found, tell_mistakes, typed_references
from cli.listing import Listing, print_listing
from cli.reading import (
    SEARCHED,
    find_payments,
    payees_to_read,
    read_histories,
    selection_options,
)
from cli.system import System, same_system, system_options
from desk.fields import COLUMNS, CSV_COLUMNS, description, listing_document, listing_row
from desk.selection import Selection
from desk.totals import sums_of
from payments.events import Event, EventStatus, History, PaymentStatus
from payments.references import Reference

_SKIPPED = "skipped"

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
    found = find_payments(system, reference, payee_id, since)
    if not found:
        raise Failure(not_found(system, reference, payee_id, since))
    if as_json:
        click.echo(json.dumps(list(map(listing_document, found)), ensure_ascii=False, indent=2))
        return
    click.echo("\n\n".join(map(description, found)))


_EVENT_OPTIONS = (
    system_options("table", "registry"),
    click.option("--json", "as_json", is_flag=True, help="Print JSON: each payment's result."),
    click.option(
        "--skip", is_flag=True, help="Leave out references that mean no one payment, and go on."
    ),
    by_option,
    _payee_option,
)


def _event_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every event takes."""
    references = click.argument("references", nargs=-1, required=True, metavar="REFERENCE...")
    for decorate in (*_EVENT_OPTIONS, _since_option, references):
        command = decorate(command)
    return command


def _choosing_event_options(command: Callable[..., None]) -> Callable[..., None]:
    """The same, for an event of all payments that conditions choose as well."""
    for decorate in (
        *_EVENT_OPTIONS,
        click.option("--yes", is_flag=True, help="Do not ask, with conditions."),
        click.option(
            "--dry-run", is_flag=True, help="List what the conditions choose, and change nothing."
        ),
        selection_options(period_only=False),
        click.argument("references", nargs=-1, metavar="[REFERENCE...]"),
    ):
        command = decorate(command)
    return command


@click.command()
@click.option(
    "--evidence", type=WHY, required=True, help="Where you saw it, such as “statement of 3 March”."
)
@_event_options
def confirm(system: System, references: tuple[str, ...], evidence: str, **options: Any) -> None:
    """Note that the money of the payments with these REFERENCEs has arrived; `-` reads them from
    stdin, one a line or as `payees payments` lists them.

    The payments stay as they were recorded; who, when and why is written beside them. The payers'
    pages show them as confirmed. A confirmed payment can still be reversed, and `payees undo`
    takes a mistake back.

    Nothing is written if a reference means no payment or several, unless you say --skip. If it is
    stopped, the same command goes on where it was.

    \b
    payees confirm 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --evidence "bank statement of 3 March, line 14"
    payees confirm - --evidence "statement of March" <arrived.txt
    payees payments --payer asha --since 7d | payees confirm - --evidence "cash, counted"
    """
    _become(system, references, EventStatus.CONFIRMED, evidence, **options)


@click.command()
@click.option("--reason", type=WHY, help="Why, such as “never arrived” or “paid twice”.")
@_choosing_event_options
def reverse(
    system: System,
    references: tuple[str, ...],
    reason: str | None,
    selection: Selection,
    *,
    dry_run: bool,
    yes: bool,
    **options: Any,
) -> None:
    """Take back the payments with these REFERENCEs: totals leave them out from now on. `-` reads
    them from stdin, one a line or as `payees payments` lists them.

    In place of REFERENCEs, conditions choose the payments, as after many made-up ones: those that
    are claimed, unless --status says otherwise. It says how many they are, and asks.

    The payments stay as they were recorded; who, when and why is written beside them. The payers'
    pages show them as reversed. No money moves by this. `payees undo` takes a mistake back.

    Nothing is written if a reference means no payment or several, unless you say --skip. If it is
    stopped, the same command goes on where it was.

    \b
    payees reverse 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --reason "paid twice"
    payees reverse --payer "buy now" --since 2h --dry-run
    payees reverse --payer "buy now" --since 2h --reason spam
    """
    status, why = EventStatus.REVERSED, reason or ""
    if not (why or dry_run):
        raise click.UsageError("Say why: --reason, such as “never arrived”.")
    if references:
        if dry_run or yes or replace(selection, since=None) != Selection():
            raise click.UsageError("Give either REFERENCEs or conditions, such as --payer.")
        _become(system, references, status, why, since=selection.since, **options)
        return
    if selection == Selection():
        raise click.UsageError("Say which: REFERENCEs, or conditions such as --payer and --since.")
    chosen = _choose(system, options["payee_id"], selection)
    if dry_run:
        rows = (listing_row(one, with_payee=True) for one in chosen)
        print_listing(
            Listing(COLUMNS, rows, CSV_COLUMNS, map(listing_document, chosen)),
            "json" if options["as_json"] else None,
            bom=False,
        )
        click.echo(f"Would reverse {_sums(chosen)}. Nothing was changed.", err=True)
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                f"{_sums(chosen)}: --dry-run lists them, --yes reverses them. Nothing was changed."
            )
        click.confirm(f"Reverse {_sums(chosen)}, in {system}?", abort=True, err=True)
    found = Found([(one.payment.payment_id.reference, one) for one in chosen], [])
    by = options["by"] or own_name()
    _write(system, found, status, why, by=by, as_json=options["as_json"])


def _choose(system: System, payee_id: str | None, selection: Selection) -> list[History]:
    """In the order of time. Raises Failure if there are none."""
    if selection.status is None:
        selection = replace(selection, status=PaymentStatus.CLAIMED)
    histories = read_histories(system, payees_to_read(system, payee_id), selection)
    chosen = sorted(histories, key=lambda one: one.payment.recorded_at)
    if not chosen:
        raise Failure(f"No {selection.status} payments are such, in {system}. Nothing was changed.")
    return chosen


def _sums(histories: Sequence[History]) -> str:
    """How many they are, and what of each currency."""
    count = len(histories)
    sums = sums_of(one.payment.money for one in histories)
    return f"{count} payment{'' if count == 1 else 's'}, {sums}"


@click.command()
@click.option("--reason", type=WHY, required=True, help="Why, such as “it was another Asha's”.")
@_event_options
def undo(system: System, references: tuple[str, ...], reason: str, **options: Any) -> None:
    """Take back the last confirm or reverse of the payments with these REFERENCEs: each is again
    what it was before. `-` reads them from stdin, one a line or as `payees payments` lists them.

    What was said stays to be read, and so does that it was taken back, by whom, when and why. The
    same command again takes nothing more back; with another --reason it takes back the event
    before.

    Nothing is written if a reference means no payment or several, unless you say --skip. If it is
    stopped, the same command goes on where it was.

    \b
    payees undo 1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4 --reason "it was another Asha's"
    """
    _become(system, references, EventStatus.UNDONE, reason, **options)


def _become(
    system: System,
    references: tuple[str, ...],
    status: EventStatus,
    why: str,
    *,
    by: str | None,
    skip: bool,
    as_json: bool,
    **where: Any,
) -> None:
    by = by or own_name()
    typed = typed_references(references)
    found = find_all(system, typed, **where)
    if found.mistakes and not (skip and found.histories):
        raise Failure(_tell(found))
    _write(system, found, status, why, by=by, as_json=as_json)


def _write(
    system: System, found: Found, status: EventStatus, why: str, *, by: str, as_json: bool
) -> None:
    planned = plan_events(found.histories, status, by=by, why=why, now=datetime.now(UTC))
    if any(isinstance(event, Event) for event in planned):
        click.echo(f"Writing to {system} …", err=True)
    results = write_events(system.ledger(), found.histories, planned)
    if as_json:
        documents = [*map(_document, results), *map(_skipped_document, found.mistakes)]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
    if len(results) == 1 and not found.mistakes:
        _say_one(results[0])
    else:
        _say_many(results, found.mistakes, status)


def _tell(found: Found) -> str:
    """All that is wrong with what was typed."""
    if len(found.mistakes) == 1 and not found.histories:
        return found.mistakes[0].why
    mistakes = tell_mistakes(found.mistakes)
    count = len(found.mistakes) + len(found.histories)
    go_on = "mend them, or leave them out with --skip" if found.histories else "mend them"
    return (
        f"{mistakes}\n{len(found.mistakes)} of {count} references mean no one payment, and nothing "
        f"was written: {go_on}."
    )


def _say_one(result: Result) -> None:
    if result.outcome not in (Outcome.DONE, Outcome.ALREADY):
        raise Failure(result.detail)
    click.echo(result.detail, err=True)
    click.echo(f"Next: {look_command(result.history)}", err=True)


def _say_many(results: Sequence[Result], mistakes: Sequence[Mistake], status: EventStatus) -> None:
    """A line for each that is not as it was wanted, and one that counts."""
    for result in results:
        if result.outcome in (Outcome.REFUSED, Outcome.UNKNOWN):
            click.echo(result.detail, err=True)
    if mistakes:
        click.echo(tell_mistakes(mistakes), err=True)
    counts, said = count_outcomes(results, str(status))
    if mistakes:
        said.append(f"{_SKIPPED} {len(mistakes)}")
    summary = f"{', '.join(said)}.".capitalize()
    if counts[Outcome.UNKNOWN] or counts[Outcome.WAITING]:
        raise Failure(f"{summary} The same command again goes on, and doubles nothing.")
    if counts[Outcome.REFUSED] or mistakes:
        raise Failure(summary)
    click.echo(summary, err=True)
    click.echo(f"Next: payees totals{same_system()}", err=True)


def _document(result: Result) -> dict[str, object]:
    payment = result.history.payment
    is_known = result.outcome is not Outcome.UNKNOWN
    return {
        "typed": result.typed,
        "payee_id": payment.payee_id,
        "payment_id": payment.payment_id.text,
        "reference": payment.payment_id.reference,
        "result": result.outcome,
        "status": result.history.status if is_known else None,
        "detail": result.detail,
    }


def _skipped_document(mistake: Mistake) -> dict[str, object]:
    unknown = dict.fromkeys(("payee_id", "payment_id", "reference", "status"))
    return {"typed": mistake.typed, "result": _SKIPPED, "detail": mistake.why, **unknown}
