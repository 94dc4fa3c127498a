"""The API on the in-memory fakes with a clock that stands still."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.app import create_app
from backend.payee_cache import CachedPayees
from cli.local.memory import MemoryLedger, MemoryRegistry
from payments.ledger import Ledger
from payments.payee import PayeeId
from payments.payment import Payment
from payments.till_keys import key_digest
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    TILL_KEY,
    make_document,
    make_payee,
    payments_in,
)
from tests.backend.stores import Registry

ADDRESS = f"/payees/{BAKERY}/payments/{PAYMENT_ID}"
LIST = f"/payees/{BAKERY}/payments"


@dataclass
class Api:
    ledger: Ledger = field(default_factory=MemoryLedger)
    registry: Registry = field(default_factory=MemoryRegistry)
    base_path: str = ""
    now: datetime = NOW
    origins: tuple[str, ...] = ()
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.registry.register(make_payee())

    @cached_property
    def client(self) -> FlaskClient:
        app = create_app(
            self.ledger,
            CachedPayees(self.registry, monotonic=lambda: 0),
            self.registry,
            base_path=self.base_path,
            now=lambda: self.now,
            origins=self.origins,
            log=self.log.append,
        )
        return app.test_client()

    def put(
        self, document: object = None, address: str = ADDRESS, **changes: object
    ) -> TestResponse:
        """PUT an ordinary payment with `changes`, or else `document`."""
        body = make_document(**changes) if document is None else document
        return self.put_bytes(json.dumps(body).encode(), address)

    def put_bytes(
        self, body: bytes, address: str = ADDRESS, content_type: str | None = "application/json"
    ) -> TestResponse:
        return self.client.put(self.base_path + address, data=body, content_type=content_type)

    def get(self, address: str = ADDRESS) -> TestResponse:
        return self.client.get(self.base_path + address)

    def make_key(self, secret: str = TILL_KEY, payee_id: str = BAKERY, label: str = "Till") -> None:
        self.registry.add_till_key(PayeeId(payee_id), label, key_digest(secret), NOW)

    def listing(
        self, key: str | None = TILL_KEY, address: str = LIST, **query: str
    ) -> TestResponse:
        """A till's GET; a `key` of None sends no header."""
        headers = {} if key is None else {"Till-Key": key}
        return self.client.get(
            self.base_path + address, headers=headers, query_string=query or None
        )

    def note(
        self,
        status: object = "confirmed",
        *,
        n: object = 1,
        key: str | None = TILL_KEY,
        address: str = ADDRESS,
        **document: object,
    ) -> TestResponse:
        """A till's PUT of an event."""
        headers = {} if key is None else {"Till-Key": key}
        return self.client.put(
            f"{self.base_path}{address}/events/{n}",
            json={"status": status, **document},
            headers=headers,
        )

    def recorded(self) -> list[Payment]:
        return payments_in(self.ledger)


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem in `response`, which must be the one and well-formed."""
    document: dict[str, Any] = json.loads(response.get_data())
    assert (response.status_code, document["code"]) == (status, code)
    assert response.content_type == "application/problem+json"
    assert document["status"] == status
    assert document["type"] == f"urn:payee-pages:{code}"
    assert document["title"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    return document
