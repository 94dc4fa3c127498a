"""The application as Zappa imports it: environment, AWS client, table."""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import pytest
from flask.testing import FlaskClient

from backend.dynamo_ledger import DynamoLedger
from backend.table import ledger_table, registry_table
from testkit.demo_process import ROOT
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import (
    BAKERY,
    make_document,
    make_payee,
    make_payment_id,
    payments_in,
)
from tests.backend.api import problem


@contextmanager
def imported_anew(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, stage: str
) -> Iterator[FlaskClient]:
    """A client of `backend.wsgi`, imported in an environment that points to `endpoint`."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    monkeypatch.setenv("LEDGER_TABLE", ledger_table(stage))
    monkeypatch.setenv("REGISTRY_TABLE", registry_table(stage))
    monkeypatch.setenv("API_BASE_PATH", "/api")
    monkeypatch.delitem(sys.modules, "backend.wsgi", raising=False)
    wsgi = importlib.import_module("backend.wsgi")
    try:
        yield wsgi.app.test_client()
    finally:
        wsgi._client.close()
        monkeypatch.delitem(sys.modules, "backend.wsgi")


@pytest.mark.parametrize(
    ("unset", "told"),
    [
        ("LEDGER_TABLE", "Error: LEDGER_TABLE is not set: it names a table"),
        ("REGISTRY_TABLE", "Error: REGISTRY_TABLE is not set: it names a table"),
        ("AWS_DEFAULT_REGION", "Error: AWS_DEFAULT_REGION is not set: it names AWS's region."),
    ],
)
def test_by_flask_run_an_unset_setting_is_a_sentence(unset: str, told: str, tmp_path: Path) -> None:
    environment = {
        "LEDGER_TABLE": "x",
        "REGISTRY_TABLE": "y",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
    }
    del environment[unset]
    flask = Path(sys.executable).with_name("flask")
    done = subprocess.run(
        [flask, "--app", "backend.wsgi", "run", "--port", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(told)
    assert "Traceback" not in done.stderr


def address() -> str:
    return f"/api/payees/{BAKERY}/payments/{make_payment_id(datetime.now(UTC), random=7)}"


@pytest.mark.emulator
@pytest.mark.parametrize("engine", ["ministack", "dynamodb_local"])
def test_a_payment_is_recorded_replayed_and_defended_in_the_ledger_and_nowhere_else(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    dynamodb, stage = dynamodb_client(request.getfixturevalue(engine)), f"wsgi-{uuid4().hex}"
    make_tables(dynamodb, stage, [make_payee()])
    here = address()
    with imported_anew(monkeypatch, dynamodb.meta.endpoint_url, stage) as client:
        first = client.put(here, json=make_document())
        again = client.put(here, json=make_document(amount="50"))
        other = client.put(here, json=make_document(amount="51"))
        shown = client.get(here)
    assert (first.status_code, first.headers["Location"]) == (201, here)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.json == first.json
    assert problem(other, 409, "payment-conflict")["fields"] == ["amount"]
    assert shown.get_json()["amount"] == "50.00"
    [payment] = payments_in(DynamoLedger(dynamodb, ledger_table(stage)))
    assert (payment.payer_id, payment.money.amount, payment.reason) == ("Asha", "50.00", "Lunch")
    assert payments_in(DynamoLedger(dynamodb, registry_table(stage))) == []
    dynamodb.close()


def test_an_unreachable_dynamodb_is_a_503_within_seconds(
    monkeypatch: pytest.MonkeyPatch, closed_port: str
) -> None:
    with imported_anew(monkeypatch, closed_port, "payments") as client:
        started = time.monotonic()
        response = client.put(address(), json=make_document())
        seconds = time.monotonic() - started
        healthy = client.get("/api/healthz")
    problem(response, 503, "ledger-unavailable")
    assert response.headers["Retry-After"]
    assert seconds < 5
    assert healthy.json == {"status": "ok"}


@pytest.mark.parametrize("missing", ["LEDGER_TABLE", "REGISTRY_TABLE"])
def test_both_tables_must_be_configured(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in ("LEDGER_TABLE", "REGISTRY_TABLE"):
        monkeypatch.setenv(name, "t")
    monkeypatch.delenv(missing)
    monkeypatch.delitem(sys.modules, "backend.wsgi", raising=False)
    with pytest.raises(click.ClickException, match=missing):
        importlib.import_module("backend.wsgi")


def logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, *paths: str
) -> list[dict[str, Any]]:
    with imported_anew(monkeypatch, url, "payments") as client:
        for path in paths:
            client.get(path)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_request_is_one_line_that_counts_itself_in_lambda(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed_port: str
) -> None:
    [line] = logged(monkeypatch, capsys, closed_port, "/api/healthz")
    assert (line["outcome"], line["status"]) == ("ok", 200)
    assert "_aws" not in line
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "payee-pages-staging")
    [line] = logged(monkeypatch, capsys, closed_port, "/api/healthz")
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "payee-pages-staging"


def test_a_lean_stage_logs_only_what_was_refused_or_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed_port: str
) -> None:
    monkeypatch.setenv("REQUEST_LOG", "refusals")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "payee-pages-staging")
    asked = ("/api/healthz", "/api/healthz", "/api/nowhere")
    first, line = logged(monkeypatch, capsys, closed_port, *asked)
    assert (first["outcome"], first["first"]) == ("ok", True), "it had to start"
    assert "_aws" not in first, "a stage that counts refusals only would count one payment in many"
    assert line["outcome"] == "not-found"
    assert "first" not in line
    assert "_aws" in line


def test_a_lambda_says_once_that_it_had_to_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed_port: str
) -> None:
    lines = logged(monkeypatch, capsys, closed_port, *["/api/healthz"] * 3)
    assert [line.get("first", False) for line in lines] == [True, False, False]


@pytest.mark.emulator
def test_a_lambda_has_its_connection_before_the_first_request_and_wrote_nothing(
    monkeypatch: pytest.MonkeyPatch, ministack: str
) -> None:
    dynamodb, stage = dynamodb_client(ministack), f"wsgi-{uuid4().hex}"
    make_tables(dynamodb, stage, [make_payee()])

    def connections_and_requests(stage: str) -> list[tuple[int, int]]:
        with imported_anew(monkeypatch, ministack, stage):
            pools = sys.modules["backend.wsgi"]._client._endpoint.http_session._manager.pools
            found = [pools[key] for key in list(pools.keys())]
            return [(pool.num_connections, pool.num_requests) for pool in found]

    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    assert connections_and_requests(stage) == [], "on a laptop nobody asked for that"
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "payee-pages-staging")
    assert connections_and_requests(stage) == [(1, 1)], "a payee was asked for, the write not sent"
    assert payments_in(DynamoLedger(dynamodb, ledger_table(stage))) == []
    assert connections_and_requests("nowhere") == [(1, 1)], "the first request tells what is wrong"
    dynamodb.close()
