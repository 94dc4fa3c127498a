"""What SES says of mail that did not arrive, or that somebody called spam."""

from collections.abc import Iterator, Mapping
from typing import Any


def stopped_mailboxes(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each mailbox that no more mail may go to, and why. A mailbox that is only full, or a server
    that is away, stops nothing: SES tries again by itself
    (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html)."""
    kind = event.get("eventType", event.get("notificationType"))
    if kind == "Bounce" and event["bounce"].get("bounceType") == "Permanent":
        for one in event["bounce"]["bouncedRecipients"]:
            yield _mailbox(one), "there is no such mailbox"
    elif kind == "Complaint":
        for one in event["complaint"]["complainedRecipients"]:
            yield _mailbox(one), "its reader called it spam"


def _mailbox(recipient: Mapping[str, Any]) -> str:
    address = str(recipient["emailAddress"])
    return address[address.find("<") + 1 :].rstrip("> ").strip()
