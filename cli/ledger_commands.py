"""`payees payments`: what the ledger holds."""

import json
import sys

import click

from cli.failure import Failure
from cli.system import System, system_options
from payments.payee import PayeeId, parse_payee_id
from payments.payment import Payment, payment_document
from payments.refusals import InvalidValue, LedgerUnavailable

_COLUMNS = ("recorded", "payer", "amount", "reason", "reference")
_ROOM_FOR_WORDS = 23  # for payer and reason, and the gaps


@click.command(short_help="List what is recorded for a payee.")
@click.argument("payee_id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one array.")
@system_options("table")
def payments(system: System, payee_id: str, *, as_json: bool) -> None:
    """List the payments recorded for PAYEE_ID: time, payer, amount, reason, reference.

    A table on a terminal, tab-separated lines in a pipe.
    """
    rows = _load_payments(system, payee_id)
    if as_json:
        click.echo(
            json.dumps(
                [payment_document(payment) for payment in rows], ensure_ascii=False, indent=2
            )
        )
    elif sys.stdout.isatty():
        print_payments(rows)
    else:
        for payment in rows:
            click.echo("\t".join(_cells(payment, precise=True)))
    if not rows:
        click.echo(f"No payments are recorded for {payee_id} in {system} yet.", err=True)


def _load_payments(system: System, text: str) -> list[Payment]:
    try:
        payee_id = parse_payee_id(text)
        if system.registry().find(payee_id) is None:
            raise InvalidValue("is not in the registry: `payees publish` puts a payee there")
        return [history.payment for history in system.ledger().histories(PayeeId(payee_id))]
    except InvalidValue as error:
        raise Failure(f"No payee “{text}” in {system}: it {error}.") from error
    except LedgerUnavailable as error:
        raise Failure(f"The ledger could not be read: {error}") from error


def _cells(payment: Payment, *, precise: bool) -> tuple[str, ...]:
    moment = payment.recorded_at.astimezone()
    offset = moment.strftime("%z")
    return (
        moment.isoformat(sep=" ", timespec="seconds")
        if precise
        else f"{moment:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}",
        payment.payer_id,
        str(payment.money),
        payment.reason,
        payment.payment_id.reference,
    )


def print_payments(rows: list[Payment]) -> None:
    """A row each where the terminal is wide enough, else a block each: nothing is ever cut off,
    least of all an amount because of a long name."""
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415 (68 ms, and only for a terminal)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    cells = [_cells(payment, precise=False) for payment in rows]
    whole = [max((cell_len(row[column]) for row in cells), default=0) for column in (0, 2, 4)]
    if console.width < sum(whole) + _ROOM_FOR_WORDS:
        for row in cells:
            for name, cell in zip(_COLUMNS, row, strict=True):
                console.print(Text(f"{name:<10}{cell}"), overflow="fold")
            console.print()
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in _COLUMNS:
        is_words = name in ("payer", "reason")
        table.add_column(
            name,
            justify="right" if name == "amount" else "left",
            no_wrap=not is_words,
            overflow="fold",
        )
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)
