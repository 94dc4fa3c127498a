"""`payees publish`: what it says, asks and changes."""

import re
import shutil

import boto3
import pytest

from backend.dynamo_registry import DynamoRegistry
from cli.system import System
from payments.payee import PayeeId, PayeeStatus
from payments.refusals import LedgerUnavailable
from publishing.lock import LOCK_KEY
from publishing.object_store import ObjectChanged
from tests.cli.desk import SITE, Desk

FIRST_STEPS = """\
+ payee mahantesh
+ payee shilpa
+ page  mahantesh/index.html
+ page  shilpa/index.html
+ page  404.html
+ page  index.html
+ page  posters/index.html
+ page  till/index.html
"""


def _published(system: System) -> str:
    """What a publish knows of it: nothing of its ledger."""
    return f"registry {system.registry_table}, bucket {system.bucket}"


def test_publish_puts_pages_and_payees_where_it_said(aws_desk: Desk, system: System) -> None:
    result = aws_desk.payees("publish")
    assert (result.exit_code, result.stdout) == (0, "")
    assert re.sub(r"\d+ pages", "n pages", result.stderr) == (
        f"Publishing to {_published(system)}\n"
        "Done: 2 payees registered, n pages uploaded.\n"
        "Next: open https://pay.example.org/\n"
    )
    assert system.store().get("shilpa/index.html")
    assert system.registry().find_fresh(PayeeId("shilpa"))


def test_publishing_again_changes_nothing(aws_desk: Desk) -> None:
    aws_desk.payees("publish")
    for option in ([], ["--verify"]):
        result = aws_desk.payees("publish", *option)
        assert "Nothing to change: the site equals the roster." in result.stderr


def test_a_dry_run_prints_the_steps_and_takes_none(aws_desk: Desk, system: System) -> None:
    result = aws_desk.payees("publish", "--dry-run")
    steps = re.sub(r"\+ page  assets/.*\n", "", result.stdout)  # what pages fetch, before them
    assert (result.exit_code, steps) == (0, FIRST_STEPS)
    assert re.sub(r"\d+ pages", "n pages", result.stderr) == (
        f"Comparing with {_published(system)}\n"
        "It would be: 2 payees registered, n pages uploaded.\n"
    )
    assert not list(system.store().tags())
    assert not list(system.registry().payees())


def test_a_payee_that_left_the_roster_is_closed_and_its_page_deleted(
    aws_desk: Desk, system: System
) -> None:
    aws_desk.payees("publish")
    aws_desk.write_roster("mahantesh")
    assert aws_desk.payees("publish", "--dry-run").stdout == (
        "~ page  index.html\n~ page  posters/index.html\n"
        "- page  shilpa/index.html\n- payee shilpa\n"
    )
    aws_desk.payees("publish", "--yes")
    assert system.store().get("shilpa/index.html") is None
    closed = system.registry().find_fresh(PayeeId("shilpa"))
    assert closed
    assert closed.status is PayeeStatus.CLOSED


def test_a_payee_that_closes_is_told_as_such(aws_desk: Desk) -> None:
    aws_desk.payees("publish")
    aws_desk.payees("close", "shilpa")
    steps = aws_desk.payees("publish", "--dry-run").stdout.splitlines()
    assert steps[-1] == "~ payee shilpa (closed)"
    done = aws_desk.payees("publish").stderr.splitlines()[1]
    assert done == "Done: 3 pages uploaded, 1 payee closed."


def test_many_payees_do_not_leave_by_mistake(aws_desk: Desk, system: System) -> None:
    ids = [f"payee-{number}" for number in range(10)]
    aws_desk.write_roster(*ids)
    aws_desk.payees("publish")
    aws_desk.write_roster(*ids[3:])
    result = aws_desk.payees("publish")
    assert result.exit_code == 1
    assert "This removes 3 of 10 payees: their pages go, and they are closed." in result.stderr
    assert "add --yes if it is meant" in result.stderr
    assert system.store().get("payee-0/index.html")
    aws_desk.write_roster(*ids[2:])
    assert aws_desk.payees("publish").exit_code == 0
    assert system.store().get("payee-0/index.html") is None


