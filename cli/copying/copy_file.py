"""A file of DuckDB's with a copy of a ledger: what is in it, and opening it.

    payments, events   as desk.questions names their columns; payments have their status, too
    kept               rows of other kinds as they are: payees, the labels of tills, cash counts
    copy               one row: of which ledger, and of when; and `whole_ms`, when the ledger's
                       table was last passed over whole and all that was late had its mark

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
FORMAT = 2
_WITHOUT_WHOLE = 1
_CREATE = """\
CREATE TABLE copy (
  format INTEGER, source VARCHAR, synced_ms BIGINT, is_clear BOOLEAN, whole_ms BIGINT);
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
    """Of which ledger, and of when; and whether nothing of what was erased is left in the file.
    From `whole_at` on what was late can be found by its marks; None: it cannot."""

    source: str
    synced_at: datetime
    is_clear: bool
    whole_at: datetime | None = None


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
            _check_format(connection, path, to_write=to_write)
            yield connection
        except duckdb.Error as error:
            raise Failure(_unusable(path, error)) from error
        finally:
            connection.close()
    finally:
        os.umask(former)


def state_of(connection: "DuckDBPyConnection") -> CopyState | None:
    """None before the first sync is done."""
    row = connection.execute("SELECT * EXCLUDE format FROM copy").fetchone()
    if row is None:
        return None
    source, synced_ms, is_clear, *whole = row
    whole_at = from_unix_milliseconds(whole[0]) if whole and whole[0] is not None else None
    return CopyState(source, from_unix_milliseconds(synced_ms), is_clear, whole_at)


def _check_format(connection: "DuckDBPyConnection", path: Path, *, to_write: bool) -> None:
    """One of before `whole_ms` is read as it is, and gets it when it is next written."""
    tables = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    if not {"copy", "payments", "events", "kept"} <= tables:
        raise Failure(f"{path} is a database of something else: name another file.")
    row = connection.execute("SELECT format FROM copy").fetchone()
    if row and row[0] not in (_WITHOUT_WHOLE, FORMAT):
        raise Failure(f"{path} was made by another version: remove it, and sync anew.")
    if to_write:
        connection.execute("ALTER TABLE copy ADD COLUMN IF NOT EXISTS whole_ms BIGINT")
        connection.execute("UPDATE copy SET format = ? WHERE format <> ?", [FORMAT, FORMAT])


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
