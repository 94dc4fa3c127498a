"""`payees import`: a market's list of vendors, as it is, into the roster."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from cli.editing.roster_editing import checked, edited, roster_text
from cli.failure import Failure
from cli.listing import Listing, print_listing
from cli.roster_file import count_payees, read_roster, roster_option
from desk.names import isolated
from desk.statements.line import Unreadable
from desk.statements.tables.text_table import decode, read_rows
from desk.statements.tables.workbook_rows import read_workbook
from desk.tables import Column
from roster.importing.columns import KEYS, Columns, NoColumns, NumberedRow, find_columns
from roster.importing.planning import Import, PlannedRow, Verdict, plan_import
from roster.model import RosterInvalid

_DELIMITERS = ";,\t|"
_LOOKED_AT = 200
_SIGNS = {Verdict.NEW: "+", Verdict.CHANGED: "~", Verdict.SAME: "=", Verdict.UNCLEAR: "?"}
_FIELDS = ("row", "plan", "payee_id", "name", "notes")


def _parse_map(
    ctx: click.Context, param: click.Parameter, texts: Sequence[str]
) -> list[tuple[str, str]]:
    said = []
    for text in texts:
        key, equals, head = (part.strip() for part in text.partition("="))
        if not (equals and head) or key not in KEYS:
            raise click.BadParameter(
                f'“{text}”: write such as name="Vendor Name" or upi=4; a column can be '
                f"{', '.join(KEYS)}.",
                ctx,
                param,
            )
        said.append((key, head))
    return said


@click.command("import")
@click.argument(
    "file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--map",
    "said",
    multiple=True,
    metavar="KEY=HEAD",
    callback=_parse_map,
    help="Which column is what, by its head or its number; else known heads. Say it for each.",
)
@click.option("--encoding", metavar="NAME", help="The characters of a CSV, such as cp1252.")
@click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing.")
@click.option("--skip", is_flag=True, help="Leave out what is unclear, and write the rest.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON, all of it.")
@roster_option
def import_(
    *,
    file: Path,
    said: list[tuple[str, str]],
    encoding: str | None,
    dry_run: bool,
    skip: bool,
    as_json: bool,
    roster_path: Path,
) -> None:
    """Take the vendors of FILE, CSV or Excel's .xlsx, into payees.yaml: each gets an id, a name and
    what there is of a description, amounts and accounts. Comments, order and other lines stay.

    Who is in the roster already is the same, or changed: found by id, or by name with what tells
    people of one name apart. An empty cell changes nothing, and nobody is removed. What is unclear
    is told with its row, and nothing is written until it is mended, or left out with --skip.

    \b
    payees import vendors.xlsx --dry-run
    payees import vendors.csv --map name="Vendor Name" --map description=Goods --map upi=5
    payees import vendors.csv --skip
    """
    before = read_roster(roster_path)
    text = roster_text(roster_path)
    try:
        rows, how = _read(file, encoding)
        columns = find_columns(rows, said)
    except Unreadable as error:
        raise Failure(f"{error}\nNothing was changed.") from error
    except NoColumns as error:
        raise Failure(f"{file}: {error}.\nNothing was changed.") from error
    click.echo(f"{file}: {how}; {_describe(columns)}", err=True)
    plans: list[Import] = []

    def plan(text: str) -> str:
        plans.append(plan_import(text, str(roster_path), before, columns, rows))
        return plans[0].text

    try:
        new_text = edited(roster_path, plan)
    except RosterInvalid as error:
        raise Failure(f"{error}\nNothing was changed: that would be no valid roster.") from error
    [planned] = plans
    _show(planned, as_json=as_json)
    _tell(planned, file, roster_path, would=dry_run)
    unclear = planned.count(Verdict.UNCLEAR)
    if unclear and not skip:
        rows_ = f"the {unclear} rows that are unclear" if unclear > 1 else "the row that is unclear"
        raise Failure(f"Nothing was changed: mend {rows_}, or leave out what is with --skip.")
    if dry_run:
        click.echo("Nothing was changed: that was a dry run.", err=True)
    elif new_text == text:
        click.echo(f"{roster_path} says all of it already: nothing was changed.", err=True)
    else:
        touched = {row.payee_id for row in planned.rows if row.verdict is not Verdict.SAME}
        edit = checked(roster_path, new_text, before, touched)
        edit.keep()
        click.echo(f"Wrote {roster_path}: {count_payees(edit.after)}, no mistakes.", err=True)
        click.echo("Next: payees publish --dry-run", err=True)


def _read(file: Path, encoding: str | None) -> tuple[list[NumberedRow], str]:
    """The rows, and how they were understood. Raises Unreadable."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"{file} cannot be read ({error.strerror}).") from error
    if data.startswith(b"PK\x03\x04"):
        return list(read_workbook(io.BytesIO(data), str(file))), "a workbook"
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Unreadable(f"{file}: this is no CSV and no .xlsx: save it as one of the two.")
    text, name = decode(data, str(file), encoding)
    if not text.strip():
        raise Unreadable(f"{file}: the file is empty.")
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) <= len("sep=;"):  # Excel's own hint
        delimiter, text = first[4:5].strip("\r") or "\t", f"\n{rest}"
    else:
        delimiter = _delimiter(text)
    rows, delimiter = read_rows(text, str(file), delimiter)
    separator = {"\t": "tabs"}.get(delimiter, f"“{delimiter}”")
    return list(rows), f"{name}, columns by {separator}"


