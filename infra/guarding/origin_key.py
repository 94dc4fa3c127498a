"""The key by which the CDN makes itself known to an HTTP API, which has an address of its own.

Only CloudFront holds the key; the Lambda's environment has its SHA-256, so that a request is
judged without asking anything. A function URL needs none: IAM lets the CDN alone call it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from backend.origin import KEY_HEADER
from infra.stage import Stage

if TYPE_CHECKING:
    from boto3 import Session

VARIABLE = "ORIGIN_KEYS"
RENEWED_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OriginKey:
    """A secret, and the day it was made, which its text begins with."""

    text: str

    @property
    def digest(self) -> str:
        """What the API knows it by."""
        return sha256(self.text.encode()).hexdigest()

    def is_due(self, today: date) -> bool:
        """Whether it is time for another; also if nobody can say how old it is."""
        try:
            made = date.fromisoformat(self.text.partition(".")[0])
        except ValueError:
            return True
        return today - made >= RENEWED_AFTER


def make_key(today: date) -> OriginKey:
    return OriginKey(f"{today.isoformat()}.{secrets.token_urlsafe(32)}")


def load_key(session: "Session", distribution_id: str) -> OriginKey | None:
    """What the CDN sends to the API now; None if nothing."""
    config = session.client("cloudfront").get_distribution_config(Id=distribution_id)
    for origin in config["DistributionConfig"]["Origins"]["Items"]:
        for header in origin.get("CustomHeaders", {}).get("Items", []):
            if header["HeaderName"].lower() == KEY_HEADER.lower():
                return OriginKey(header["HeaderValue"])
    return None


def key_headers(session: "Session", distribution_id: str) -> dict[str, str]:
    """What the CDN adds to a request to the API."""
    key = load_key(session, distribution_id)
    return {KEY_HEADER: key.text} if key else {}


def load_accepted(session: "Session", stage: Stage) -> tuple[str, ...]:
    """The SHA-256 of the keys that the API takes; none: it is open to everybody."""
    client = session.client("lambda")
    found = client.get_function_configuration(FunctionName=stage.aws_name)
    return tuple(found.get("Environment", {}).get("Variables", {}).get(VARIABLE, "").split())


def accept(session: "Session", stage: Stage, digests: tuple[str, ...]) -> None:
    """Have the API take these keys and no others; without any it is open to everybody.

    Zappa leaves the variable as it is, for it is in no settings.
    """
    if load_accepted(session, stage) == digests:
        return
    client = session.client("lambda")
    found = client.get_function_configuration(FunctionName=stage.aws_name)
    variables = dict(found.get("Environment", {}).get("Variables", {}))
    variables.pop(VARIABLE, None)
    if digests:
        variables[VARIABLE] = " ".join(digests)
    client.update_function_configuration(
        FunctionName=stage.aws_name, Environment={"Variables": variables}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName=stage.aws_name)


def close_origin(
    session: "Session",
    stage: Stage,
    sent: OriginKey | None,
    new: OriginKey | None,
    send: Callable[[OriginKey], None],
) -> None:
    """The API answers to the CDN alone: by the key that is `sent` already, or by a `new` one,
    which `send` gives to the CDN. At no moment is what the CDN sends refused, also when this
    stops half-way: the new key is taken before it is sent, and the old one until it is no more.
    """
    known = load_accepted(session, stage)
    if new:
        if known:
            old = (sent.digest,) if sent else ()
            accept(session, stage, tuple(dict.fromkeys((*known, *old, new.digest))))
        send(new)
    if current := new or sent:
        accept(session, stage, (current.digest,))
