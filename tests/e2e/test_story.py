"""The whole story, on an emulated AWS that is empty at first and lets nobody do more than allowed.

A deployer brings a stage up; somebody pays on a phone; the code changes, and somebody pays again;
the change is taken back; the stage goes, and the ledger stays.
"""

import hashlib
import json
import re
import secrets
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from backend.dynamo_ledger import DynamoLedger
from cli.failure import Failure
from cli.local.emulator import CREDENTIALS
from infra.api import load_api
from infra.data_removal import leftovers
from infra.deployment import ZAPPA
from infra.emulation.emulated_cdn import EmulatedCdn
from infra.emulation.rehearsal import Rehearsal, rehearsal
from infra.guarding.health import look
from infra.guarding.origin_key import accept, load_accepted
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import mint_payment_id
from testkit.demo_process import ROOT
from testkit.page_steps import expect_receipt, fill, send
from testkit.serving import served
from tests.infra.probing import allowed, create_probe, try_everything

pytestmark = [pytest.mark.browser, pytest.mark.emulator, pytest.mark.slow]

CODE = (
    *("backend", "cli", "desk", "infra", "payments", "publishing", "rails", "roster"),
    *("sitegen", "templates", "tools"),
)
TITLE = "Payee Pages"
CHANGED = "Payee Pages, changed"
OWNER = {name: CREDENTIALS[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, whose code a test may change."""
    if not ZAPPA.exists():
        pytest.skip("Zappa's venv is not installed: run make e2e")
    return copy_project(tmp_path / "project")


def copy_project(copy: Path) -> Path:
    """With what is installed already."""
    copy.mkdir()
    for name in CODE:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "payees.yaml", "pyproject.toml", "uv.lock", "zappa_settings.json"):
        shutil.copy2(ROOT / name, copy)
    for name in (".tools", ".venv"):
        (copy / name).symlink_to(ROOT / name)
    return copy


def pay(phone: BrowserContext, url: str, payer: str) -> str:
    """Pay 20 to Sneha as people do; the reference on the receipt."""
    page = phone.new_page()
    page.goto(f"{url}sneha/")
    fill(page, "20", payer, "tea")
    send(page)
    expect_receipt(page)
    shown = page.locator("#receipt #reference").inner_text()
    page.close()
    return re.sub(r"\s", "", shown)


def recorded(rehearsed: Rehearsal, payee: str) -> dict[str, tuple[str, Money]]:
    """Payer and amount by reference, read from the table itself."""
    deployment = rehearsed.deployment
    ledger = DynamoLedger(deployment.session.client("dynamodb"), deployment.stage.ledger_table)
    payments = [history.payment for history in ledger.histories(PayeeId(payee))]
    return {one.payment_id.reference: (one.payer_id, one.money) for one in payments}


def title_of_the_api(rehearsed: Rehearsal) -> str:
    status, _, body = rehearsed.site().request("GET", "/api/openapi.json", {}, b"")
    assert status == 200, body
    return str(json.loads(body)["info"]["title"])


def test_from_nothing_to_payments_through_changes_and_back_to_nothing(
    project: Path, tmp_path: Path, phone: BrowserContext
) -> None:
    with rehearsal("local", tmp_path, project) as rehearsed:
        rehearsed.make("deploy", "--yes-accounts")
        [smoke] = recorded(rehearsed, "test").values()
        assert smoke == ("Deployment", Money(100, "INR"))
        with served(rehearsed.site()) as url:
            first = pay(phone, url, "Asha")
        assert recorded(rehearsed, "sneha") == {first: ("Asha", Money(2000, "INR"))}
        refused_past_the_cdn(rehearsed)
        is_well_until_it_is_not(rehearsed)
        assert set(rehearsed.calls_of_the_api()) <= rehearsed.rights_of_the_api()
        assert nothing_more_is_allowed(rehearsed)

        openapi = project / "backend/openapi/document.py"
        openapi.write_text(openapi.read_text().replace(f'"{TITLE}"', f'"{CHANGED}"'))
        rehearsed.make("update")
        assert title_of_the_api(rehearsed) == CHANGED
        refused_past_the_cdn(rehearsed)
        with served(rehearsed.site()) as url:
            second = pay(phone, url, "Ravi")
        assert set(recorded(rehearsed, "sneha")) == {first, second}

        rehearsed.make("rollback")
        assert title_of_the_api(rehearsed) == TITLE

        rehearsed.make("destroy", "--yes")
        assert rehearsed.deployment.running_code() is None
        assert rehearsed.deployment.outputs() == {}
        assert set(recorded(rehearsed, "sneha")) == {first, second}


def test_a_lean_stage_is_finished_after_a_deployment_that_stopped_half_way(
    project: Path, tmp_path: Path, phone: BrowserContext, capfd: pytest.CaptureFixture[str]
) -> None:
    with rehearsal("production_lean", tmp_path, project) as rehearsed:
        half_way(rehearsed)
        rehearsed.make("deploy", "--yes-accounts", "--set", "FirewallRequests=300")
        assert firewalls(rehearsed) == ["payee-pages-production-lean-firewall"]
        assert "An earlier deployment stopped half-way" in capfd.readouterr().err
        function = rehearsed.deployment.session.client("lambda").get_function_configuration(
            FunctionName=rehearsed.deployment.stage.aws_name
        )
        assert function["LoggingConfig"].items() >= {"SystemLogLevel": "WARN"}.items()
        assert function["Environment"]["Variables"]["REQUEST_LOG"] == "refusals"
        with served(rehearsed.site()) as url:
            reference = pay(phone, url, "Asha")
        assert recorded(rehearsed, "sneha") == {reference: ("Asha", Money(2000, "INR"))}

        path = f"/api/payees/sneha/payments/{mint_payment_id(datetime.now(UTC), bytes(10))}"
        body = b'{"payer_id": "Ravi", "amount": "20"}'
        json_only = {"Content-Type": "application/json"}
        assert rehearsed.site().request("PUT", path, json_only, body)[0] == 403
        hashed = json_only | {"x-amz-content-sha256": hashlib.sha256(body).hexdigest()}
        assert rehearsed.site().request("PUT", path, hashed, body)[0] == 201

        rehearsed.make("deploy", "--dry-run")
        said = capfd.readouterr().err
        assert said.count("Nothing to change") == 3
        assert "The Lambda runs this very zip." in said
        delete = ["--yes", "--delete-data", "payee-pages-production-lean"]
        with pytest.raises(Failure):
            rehearsed.make("destroy", *delete)
        assert "not authorized to perform: dynamodb:DeleteTable" in capfd.readouterr().err
        assert len(recorded(rehearsed, "sneha")) == 2
        owner = replace(rehearsed, deployer=rehearsed.deployer | OWNER)
        owner.make("destroy", *delete)
        assert not leftovers(rehearsed.deployment)
        assert not firewalls(rehearsed)


def claim(rehearsed: Rehearsal, payer: str, payee: str = "sneha") -> str:
    """Pay 20 to somebody through the market's own site; the reference."""
    payment_id = mint_payment_id(datetime.now(UTC), secrets.token_bytes(10))
    body = json.dumps({"payer_id": payer, "amount": "20"}).encode()
    headers = {"Content-Type": "application/json"}
    path = f"/api/payees/{payee}/payments/{payment_id}"
    status, _, answer = rehearsed.site().request("PUT", path, headers, body)
    assert status == 201, answer
    return payment_id.reference


def is_well_until_it_is_not(rehearsed: Rehearsal) -> None:
    """By what a deployer may look at. Nobody hears of alarms here."""

    def wrong() -> list[str]:
        found = list(look(rehearsed.deployment))
        assert len(found) == 10
        return [finding.what for finding in found if not finding.is_well]

    with pytest.raises(Failure):
        rehearsed.make("health")
    assert wrong() == ["who hears of alarms"]
    session, stage = rehearsed.deployment.session, rehearsed.deployment.stage
    known = load_accepted(session, stage)
    accept(session, stage, ("0" * 64,))
    assert wrong()[:3] == ["the ledger, read", "the registry, read", "past the CDN"]
    accept(session, stage, known)


def firewalls(rehearsed: Rehearsal) -> list[str]:
    client = rehearsed.deployment.session.client("wafv2", region_name="us-east-1")
    return [one["Name"] for one in client.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]]


def refused_past_the_cdn(rehearsed: Rehearsal) -> None:
    """The HTTP API has an address of its own, which anybody may find out."""
    deployment = rehearsed.deployment
    api = load_api(deployment.session, deployment.stage)
    assert api
    past = EmulatedCdn(str(deployment.endpoint_url), "cdn", api, deployment.stage)
    path = f"/api/payees/sneha/payments/{mint_payment_id(datetime.now(UTC), bytes(10))}"
    body = b'{"payer_id": "Nobody", "amount": "20"}'
    headers = {"Content-Type": "application/json", "X-Origin-Key": "2026-01-01.guessed"}
    for asked, how in ((past, 404), (rehearsed.site(), 422)):
        status, _, answer = asked.request("PUT", path, headers, body.replace(b"20", b"-1"))
        assert status == how, answer
    assert past.request("PUT", path, headers, body)[0] == 404
    assert past.request("GET", "/api/healthz", {}, b"")[0] == 200
    assert rehearsed.site().request("GET", path, {}, b"")[0] == 404


def half_way(rehearsed: Rehearsal) -> None:
    """Stack and Lambda, but no API: somebody pressed Ctrl-C."""
    deployment = rehearsed.deployment
    deployment.stacks().apply(deployment.plan_stack({}))
    role = deployment.outputs()["ApiRoleArn"]
    create_probe(deployment.session.client("lambda"), deployment.stage.aws_name, role)


def nothing_more_is_allowed(rehearsed: Rehearsal) -> bool:
    """A Lambda with the API's role tries the rest on its tables."""
    session, stage = rehearsed.deployment.session, rehearsed.deployment.stage
    lambdas = session.client("lambda")
    create_probe(lambdas, "probe", rehearsed.deployment.outputs()["ApiRoleArn"])
    ledger, registry = try_everything(lambdas, "probe", stage.ledger_table, stage.registry_table)
    lambdas.delete_function(FunctionName="probe")
    return (allowed(ledger), allowed(registry)) == (
        {"get_item", "put_item", "query", "transact Put"},
        {"get_item", "query"},
    )
