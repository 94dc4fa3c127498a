"""Batches that wait for a second person: what one AWS identity decided, kept in the ledger until
another agrees.

    PK        SK                              what
    SETTLING  BATCH#<batch>                   who decided it, as which identity, and when
    SETTLING  BATCH#<batch>#<digest>#<n>      its decisions, a hundred to a row

Nothing is ever replaced: the first who decided a batch is who another has to agree with.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cli.failure import Failure
from cli.guards import while_reading, while_writing
from cli.settling.rows import DeskRows
from cli.system import System
from desk.deciding.plan import Decision
from desk.fields import local_time
from payments.events import Evidence, Fingerprint
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId

if TYPE_CHECKING:
    from backend.table import Item

_IN_A_ROW = 100
_SSO = "AWSReservedSSO_"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one person decided; `identity` is the ARN that AWS knows them by."""

    name: str
    by: str
    identity: str
    decided_at: datetime
    decisions: tuple[Decision, ...]

    def __str__(self) -> str:
        return f"batch {self.name} of {self.by} ({self.identity}), {local_time(self.decided_at)}"


def same_person(one: str, other: str) -> bool:
    """Whether two ARNs may be one person: two sessions of a role may, for who takes on a role may
    call the session anything. Only IAM Identity Center names sessions itself."""
    if one == other:
        return True
    roles = [arn.rpartition("/")[0] for arn in (one, other) if ":assumed-role/" in arn]
    return len(roles) == 2 and roles[0] == roles[1] and f"/{_SSO}" not in roles[0]


def keep_batch(system: System, batch: Batch) -> Batch:
    """Keep it until somebody agrees; gives the one that stands, which may be another's."""
    documents = [_to_document(one) for one in batch.decisions]
    digest = _digest(documents)
    rows = [
        _key(batch.name, digest, number)
        | {"decisions": {"S": json.dumps(documents[at : at + _IN_A_ROW])}}
        for number, at in enumerate(range(0, len(documents), _IN_A_ROW), 1)
    ]
    head = _key(batch.name) | {
        "by": {"S": batch.by},
        "identity": {"S": batch.identity},
        "at": {"S": batch.decided_at.isoformat()},
        "digest": {"S": digest},
        "rows": {"N": str(len(rows))},
    }
    with while_writing("it was kept", "the same command again keeps it once"):
        desk_rows = DeskRows(system)
        for row in (*rows, head):
            desk_rows.put_new(row)
    return load_batch(system, batch.name)


def load_batch(system: System, name: str) -> Batch:
    """Raises Failure if there is none, or if it is not what was kept."""
    with while_reading():
        desk_rows = DeskRows(system)
        head = desk_rows.get(_key(name))
        if head is None:
            raise Failure(f"No batch {name} waits in {system}: `--apply` tells its name.")
        digest, rows = head["digest"]["S"], int(head["rows"]["N"])
        found = [desk_rows.get(_key(name, digest, number)) for number in range(1, rows + 1)]
    documents = [one for row in found if row for one in json.loads(row["decisions"]["S"])]
    if _digest(documents) != digest:
        raise Failure(f"Batch {name} is not whole in {system}: apply its plan again.")
    return Batch(
        name,
        head["by"]["S"],
        head["identity"]["S"],
        datetime.fromisoformat(head["at"]["S"]).astimezone(UTC),
        tuple(map(_to_decision, documents)),
    )


def _key(name: str, *more: object) -> "Item":
    return {"PK": {"S": "SETTLING"}, "SK": {"S": "#".join(["BATCH", name, *map(str, more)])}}


def _digest(documents: Iterable[dict[str, Any]]) -> str:
    return sha256(json.dumps(list(documents), sort_keys=True).encode()).hexdigest()


def _to_document(one: Decision) -> dict[str, Any]:
    evidence = one.evidence
    return {
        "payee_id": one.payee_id,
        "payment_id": one.payment_id.text,
        "line": evidence.fingerprint,
        "bank_id": evidence.bank_id,
        "booked_on": evidence.booked_on.isoformat(),
        "minor": evidence.money.amount_minor,
        "currency": evidence.money.currency,
        "why": one.why,
        "row": one.row,
        "part": one.part,
        "is_recorded": one.is_recorded,
        "name": "" if one.is_recorded else one.name,  # else nobody needs it here
    }


def _to_decision(said: dict[str, Any]) -> Decision:
    evidence = Evidence(
        Fingerprint(said["line"]),
        said["bank_id"],
        date.fromisoformat(said["booked_on"]),
        Money(said["minor"], said["currency"]),
    )
    return Decision(
        said["row"], PayeeId(said["payee_id"]), PaymentId(said["payment_id"]), evidence,
        said["why"], said["part"], is_recorded=said["is_recorded"], name=said["name"],
    )  # fmt: skip


def arrived(decisions: Sequence[Decision]) -> list[Money]:
    """What arrived, of each line once."""
    lines = {one.evidence.fingerprint.partition("_")[0]: one.evidence.money for one in decisions}
    return list(lines.values())
