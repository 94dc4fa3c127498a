"""What tills and the desk say of payments, over the same failing network, and its reckoning."""

import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from payments.events import EventRefused, EventStatus, History, plan_event
from payments.ledger import Ledger
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from payments.refusals import LedgerUnavailable
from tests.fault.asking import Answer, put
from tests.fault.payer import Sending
from tests.fault.reconcile import Tally


@dataclass(slots=True)
class Saying:
    """An event of a payment; `why` is its own alone, so that it is found again. A till asks the
    API with its `key`; without one it is the desk, which writes to the ledger."""

    payee_id: PayeeId
    payment_id: PaymentId
    number: int
    status: EventStatus
    why: str
    key: str = ""
    answers: list[Answer | None] = field(default_factory=list)
    is_noted: bool = False
    is_refused: bool = False

    def say(self, port: int, ledger: Ledger, deadline: float) -> None:
        """Until the answer is definite. A resend is the same event, whoever sends it."""
        while not (self._ask(port) if self.key else self._append(ledger)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no definite answer for {self.why}: {self.answers}")
            time.sleep(random.uniform(0.01, 0.1))

    def _ask(self, port: int) -> bool:
        path = f"/payees/{self.payee_id}/payments/{self.payment_id}/events/{self.number}"
        document = {"status": self.status, "why": self.why}
        answer = put(port, path, document, {"Till-Key": self.key})
        self.answers.append(answer)
        self.is_noted = answer is not None and answer.status in (200, 201)
        self.is_refused = answer is not None and answer.status == 409
        return self.is_noted or self.is_refused

    def _append(self, ledger: Ledger) -> bool:
        try:
            bounds = (self.payment_id, self.payment_id)
            history = next(ledger.histories(self.payee_id, bounds))
            if mine := [event for event in history.events if event.why == self.why]:
                self.is_noted = bool(mine)
                return True
            if len(history.events) >= self.number:
                self.is_refused = True
                return True
            event = plan_event(history, self.status, by="desk", why=self.why, now=datetime.now(UTC))
            standing = ledger.append(event)
            self.is_noted = standing is None or standing.why == self.why
            self.is_refused = not self.is_noted
        except EventRefused:
            self.is_refused = True
        except LedgerUnavailable:
            return False
        return True


def make_stories(
    sendings: Iterable[Sending], keys: Mapping[str, Sequence[str]]
) -> list[list[Saying]]:
    """For each recorded payment what is said of it, in groups; those of a group at the same time:
    a till confirms, takes that back and reverses; or two tills disagree; or a till and the desk."""
    groups: list[list[Saying]] = []
    for number, sending in enumerate(sendings):
        if not sending.acknowledgements:
            continue
        counter, door = keys[sending.payee_id]

        def saying(place: int, status: EventStatus, key: str, sending: Sending = sending) -> Saying:
            why = f"{sending.payment_id} {place} {status} {key[:6] or 'desk'}"
            return Saying(PayeeId(sending.payee_id), sending.payment_id, place, status, why, key)

        match number % 3:
            case 0:
                groups.append([saying(1, EventStatus.CONFIRMED, counter)])
                groups.append([saying(2, EventStatus.UNDONE, door)])
                groups.append([saying(3, EventStatus.REVERSED, counter)])
            case 1:
                groups.append(
                    [
                        saying(1, EventStatus.CONFIRMED, counter),
                        saying(1, EventStatus.REVERSED, door),
                    ]
                )
            case _:
                groups.append(
                    [saying(1, EventStatus.CONFIRMED, counter), saying(1, EventStatus.REVERSED, "")]
                )
    return groups


def say_all(
    stories: Iterable[list[Saying]], port: int, ledger: Ledger, threads: int, deadline: float
) -> None:
    """Those of one payment in order; of a group at once; of all payments side by side."""
    by_payment: dict[PaymentId, list[list[Saying]]] = {}
    for group in stories:
        by_payment.setdefault(group[0].payment_id, []).append(group)
    with ThreadPoolExecutor(threads) as outer, ThreadPoolExecutor(threads * 2) as inner:

        def tell(groups: list[list[Saying]]) -> None:
            for group in groups:
                for done in [inner.submit(one.say, port, ledger, deadline) for one in group]:
                    done.result()

        for _ in outer.map(tell, by_payment.values()):
            pass


def judge_events(
    stories: Iterable[list[Saying]], histories: Iterable[History], tally: Tally
) -> None:
    """Add to `tally` how many were noted and refused, and every promise that did not hold."""
    by_id = {history.payment.payment_id: history for history in histories}
    expected: Counter[PaymentId] = Counter()
    for saying in [one for group in stories for one in group]:
        events = by_id[saying.payment_id].events
        found = [event for event in events if event.why == saying.why]
        tally.events += saying.is_noted
        tally.events_refused += saying.is_refused
        expected[saying.payment_id] += saying.is_noted
        if len(found) != saying.is_noted or saying.is_noted == saying.is_refused:
            tally.broken.append(f"{saying.why}: {len(found)} rows, {saying}")
        if found and (found[0].number, found[0].status) != (saying.number, saying.status):
            tally.broken.append(f"{saying.why} stands as {found[0]}")
    for payment_id, history in by_id.items():
        numbers = [event.number for event in history.events]
        if numbers != list(range(1, len(numbers) + 1)):
            tally.broken.append(f"{payment_id} has events {numbers}")
        if len(numbers) != expected[payment_id]:
            tally.broken.append(f"{payment_id}: {len(numbers)} events, {expected[payment_id]} said")