def test_what_was_touched_but_not_changed_is_not_uploaded(aws_desk: Desk) -> None:
    aws_desk.payees("publish")
    for file in (aws_desk.folder / "build/site").rglob("*"):
        file.touch()
    assert "Nothing to change" in aws_desk.payees("publish").stderr
    shutil.rmtree(aws_desk.folder / "build")
    assert "Nothing to change" in aws_desk.payees("publish").stderr


def test_a_publish_lets_go_of_the_lock_also_when_it_fails(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYEES_REGISTRY", "nowhere")
    assert aws_desk.payees("publish").exit_code == 1
    assert system.store().get(LOCK_KEY) is None


def test_the_last_payee_can_leave_too(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    aws_desk.write_roster()
    assert aws_desk.payees("publish", "--yes").exit_code == 0
    assert {key for key, _ in system.store().tags() if key.endswith(".html")} == {
        "404.html",
        "index.html",
        "posters/index.html",
        "till/index.html",
    }


def test_a_broken_roster_changes_nothing(aws_desk: Desk, system: System) -> None:
    (aws_desk.folder / "payees.yaml").write_text(SITE)
    result = aws_desk.payees("publish")
    assert result.exit_code == 1
    assert "1 mistake in payees.yaml: nothing was changed." in result.stderr
    assert not list(system.store().tags())


@pytest.mark.parametrize("missing", ["registry_table", "bucket"])
def test_what_cannot_be_read_is_told_and_can_be_published_later(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    variable = f"PAYEES_{missing.removesuffix('_table').upper()}"
    monkeypatch.setenv(variable, "nowhere")
    result = aws_desk.payees("publish")
    assert result.exit_code == 1
    assert "The system could not be read: " in result.stderr
    monkeypatch.setenv(variable, getattr(system, missing))
    assert aws_desk.payees("publish").exit_code == 0


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (LedgerUnavailable("Read timeout"), "AWS did not say that it is done: Read timeout\n"),
        (KeyboardInterrupt(), "Stopped. "),
    ],
)
def test_a_write_without_an_answer_is_told_and_can_be_finished_later(
    aws_desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: BaseException, told: str
) -> None:
    def without_an_answer(*_: object) -> None:
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(DynamoRegistry, "register", without_an_answer)
        result = aws_desk.payees("publish")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        f"{told}Whether the last step was done is unknown: publish again to finish, "
        "which is safe.\n"
    )
    assert "Done: " in aws_desk.payees("publish").stderr


def test_somebody_elses_publish_meanwhile_is_told(
    aws_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*_: object) -> None:
        raise ObjectChanged("the manifest")

    monkeypatch.setattr(DynamoRegistry, "register", changed)
    assert aws_desk.payees("publish").stderr.endswith(
        "Somebody else published at the same time (the manifest): publish again.\n"
    )


def test_a_bucket_that_was_tampered_with_is_repaired_by_verify(
    aws_desk: Desk, system: System
) -> None:
    aws_desk.payees("publish")
    boto3.client("s3").put_object(Bucket=system.bucket, Key="shilpa/index.html", Body=b"pay me")
    assert "Nothing to change" in aws_desk.payees("publish").stderr
    assert "Done: 1 page uploaded." in aws_desk.payees("publish", "--verify").stderr


@pytest.mark.emulator
def test_the_running_demo_is_found_and_its_address_used(demo_desk: Desk) -> None:
    result = demo_desk.payees("publish")
    assert result.exit_code == 0
    assert "Publishing to the demo at http://127.0.0.1:8000/" in result.stderr
    assert "Next: open http://127.0.0.1:8000/" in result.stderr
    assert "Nothing to change" in demo_desk.payees("publish", "--verify").stderr