def _delimiter(text: str) -> str:
    """The one by which most rows have the most common number of cells."""
    start = "\n".join(text.splitlines()[:_LOOKED_AT])

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = csv.reader(io.StringIO(start), delimiter=delimiter)
            widths = Counter(len(row) for row in rows if len(row) > 1)
        except csv.Error:
            return 0, 0
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(_DELIMITERS, key=score)


def _describe(columns: Columns) -> str:
    """Which column was taken for what."""

    def called(place: int) -> str:
        head = columns.heads[place] if place < len(columns.heads) else ""
        return f"“{isolated(head)}”" if head else f"column {place + 1}"

    parts = [
        f"{key} is {' and '.join(map(called, places))}" for key, places in columns.places.items()
    ]
    unused = ", ".join(f"“{isolated(head)}”" for head in columns.unused)
    return ", ".join(parts) + (f"; not used: {unused}" if unused else "")


def _show(planned: Import, *, as_json: bool) -> None:
    """What happens, a row for each vendor; of those who stay the same only as JSON."""
    shown = [row for row in planned.rows if as_json or row.verdict is not Verdict.SAME]
    columns = (
        Column("row", is_number=True),
        Column("plan"),
        Column("id"),
        Column("name", is_words=True),
        Column("what", is_words=True),
    )
    listing = Listing(columns, map(_row, shown), _FIELDS, map(_document, shown))
    print_listing(listing, "json" if as_json else None, bom=False)


def _row(row: PlannedRow) -> tuple[str, ...]:
    plan = f"{_SIGNS[row.verdict]} {row.verdict}"
    return str(row.row), plan, row.payee_id, row.name, "; ".join(row.notes)


def _document(row: PlannedRow) -> dict[str, object]:
    return {
        "row": row.row,
        "plan": str(row.verdict),
        "payee_id": row.payee_id,
        "name": row.name,
        "notes": "; ".join(row.notes),
    }


def _tell(planned: Import, file: Path, roster_path: Path, *, would: bool) -> None:
    counts = [f"{planned.count(one)} {one}" for one in Verdict if planned.count(one)]
    said = ", ".join(counts) or "nobody"
    click.echo(f"{file}{' would be' if would else ''}: {said}.", err=True)
    if planned.unnamed:
        click.echo(
            f"{planned.unnamed} of {roster_path} are not in {file}: they stay as they are.",
            err=True,
        )
