"""A notice: one thing that one address is to be told, small enough for a queue.

It names what it is about, and never says it: what is told is read from the ledger when it is told.
So a notice that is told again says the same, under the same id, and what was erased meanwhile is
not told any more.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from payments.addressee import Addressee, NoticeKind
from payments.events import is_alert
from payments.payee import PayeeId
from payments.payment_id import PaymentId

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9-]+")
_KEY = re.compile(r"PAYMENT#([0-7][0-9A-HJKMNP-TV-Z]{25})(?:#EVENT#([1-9][0-9]*))?")
_BATCH = re.compile(r"; batch (\S+)$")
RECORDED = 0
"""The number of what a payer said; events count from 1."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`subject` is a payment's id, a batch's name, or the moment at which a day ends (RFC 3339);
    `number` that of a payment's event, or RECORDED."""

    kind: NoticeKind
    payee_id: PayeeId
    to: str
    subject: str
    number: int = RECORDED

    @property
    def notice_id(self) -> str:
        """The same whenever it is told, and whomever it is told; no other notice's. Standard
        Webhooks allows no full stop in it."""
        if self.kind in (NoticeKind.SETTLED, NoticeKind.DAY):
            return f"{self.payee_id}_{self.kind}_{_NOT_IN_IDS.sub('-', self.subject)}"
        return f"{self.payee_id}_{self.subject}_{self.number}"

    @property
    def group(self) -> str:
        """What is told in order. A batch waits until it is whole, and nothing waits for it."""
        lane = "settled" if self.kind is NoticeKind.SETTLED else ""
        return _digest(self.payee_id, self.to, lane)

    @property
    def key(self) -> str:
        """Tells it from every other, and from the same to another address."""
        return _digest(self.notice_id, self.to)

    @property
    def payment_id(self) -> PaymentId:
        """Of what is about one payment."""
        return PaymentId(self.subject)


@dataclass(frozen=True, slots=True)
class Happening:
    """What a new row of the ledger says happened to a payment; `batch` is the statement's that
    settled it, if one did."""

    kind: NoticeKind
    payee_id: PayeeId
    payment_id: PaymentId
    number: int
    batch: str = ""


def end_of_day(scheduled: object, now: datetime) -> datetime:
    """The hour for which the scheduler meant a call, however late it comes and however often; the
    hour that it is, where it does not say."""
    try:
        moment = datetime.fromisoformat(str(scheduled)).astimezone(UTC)
    except ValueError:
        moment = now
    return moment.replace(minute=0, second=0, microsecond=0)


def notice_to_message(notice: Notice) -> str:
    return json.dumps(asdict(notice))


def message_to_notice(message: str) -> Notice:
    """Raises ValueError, LookupError or TypeError for what is no notice."""
    fields = json.loads(message)
    return Notice(**{**fields, "kind": NoticeKind(fields["kind"])})


def row_to_happening(
    keys: dict[str, dict[str, str]], image: dict[str, dict[str, str]]
) -> Happening:
    """What a row says that is a payment or an event of one. Raises ValueError or LookupError for
    any other."""
    partition, found = keys["PK"]["S"], _KEY.fullmatch(keys["SK"]["S"])
    if found is None or not partition.startswith("PAYEE#"):
        raise ValueError(f"the row {partition} {keys['SK']['S']} is of no payment")
    payee_id, payment_id = PayeeId(partition.removeprefix("PAYEE#")), PaymentId(found[1])
    if found[2] is None:
        return Happening(NoticeKind.RECORDED, payee_id, payment_id, RECORDED)
    batch = _BATCH.search(image["why"]["S"]) if _is_by_statement(image) else None
    kind = NoticeKind(image["status"]["S"])
    return Happening(kind, payee_id, payment_id, int(found[2]), batch[1] if batch else "")


def _is_by_statement(image: Mapping[str, Any]) -> bool:
    """Whether an event has evidence, and that of a statement: a bank's message is none yet."""
    return "evidence" in image and not is_alert(image["evidence"]["M"]["line"]["S"])


def plan_notices(
    happenings: Iterable[Happening], addressees: Callable[[PayeeId], Iterable[Addressee]]
) -> Iterator[Notice]:
    """Whom to tell what, in the order in which it happened; a batch once to each address."""
    batches: set[Notice] = set()
    for one in happenings:
        for addressee in addressees(one.payee_id):
            if one.kind in addressee.kinds:
                subject = one.payment_id.text
                yield Notice(one.kind, one.payee_id, addressee.to, subject, one.number)
            if one.batch and NoticeKind.SETTLED in addressee.kinds:
                whole = Notice(NoticeKind.SETTLED, one.payee_id, addressee.to, one.batch)
                if whole not in batches:
                    yield whole
                batches.add(whole)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:40]
