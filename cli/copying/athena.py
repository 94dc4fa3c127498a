"""Questions that Athena answers from an archive, in which no table is read."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from botocore.exceptions import BotoCoreError, ClientError

from cli.copying.copied_system import told_age
from cli.copying.exports import Bucket, Export, exports_in, load_export
from cli.failure import Failure
from cli.system import System, load_stack_outputs
from desk.fields import local_time

if TYPE_CHECKING:
    from types_boto3_athena import AthenaClient

_NEEDED = ["ArchiveBucket", "ArchiveDatabase", "ArchiveWorkGroup"]
_FIRST_LOOK, _LONGEST_PAUSE = 0.1, 3.0  # seconds
_PATIENCE = 35 * 60.0  # seconds; Athena itself gives up after half an hour unless told otherwise
_FOLDER = "ledger/night="

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Archive:
    """What a stack of infra/archiving/archive.yaml made."""

    bucket: str
    database: str
    work_group: str


def load_archive(system: System) -> Archive:
    """That of the stage. Raises Failure."""
    if not system.stack.endswith("-infra"):
        raise Failure("An archive belongs to a deployed stage: name it by --stage, or --stack.")
    stack = system.stack.removesuffix("-infra") + "-archive"
    try:
        outputs = load_stack_outputs(stack, _NEEDED, system.region)
    except Failure as failure:
        if "There is no stack" in failure.message:
            raise Failure(
                f"There is no archive to ask ({stack}): `make archive STAGE=…` turns one on, and "
                "the night after there is something in it."
            ) from failure
        raise
    return Archive(*(outputs[name] for name in _NEEDED))


def latest_night(system: System, archive: Archive) -> tuple[str, Export]:
    """The latest of which there is one export, and a complete one; says on stderr how old it is. A
    question to a night that has two would count each payment twice. Raises Failure."""
    shelf = Bucket(system.s3(), archive.bucket)
    try:
        for folder in sorted(shelf.folders("ledger/"), reverse=True):
            found = exports_in(shelf, folder)
            if len(found) == 1 and (export := load_export(shelf, found[0])):
                age = told_age(datetime.now(UTC) - export.exported_at)
                click.echo(
                    f"From the archive, {age} old: table {export.table} on "
                    f"{local_time(export.exported_at)}.",
                    err=True,
                )
                return folder.removeprefix(_FOLDER).rstrip("/"), export
    except (ClientError, BotoCoreError) as error:
        raise Failure(f"The archive could not be read: {error}") from error
    raise Failure(
        f"The archive {archive.bucket} has no complete export yet: there is one after the first "
        "night."
    )


def ask(client: "AthenaClient", archive: Archive, questions: Sequence[str]) -> list[Rows]:
    """The answers, once there are all. Whatever ends it before, the questions are taken back, for
    they cost. Raises Failure."""
    asked: list[str] = []
    try:
        for question in questions:
            started = client.start_query_execution(
                QueryString=question,
                QueryExecutionContext={"Database": archive.database},
                WorkGroup=archive.work_group,
            )
            asked.append(started["QueryExecutionId"])
        for one in asked:
            _wait(client, one)
        return [_answer(client, one) for one in asked]
    except BaseException as error:
        for one in asked:
            with suppress(ClientError, BotoCoreError):
                client.stop_query_execution(QueryExecutionId=one)
        if isinstance(error, ClientError | BotoCoreError):
            raise Failure(f"Athena did not answer: {error}") from error
        raise


def _wait(client: "AthenaClient", asked: str) -> None:
    deadline, pause = time.monotonic() + _PATIENCE, _FIRST_LOOK
    while True:
        status = client.get_query_execution(QueryExecutionId=asked)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            return
        if status["State"] == "CANCELLED":
            raise Failure(f"Somebody stopped the question ({asked}) in Athena: ask again.")
        if status["State"] == "FAILED":
            reason = " ".join(status.get("StateChangeReason", "it gave no reason").split())
            raise Failure(f"Athena could not answer: {reason} (question {asked})")
        if time.monotonic() > deadline:
            raise Failure(f"Athena has not answered in {_PATIENCE / 60:.0f} minutes: ask for less.")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _answer(client: "AthenaClient", asked: str) -> Rows:
    """The rows after the first, which has the columns' names."""
    pages = client.get_paginator("get_query_results").paginate(QueryExecutionId=asked)
    rows = (row for page in pages for row in page["ResultSet"]["Rows"])
    next(rows)
    return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in rows]
