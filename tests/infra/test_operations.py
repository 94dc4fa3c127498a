"""What `make deploy` and its kin decide, before they talk to AWS."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from cli.failure import Failure
from cli.local.memory import MemoryLedger
from infra.__main__ import main
from infra.deployment import Deployment
from infra.kept_zips import (
    Version,
    code_of,
    keep_note,
    keep_zip,
    load_note,
    load_zip,
    plan_rollback,
    zip_key,
)
from infra.operations import with_address
from infra.smoke import SmokePayment, apply_smoke_payment, plan_smoke_payment, to_remember
from infra.stacks import with_literal_names
from infra.stage import Stage, load_stage, parse_stage
from payments.money import Money
from roster.model import Roster, load_roster
from testkit.demo_process import ROOT
from testkit.factories import make_payment
from tests.infra.templates import STACK

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


# --- Stages ---------------------------------------------------------------------------------------


def test_a_stages_names_have_hyphens_where_it_has_underscores() -> None:
    lean = load_stage("production_lean")
    assert lean.aws_name == "payee-pages-production-lean"
    assert lean.infra_stack == "payee-pages-production-lean-infra"
    assert (lean.region, lean.has_function_url) == ("ap-south-1", True)


def test_a_stage_has_what_those_it_extends_have() -> None:
    settings = {
        "a": {"project_name": "p", "aws_region": "r", "s3_bucket": "p-a-deploy", "runtime": "x"},
        "b": {"extends": "a", "touch_path": "/x"},
        "c": {"extends": "b", "aws_region": "s", "s3_bucket": "p-c-deploy-3f"},
    }
    stage = parse_stage("c", settings)
    assert (stage.project, stage.region, stage.touch_path) == ("p", "s", "/x")
    assert stage.deploy_bucket == "p-c-deploy-3f"
    assert stage.tables == {"LEDGER_TABLE": "p-c-ledger", "REGISTRY_TABLE": "p-c-registry"}
    assert (stage.role, stage.infra_stack) == ("p-c-api", "p-c-infra")


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        (
            "s3_bucket",
            "payee-pages-production-deploy",
            "s3_bucket called “payee-pages-north-deploy”",
        ),
        ("s3_bucket", "payee-pages-north-deploys", "s3_bucket called “payee-pages-north-deploy”"),
        ("role_name", "payee-pages-production-api", "its own is “payee-pages-north-api”"),
        ("role_arn", "arn:aws:iam::1:role/x", "its own is “payee-pages-north-api”"),
        (
            "environment_variables",
            {"LEDGER_TABLE": "payee-pages-production-ledger"},
            "the LEDGER_TABLE “payee-pages-production-ledger”, but its own is “payee-pages-north-l",
        ),
        (
            "aws_environment_variables",
            {"REGISTRY_TABLE": "payee-pages-production-registry"},
            "take REGISTRY_TABLE out",
        ),
    ],
)
@pytest.mark.parametrize("inherited", [True, False])
def test_a_stage_never_has_what_is_anothers(
    setting: str, value: object, told: str, *, inherited: bool
) -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    settings["north"] = {"extends": "production", "s3_bucket": "payee-pages-north-deploy"}
    parse_stage("north", settings)
    if inherited:
        del settings["north"]["s3_bucket"]
        settings["production"]["s3_bucket"] = "payee-pages-north-deploy"
    settings["production" if inherited else "north"][setting] = value
    with pytest.raises(Failure, match=told):
        parse_stage("north", settings)


@pytest.mark.parametrize("command", ["deploy", "update", "rollback", "destroy", "restore"])
def test_a_stage_that_only_extends_production_is_refused_by_every_command(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    settings["north"] = {"extends": "production"}
    (tmp_path / "zappa_settings.json").write_text(json.dumps(settings))
    monkeypatch.setattr("infra.stage.SETTINGS", tmp_path / "zappa_settings.json")
    more = ["--from", "copy"] if command == "restore" else []
    result = CliRunner().invoke(main, [command, "north", *more])
    assert result.exit_code == 1
    assert result.stderr == (
        "Stage north of zappa_settings.json has the s3_bucket “payee-pages-production-deploy”, "
        "which is not its own: give it an s3_bucket called “payee-pages-north-deploy”, or "
        "“payee-pages-north-deploy-…” if that is taken.\n"
    )


def test_an_unknown_stage_is_told_the_known_ones() -> None:
    with pytest.raises(Failure, match=r"no stage “prod”.*production, production_lean, staging"):
        load_stage("prod")


def test_emulated_aws_gets_the_stages_own_settings_but_for_the_touching() -> None:
    """So what a rehearsal packs is what a deployment would, and from the same Python only."""
    deployment = Deployment(load_stage("staging"), boto3.Session(), "http://127.0.0.1:1")
    with deployment._settings_file() as path:
        given = json.loads(path.read_text())
    own = json.loads((ROOT / "zappa_settings.json").read_text())
    own["staging"]["touch"] = False
    assert given == own


# --- Commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["deploy"], 2, "Missing argument 'STAGE'"),
        (["deploy", "nowhere"], 1, "There is no stage “nowhere”"),
        (["deploy", "local", "--set", "AlarmEmail"], 2, "--set takes NAME=VALUE"),
        (["deploy", "local", "--set", "Stage=production"], 2, "Stage: make deploy works that out"),
        (["deploy", "local", "--set", "OriginKey=x"], 2, "OriginKey: make deploy works that out"),
        (["deploy", "local", "--roster", "none.yaml"], 1, "none.yaml"),
        (["rehearse", "nowhere"], 1, "There is no stage “nowhere”"),
    ],
)
def test_a_wrong_argument_is_a_sentence(arguments: list[str], code: int, sentence: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.emulator
def test_data_is_deleted_only_under_its_own_name(
    ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    result = CliRunner().invoke(main, ["destroy", "staging", "--delete-data", "payee-pages"])
    assert result.exit_code == 2
    assert "staging is payee-pages-staging on AWS, not payee-pages." in result.stderr


@pytest.mark.emulator
def test_destroying_asks_first(ministack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    result = CliRunner().invoke(main, ["destroy", "staging"], input="n\n")
    assert result.exit_code == 1
    assert "Take down payee-pages-staging (its data stays)?" in result.stderr


@pytest.mark.emulator
@pytest.mark.parametrize("command", ["update", "rollback"])
def test_what_is_not_live_cannot_be_changed(
    ministack: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    result = CliRunner().invoke(main, [command, "staging"])
    assert result.exit_code == 1
    assert "Stage staging is not live in ap-south-1: run `make deploy" in result.stderr


# --- Rolling back ---------------------------------------------------------------------------------


def versions(*codes: str) -> list[Version]:
    """Newest first, as Lambda numbers them."""
    found = [Version(number, code, "") for number, code in enumerate(codes, start=1)]
    return found[::-1]


@pytest.mark.parametrize(
    ("codes", "goal"),
    [
        (("good", "bad"), 1),
        (("good", "good", "bad"), 2),
        (("oldest", "good", "bad", "good"), 1),  # rolled back once: further, not forth
        (("oldest", "good", "bad", "bad"), 2),
    ],
)
def test_a_rollback_goes_to_what_ran_before(codes: tuple[str, ...], goal: int) -> None:
    assert plan_rollback(versions(*codes), codes[-1], None).number == goal


def test_a_rollback_goes_where_it_is_told() -> None:
    assert plan_rollback(versions("a", "b", "c"), "a", 3).code == "c"
    with pytest.raises(Failure, match=r"no version 4: there are 3, 2, 1\."):
        plan_rollback(versions("a", "b", "c"), "a", 4)
    with pytest.raises(Failure, match="No code was deployed before this"):
        plan_rollback(versions("a", "a"), "a", None)


def test_a_zips_key_needs_no_escaping() -> None:
    assert zip_key(load_stage("staging"), "a+b/c=") == "payee-pages-staging/a-b_c.zip"


@pytest.fixture
def kept() -> Iterator[tuple[boto3.Session, str]]:
    """An account in which a stage keeps a zip, and its code."""
    with mock_aws():
        session, archive = boto3.Session(), b"a zip"
        session.client("s3").create_bucket(Bucket=STAGING.deploy_bucket)
        keep_zip(session, STAGING, code_of(archive), archive)
        yield session, code_of(archive)


STAGING = replace(load_stage("staging"), region="us-east-1")


def test_what_was_kept_is_what_is_rolled_back_to(kept: tuple[boto3.Session, str]) -> None:
    session, code = kept
    assert load_zip(session, STAGING, code) == b"a zip"
    assert load_zip(session, STAGING, code_of(b"never deployed")) is None


def test_a_zip_that_somebody_swapped_is_never_run(kept: tuple[boto3.Session, str]) -> None:
    session, code = kept
    session.client("s3").put_object(
        Bucket=STAGING.deploy_bucket, Key=zip_key(STAGING, code), Body=b"another zip"
    )
    with pytest.raises(Failure, match="is not the zip that was deployed: somebody replaced it"):
        load_zip(session, STAGING, code)


# --- What is taken back by name -------------------------------------------------------------------


def test_all_that_is_retained_has_a_literal_name() -> None:
    values = {"Project": "p", "Stage": "s", "AWS::AccountId": "1"}
    template = with_literal_names(STACK.read_text(), values)
    for name in (
        "TableName: p-s-ledger\n",
        "TableName: p-s-registry\n",
        "BucketName: p-s-pages-1\n",
        "LogGroupName: /aws/lambda/p-s\n",
    ):
        assert template.count(name) == 1
    assert STACK.read_text().count("DeletionPolicy: Retain") == 4


# --- The smoke payment ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> Roster:
    return load_roster(ROOT / "payees.yaml")


RANDOM = bytes(range(10))


def plan(
    sample: Roster, code: str = "code", now: datetime = NOW, *, remembered: bytes = b""
) -> SmokePayment:
    """With other randomness whenever something is remembered."""
    payment = plan_smoke_payment(
        sample, code, now, RANDOM[::-1] if remembered else RANDOM, remembered
    )
    assert payment
    return payment


def test_a_deployment_repeated_on_a_day_is_the_same_payment(sample: Roster) -> None:
    payment = plan(sample)
    note = to_remember(payment)
    assert plan(sample, now=NOW + timedelta(hours=13), remembered=note) == payment
    tomorrow = plan(sample, now=NOW + timedelta(days=1), remembered=note)
    assert tomorrow.payment_id != payment.payment_id
    assert payment.payment_id.is_current(NOW)


def test_nobody_knows_a_smoke_payments_id_beforehand(sample: Roster) -> None:
    first, second = (
        plan_smoke_payment(sample, "code", NOW, random) for random in (RANDOM, b"0" * 10)
    )
    assert first
    assert second
    assert first.payment_id != second.payment_id


def test_another_amount_is_another_payment(sample: Roster) -> None:
    payment = plan(sample)
    note = to_remember(payment).replace(b"1.00", b"2.00")
    assert note != to_remember(payment)
    assert plan(sample, remembered=note).payment_id != payment.payment_id


@pytest.mark.parametrize(
    "note", [b"", b"\xff", b"[]", b"{}", b'{"payment_id": 1}', b'{"payment_id": "../test"}']
)
def test_a_note_that_says_nothing_is_none(sample: Roster, note: bytes) -> None:
    assert plan(sample, remembered=note).payment_id.is_current(NOW)


def test_what_is_noted_beside_a_zip_is_found_there(kept: tuple[boto3.Session, str]) -> None:
    session, code = kept
    assert load_note(session, STAGING, code) == b""
    keep_note(session, STAGING, code, b"note")
    assert load_note(session, STAGING, code) == b"note"
    assert load_zip(session, STAGING, code) == b"a zip"


def test_without_a_test_payee_there_is_no_payment(sample: Roster) -> None:
    others = tuple(entry for entry in sample.entries if entry.payee_id != "test")
    assert plan_smoke_payment(Roster(sample.site, others), "code", NOW, RANDOM) is None


class Site:
    """Answers as told, one request after the other; the last answer for good."""

    def __init__(self, *answers: int | type[OSError]) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        self.asked.append((method, path))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not isinstance(answer, int):
            raise answer
        return answer, [], b"{}" if answer in (200, 201) else b"no"


def smoke(sample: Roster, site: Site, *, minor: int | None = 100) -> str:
    """What is said when the stage's own ledger has the payment, of so much; None: has it not."""
    payment, ledger = plan(sample), MemoryLedger()
    if minor is not None:
        payee_id, money = payment.payee.payee_id, Money(minor, "INR")
        row = make_payment(payment.payment_id, payee_id, money=money, reason=payment.reason)
        ledger.record(row)
    return apply_smoke_payment(payment, site.send, ledger, "p-s-ledger", pause=lambda: None)


