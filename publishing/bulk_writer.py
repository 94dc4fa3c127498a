"""Writing thousands of objects to S3: obstore, in Rust, where boto3's own work holds threads up."""

from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as RustStore

from publishing.object_store import StoredObject, StoreUnavailable

if TYPE_CHECKING:
    from obstore.store import S3Config, S3CredentialProvider


class BulkWriter:
    """Puts and deletes like an ObjectStore, from as many threads as one likes."""

    def __init__(
        self,
        bucket: str,
        *,
        region: str | None,
        credentials: "S3CredentialProvider",
        endpoint_url: str | None = None,
        patience: timedelta = timedelta(minutes=1),
    ) -> None:
        config: S3Config = {"region": region or "us-east-1"}
        if endpoint_url:
            config["endpoint"] = endpoint_url
        self._store = RustStore(
            bucket,
            credential_provider=credentials,
            config=config,
            client_options={"allow_http": bool(endpoint_url), "timeout": "20s"},
            retry_config={"max_retries": 8, "retry_timeout": patience},
        )

    def put(self, key: str, item: StoredObject) -> None:
        headers = {"Content-Type": item.content_type, "Cache-Control": item.cache_control}
        try:
            obstore.put(self._store, key, item.body, attributes=headers, use_multipart=False)
        except (BaseError, OSError) as error:
            raise StoreUnavailable(_brief(error)) from error

    def delete(self, key: str) -> None:
        try:
            obstore.delete(self._store, key)
        except (BaseError, OSError) as error:
            raise StoreUnavailable(_brief(error)) from error


def _brief(error: Exception) -> str:
    """What happened, without the debugging notes that obstore adds below."""
    return str(error).split("\n\n", 1)[0]
