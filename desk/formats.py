"""Payments written out: a table for a terminal, CSV and JSON for programs. All of it streams."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import TextIO

import click

from desk.spreadsheet import BOM, write_csv
from desk.tables import Column, print_rows
from payments.documents import full_document
from payments.events import History, PaymentStatus

COLUMNS = (
    Column("recorded"),
    Column("payee"),
    Column("payer", is_words=True),
    Column("amount", is_number=True),
    Column("status"),
    Column("reason", is_words=True),
    Column("reference"),
)
CSV_COLUMNS = (
    "recorded_at",
    "payee_id",
    "payer_id",
    "amount",
    "currency",
    "status",
    "reason",
    "reference",
)


def format_options(command: Callable[..., None]) -> Callable[..., None]:
    """--format, --json and --bom, handed to the command as `form` and `bom`."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "jsonl", "json"]),
        help="A table on a terminal, CSV in a pipe, unless told otherwise.",
    )
    as_json = click.option("--json", "form", flag_value="json", help="Print JSON, one array.")
    bom = click.option(
        "--bom", is_flag=True, help="Begin CSV with a byte order mark, for old Excel."
    )
    return form(as_json(bom(command)))


def choose_form(form: str | None) -> str:
    return form or ("table" if sys.stdout.isatty() else "csv")


def local_time(moment: datetime) -> str:
    """In this machine's zone, with the offset, for people: `2026-03-01 15:00 +05:30`."""
    moment = moment.astimezone()
    offset = moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def local_iso(moment: datetime) -> str:
    """The same for programs: `2026-03-01T15:00:00.123+05:30`."""
    return moment.astimezone().isoformat(timespec="milliseconds")


def history_row(history: History, *, with_payee: bool) -> tuple[str, ...]:
    payment = history.payment
    return (
        local_time(payment.recorded_at),
        payment.payee_id if with_payee else "",
        payment.payer_id,
        str(payment.money),
        "" if history.status is PaymentStatus.CLAIMED else history.status,
        payment.reason,
        payment.payment_id.reference,
    )


def local_document(history: History) -> dict[str, object]:
    return full_document(history) | {"recorded_at": local_iso(history.payment.recorded_at)}


def print_histories(
    histories: Iterable[History], form: str | None, *, bom: bool, with_payee: bool
) -> int:
    """Print payments as they are read; gives their number."""
    form = choose_form(form)
    if form == "table":
        rows = (history_row(history, with_payee=with_payee) for history in histories)
        return print_rows(COLUMNS, rows)
    documents = (local_document(history) for history in histories)
    return write_documents(documents, form, CSV_COLUMNS, bom=bom)


def write_documents(
    documents: Iterable[Mapping[str, object]],
    form: str,
    columns: Sequence[str],
    *,
    bom: bool = False,
    out: TextIO | None = None,
) -> int:
    """Write `documents` to `out`, or else to stdout, one at a time; gives their number.

    CSV has `columns` of them.
    """
    out = out or _stdout_in_utf8()
    if form == "csv":
        out.write(BOM if bom else "")
        rows = ([_cell(document[name]) for name in columns] for document in documents)
        return write_csv(out, columns, rows)
    return _write_json(out, documents, one_a_line=form == "jsonl")


def _stdout_in_utf8() -> TextIO:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write_json(out: TextIO, documents: Iterable[Mapping[str, object]], *, one_a_line: bool) -> int:
    count = 0
    for document in documents:
        separator = "" if one_a_line else ",\n" if count else "[\n"
        out.write(separator + json_line(document) + ("\n" if one_a_line else ""))
        count += 1
    if not one_a_line:
        out.write("\n]\n" if count else "[]\n")
    return count


def json_line(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False)
