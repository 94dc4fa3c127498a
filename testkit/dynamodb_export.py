"""An export as DynamoDB writes it
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html).

What emulates DynamoDB writes none, or not all of it.
"""

import gzip
import json
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client

    from backend.table import Item


def write_export(
    client: "S3Client",
    bucket: str,
    prefix: str,
    items: "Iterable[Item]",
    *,
    table: str,
    at: datetime,
    rows_a_file: int = 100_000,
    is_complete: bool = True,
) -> str:
    """Write the rows of `table` at that time; gives the folder. One that is not complete lacks its
    summary, which is written last."""
    number = f"{int(at.timestamp() * 1000):014}-{crc32(table.encode()):08x}"
    folder = f"{prefix}AWSDynamoDB/{number}/"

    def put(name: str, body: bytes) -> None:
        client.put_object(Bucket=bucket, Key=f"{folder}{name}", Body=body)

    put("_started", b"")
    counts: list[tuple[str, int]] = []
    rows = iter(items)
    while part := list(islice(rows, rows_a_file)):
        name = f"data/{len(counts):026}.json.gz"
        text = "".join(json.dumps({"Item": item}) + "\n" for item in part)
        put(name, gzip.compress(text.encode(), compresslevel=6))
        counts.append((name, len(part)))
    files = [
        json.dumps({"itemCount": count, "dataFileS3Key": f"{folder}{name}"})
        for name, count in counts
    ]
    put("manifest-files.json", "\n".join(files).encode())
    if is_complete:
        # Not all that a summary says: emulated Athena reads manifests as rows, too, and takes rows
        # whose columns are mostly empty for something else.
        summary = {
            "tableArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}",
            "exportTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
            "s3Bucket": bucket,
            "itemCount": sum(count for _, count in counts),
            "outputFormat": "DYNAMODB_JSON",
            "exportType": "FULL_EXPORT",
        }
        put("manifest-summary.json", json.dumps(summary).encode())
    return folder


def rows_of(client: "DynamoDBClient", table: str) -> "Iterator[Item]":
    """All there are now."""
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]
