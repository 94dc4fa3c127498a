"""Lists on stdout: a table for people, or one of the formats for programs."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from cli.failure import Failure
from desk.formats import BINARY, FORMATS, Documents, write_documents
from desk.tables import Column, Row, print_rows
from desk.workbook import NotForExcel

TABLE = "table"


@dataclass(frozen=True, slots=True)
class Listing:
    """The same twice, of which one is read: rows for people, documents for programs. `names` are
    those of the documents' fields that CSV has."""

    columns: Sequence[Column]
    rows: Iterable[Row]
    names: Sequence[str]
    documents: Documents


def format_options(command: Callable[..., None]) -> Callable[..., None]:
    """--format, --json and --bom, handed to the command as `format_name` and `bom`."""
    chosen = click.option(
        "--format",
        "format_name",
        type=click.Choice([TABLE, *FORMATS]),
        help="A table on a terminal, CSV in a pipe, unless told otherwise; xlsx is for Excel.",
    )
    as_json = click.option(
        "--json", "format_name", flag_value="json", help="Print JSON, one array."
    )
    return chosen(as_json(bom_option(command)))


def bom_option(command: Callable[..., None]) -> Callable[..., None]:
    """--bom, handed to the command as `bom`."""
    option = click.option(
        "--bom", is_flag=True, help="Begin CSV with a byte order mark, for old Excel."
    )
    return option(command)


def print_listing(listing: Listing, format_name: str | None, *, bom: bool) -> int:
    """Print it as it is read; gives the number of rows or documents."""
    if is_table(format_name):
        return print_rows(listing.columns, listing.rows)
    return print_documents(listing.documents, listing.names, format_name or "csv", bom=bom)


def is_table(format_name: str | None) -> bool:
    """Whether a person is to read it, not a program."""
    return format_name == TABLE or (format_name is None and sys.stdout.isatty())


def print_documents(
    documents: Documents, names: Sequence[str], format_name: str, *, bom: bool
) -> int:
    """Write them to stdout as they are read; gives their number."""
    if format_name == BINARY and sys.stdout.isatty():
        raise click.UsageError("A workbook is no text: write it to a file, such as >march.xlsx.")
    with fitting():
        return write_documents(sys.stdout.buffer, documents, names, format_name, bom=bom)


@contextmanager
def fitting() -> Iterator[None]:
    """Raises Failure for what no workbook holds."""
    try:
        yield
    except NotForExcel as error:
        raise Failure(f"No workbook holds all of it ({error}): take --format csv.") from error
