"""`payees export`: everything in the ledger, for keeping, and held against it later."""

import json
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from cli.copying.copied_system import CopiedSystem, Readable, is_archive, readable_options
from cli.copying.exports import open_archive
from cli.copying.parquet import write_parquet
from cli.failure import Failure
from cli.files import replacing
from cli.guards import while_reading
from cli.listing import bom_option, fitting, print_documents
from cli.reading import payees_to_read, read_histories
from cli.system import same_system
from desk.comparison import Document, Kind, compare, sort_key
from desk.fields import EXPORT_COLUMNS
from desk.formats import BINARY, write_documents
from desk.selection import Selection
from desk.spreadsheet import BOM, NotRows, read_csv
from desk.tables import Column, Row, print_rows
from payments.documents import OPTIONAL_FIELDS, full_document
from payments.payee import PayeeId

_FORMATS = ["csv", "jsonl", "xlsx"]  # --compare reads the first two again
_DIFFERENCE = [Column(""), Column("payee"), Column("reference"), Column("found", is_words=True)]
PARQUET = "parquet"  # what other programs read fastest; a copy writes it
_SIGNS = {Kind.MISSING: "-", Kind.CHANGED: "!", Kind.ERASED: "x", Kind.SINCE: "+"}


@click.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice([*_FORMATS, PARQUET]),
    help="CSV, unless the name of --out ends otherwise; parquet needs --from.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write this file.")
@bom_option
@click.option(
    "--compare",
    "earlier",
    metavar="FILE|s3://BUCKET/PREFIX",
    help="Write nothing; say how the ledger differs from this earlier export, or archive.",
)
@readable_options("table", "registry", open_archive=open_archive)
def export(
    system: Readable, format_name: str | None, out: Path | None, earlier: str | None, *, bom: bool
) -> None:
    """Write every payment with all that became of it, payee by payee; times in UTC.

    With --compare, read an earlier export and say every difference: "-" is missing from the
    ledger, "!" has changed, both of which should never be and end with exit code 1; "x" was erased
    since, and "+" came since. That is the drill for a restored backup, and the proof that nothing
    was lost. It reads CSV and JSON lines, a workbook (xlsx) being for people to look at, and the
    latest export of an archive: what an address in S3, or a folder copied from there, has.

    With --from as well, one night of an archive is held against another, and no table is asked.

    \b
    payees export --format jsonl --out 2026-03-01.jsonl
    payees export --from ledger.duckdb --out 2026-03-01.parquet
    payees export --compare 2026-03-01.jsonl
    payees export --compare 2026-03-01.jsonl --table restored --registry registry
    payees export --compare s3://archive/ledger
    payees export --compare s3://archive/ledger/night=2026-03-01T01:15:00Z --from s3://archive/ledger
    """
    if earlier:
        if out or bom:
            raise click.UsageError("--compare writes no file.")
        _report_differences(system, earlier)
    elif PARQUET in (format_name, _format_of(out) if out else None):
        if out is None or not isinstance(system, CopiedSystem):
            raise click.UsageError("Parquet is written by a copy: say --from FILE and --out FILE.")
        with replacing(out, private=True) as file:
            count = write_parquet(system, Path(file.name))
        click.echo(f"{count} payment{'' if count == 1 else 's'} of {system} in {out}.", err=True)
    elif out:
        _write_file(system, out, format_name or _format_of(out), bom=bom)
    else:
        form = format_name or _FORMATS[0]
        print_documents(_standing(system, set()), EXPORT_COLUMNS, form, bom=bom)


def _format_of(out: Path) -> str:
    """What its name promises; CSV if that is none of our formats."""
    ending = out.suffix.removeprefix(".").lower()
    return ending if ending in (*_FORMATS, PARQUET) else _FORMATS[0]


def _standing(system: Readable, more: set[PayeeId]) -> Iterator[Document]:
    """Every payment of every payee ever published, and of `more`."""
    payee_ids = sorted({*payees_to_read(system, None), *more})
    return map(full_document, read_histories(system, payee_ids, Selection()))


