"""Publishing makes bucket and registry equal to the roster, whatever happened before."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.local.memory import MemoryRegistry
from payments.payee import PayeeId, PayeeStatus
from payments.registry import PublishOvertaken
from publishing.manifest import (
    CLOSED,
    MANIFEST_KEY,
    Published,
    load_manifest,
    payee_fingerprint,
)
from publishing.object_store import ObjectChanged, ObjectStore, StoredObject, StoreUnavailable
from publishing.publication import Publication, plan_publish
from roster.model import Roster
from sitegen.build import build_site
from testkit.rosters import built_files, make_entry, make_roster
from tests.publishing.worlds import (
    World,
    fetched_file,
    fingerprints,
    prepare,
    publish,
    site_files,
)

ROSTERS = st.builds(
    lambda payees, title: make_roster(
        *[
            make_entry(payee_id, most=most, status=PayeeStatus(status))
            for payee_id, (most, status) in payees.items()
        ],
        title=title,
    ),
    st.dictionaries(
        st.sampled_from("abcd"),
        st.tuples(st.sampled_from(["10", "20"]), st.sampled_from(["open", "away", "closed"])),
    ),
    st.sampled_from(["Market", "Fair"]),
)
CUT = st.integers(0, 14)
HISTORIES = st.lists(st.tuples(ROSTERS, st.none() | CUT, st.booleans()), max_size=4)

BOTH = make_roster("a", "b")
A_ALONE = make_roster("a")
A_CLOSED = make_roster(make_entry("a", status=PayeeStatus.CLOSED), "b")
A_AWAY = make_roster(make_entry("a", status=PayeeStatus.AWAY), "b")
FAIR = replace(BOTH, site=replace(BOTH.site, title="Fair"))
FETCHED = fetched_file(BOTH).file
A_DEARER = make_roster(make_entry("a", most="20000"), "b")


def published(roster: Roster, **payees: str | None) -> Published:
    """What is out there after `roster` was published, and `payees` besides."""
    return Published(
        fingerprints(site_files(roster)),
        {entry.payee_id: payee_fingerprint(entry.payee) for entry in roster.entries} | payees,
    )


@pytest.mark.parametrize(
    ("before", "roster", "steps"),
    [
        pytest.param(
            Published(),
            BOTH,
            f"register a, register b, upload {FETCHED}, upload a/index.html, upload b/index.html,"
            " upload 404.html, upload index.html, upload posters/index.html,"
            " upload till/index.html",
            id="the first time",
        ),
        pytest.param(published(BOTH), BOTH, "", id="nothing new"),
        pytest.param(
            published(A_ALONE),
            BOTH,
            "register b, upload b/index.html, upload index.html",
            id="a new payee",
        ),
        pytest.param(
            published(BOTH),
            A_ALONE,
            "upload index.html, delete b/index.html, close b",
            id="a payee removed",
        ),
        pytest.param(published(A_ALONE, b=CLOSED), A_ALONE, "", id="removed long ago"),
        pytest.param(
            published(A_ALONE, b=CLOSED),
            BOTH,
            "register b, upload b/index.html, upload index.html",
            id="come back",
        ),
        pytest.param(
            published(BOTH), A_CLOSED, "upload a/index.html, register a", id="a payee closed"
        ),
        pytest.param(
            Published(),
            make_roster(make_entry("a", status=PayeeStatus.CLOSED)),
            f"register a, upload {FETCHED}, upload a/index.html, upload 404.html,"
            " upload index.html, upload posters/index.html, upload till/index.html",
            id="closed from the start",
        ),
        pytest.param(
            published(make_roster(), a=CLOSED),
            make_roster(make_entry("a", status=PayeeStatus.CLOSED)),
            "register a, upload a/index.html, upload index.html",
            id="come back closed",
        ),
        pytest.param(published(BOTH), A_AWAY, "upload a/index.html, register a", id="away"),
        pytest.param(published(A_AWAY), BOTH, "register a, upload a/index.html", id="back"),
        pytest.param(published(A_CLOSED), BOTH, "register a, upload a/index.html", id="open again"),
        pytest.param(
            published(BOTH), A_DEARER, "register a, upload a/index.html", id="other limits"
        ),
        pytest.param(published(A_ALONE, b=None), A_ALONE, "close b", id="cut off before it closed"),
        pytest.param(
            Published({**published(BOTH).files, "b/index.html": None}, published(BOTH).payees),
            BOTH,
            "upload b/index.html",
            id="cut off while it uploaded",
        ),
        pytest.param(
            Published({**published(BOTH).files, "old.css": "f" * 32}, published(BOTH).payees),
            BOTH,
            "delete old.css",
            id="a file of the past",
        ),
        pytest.param(
            published(BOTH),
            FAIR,
            f"upload {fetched_file(FAIR).file}, upload a/index.html, upload b/index.html,"
            f" upload 404.html, delete {FETCHED}",
            id="another title",
        ),
    ],
)
def test_a_plan_is_what_differs_in_a_safe_order(
    before: Published, roster: Roster, steps: str
) -> None:
    plan = plan_publish(
        fingerprints(site_files(roster)), [entry.payee for entry in roster.entries], before
    )
    assert ", ".join(f"{step.action} {step.name}" for step in plan.steps) == steps


def test_while_a_plan_is_carried_out_all_that_it_touches_is_uncertain() -> None:
    before = published(BOTH)
    plan = plan_publish(fingerprints(site_files(A_ALONE)), [A_ALONE.entries[0].payee], before)
    assert plan.during == Published(
        {**before.files, "index.html": None, "b/index.html": None},
        {**before.payees, "b": None},
    )
    assert plan.after == published(A_ALONE, b=CLOSED)


@settings(max_examples=100)
@given(HISTORIES, ROSTERS)
def test_after_any_history_of_cut_off_publishes_the_next_one_is_complete(
    history: list[tuple[Roster, int | None, bool]], roster: Roster
) -> None:
    world = World()
    for earlier, writes, verify in history:
        world.writes_until_failure = writes
        with suppress(StoreUnavailable):
            publish(world, earlier, verify=verify)
        world.check()
    world.writes_until_failure = None
    publish(world, roster)
    assert world.equals(roster)
    world.requests.clear()
    assert publish(world, roster) == []
    requests = list(world.requests)
    manifest = load_manifest(world.store)[0]
    assert manifest
    look = ["list"] if manifest.watched_until else []  # somebody was cut off lately
    assert requests == [f"get {MANIFEST_KEY}", *look]
    assert publish(world, roster, verify=True) == []


def steps(world: World, roster: Roster) -> Iterator[None]:
    """A publish that waits where another may come in between."""
    publication = prepare(world, roster)
    plan = publication.plan(verify=False)
    yield
    for _ in publication.apply(plan):
        yield


@settings(max_examples=100)
@given(
    ROSTERS, ROSTERS, ROSTERS, ROSTERS, st.lists(st.sampled_from([0, 1]), min_size=2, max_size=40)
)
def test_two_publishes_at_once_leave_a_world_that_the_next_one_puts_right(
    start: Roster, left: Roster, right: Roster, last: Roster, turns: list[int]
) -> None:
    world = World()
    publish(world, start)
    running = [steps(world, roster) for roster in (left, right)]
    for turn in [*turns, *[0] * 20, *[1] * 20]:
        with suppress(ObjectChanged, PublishOvertaken):
            next(running[turn], None)
    final = prepare(world, last)
    list(final.apply(final.plan(verify=False)))
    assert world.equals(last)


def test_of_two_publishes_with_the_same_start_one_is_told() -> None:
    world = World()
    publish(world, A_ALONE)
    first, second = prepare(world, BOTH), prepare(world, make_roster("c"))
    plans = first.plan(verify=False), second.plan(verify=False)
    list(first.apply(plans[0]))
    with pytest.raises(ObjectChanged):
        list(second.apply(plans[1]))
    assert world.equals(BOTH)


def test_of_two_first_publishes_one_is_told() -> None:
    world = World()
    first, second = prepare(world, BOTH), prepare(world, A_ALONE)
    plans = first.plan(verify=False), second.plan(verify=False)
    list(first.apply(plans[0]))
    with pytest.raises(ObjectChanged):
        list(second.apply(plans[1]))
    assert world.equals(BOTH)


def test_a_plan_alone_changes_nothing() -> None:
    world = World(writes_until_failure=0)
    plan = prepare(world, BOTH).plan(verify=False)
    assert plan.steps
    assert not world.store.objects


def tamper_with_a_page(world: World) -> None:
    world.store.objects["a/index.html"] = StoredObject(b"pay me instead", "text/html", "")


def lose_a_page(world: World) -> None:
    del world.store.objects["b/index.html"]


def leave_a_file(world: World) -> None:
    world.store.objects["stray/index.html"] = StoredObject(b"stray", "text/html", "")


def change_a_payee(world: World) -> None:
    world.registry.rows.register(make_entry("a", most="99").payee, generation=1)


def close_a_payee(world: World) -> None:
    world.registry.rows.close(PayeeId("b"), generation=1)


def open_a_stranger(world: World) -> None:
    world.registry.rows.register(make_entry("stranger").payee)


def lose_the_registry(world: World) -> None:
    world.registry.rows = MemoryRegistry()


def lose_the_manifest(world: World) -> None:
    del world.store.objects[MANIFEST_KEY]


def spoil_the_manifest(world: World) -> None:
    world.store.objects[MANIFEST_KEY] = StoredObject(b"{", "application/json", "no-store")


def forge_the_manifest(world: World) -> None:
    world.store.objects[MANIFEST_KEY] = StoredObject(
        b'{"files": {"x.html": "1"}, "payees": {"x": "1"}}', "application/json", "no-store"
    )


@pytest.mark.parametrize(
    "damage",
    [
        tamper_with_a_page,
        lose_a_page,
        leave_a_file,
        change_a_payee,
        close_a_payee,
        open_a_stranger,
        lose_the_registry,
        lose_the_manifest,
        spoil_the_manifest,
        forge_the_manifest,
    ],
)
def test_verify_repairs_what_was_changed_behind_our_back(damage: Callable[[World], None]) -> None:
    world = World()
    publish(world, BOTH)
    damage(world)
    repair = prepare(world, BOTH)
    list(repair.apply(repair.plan(verify=True)))
    assert world.equals(BOTH)
    assert publish(world, BOTH) == []
    assert load_manifest(world.store)[0]


def test_what_is_not_new_is_not_sent_again() -> None:
    world = World()
    publish(world, BOTH)
    world.requests.clear()
    publish(world, A_DEARER)
    assert world.requests == [
        f"get {MANIFEST_KEY}",
        "begin",
        f"put {MANIFEST_KEY}",
        "register a",
        "put a/index.html",
        f"put {MANIFEST_KEY}",
    ]


def test_a_built_site_goes_to_every_kind_of_store(store: ObjectStore, tmp_path: Path) -> None:
    build = build_site(BOTH, tmp_path / "site")
    registry = MemoryRegistry()
    publication = Publication(BOTH, build, store, registry)
    list(publication.apply(publication.plan(verify=False)))
    assert {key for key, _ in store.tags()} == built_files(BOTH) | {MANIFEST_KEY}
    found = store.get("a/index.html")
    assert found
    assert found[0].body == (tmp_path / "site/a/index.html").read_bytes()
    assert found[0].content_type == "text/html; charset=utf-8"
    assert "max-age=60" in found[0].cache_control
    again = Publication(BOTH, build, store, registry)
    assert again.plan(verify=False).steps == again.plan(verify=True).steps == ()


def test_what_no_build_of_ours_wrote_is_left_alone() -> None:
    world = World()
    notes = StoredObject(b"notes", "text/plain", "")
    world.store.objects["notes.txt"] = notes
    publish(world, BOTH)
    publish(world, BOTH, verify=True)
    assert world.store.objects["notes.txt"] == notes


def test_verify_uploads_pages_again_whose_headers_are_to_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    publish(world, BOTH)
    monkeypatch.setattr("publishing.publication.PAGE_CACHING", "no-cache")
    publish(world, BOTH, verify=True)
    assert world.store.objects["a/index.html"].cache_control == "no-cache"
