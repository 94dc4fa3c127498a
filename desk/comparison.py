"""An earlier export held against the ledger: what is missing, what changed, what came since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Document = dict[str, Any]
"""A payment as `full_document` says it."""


class Kind(StrEnum):
    MISSING = "missing"
    CHANGED = "changed"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Difference:
    """MISSING from the ledger; CHANGED, which no payment ever should be; or appended SINCE."""

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
    changed = [
        f"{name}: {old[name]!r} → {new[name]!r}"
        for name in old
        if name not in ("status", "events") and old[name] != new[name]
    ]
    if old["events"] != new["events"][:events]:
        changed.append(f"events: {old['events']!r} → {new['events']!r}")
    elif events == len(new["events"]) and old["status"] != new["status"]:
        changed.append(f"status: {old['status']!r} → {new['status']!r}")
    if changed:
        yield _difference(Kind.CHANGED, new, "; ".join(changed))
    else:
        last = new["events"][-1]
        yield _difference(Kind.SINCE, new, f"{last['status']} by {last['by']}: {last['why']}")


def _difference(kind: Kind, document: Document, detail: str) -> Difference:
    return Difference(kind, document["payee_id"], document["reference"], detail)


def _summary(document: Document) -> str:
    return f"{document['amount']} {document['currency']} from {document['payer_id']}"
