"""DynamoDB's exports of a ledger in a bucket, which a copy may start from: the table is then not
read for what they have."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cli.copying.copy_file import opened, state_of
from cli.copying.syncing import begin, finish, load_files, merge, source_of
from cli.failure import Failure
from cli.progress import progress_bar
from cli.system import System
from payments.times import parse_time

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MANIFEST = "manifest-summary.json"  # DynamoDB writes it last


@dataclass(frozen=True, slots=True)
class Export:
    """One that is complete: its `items` are the table's at `exported_at`."""

    bucket: str
    folder: str
    table: str
    items: int
    exported_at: datetime


def start_from_export(system: System, path: Path, address: str) -> Export:
    """Make `path` a copy of what the latest export below `address`, s3://bucket/prefix, holds.
    Raises Failure: also if rows are missing from it, or it is of another table."""
    client = system.s3()
    try:
        export = latest_export(client, address)
        if export.table != system.ledger_table:
            raise Failure(f"The export is of table {export.table}, not of {system.ledger_table}.")
        _load(system, client, path, export)
    except (ClientError, BotoCoreError) as error:
        raise Failure(f"{address} could not be read: {error}") from error
    return export


def latest_export(client: "S3Client", address: str) -> Export:
    """Raises Failure if there is none."""
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    found = []
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            if entry["Key"].rpartition("/")[2] == _MANIFEST:
                body = client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                found.append(_parse_manifest(bucket, entry["Key"], json.loads(body)))
    if not found:
        raise Failure(f"No complete export lies below {address}: it has no {_MANIFEST}.")
    return max(found, key=lambda export: export.exported_at)


def _parse_manifest(bucket: str, key: str, manifest: dict[str, str]) -> Export:
    return Export(
        bucket,
        key.removesuffix(_MANIFEST),
        manifest["tableArn"].rpartition("/")[2],
        int(manifest["itemCount"]),
        parse_time(manifest["exportTime"]),
    )


def _load(system: System, client: "S3Client", path: Path, export: Export) -> None:
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=export.bucket, Prefix=f"{export.folder}data/"
    )
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    with opened(path, to_write=True) as copy:
        if state_of(copy):
            raise Failure(f"{path} is a copy already: --from-archive starts a new one.")
        begin(copy)
        count = 0
        with (
            TemporaryDirectory(prefix=".payees-sync-", dir=path.parent) as folder,
            progress_bar("Reading the archive") as show,
        ):
            for number, key in enumerate(keys, 1):
                file = Path(folder) / "rows.json.gz"
                client.download_file(export.bucket, key, str(file))
                count += load_files(copy, [str(file)])
                show(number, len(keys))
        if count != export.items:
            raise Failure(
                f"The export has {count} rows where its manifest says {export.items}: take another."
            )
        merge(copy, whole=True)
        finish(copy, [], source_of(system), export.exported_at, is_clear=True)
