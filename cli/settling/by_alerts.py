"""What alerts settled, kept beside the ledger's rows, so that a plan which was made before cannot
settle another payment by the same transfer.

    PK        SK                                            what
    SETTLING  ALERT#<number>#<payee_id>#<payment_id>        an alert with this number was applied

A row is put before its event, and says no more than where to look.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.guards import while_reading, while_writing
from cli.reading import payees_to_read, read_histories
from cli.settling.rows import DeskRows
from cli.system import System
from desk.deciding.plan import Decision
from desk.selection import Selection
from desk.settling.case import LATEST_BY_REFERENCE
from desk.settling.told_twice import plain_number
from payments.events import Evidence, History, is_alert, standing_events
from payments.payee import PayeeId
from payments.payment_id import PaymentId

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

_LEAST = 6
_SETTLING: "AttributeValueTypeDef" = {"S": "SETTLING"}
_ALERT = "ALERT#"
_KEY = re.compile(rf"{_ALERT}([^#]+)#([^#]+)#([^#]+)")
_TWICE = "its transfer, {number}, settled {reference} of {payee_id} already, told otherwise"


def settled_otherwise(system: System, decisions: Sequence[Decision]) -> dict[int, str]:
    """Which of the decisions are of a transfer that settled another payment, which an alert told of
    or now tells, and that in words. Raises Failure."""
    alerts = {place for place, one in enumerate(decisions) if is_alert(one.evidence.fingerprint)}
    _note(system, [decisions[place] for place in sorted(alerts)])
    others = [place for place in range(len(decisions)) if place not in alerts]
    found = _by(decisions, others, list(_noted(system))) if others else {}
    if alerts:
        first = min(decisions[place].evidence.booked_on for place in alerts)
        since = datetime(first.year, first.month, first.day, tzinfo=UTC) - LATEST_BY_REFERENCE
        every = read_histories(system, payees_to_read(system, None), Selection(since))
        found |= _by(decisions, sorted(alerts), [one for one in every if _evidence(one)])
    return found


def _note(system: System, decisions: Sequence[Decision]) -> None:
    rows = DeskRows(system)
    for one in decisions:
        if number := _number(one.evidence):
            key = f"{_ALERT}{number}#{one.payee_id}#{one.payment_id}"
            with while_writing("it was noted", "the same command again doubles nothing"):
                rows.put_new({"PK": _SETTLING, "SK": {"S": key}})


def _noted(system: System) -> Iterator[History]:
    """The payments that alerts were applied to, as they are now."""
    ledger = system.ledger()
    with while_reading():
        for row in DeskRows(system).beginning(_SETTLING, _ALERT):
            found = _KEY.fullmatch(row["SK"]["S"])
            if found:
                payment_id = PaymentId(found[3])
                yield from ledger.histories(PayeeId(found[2]), (payment_id, payment_id))


def _by(
    decisions: Sequence[Decision], places: Sequence[int], histories: Sequence[History]
) -> dict[int, str]:
    by_number: dict[str, list[History]] = defaultdict(list)
    for history in histories:
        evidence = _evidence(history)
        if evidence and (number := _number(evidence)):
            by_number[number].append(history)
    found = {}
    for place in places:
        one = decisions[place]
        for history in by_number.get(_number(one.evidence), ()):
            payment, evidence = history.payment, _evidence(history)
            if (
                evidence
                and (payment.payee_id, payment.payment_id) != (one.payee_id, one.payment_id)
                and evidence.money.currency == one.evidence.money.currency
                and is_alert(evidence.fingerprint) != is_alert(one.evidence.fingerprint)
            ):
                found[place] = _TWICE.format(
                    number=one.evidence.bank_id,
                    reference=payment.payment_id.reference,
                    payee_id=payment.payee_id,
                )
    return found


def _evidence(history: History) -> Evidence | None:
    standing = standing_events(history.events)
    return standing[0].evidence if standing else None


def _number(evidence: Evidence) -> str:
    """Empty where it may be no transfer's."""
    number = plain_number(evidence.bank_id)
    return number if len(number) >= _LEAST else ""
