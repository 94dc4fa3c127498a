"""DynamoDB's exports of a ledger, in a bucket or in a folder that was copied from one: a copy may
start from them, and the ledger be held against them; the table is not read for what they have.

An export is a folder with `manifest-summary.json`, which DynamoDB writes last, and
`manifest-files.json`, which lists what is in `data`
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html).
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import click
from botocore.exceptions import BotoCoreError, ClientError

from cli.copying.copied_system import ARCHIVES, CopiedSystem
from cli.copying.copy_file import CopyState, opened, state_of
from cli.copying.syncing import begin, finish, load_files, merge, source_of
from cli.failure import Failure
from cli.progress import progress_bar
from cli.system import System
from desk.fields import local_time
from payments.times import parse_time

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from backend.table import Item

_SUMMARY, _FILES = "manifest-summary.json", "manifest-files.json"
_ABOVE = "AWSDynamoDB/"  # the folder of exports below whatever prefix they were asked into


class Shelf(Protocol):
    """Where exports lie. Names of folders end in a slash, and that of all of it is empty."""

    def folders(self, above: str) -> list[str]: ...

    def read(self, name: str) -> bytes | None:
        """None if it is not there."""

    def fetch(self, name: str, path: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Bucket:
    client: "S3Client"
    name: str

    def folders(self, above: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=above, Delimiter="/"
        )
        return [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]

    def read(self, name: str) -> bytes | None:
        with suppress(self.client.exceptions.NoSuchKey):
            return self.client.get_object(Bucket=self.name, Key=name)["Body"].read()
        return None

    def fetch(self, name: str, path: Path) -> None:
        self.client.download_file(self.name, name, str(path))


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path

    def folders(self, above: str) -> list[str]:
        return [f"{above}{one.name}/" for one in (self.path / above).iterdir() if one.is_dir()]

    def read(self, name: str) -> bytes | None:
        with suppress(FileNotFoundError):
            return (self.path / name).read_bytes()
        return None

    def fetch(self, name: str, path: Path) -> None:
        shutil.copyfile(self.path / name, path)


@dataclass(frozen=True, slots=True)
class Export:
    """One that is complete: `items` rows of the table at `exported_at`, so many in each file."""

    folder: str
    table: str
    items: int
    exported_at: datetime
    files: tuple[tuple[str, int], ...]


def start_from_export(system: System, path: Path, address: str) -> Export:
    """Make `path` a copy of what the latest export below `address` holds. Raises Failure: also if
    rows are missing from it, or it is of another table."""
    with _reading(address):
        shelf, export = _find(address, system)
        if export.table != system.ledger_table:
            raise Failure(f"The export is of table {export.table}, not of {system.ledger_table}.")
        with opened(path, to_write=True) as copy:
            if state_of(copy):
                raise Failure(f"{path} is a copy already: --from-archive starts a new one.")
        _load(shelf, export, path, source_of(system))
    return export


def open_archive(address: str) -> CopiedSystem:
    """The latest export below `address`, read into a copy that is gone when the command ends.
    Raises Failure."""
    folder = click.get_current_context().with_resource(TemporaryDirectory(prefix="payees-archive-"))
    path = Path(folder) / "archive.duckdb"
    with _reading(address):
        shelf, export = _find(address, System())
        _load(shelf, export, path, f"table {export.table}")
    at = f"{address}, {export.items} rows of table {export.table} on "
    click.echo(f"From {at}{local_time(export.exported_at)}.", err=True)
    return CopiedSystem(path, CopyState(export.table, export.exported_at, is_clear=True), address)


def exports_in(shelf: Shelf, folder: str) -> list[str]:
    """The folders of the exports that were asked into `folder`, complete or not."""
    return sorted(shelf.folders(f"{folder}{_ABOVE}"))


def load_export(shelf: Shelf, folder: str) -> Export | None:
    """The one in `folder`, None if none or no complete one is there."""
    summary = shelf.read(f"{folder}{_SUMMARY}")
    files = shelf.read(f"{folder}{_FILES}")
    if summary is None or files is None:
        return None
    manifest = json.loads(summary)
    return Export(
        folder,
        manifest["tableArn"].rpartition("/")[2],
        int(manifest["itemCount"]),
        parse_time(manifest["exportTime"]),
        tuple(_parse_files(folder, files)),
    )


def _parse_files(folder: str, text: bytes) -> Iterator[tuple[str, int]]:
    """A copied folder may stand elsewhere than the keys of the bucket say."""
    for line in filter(None, text.splitlines()):
        entry = json.loads(line)
        yield f"{folder}data/{entry['dataFileS3Key'].rpartition('/')[2]}", int(entry["itemCount"])


def _find(address: str, system: System) -> tuple[Shelf, Export]:
    shelf: Shelf
    if address.startswith(ARCHIVES):
        bucket, _, prefix = address.removeprefix(ARCHIVES).partition("/")
        shelf = Bucket(system.s3(), bucket)
        prefix = prefix.rstrip("/") + "/" if prefix else ""
    else:
        shelf, prefix = Folder(Path(address)), ""
    export = _latest(shelf, prefix)
    if export is None:
        raise Failure(f"No complete export lies below {address}: it has no {_SUMMARY}.")
    return shelf, export


def _latest(shelf: Shelf, folder: str) -> Export | None:
    """The last by name: nights' folders, and DynamoDB's own for exports, begin with their time."""
    if export := load_export(shelf, folder):
        return export
    below = sorted(shelf.folders(folder), reverse=True)
    return next((found for one in below if (found := _latest(shelf, one))), None)


def _load(shelf: Shelf, export: Export, path: Path, source: str) -> None:
    with opened(path, to_write=True) as copy:
        begin(copy)
        has_marks = False
        kept: list[Item] = []
        with (
            TemporaryDirectory(prefix=".payees-sync-", dir=path.parent) as folder,
            progress_bar("Reading the archive") as show,
        ):
            for number, (name, items) in enumerate(export.files, 1):
                file = Path(folder) / "rows.json.gz"
                shelf.fetch(name, file)
                count, marks, counts = load_files(copy, [str(file)])
                has_marks |= marks > 0
                kept += counts
                if count != items:
                    raise Failure(
                        f"{name} has {count} rows where the export's manifest says {items}: it is "
                        "not as it was written. Take another."
                    )
                show(number, len(export.files))
        if (count := sum(items for _, items in export.files)) != export.items:
            raise Failure(
                f"The export has {count} rows where its manifest says {export.items}: take another."
            )
        merge(copy, whole=True)
        # where nobody left marks, what is late since then may have none
        whole_at = export.exported_at if has_marks else None
        finish(copy, kept, CopyState(source, export.exported_at, is_clear=True, whole_at=whole_at))


@contextmanager
def _reading(address: str) -> Iterator[None]:
    """Raises Failure where AWS or the disk do not give what lies there."""
    try:
        yield
    except (ClientError, BotoCoreError, OSError, ValueError, KeyError) as error:
        raise Failure(f"{address} could not be read: {error}") from error
