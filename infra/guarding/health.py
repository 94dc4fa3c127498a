"""Whether a stage is well, looked at from inside and out: `make health`.

No address of the API tells strangers this. It is found out by what anybody may ask through the CDN,
of a payment that nobody made, and by what only the account's own people may read.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException

from infra.api import Api, load_api
from infra.deployment import Deployment
from infra.guarding.origin_key import load_accepted, load_key
from infra.smoke import Send
from payments.payment_id import mint_payment_id
from publishing.manifest import MANIFEST_KEY
from roster.model import TEST_PAYEE


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. What is not well says what to do, or what it said itself."""

    what: str
    is_well: bool
    said: str

    def __str__(self) -> str:
        return f"{'well ' if self.is_well else 'WRONG'}  {self.what}: {self.said}"


def _well(what: str, said: str) -> Finding:
    return Finding(what, is_well=True, said=said)


def _wrong(what: str, said: str) -> Finding:
    return Finding(what, is_well=False, said=said)


def look(deployment: Deployment) -> Iterator[Finding]:
    """Everything, in the order in which a payment meets it."""
    session, stage = deployment.session, deployment.stage
    api = load_api(session, stage)
    if api is None or not (outputs := deployment.outputs()):
        yield _wrong("the stage", f"not live: make deploy STAGE={stage.name}")
        return
    send = deployment.sender(api)
    yield _answer(send, "pages", "/", (200, ""))
    yield _answer(send, "the API", "/api/healthz", (200, ""))
    unmade = mint_payment_id(datetime.now(UTC), secrets.token_bytes(10))
    payee = f"/api/payees/{TEST_PAYEE}/payments"
    yield _answer(send, "the ledger, read", f"{payee}/{unmade}", (404, "unknown-payment"))
    yield _answer(send, "the registry, read", payee, (401, "till-key"))
    yield _origin(deployment, api, outputs["DistributionId"])
    yield from _tables(deployment)
    yield _alarms(deployment)
    yield _who_hears(deployment, outputs["AlarmTopicArn"])
    yield _published(deployment, outputs["BucketName"])


def _answer(send: Send, what: str, path: str, wanted: tuple[int, str]) -> Finding:
    headers = {"Till-Key": secrets.token_hex(16)}  # nobody's
    try:
        status, _, body = send("GET", path, headers, b"")
        found = json.loads(body)["code"] if wanted[1] else ""
    except (OSError, HTTPException) as error:
        return _wrong(what, f"no answer ({error}) to GET {path}")
    except (ValueError, LookupError, TypeError):
        found = "no problem document"
    said = f"GET {path} is answered {status} {found}".rstrip()
    return Finding(what, is_well=(status, found) == wanted, said=said)


def _origin(deployment: Deployment, api: Api, distribution_id: str) -> Finding:
    what, again = "past the CDN", f"make deploy STAGE={deployment.stage.name}"
    if not api.gateway_id:
        return _well(what, "IAM lets nobody else call the function URL")
    if deployment.stacks().parameters(deployment.stage.infra_stack)["DirectApi"] == "true":
        return _well(what, "open to everybody, as DirectApi says")
    known = load_accepted(deployment.session, deployment.stage)
    sent = load_key(deployment.session, distribution_id)
    if not known:
        return _wrong(what, f"the API is open to everybody: {again}")
    if sent is None or sent.digest not in known:
        return _wrong(what, f"the API does not take the key that the CDN sends: {again}")
    if sent.is_due(datetime.now(UTC).date()):
        return _wrong(what, f"closed, but the key is older than 90 days: {again}")
    return _well(what, "closed")


def _tables(deployment: Deployment) -> Iterator[Finding]:
    client = deployment.session.client("dynamodb")
    for name in (deployment.stage.ledger_table, deployment.stage.registry_table):
        table = client.describe_table(TableName=name)["Table"]
        backups = client.describe_continuous_backups(TableName=name)
        recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        kept = recovery.get("PointInTimeRecoveryStatus") == "ENABLED" or deployment.endpoint_url
        lacking = [
            lack
            for lack, is_so in (
                (f"it is {table['TableStatus']}", table["TableStatus"] == "ACTIVE"),
                ("it can be deleted", table.get("DeletionProtectionEnabled")),
                ("it cannot be recovered", kept),
            )
            if not is_so
        ]
        yield Finding(
            name,
            is_well=not lacking,
            said="; ".join(lacking) or "active, and guarded",
        )


def _alarms(deployment: Deployment) -> Finding:
    client = deployment.session.client("cloudwatch")
    pages = client.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{deployment.stage.aws_name}-", StateValue="ALARM"
    )
    ringing = [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]
    return Finding("alarms", is_well=not ringing, said=", ".join(ringing) or "none rings")


def _who_hears(deployment: Deployment, topic: str) -> Finding:
    client = deployment.session.client("sns")
    found = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    hears = [one["Endpoint"] for one in found if one["SubscriptionArn"].startswith("arn:")]
    waits = [one["Endpoint"] for one in found if one["Endpoint"] not in hears]
    said = ", ".join(hears) or (
        f"{', '.join(waits)} did not confirm AWS's mail" if waits
        else 'nobody: make deploy ARGS="--set AlarmEmail=…"'
    )  # fmt: skip
    return Finding("who hears of alarms", is_well=bool(hears), said=said)


def _published(deployment: Deployment, bucket: str) -> Finding:
    client = deployment.session.client("s3")
    found = client.list_objects_v2(Bucket=bucket, Prefix=MANIFEST_KEY).get("Contents", [])
    if not found:
        return _wrong("the last publish", "none yet")
    at = found[0]["LastModified"].astimezone(UTC)
    return _well("the last publish", f"{at:%Y-%m-%d %H:%M} UTC")
