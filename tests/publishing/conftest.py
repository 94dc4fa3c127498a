"""Buckets and registries for publishing to."""

import socket
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from types_boto3_s3 import S3Client

from publishing.object_store import MemoryStore, ObjectStore, S3Store

KEYS_PER_PAGE = 2


@pytest.fixture(params=["memory", "moto", pytest.param("ministack", marks=pytest.mark.emulator)])
def store(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store of each kind; those in S3 turn many pages."""
    if request.param == "memory":
        yield MemoryStore()
        return
    client: S3Client = request.getfixturevalue(f"{request.param}_s3")
    bucket = f"pages-{uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    client.meta.events.register(
        "provide-client-params.s3.ListObjectsV2", _few_keys, unique_id="few keys"
    )
    yield S3Store(client, bucket)


@pytest.fixture
def unreachable_store() -> Iterator[S3Store]:
    """On a port that is taken, so that nobody else gets it, and refuses connections."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{holder.getsockname()[1]}"
        config = Config(retries={"total_max_attempts": 1})
        with closing(boto3.client("s3", endpoint_url=url, config=config)) as client:
            yield S3Store(client, "pages")


@pytest.fixture(scope="module")
def moto_s3() -> Iterator[S3Client]:
    with mock_aws(), closing(boto3.client("s3")) as client:
        yield client


@pytest.fixture(scope="module")
def ministack_s3(ministack: str) -> Iterator[S3Client]:
    with closing(boto3.client("s3", endpoint_url=ministack)) as client:
        yield client


def _few_keys(params: dict[str, object], **_: object) -> None:
    params["MaxKeys"] = KEYS_PER_PAGE
