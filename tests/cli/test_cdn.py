"""Which copies of the CDN a publish renews."""

from collections.abc import Iterator
from contextlib import closing

import boto3
import pytest
from botocore.stub import ANY, Stubber
from types_boto3_cloudfront import CloudFrontClient

from cli.failure import Failure
from cli.publishing.cdn import changed_paths, renew_copies
from publishing.publication import Step

PAGES = [Step("upload", f"payee-{number}/index.html") for number in range(15)]


@pytest.fixture
def client() -> Iterator[CloudFrontClient]:
    with closing(boto3.client("cloudfront")) as client:
        yield client


@pytest.fixture
def aws(client: CloudFrontClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.mark.parametrize(
    ("steps", "paths"),
    [
        ([], []),
        ([Step("register", "shilpa"), Step("close", "shilpa")], []),
        ([Step("upload", "shilpa/index.html")], ["/shilpa/*"]),
        ([Step("delete", "shilpa/index.html")], ["/shilpa/*"]),
        ([Step("upload", "index.html")], ["/", "/index.html"]),
        ([Step("upload", "404.html")], ["/404.html"]),
        ([Step("upload", "assets/qr.x.js"), Step("delete", "assets/qr.y.js")], []),
        (PAGES, [f"/payee-{number}/*" for number in range(15)]),
        ([*PAGES, Step("upload", "404.html")], ["/*"]),
    ],
)
def test_the_copies_of_what_changed_are_renewed(steps: list[Step], paths: list[str]) -> None:
    assert changed_paths(steps) == paths


def test_the_cdn_is_told_once(aws: Stubber, client: CloudFrontClient) -> None:
    batch = {"Paths": {"Quantity": 1, "Items": ["/shilpa/*"]}, "CallerReference": ANY}
    aws.add_response(
        "create_invalidation", {}, {"DistributionId": "E1", "InvalidationBatch": batch}
    )
    renew_copies(client, "E1", [Step("upload", "shilpa/index.html")])
    aws.assert_no_pending_responses()


def test_the_cdn_is_not_told_of_nothing(aws: Stubber, client: CloudFrontClient) -> None:
    renew_copies(client, "E1", [Step("register", "shilpa")])


def test_a_cdn_that_refuses_changes_nothing_about_what_is_published(
    aws: Stubber, client: CloudFrontClient
) -> None:
    aws.add_client_error("create_invalidation", "AccessDenied", "Not you")
    with pytest.raises(Failure, match="Everything is published, but the CDN could not be told"):
        renew_copies(client, "E1", [Step("upload", "404.html")])
