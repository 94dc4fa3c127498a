"""A publish that slept beyond its lock, and wakes when its successor is done, changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from backend.dynamo_registry import DynamoRegistry
from backend.table import table_definition
from cli.local.memory import MemoryRegistry
from payments.payee import PayeeId, PayeeStatus
from payments.registry import PayeeRegistry, PublishOvertaken
from publishing.manifest import MANIFEST_KEY, Published, load_manifest
from publishing.object_store import MemoryStore, ObjectChanged, ObjectStore, S3Store
from publishing.publication import WATCH, Publication
from roster.model import Roster
from testkit.dynamodb_local import dynamodb_client
from testkit.rosters import make_entry, make_roster
from tests.publishing.worlds import built, site_files

NOW = datetime(2026, 11, 25, 13, tzinfo=UTC)
BOTH = make_roster("a", "b")
A_ALONE = make_roster("a")
B_DEARER = make_roster("a", make_entry("b", most="20000"))
B_CLOSED = make_roster("a", make_entry("b", status=PayeeStatus.CLOSED))


@dataclass
class Place:
    """A bucket and a registry, what is published there, and when."""

    store: ObjectStore
    registry: PayeeRegistry
    now: datetime = NOW

    def publication(self, roster: Roster, registry: Any = None, store: Any = None) -> Publication:
        return Publication(
            roster,
            built(roster),
            store or self.store,
            registry or self.registry,
            threads=1,
            now=lambda: self.now,
        )

    def publish(self, roster: Roster, *, verify: bool = False) -> list[str]:
        publication = self.publication(roster)
        done = publication.apply(publication.plan(verify=verify))
        return [f"{step.action} {step.name}" for step in done]

    def equals(self, roster: Roster) -> bool:
        files = site_files(roster)
        objects = {key for key, _ in self.store.tags()} - {MANIFEST_KEY}
        listed = {entry.payee_id: entry.payee for entry in roster.entries}
        known = {payee.payee_id: payee for payee in self.registry.payees()}
        return (
            objects == files.keys()
            and all((self.store.get(key) or [None])[0] == item for key, item in files.items())
            and all(known.get(payee_id) == payee for payee_id, payee in listed.items())
            and all(known[id_].status is PayeeStatus.CLOSED for id_ in known.keys() - listed.keys())
        )


@pytest.fixture(
    params=[
        "memory",
        "moto",
        pytest.param("ministack", marks=pytest.mark.emulator),
        pytest.param("dynamodb-local", marks=pytest.mark.emulator),
    ]
)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    name = f"overtaken-{uuid4().hex}"
    if request.param == "memory":
        yield Place(MemoryStore(), MemoryRegistry())
    elif request.param == "moto":
        with mock_aws():
            yield _on_aws(name, None)
    elif request.param == "ministack":
        yield _on_aws(name, request.getfixturevalue("ministack"))
    else:
        url: str = request.getfixturevalue("dynamodb_local")
        with closing(dynamodb_client(url)) as client:
            client.create_table(**table_definition(name))
            yield Place(MemoryStore(), DynamoRegistry(client, name))


def _on_aws(name: str, url: str | None) -> Place:
    s3, dynamodb = boto3.client("s3", endpoint_url=url), boto3.client("dynamodb", endpoint_url=url)
    s3.create_bucket(Bucket=name)
    dynamodb.create_table(**table_definition(name))
    return Place(S3Store(s3, name), DynamoRegistry(dynamodb, name))


@dataclass
class Sleeper:
    """Stands before a store or a registry: the first call of `method` lasts until `meanwhile` is
    done, and only then is sent; if `dies`, nothing is ever sent again."""

    real: Any
    method: str
    meanwhile: Callable[[], object]
    dies: bool = False
    slept: bool = False
    refused: list[Exception] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name != self.method:
            if self.slept and self.dies:
                raise Killed
            return getattr(self.real, name)

        def late(*arguments: Any) -> object:
            if self.slept and self.dies:
                raise Killed
            if not self.slept:
                self.meanwhile()
                self.slept = True
            try:
                return getattr(self.real, name)(*arguments)
            except PublishOvertaken as error:
                self.refused.append(error)
                raise

        return late

    def check(self) -> None:
        """As the lock that was lost says, from when the machine is awake again."""
        if self.slept:
            raise ObjectChanged("another publish took over")


class Killed(BaseException):
    pass


def wake_in_registry(place: Place, method: str, older: Roster, newer: Roster) -> list[Exception]:
    """Publish `older`, whose first call of `method` is sent when `newer` is published."""
    sleeper = Sleeper(place.registry, method, lambda: place.publish(newer))
    publication = place.publication(older, registry=sleeper)
    with pytest.raises((ObjectChanged, PublishOvertaken)):
        list(publication.apply(publication.plan(verify=False), check=sleeper.check))
    return sleeper.refused


def wake_in_store(place: Place, method: str, older: Roster, newer: Roster, *, dies: bool) -> None:
    sleeper = Sleeper(place.store, method, lambda: place.publish(newer), dies)
    publication = place.publication(older, store=sleeper)
    with pytest.raises((ObjectChanged, Killed)):
        list(publication.apply(publication.plan(verify=False), check=sleeper.check))


def test_a_payee_that_was_removed_meanwhile_does_not_open_again(place: Place) -> None:
    place.publish(BOTH)
    assert wake_in_registry(place, "register", B_DEARER, A_ALONE)
    found = place.registry.find(PayeeId("b"))
    assert found
    assert found.status is PayeeStatus.CLOSED
    place.publish(A_ALONE)
    assert place.equals(A_ALONE)


def test_a_payee_that_never_was_is_not_registered_late(place: Place) -> None:
    place.publish(A_ALONE)
    assert wake_in_registry(place, "register", BOTH, A_ALONE)
    assert place.registry.find(PayeeId("b")) is None
    assert [payee.payee_id for payee in place.registry.payees()] == ["a"]


def test_limits_that_were_changed_back_meanwhile_stay_so(place: Place) -> None:
    place.publish(BOTH)
    assert wake_in_registry(place, "register", B_DEARER, BOTH)
    assert place.registry.find(PayeeId("b")) == BOTH.entries[1].payee


@pytest.mark.parametrize(("older", "method"), [(A_ALONE, "close"), (B_CLOSED, "register")])
def test_a_payee_that_stays_is_not_closed_late(place: Place, older: Roster, method: str) -> None:
    place.publish(BOTH)
    assert wake_in_registry(place, method, older, BOTH)
    assert place.registry.find(PayeeId("b")) == BOTH.entries[1].payee
    place.publish(BOTH)
    assert place.equals(BOTH)


def test_also_where_the_successor_inspects_the_table_itself(place: Place) -> None:
    place.publish(A_ALONE)
    sleeper = Sleeper(place.registry, "register", lambda: place.publish(A_ALONE, verify=True))
    publication = place.publication(BOTH, registry=sleeper)
    with pytest.raises(PublishOvertaken):
        list(publication.apply(publication.plan(verify=False)))
    assert place.registry.find(PayeeId("b")) is None


@pytest.mark.parametrize("dies", [False, True], ids=["lives", "dies"])
@pytest.mark.parametrize(
    ("older", "newer", "method"),
    [
        pytest.param(B_DEARER, BOTH, "put", id="a page changed back"),
        pytest.param(B_DEARER, A_ALONE, "put", id="a page that was deleted"),
        pytest.param(A_ALONE, BOTH, "delete", id="a page that stays"),
    ],
)
def test_a_page_that_is_written_late_is_put_right_by_the_next_publish(
    place: Place, older: Roster, newer: Roster, method: str, *, dies: bool
) -> None:
    place.publish(BOTH)
    wake_in_store(place, method, older, newer, dies=dies)
    assert not place.equals(newer), "S3 refuses nothing"
    assert place.publish(newer) != []
    assert place.equals(newer)
    assert place.publish(newer) == []


@pytest.mark.parametrize("wait", [timedelta(), WATCH - timedelta(seconds=1)])
def test_the_bucket_is_watched_for_as_long_as_a_publish_may_sleep(wait: timedelta) -> None:
    place = Place(MemoryStore(), MemoryRegistry())
    place.publish(BOTH)

    def meanwhile() -> None:
        place.publish(BOTH)
        place.now += wait

    sleeper = Sleeper(place.store, "put", meanwhile, dies=True)
    publication = place.publication(B_DEARER, store=sleeper)
    with suppress(Killed):
        list(publication.apply(publication.plan(verify=False)))
    place.publish(BOTH)
    assert place.equals(BOTH)


def test_after_that_the_manifest_is_enough_again() -> None:
    place = Place(MemoryStore(), MemoryRegistry())
    place.publish(BOTH)
    wake_in_store(place, "put", B_DEARER, BOTH, dies=False)
    place.publish(BOTH)
    place.now += WATCH + timedelta(seconds=1)
    place.store.delete("a/index.html")
    assert place.publish(BOTH) == []


@pytest.mark.parametrize("verify", [False, True])
def test_a_publish_that_meets_no_other_leaves_no_watch(*, verify: bool) -> None:
    place = Place(MemoryStore(), MemoryRegistry())
    for roster in (BOTH, A_ALONE, BOTH):
        place.publish(roster, verify=verify)
    manifest = load_manifest(place.store)[0]
    assert manifest
    assert manifest.watched_until == Published().watched_until
