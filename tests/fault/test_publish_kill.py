"""`kill -9` while publishing, again and again, with a visitor on the site all the time; and a
publish that is put to sleep in the middle of a write."""

import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from backend.dynamo_registry import DynamoRegistry
from backend.table import table_definition
from cli.publishing.publish_roster import publish_roster
from cli.system import System
from payments.payee import PayeeId, PayeeStatus
from publishing.lock import LOCK_KEY
from publishing.manifest import MANIFEST_KEY
from roster.model import Roster
from sitegen.build import MARKER
from testkit.rosters import make_entry, make_roster
from tests.fault.crawler import crawl

pytestmark = pytest.mark.emulator

KILLS = 10
PROCESSES = multiprocessing.get_context("fork")


@pytest.fixture
def system(ministack: str) -> System:
    name = f"kill-{uuid4().hex}"
    boto3.client("dynamodb", endpoint_url=ministack).create_table(**table_definition(name))
    boto3.client("s3", endpoint_url=ministack).create_bucket(Bucket=name)
    return System(
        registry_table=name,
        bucket=name,
        endpoint_url=ministack,
        site_url="http://127.0.0.1:8000/",
    )


def random_roster(choices: random.Random) -> Roster:
    """Some of sixty payees, some closed, all of them often changed."""
    ids = sorted(choices.sample(range(60), 40))
    entries = [
        make_entry(
            f"payee-{number}",
            most=str(choices.randrange(100, 110)),
            status=choices.choice([PayeeStatus.OPEN, PayeeStatus.OPEN, PayeeStatus.CLOSED]),
        )
        for number in ids
    ]
    return make_roster(*entries, title=choices.choice(["Market", "Fair"]))


def start_publish(system: System, roster: Roster, out: Path) -> "multiprocessing.Process":
    options = {"dry_run": False, "verify": False}
    process = PROCESSES.Process(
        target=publish_roster, args=(roster, system, out), kwargs=options, daemon=True
    )
    process.start()
    return process  # type: ignore[return-value]


def test_a_visitor_sees_a_whole_site_however_often_a_publish_is_killed(
    system: System, tmp_path: Path
) -> None:
    choices = random.Random(6)
    report, stop = tmp_path / "report.json", tmp_path / "stop"
    out = tmp_path / "site"
    started = time.monotonic()
    roster = random_roster(choices)
    first = start_publish(system, roster, out)
    first.join()
    assert first.exitcode == 0
    takes = time.monotonic() - started
    visitor = PROCESSES.Process(target=crawl, args=(system, report, stop), daemon=True)
    visitor.start()
    killed = 0
    while killed < KILLS:
        roster = random_roster(choices)
        publish = start_publish(system, roster, out)
        publish.join(choices.uniform(0, 2 * takes))
        killed += publish.is_alive()
        publish.kill()
        publish.join()
        system.store().delete(LOCK_KEY)  # as if half a minute had passed
    last = start_publish(system, roster, out)
    last.join()
    stop.touch()
    visitor.join()
    assert last.exitcode == 0
    seen = json.loads(report.read_text())
    assert seen["wrong"] == []
    assert seen["rounds"] > KILLS, "the visitor saw too little"
    assert is_published(system, roster, out)


def test_two_publishes_at_once_end_in_what_the_later_one_says(
    system: System, tmp_path: Path
) -> None:
    choices = random.Random(7)
    rosters = [random_roster(choices), random_roster(choices)]
    both = [
        start_publish(system, roster, tmp_path / f"site-{number}")
        for number, roster in enumerate(rosters)
    ]
    for publish in both:
        publish.join()
    assert [publish.exitcode for publish in both] == [0, 0]
    assert any(
        is_published(system, roster, tmp_path / f"site-{number}")
        for number, roster in enumerate(rosters)
    )


def publish_asleep(system: System, roster: Roster, out: Path) -> None:
    """Publish, but fall asleep when the lock was looked at and before a payee is written."""
    register = DynamoRegistry.register

    def late(*arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        register(*arguments)  # type: ignore[arg-type]

    DynamoRegistry.register = late  # type: ignore[assignment,method-assign]
    publish_roster(roster, system, out, dry_run=False, verify=False)


def test_a_publish_that_was_stopped_and_goes_on_when_another_is_done_changes_nothing(
    system: System, tmp_path: Path
) -> None:
    both, dearer = make_roster("a", "b"), make_roster("a", make_entry("b", most="20000"))
    without = make_roster("a")
    first = start_publish(system, both, tmp_path / "first")
    first.join()
    sleeper = PROCESSES.Process(
        target=publish_asleep, args=(system, dearer, tmp_path / "dearer"), daemon=True
    )
    sleeper.start()
    assert sleeper.pid
    _, status = os.waitpid(sleeper.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    system.store().delete(LOCK_KEY)  # as if half a minute had passed
    second = start_publish(system, without, tmp_path / "without")
    second.join()
    assert second.exitcode == 0
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.join()
    assert sleeper.exitcode == 1, "it has to say that it failed"
    removed = system.registry().find(PayeeId("b"))
    assert removed
    assert (removed.status, removed.limits) == (PayeeStatus.CLOSED, both.entries[1].payee.limits)
    third = start_publish(system, without, tmp_path / "without")
    third.join()
    assert third.exitcode == 0
    assert is_published(system, without, tmp_path / "without")


def is_published(system: System, roster: Roster, out: Path) -> bool:
    """Whether bucket and registry are what `roster` says, by looking at each thing in them."""
    files = {
        file.relative_to(out).as_posix(): file.read_bytes()
        for file in out.rglob("*")
        if file.is_file() and file.name != MARKER
    }
    store, registry = system.store(), system.registry()
    objects = {key for key, _ in store.tags()} - {MANIFEST_KEY}
    known = {payee.payee_id: payee for payee in registry.payees()}
    listed = {entry.payee_id: entry.payee for entry in roster.entries}
    return (
        objects == files.keys()
        and all((found := store.get(key)) and found[0].body == files[key] for key in objects)
        and all(known.get(payee_id) == payee for payee_id, payee in listed.items())
        and all(known[id_].status is PayeeStatus.CLOSED for id_ in known.keys() - listed.keys())
    )
