"""Plans as files: read whoever saved them, and written again without losing what was decided."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.failure import Failure
from cli.settling.planning import Found
from desk.deciding.review import carry_over
from desk.deciding.sheet import PLAN_COLUMNS, Sheet, parse_sheet
from desk.fields import counted
from desk.formats import write_documents
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


def plan_sheet(found: Found, path: Path) -> Sheet:
    """A plan of what was found; what was decided in one that stands at `path` stays decided.

    Raises Failure if that would be lost: it is the plan of other statements then."""
    out = io.BytesIO()
    write_documents(out, found.rows(), PLAN_COLUMNS, "csv", bom=True)
    sheet = parse_sheet(out.getvalue().decode())
    if path.is_file() and path.stat().st_size:
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
