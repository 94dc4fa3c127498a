"""The API answers to the CDN alone, once it was told how to know it."""

from hashlib import sha256

import pytest
from flask.testing import FlaskClient

from backend.app import create_app
from backend.origin import close_origin
from cli.local.memory import MemoryLedger, MemoryRegistry
from testkit.factories import NOW, make_document, make_payee
from tests.backend.api import ADDRESS, problem

OLD, NEW = "2026-08-01.old", "2026-11-29.new"


@pytest.fixture
def log() -> list[dict[str, object]]:
    return []


@pytest.fixture
def client(log: list[dict[str, object]]) -> FlaskClient:
    registry = MemoryRegistry()
    registry.register(make_payee())
    keys = [sha256(key.encode()).hexdigest() for key in (OLD, NEW)]
    app = create_app(MemoryLedger(), registry, registry, now=lambda: NOW, log=log.append)
    close_origin(app, keys)
    return app.test_client()


@pytest.mark.parametrize("key", [OLD, NEW])
def test_while_a_key_is_renewed_both_are_taken(client: FlaskClient, key: str) -> None:
    sent = client.put(ADDRESS, json=make_document(), headers={"X-Origin-Key": key})
    assert sent.status_code == 201


@pytest.mark.parametrize("key", [None, "", "2026-11-29.guessed", sha256(NEW.encode()).hexdigest()])
def test_to_others_there_is_nothing_at_any_address(
    client: FlaskClient, log: list[dict[str, object]], key: str | None
) -> None:
    headers = {} if key is None else {"X-Origin-Key": key}
    sent = client.put(ADDRESS, json=make_document(), headers=headers)
    problem(sent, 404, "not-found")
    assert sent.headers["Cache-Control"] == "no-store"
    problem(client.get("/openapi.json", headers=headers), 404, "not-found")
    assert {line["outcome"] for line in log} == {"past-the-cdn"}
    assert client.get(ADDRESS, headers={"X-Origin-Key": NEW}).status_code == 404


def test_whether_it_is_well_is_no_secret(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
