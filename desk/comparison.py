"""An earlier export held against the ledger: what is missing, what changed, what came since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from payments.erasing import ERASED, ERASED_FIELDS
from payments.events import EventStatus

Document = dict[str, Any]
"""A payment as `full_document` says it."""


class Kind(StrEnum):
    MISSING = "missing"
    CHANGED = "changed"
    ERASED = "erased"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Difference:
    """MISSING from the ledger; CHANGED, which no payment ever should be; ERASED in the meantime, as
    an event says, with all else as it was; or appended SINCE."""

    kind: Kind
    payee_id: str
    reference: str
    detail: str


def compare(exported: Iterable[Document], standing: Iterable[Document]) -> Iterator[Difference]:
    """Every difference, from two listings in the order of payee and payment id."""
    mine, theirs = iter(exported), iter(standing)
    old, new = next(mine, None), next(theirs, None)
    while old or new:
        if new is None or (old is not None and sort_key(old) < sort_key(new)):
            assert old  # noqa: S101 (for the type checker)
            yield _difference(Kind.MISSING, old, _summary(old))
            old = next(mine, None)
        elif old is None or sort_key(new) < sort_key(old):
            yield _difference(Kind.SINCE, new, _summary(new))
            new = next(theirs, None)
        else:
            yield from _compare_one(old, new)
            old, new = next(mine, None), next(theirs, None)


def sort_key(document: Document) -> tuple[str, str]:
    return document["payee_id"], document["payment_id"]


def _compare_one(old: Document, new: Document) -> Iterator[Difference]:
    if old == new:
        return
    events = len(old["events"])
    erasing = _erasing(new["events"][events:])
    changed = [
        f"{name}: {old[name]!r} → {new[name]!r}"
        for name in old
        if name not in ("status", "events")
        and old[name] != new[name]
        and not (erasing and name in ERASED_FIELDS and new[name] == ERASED)
    ]
    if old["events"] != new["events"][:events]:
        changed.append(f"events: {old['events']!r} → {new['events']!r}")
    elif events == len(new["events"]) and old["status"] != new["status"]:
        changed.append(f"status: {old['status']!r} → {new['status']!r}")
    if changed:
        yield _difference(Kind.CHANGED, new, "; ".join(changed))
    elif erasing:
        yield _difference(Kind.ERASED, new, _told(erasing))
    else:
        yield _difference(Kind.SINCE, new, _told(new["events"][-1]))


def _erasing(events: list[Document]) -> Document | None:
    """The event among them that says that the payment was erased: there is never more than one."""
    return next((event for event in events if event["status"] == EventStatus.ERASED), None)


def _told(event: Document) -> str:
    return f"{event['status']} by {event['by']}: {event['why']}"


def _difference(kind: Kind, document: Document, detail: str) -> Difference:
    return Difference(kind, document["payee_id"], document["reference"], detail)


def _summary(document: Document) -> str:
    return f"{document['amount']} {document['currency']} from {document['payer_id']}"
