"""A file of DuckDB's with a copy of a ledger: what is in it, and opening it.

    payments, events   as desk.questions names their columns; payments have their status, too
    kept               rows of other kinds as they are: payees, the labels of tills, cash counts
    copy               one row: of which ledger, and of when

It is private to who made it, changes in one transaction or not at all, and is never older in one
part than in another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.failure import Failure
from payments.times import from_unix_milliseconds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REQUIREMENT = "duckdb>=1.4"
FORMAT = 1
_CREATE = """\
CREATE TABLE copy (format INTEGER, source VARCHAR, synced_ms BIGINT, is_clear BOOLEAN);
CREATE TABLE payments (
  payee_id VARCHAR, payment_id VARCHAR, payer_id VARCHAR, amount_minor BIGINT, currency VARCHAR,
  reason VARCHAR, recorded_ms BIGINT, method VARCHAR, bank_reference VARCHAR, is_erased BOOLEAN,
  status VARCHAR);
CREATE TABLE events (
  payee_id VARCHAR, payment_id VARCHAR, number BIGINT, status VARCHAR, said_by VARCHAR,
  why VARCHAR, recorded_ms BIGINT, fingerprint VARCHAR, bank_id VARCHAR, booked_on VARCHAR,
  evidence_minor BIGINT, evidence_currency VARCHAR);
CREATE TABLE kept (pk VARCHAR, sk VARCHAR, item VARCHAR);
"""


@dataclass(frozen=True, slots=True)
class CopyState:
    """Of which ledger, and of when; and whether nothing of what was erased is left in the file."""

    source: str
    synced_at: datetime
    is_clear: bool


@contextmanager
def opened(path: Path, *, to_write: bool = False) -> Iterator["DuckDBPyConnection"]:
    """The copy in `path`, which is made if it is to be written and is not there. Raises Failure."""
    try:
        import duckdb  # noqa: PLC0415 (of 60 MB, and few need it)
    except ModuleNotFoundError as error:
        raise Failure(_missing()) from error
    if not to_write and not path.is_file():
        raise Failure(f"There is no copy {path}: `payees sync {path}` makes one.")
    former = os.umask(0o077)  # it has names in it, and so has what DuckDB writes beside it
    try:
        try:
            connection = duckdb.connect(path, read_only=not to_write)
        except duckdb.Error as error:
            raise Failure(_unusable(path, error)) from error
        try:
            if to_write and not connection.execute("SHOW TABLES").fetchone():
                connection.execute(f"BEGIN; {_CREATE} COMMIT")
            _check_format(connection, path)
            yield connection
        except duckdb.Error as error:
            raise Failure(_unusable(path, error)) from error
        finally:
            connection.close()
    finally:
        os.umask(former)


def state_of(connection: "DuckDBPyConnection") -> CopyState | None:
    """None before the first sync is done."""
    row = connection.execute("SELECT source, synced_ms, is_clear FROM copy").fetchone()
    return CopyState(row[0], from_unix_milliseconds(row[1]), row[2]) if row else None


def _check_format(connection: "DuckDBPyConnection", path: Path) -> None:
    tables = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    if not {"copy", "payments", "events", "kept"} <= tables:
        raise Failure(f"{path} is a database of something else: name another file.")
    row = connection.execute("SELECT format FROM copy").fetchone()
    if row and row[0] != FORMAT:
        raise Failure(f"{path} was made by another version: remove it, and sync anew.")


def _missing() -> str:
    from cli.installation import install_command  # noqa: PLC0415 (slow)

    return (
        "A copy needs DuckDB, which is not installed here (it is large, and nothing else needs "
        f"it): get it with\n{install_command([REQUIREMENT])}"
    )


def _unusable(path: Path, error: Exception) -> str:
    first = str(error).splitlines()[0]
    if "lock" in first.lower():
        return f"{path} is in use by another `payees`: wait until that one is done."
    return f"{path} cannot be used as a copy ({first}): name another file, or sync into a new one."
