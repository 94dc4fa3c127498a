"""Where published files live: a bucket of objects by key, in S3 or in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


THREADS = 32
"""So many objects are read or written at a time."""
_CHANGED = {
    "PreconditionFailed",
    "ConditionalRequestConflict",
    "NoSuchKey",  # the version to replace is gone
}


class StoreUnavailable(Exception):
    """The bucket did not do what was asked; `str()` says why."""


class ObjectChanged(StoreUnavailable):
    """Somebody else replaced the object since it was read."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    body: bytes
    content_type: str
    cache_control: str


class ObjectWriter(Protocol):
    """Every method may raise StoreUnavailable, and may be called from several threads."""

    def put(self, key: str, item: StoredObject) -> None:
        """Create or replace an object."""

    def delete(self, key: str) -> None:
        """Delete an object; nothing happens if there is none."""


class ObjectStore(ObjectWriter, Protocol):
    def get(self, key: str) -> tuple[StoredObject, str] | None:
        """An object and its version tag, or None if there is none under `key`."""

    def put_if(self, key: str, item: StoredObject, tag: str | None) -> str:
        """Replace the version `tag` of an object (None: create it), and return the new tag.

        Raises ObjectChanged if another version is there, unless it equals `item`.
        """

    def tags(self) -> Iterator[tuple[str, str]]:
        """Every key and its version tag. A tag says only whether the body is the same."""


class MemoryStore:
    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}

    def get(self, key: str) -> tuple[StoredObject, str] | None:
        item = self.objects.get(key)
        return (item, entity_tag(item)) if item else None

    def put(self, key: str, item: StoredObject) -> None:
        self.objects[key] = item

    def put_if(self, key: str, item: StoredObject, tag: str | None) -> str:
        found = self.get(key)
        if (found and found[1]) != tag and (found is None or found[0] != item):
            raise ObjectChanged(f"{key} was changed by somebody else")
        self.put(key, item)
        return entity_tag(item)

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def tags(self) -> Iterator[tuple[str, str]]:
        return iter([(key, entity_tag(item)) for key, item in self.objects.items()])


class S3Store:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str) -> tuple[StoredObject, str] | None:
        with _store_errors():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.NoSuchKey:
                return None
            body = answer["Body"].read()
        item = StoredObject(body, answer["ContentType"], answer.get("CacheControl", ""))
        return item, answer["ETag"]

    def put(self, key: str, item: StoredObject) -> None:
        self._put(key, item, {})

    def put_if(self, key: str, item: StoredObject, tag: str | None) -> str:
        try:
            return self._put(key, item, {"IfMatch": tag} if tag else {"IfNoneMatch": "*"})
        except ObjectChanged:
            # The SDK resends when an answer is lost, and may meet what it has written itself.
            found = self.get(key)
            if found and found[0] == item:
                return found[1]
            raise

    def delete(self, key: str) -> None:
        with _store_errors():
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def tags(self) -> Iterator[tuple[str, str]]:
        with _store_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
            for page in pages:
                yield from ((item["Key"], item["ETag"]) for item in page.get("Contents", []))

    def _put(self, key: str, item: StoredObject, condition: dict[str, str]) -> str:
        with _store_errors():
            try:
                answer = self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=item.body,
                    ContentType=item.content_type,
                    CacheControl=item.cache_control,
                    **condition,  # type: ignore[arg-type]
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in _CHANGED:
                    raise
                raise ObjectChanged(f"{key} was changed by somebody else") from error
        return answer["ETag"]


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StoreUnavailable(str(error)) from error


def entity_tag(item: StoredObject) -> str:
    """The ETag that S3 gives this body when it is sent in one part."""
    return f'"{md5(item.body, usedforsecurity=False).hexdigest()}"'