def test_it_is_sent_twice_and_read_back_from_the_ledger_itself(sample: Roster) -> None:
    site = Site(201, 200)
    assert smoke(sample, site).startswith("Recorded: 1.00 INR to Test payee, reference ")
    assert [method for method, _ in site.asked] == ["PUT", "PUT"]
    assert json.loads(plan(sample).body)["amount"] == "1.00"


@pytest.mark.parametrize("minor", [None, 200], ids=["nothing", "something else"])
def test_an_api_that_records_elsewhere_is_found_out(sample: Roster, minor: int | None) -> None:
    with pytest.raises(Failure, match=r"answered 201, but it is not in p-s-ledger: the API record"):
        smoke(sample, Site(201, 200), minor=minor)


def test_it_waits_for_a_cdn_that_comes_up(sample: Roster) -> None:
    assert "Recorded" in smoke(sample, Site(ConnectionError, 503, 404, 403, 201, 200))


def test_a_deployment_repeated_says_so(sample: Roster) -> None:
    assert "Was recorded before" in smoke(sample, Site(200))


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ((422,), "answered 422 no"),
        ((503,), "answered 503 no"),
        ((OSError,), "no answer"),
        ((201, 201), "sent twice was answered 201, then 201"),
    ],
)
def test_what_fails_says_what_to_do(
    sample: Roster, answers: tuple[int | type[OSError], ...], sentence: str
) -> None:
    with pytest.raises(Failure, match=sentence):
        smoke(sample, Site(*answers))


