"""What was promised against what is in the table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from payments.ledger import Ledger
from payments.payee import PayeeId
from payments.payment import Payment
from payments.times import format_time
from testkit.factories import payments_in
from tests.fault.payer import Sending


@dataclass(slots=True)
class Tally:
    """Counts over many payments; `broken` names every promise that did not hold."""

    payments: int = 0
    requests: int = 0
    answered_201: int = 0
    answered_200: int = 0
    answered_unknown: int = 0
    refused: int = 0
    false_refusals: int = 0
    events: int = 0
    events_refused: int = 0
    duplicates: int = 0
    lost: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    def __str__(self) -> str:
        return ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in self.counts.items())


def reconcile(sendings: Iterable[Sending], ledger: Ledger) -> Tally:
    """Hold every answer against the rows of the payees concerned."""
    sendings = list(sendings)
    payees = {PayeeId(sending.payee_id) for sending in sendings}
    rows = [row for payee_id in payees for row in payments_in(ledger, payee_id)]
    by_id = {row.payment_id: row for row in rows}
    tally = Tally(payments=len(sendings), duplicates=len(rows) - len(by_id))
    for sending in sendings:
        _judge(sending, by_id.get(sending.payment_id), tally)
    strangers = by_id.keys() - {sending.payment_id for sending in sendings}
    if strangers:
        tally.broken.append(f"rows that nobody sent: {sorted(map(str, strangers))}")
    return tally


def _judge(sending: Sending, row: Payment | None, tally: Tally) -> None:
    statuses = Counter(answer.status for answer in sending.answers if answer)
    tally.requests += len(sending.answers)
    tally.answered_201 += statuses[201]
    tally.answered_200 += statuses[200]
    tally.answered_unknown += sending.unknown
    said = {str(sorted(answer.document.items())) for answer in sending.acknowledgements}
    if said and row is None:
        tally.lost += 1
        tally.broken.append(f"{sending.payment_id} was acknowledged and is not in the table")
    if statuses[201] > 1 or len(said) > 1:
        tally.duplicates += 1
        tally.broken.append(f"{sending.payment_id} was recorded more than once: {said}")
    tally.refused += sending.is_refused
    if sending.is_refused and row:
        tally.false_refusals += 1
        tally.broken.append(f"{sending.payment_id} was refused for good, and is in the table")
    if statuses.keys() - {200, 201, 410, 429, 503}:
        tally.broken.append(f"{sending.payment_id} got {dict(statuses)}")
    for answer in sending.answers:
        if answer and answer.status in (429, 503) and answer.retry_after is None:
            tally.broken.append(f"{sending.payment_id}: {answer.status} without Retry-After")
    if row and (row.payer_id, row.money.amount, row.reason) != (
        sending.payer_id,
        sending.amount,
        sending.reason,
    ):
        tally.broken.append(f"{sending.payment_id} stands with other content: {row}")
    for answer in sending.acknowledgements:
        if row and answer.document["recorded_at"] != format_time(row.recorded_at):
            tally.broken.append(f"{sending.payment_id}: the answer's time is not the row's")
