"""`payees payments`: what the ledger holds."""

import json
import sys

import click

from cli.failure import Failure
from cli.system import System, system_options
from payments.payee import PayeeId, parse_payee_id
from payments.payment import Payment, payment_document
from payments.refusals import InvalidValue, LedgerUnavailable


@click.command()
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
        _print_table(rows)
    else:
        for payment in rows:
            click.echo("\t".join(_cells(payment)))
    if not rows:
        click.echo(f"No payments are recorded for {payee_id} in {system} yet.", err=True)


def _load_payments(system: System, text: str) -> list[Payment]:
    try:
        payee_id = parse_payee_id(text)
        if system.registry().find(payee_id) is None:
            raise InvalidValue("is not in the registry: `payees publish` puts a payee there")
        return list(system.ledger().payments(PayeeId(payee_id)))
    except InvalidValue as error:
        raise Failure(f"No payee “{text}” in {system}: it {error}.") from error
    except LedgerUnavailable as error:
        raise Failure(f"The ledger could not be read: {error}") from error


def _cells(payment: Payment) -> tuple[str, ...]:
    return (
        payment.recorded_at.astimezone().isoformat(sep=" ", timespec="seconds"),
        payment.payer_id,
        str(payment.money),
        payment.reason,
        payment.payment_id.reference,
    )


def _print_table(rows: list[Payment]) -> None:
    from rich.console import Console  # noqa: PLC0415 (68 ms, and only for a terminal)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    if not rows:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("recorded", "payer", "amount", "reason", "reference"):
        table.add_column(
            name, justify="right" if name == "amount" else "left", no_wrap=name != "reason"
        )
    for payment in rows:
        table.add_row(*map(Text, _cells(payment)))
    Console().print(table)
