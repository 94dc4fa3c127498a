"""The zips that were deployed, kept in the stage's deploy bucket: what a rollback goes back to.

Lambda numbers a version at each update and knows its zip's hash; the zip is found here by it.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cli.failure import Failure
from infra.stage import Stage

if TYPE_CHECKING:
    from boto3 import Session


@dataclass(frozen=True, slots=True)
class Version:
    """One deployment of code. `code` is the zip's SHA-256 in base64, as Lambda writes it."""

    number: int
    code: str
    deployed_at: str


def keep_zip(session: "Session", stage: Stage, code: str, archive: bytes) -> None:
    session.client("s3").put_object(
        Bucket=stage.deploy_bucket, Key=zip_key(stage, code), Body=archive
    )


def zip_key(stage: Stage, code: str) -> str:
    """`code` in base64url, which needs no escaping in a key."""
    return f"{stage.aws_name}/{code.replace('+', '-').replace('/', '_').rstrip('=')}.zip"


def load_zip(session: "Session", stage: Stage, code: str) -> bytes | None:
    """The zip that was deployed as `code`; None if it was not kept.

    Raises Failure if it is another one: somebody replaced what was kept.
    """
    key = zip_key(stage, code)
    try:
        found = session.client("s3").get_object(Bucket=stage.deploy_bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return None
        raise
    archive = found["Body"].read()
    if code_of(archive) != code:
        raise Failure(
            f"{key} in the bucket {stage.deploy_bucket} is not the zip that was deployed: "
            "somebody replaced it, and it was not used. Find out who may write there; to go back, "
            "check out that version's code and run `make update`."
        )
    return archive


def keep_note(session: "Session", stage: Stage, code: str, note: bytes) -> None:
    """Beside the zip: what a repeated deployment of it has to know."""
    session.client("s3").put_object(
        Bucket=stage.deploy_bucket, Key=_note_key(stage, code), Body=note
    )


def load_note(session: "Session", stage: Stage, code: str) -> bytes:
    """Nothing if there is none."""
    client = session.client("s3")
    try:
        found = client.get_object(Bucket=stage.deploy_bucket, Key=_note_key(stage, code))
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return b""
        raise
    return found["Body"].read()


def _note_key(stage: Stage, code: str) -> str:
    return f"{zip_key(stage, code)}.smoke.json"


def code_of(archive: bytes) -> str:
    """The SHA-256 of a zip in base64, as Lambda writes it."""
    return b64encode(hashlib.sha256(archive).digest()).decode()


def load_versions(session: "Session", stage: Stage) -> list[Version]:
    """Newest first."""
    pages = session.client("lambda").get_paginator("list_versions_by_function")
    return sorted(
        (
            Version(int(found["Version"]), found["CodeSha256"], found["LastModified"][:16])
            for page in pages.paginate(FunctionName=stage.aws_name)
            for found in page["Versions"]
            if found["Version"] != "$LATEST"
        ),
        key=lambda version: version.number,
        reverse=True,
    )


def plan_rollback(versions: list[Version], running: str | None, to: int | None) -> Version:
    """The version numbered `to`, else the one before the running code was first deployed: so a
    second rollback goes further back, never to what the first one left. Raises Failure."""
    if to is not None:
        for version in versions:
            if version.number == to:
                return version
        numbers = ", ".join(str(version.number) for version in versions)
        raise Failure(f"There is no version {to}: there are {numbers}.")
    same = [version.number for version in versions if version.code == running]
    earlier = [version for version in versions if not same or version.number < min(same)]
    if not earlier:
        raise Failure("No code was deployed before this. To go to a later one, name it with --to.")
    return max(earlier, key=lambda version: version.number)
