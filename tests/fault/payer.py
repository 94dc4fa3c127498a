"""A payer's device as docs/api.md asks it to be: one id, sent until the answer is definite."""

import http.client
import json
import os
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from payments.payment_id import PaymentId, mint_payment_id


@dataclass(slots=True)
class Answer:
    status: int
    document: dict[str, Any]
    retry_after: str | None


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

    @property
    def acknowledgements(self) -> list[Answer]:
        return [answer for answer in self.answers if answer and answer.status in (200, 201)]

    @property
    def unknown(self) -> int:
        """How many answers left it open whether the payment is recorded."""
        return len(self.answers) - len(self.acknowledgements)

    def send(self, port: int, *, timeout: float = 30) -> Answer | None:
        body = {"payer_id": self.payer_id, "amount": self.amount, "reason": self.reason}
        path = f"/payees/{self.payee_id}/payments/{self.payment_id}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request("PUT", path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = Answer(
                response.status, json.loads(response.read()), response.headers["Retry-After"]
            )
        except (OSError, http.client.HTTPException, ValueError):
            answer = None
        finally:
            connection.close()
        self.answers.append(answer)
        return answer

    def send_until_definite(self, port: int, deadline: float) -> None:
        """Resend after anything that is no definite answer, until `deadline` (monotonic)."""
        while True:
            answer = self.send(port)
            if answer and 200 <= answer.status < 500 and answer.status != 429:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"no definite answer for {self.payment_id}: {self.answers}")
            time.sleep(random.uniform(0.01, 0.1))
