"""A payer's device as docs/api.md asks it to be: one id, sent until the answer is definite."""

import os
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from payments.payment_id import PaymentId, mint_payment_id
from tests.fault.asking import Answer, put

LONGEST_ANSWER_SECONDS = 15.0
"""As long may the API still be at work on a request that was given up."""


@dataclass(slots=True)
class Sending:
    """One payment and every answer it got; None where there was none."""

    payee_id: str
    payer_id: str
    amount: str
    reason: str
    payment_id: PaymentId = field(
        default_factory=lambda: mint_payment_id(datetime.now(UTC), os.urandom(10))
    )
    answers: list[Answer | None] = field(default_factory=list)
    is_refused: bool = False  # for good: nothing was recorded, nor will be

    @property
    def acknowledgements(self) -> list[Answer]:
        return [answer for answer in self.answers if answer and answer.status in (200, 201)]

    @property
    def refusals(self) -> list[Answer]:
        """Those that may be overtaken by an attempt that is still on its way, too."""
        return [answer for answer in self.answers if answer and _is_refusal(answer)]

    @property
    def unknown(self) -> int:
        """How many answers left it open whether the payment is recorded."""
        return len(self.answers) - len(self.acknowledgements) - len(self.refusals)

    def send(self, port: int, *, timeout: float = 30) -> Answer | None:
        document = {"payer_id": self.payer_id, "amount": self.amount, "reason": self.reason}
        path = f"/payees/{self.payee_id}/payments/{self.payment_id}"
        answer = put(port, path, document, timeout=timeout)
        self.answers.append(answer)
        return answer

    def send_until_definite(self, port: int, deadline: float) -> None:
        """Resend after anything that is no definite answer, until `deadline` (monotonic)."""
        given_up_at = float("-inf")
        while not self.is_refused:
            sent_at = time.monotonic()
            answer = self.send(port)
            if answer and answer.status in (200, 201):
                return
            if answer and _is_refusal(answer):
                self.is_refused = sent_at - given_up_at >= LONGEST_ANSWER_SECONDS
            else:
                given_up_at = time.monotonic()
            if time.monotonic() > deadline:
                raise TimeoutError(f"no definite answer for {self.payment_id}: {self.answers}")
            time.sleep(random.uniform(0.01, 0.1) if answer is None or answer.status > 428 else 0.5)


def _is_refusal(answer: Answer) -> bool:
    return 400 <= answer.status < 500 and answer.status != 429