def _write_file(system: Readable, out: Path, format_name: str, *, bom: bool) -> None:
    """The whole export or none: a file that is cut short would look like one."""
    documents = _standing(system, set())
    with fitting(), replacing(out, private=True) as file:
        count = write_documents(file, documents, EXPORT_COLUMNS, format_name, bom=bom)
    payments = f"{count} payment{'' if count == 1 else 's'}"
    click.echo(f"{payments} of {system} in {out}.", err=True)
    if format_name != BINARY:
        click.echo(f"Next, some day: payees export --compare {out}{same_system()}", err=True)


def _report_differences(system: Readable, earlier: str) -> None:
    read = _reader_of(earlier)
    click.echo(f"Comparing {earlier} with {system} …", err=True)
    try:
        exported = Counter(PayeeId(document["payee_id"]) for document in read())
        counts: Counter[Kind] = Counter()

        def rows() -> Iterator[Row]:
            for found in compare(read(), _standing(system, set(exported))):
                counts[found.kind] += 1
                yield _SIGNS[found.kind], found.payee_id, found.reference, found.detail

        with while_reading():
            if sys.stdout.isatty():
                print_rows(_DIFFERENCE, rows())
            else:
                for row in rows():
                    click.echo("\t".join(row))
    except NotRows as error:
        raise Failure(f"{earlier}:{error}; this is no export as it was written.") from error
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in Kind)
    if counts[Kind.MISSING] or counts[Kind.CHANGED]:
        raise Failure(f"The ledger is not what it was: {summary}.")
    if counts[Kind.SINCE] and not exported:
        raise Failure(f"{earlier} has no payments, so it proves nothing: {summary}.")
    click.echo(
        f"Of the {exported.total()} payments in {earlier} none is missing and none has changed; "
        + (f"{counts[Kind.ERASED]} erased, " if counts[Kind.ERASED] else "")
        + f"{counts[Kind.SINCE]} since.",
        err=True,
    )


def _reader_of(earlier: str) -> Callable[[], Iterator[Document]]:
    """What reads its payments, in order, as often as one likes."""
    if is_archive(earlier):
        archive = open_archive(earlier)
        return lambda: _standing(archive, set())
    if not (path := Path(earlier)).exists():
        raise click.BadParameter(f"There is no {earlier}.", param_hint="--compare")
    return lambda: _read_export(path)


def _read_export(path: Path) -> Iterator[Document]:
    """The payments of an export in either format, in order. Raises NotRows."""
    if zipfile.is_zipfile(path):
        raise Failure(f"{path} is a workbook: --compare reads exports in CSV or JSON lines.")
    last = ("", "")
    for line, document in _read_documents(path):
        try:
            key = sort_key(document)
            has_all = document.keys() == set(EXPORT_COLUMNS)
            is_whole = has_all and isinstance(document["events"], list)
        except (KeyError, TypeError, AttributeError):
            is_whole = False
        if not is_whole:
            raise NotRows(f"{line}: must have {', '.join(EXPORT_COLUMNS)}")
        if key <= last:
            raise NotRows(f"{line}: is not in the order of payee and payment id")
        last = key
        yield document


def _read_documents(path: Path) -> Iterator[tuple[int, Document]]:
    line = 1
    try:
        with path.open(encoding="utf-8", newline="") as file:
            first = file.read(1)
            if first != BOM:
                file.seek(0)
            if first in ("{", ""):  # JSON lines; those of no payments are nothing at all
                for line, text in enumerate(file, start=1):
                    yield line, json.loads(text)
            else:
                for line, row in read_csv(file, list(EXPORT_COLUMNS)):
                    unsaid = {name: None for name in OPTIONAL_FIELDS if not row[name]}
                    yield line, {**row, **unsaid, "events": json.loads(row["events"])}
    except json.JSONDecodeError as error:
        raise NotRows(f"{line}: {error.msg}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path} cannot be read: {error}.") from error
