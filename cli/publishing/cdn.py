"""The CDN's copies of pages, renewed after a publish."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cli.failure import Failure
from publishing.publication import Step
from sitegen.assets import FOLDER as ASSETS

if TYPE_CHECKING:
    from types_boto3_cloudfront import CloudFrontClient

_MOST_PATHS = 15  # CloudFront takes no more with a wildcard at a time


def changed_paths(steps: Iterable[Step]) -> list[str]:
    """Under which paths the CDN may have copies of what `steps` change; one for all if many.

    Both the address that was visited and the key that it leads to: copies are found by either. A
    file that is named after what is in it never changes.
    """
    paths: list[str] = []
    for step in steps:
        if step.action not in ("upload", "delete"):
            continue
        folder, _, file = step.name.rpartition("/")
        if folder == ASSETS:
            continue
        if folder:
            paths.append(f"/{folder}/*")
        elif file == "index.html":
            paths += ["/", "/index.html"]
        else:
            paths.append(f"/{file}")
    return paths if len(paths) <= _MOST_PATHS else ["/*"]


def renew_copies(client: "CloudFrontClient", distribution: str, steps: Iterable[Step]) -> None:
    """Make the CDN fetch afresh what `steps` changed. Raises Failure."""
    paths = changed_paths(steps)
    if not paths:
        return
    try:
        client.create_invalidation(
            DistributionId=distribution,
            InvalidationBatch={
                "Paths": {"Quantity": len(paths), "Items": paths},
                "CallerReference": secrets.token_hex(16),
            },
        )
    except (ClientError, BotoCoreError) as error:
        raise Failure(
            f"Everything is published, but the CDN could not be told: {error}\n"
            "It shows the new pages by itself within a minute or so."
        ) from error
