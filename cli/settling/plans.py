"""Plans as files: read whoever saved them, and written again without losing what was decided."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from cli.failure import Failure
from cli.files import replacing
from cli.settling.planning import Found
from cli.system import same_system
from desk.deciding.plan import said_in
from desk.deciding.review import carry_over, plan_review
from desk.deciding.sheet import PLAN_COLUMNS, Sheet, parse_sheet
from desk.fields import counted
from desk.formats import write_documents
from desk.settling.case import Grade
from desk.spreadsheet import NotRows

USUAL_PLAN = Path("plan.csv")


def plan_text(path: Path) -> str:
    """Raises UnicodeDecodeError."""
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return content.decode(encoding)


def load_sheet(path: Path) -> Sheet:
    """Raises Failure."""
    if not path.is_file():
        raise Failure(
            f"There is no {path}: `payees reconcile STATEMENT --review` writes it, or name it with "
            "--plan."
        )
    with told_rows(path):
        return parse_sheet(plan_text(path))


@contextmanager
def told_rows(path: Path) -> Iterator[None]:
    """Raises Failure for what cannot be meant in a plan."""
    try:
        yield
    except NotRows as error:
        raise Failure(f"{path}:{error}. Nothing was changed.") from error
    except UnicodeDecodeError as error:
        raise Failure(
            f"{path} is no UTF-8: save it as “CSV UTF-8”. Nothing was changed."
        ) from error


def write_plan(found: Found, path: Path) -> None:
    """Write a plan of what was found; what was decided in one that stands at `path` stays decided.

    Raises Failure if that would be lost: it is the plan of other statements then."""
    stands = path.is_file() and path.stat().st_size
    content = _decided_as(path, found).content() if stands else None
    with replacing(path, private=True) as file:
        if content is None:  # row by row: a plan may be as large as its statement
            _write_rows(file, found)
        else:
            file.write(content)


def _decided_as(path: Path, found: Found) -> Sheet:
    out = io.BytesIO()
    _write_rows(out, found)
    sheet = parse_sheet(out.getvalue().decode())
    settled = {line.fingerprint for line in found.matching.settled}
    with told_rows(path):
        lost = set(carry_over(load_sheet(path), sheet, found.lines())) - settled
    if lost:
        raise Failure(
            f"{path} has decisions about {counted(len(lost), 'line')} not in these statements, "
            "or settled otherwise by now: name another file with --plan, or remove it. "
            "Nothing was changed."
        )
    return sheet


def _write_rows(out: BinaryIO, found: Found) -> None:
    write_documents(out, found.rows(), PLAN_COLUMNS, "csv", bom=True)


def tell_next(found: Found, plan: Path | None) -> None:
    """What to type after a plan was written, or only looked at."""
    apply = f"payees reconcile --apply {plan or USUAL_PLAN}{same_system()}"
    if plan is None:
        first = f"payees reconcile … --plan {USUAL_PLAN}, then "
        click.echo(f"Nothing was written. Next: {first}{apply}", err=True)
        return
    review = f"payees reconcile --review --plan {plan}{same_system()}, then "
    first = review if found.matching.asks or found.unrecorded else ""
    click.echo(f"{plan} is written, and nothing is confirmed yet. Next: {first}{apply}", err=True)


def tell_open(path: Path, *, likely: bool) -> None:
    """What a plan leaves open that was applied, with what is `likely`, if that was left out."""
    with told_rows(path):
        sheet = load_sheet(path)
        asked = len(plan_review(sheet, include_likely=False).open())
        some = sum(
            row["grade"] == Grade.LIKELY and not said_in(number, row["settle"])
            for number, row in sheet.cells()
        )
    left = [f"{counted(asked, 'line')} to be asked about (--review)"] if asked else []
    left += [f"{some} likely (--include likely)"] if likely and some else []
    if left:
        click.echo(f"{path} leaves open: {', '.join(left)}.", err=True)
