"""Ledger and registry in memory, for tests and for previewing the site without AWS."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Lock

from payments.payee import Payee, PayeeId, PayeeStatus
from payments.payment import Payment
from payments.payment_id import PaymentId


class MemoryLedger:
    def __init__(self) -> None:
        self._rows: dict[tuple[PayeeId, PaymentId], Payment] = {}
        self._lock = Lock()

    def record(self, payment: Payment) -> Payment | None:
        with self._lock:
            key = (payment.payee_id, payment.payment_id)
            if key in self._rows:
                return self._rows[key]
            self._rows[key] = payment
            return None

    def find(self, payee_id: PayeeId, payment_id: PaymentId) -> Payment | None:
        return self._rows.get((payee_id, payment_id))

    def payments(self, payee_id: PayeeId) -> Iterator[Payment]:
        mine = (payment for payment in self._rows.values() if payment.payee_id == payee_id)
        return iter(sorted(mine, key=lambda payment: payment.payment_id))


class MemoryRegistry:
    def __init__(self) -> None:
        self._payees: dict[PayeeId, Payee] = {}

    def find(self, payee_id: PayeeId, *, fresh: bool = True) -> Payee | None:  # noqa: ARG002
        return self._payees.get(payee_id)

    def register(self, payee: Payee) -> None:
        self._payees[payee.payee_id] = payee

    def close(self, payee_id: PayeeId) -> None:
        if payee := self._payees.get(payee_id):
            self._payees[payee_id] = replace(payee, status=PayeeStatus.CLOSED)

    def payees(self) -> Iterator[Payee]:
        return iter(list(self._payees.values()))