# --- Who hears of alarms --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """As much of a deployment as the question needs."""

    known: dict[str, str]
    endpoint_url: str | None = None
    stage: Stage = STAGING

    def stacks(self) -> "_Known":
        return self

    def parameters(self, _: str) -> dict[str, str]:
        return self.known


@pytest.mark.parametrize(
    ("known", "asked"),
    [({"AlarmEmail": "a@b.example"}, {}), ({}, {"AlarmEmail": "x@y.example"})],
)
def test_who_hears_of_alarms_is_not_asked_when_it_is_known(
    known: dict[str, str],
    asked: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = with_address(_Known(known), asked)  # type: ignore[arg-type]
    assert (given, capsys.readouterr().err) == (asked, "")


def test_that_nobody_hears_of_alarms_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    assert with_address(_Known({"AlarmEmail": ""}), {}) == {}  # type: ignore[arg-type]
    assert "NOBODY HEARS OF ALARMS" in capsys.readouterr().err
    assert with_address(_Known({}, "http://127.0.0.1:1"), {}) == {}  # type: ignore[arg-type]
    assert capsys.readouterr().err == "", "emulated AWS mails nobody"


def test_on_a_terminal_the_address_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("click.prompt", lambda *_, **__: " ops@market.example ")
    given = with_address(_Known({}), {"BudgetUsd": "5"})  # type: ignore[arg-type]
    assert given == {"BudgetUsd": "5", "AlarmEmail": "ops@market.example"}
