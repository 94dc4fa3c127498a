"""The manifest of a published site: read strictly, written the same each time."""

from dataclasses import replace

import pytest

from cli.local.memory import MemoryRegistry
from payments.addressee import Addressee, NoticeKind
from payments.payee import PayeeStatus
from publishing.manifest import (
    CLOSED,
    MANIFEST_KEY,
    Published,
    file_fingerprint,
    inspect_files,
    inspect_payees,
    load_manifest,
    payee_fingerprint,
    save_manifest,
)
from publishing.object_store import (
    MemoryStore,
    ObjectChanged,
    ObjectStore,
    StoredObject,
    entity_tag,
)
from testkit.factories import make_payee

PAGE = StoredObject(b"page", "text/html", "max-age=60")
PUBLISHED = Published(
    {"a/index.html": "f" * 32, "b/index.html": None}, {"a": CLOSED, "b": None}, 1_764_000_000
)


def test_a_manifest_is_loaded_as_it_was_saved(store: ObjectStore) -> None:
    tag = save_manifest(store, PUBLISHED, None)
    assert load_manifest(store) == (PUBLISHED, tag)


def test_without_a_manifest_there_is_no_tag_either(store: ObjectStore) -> None:
    assert load_manifest(store) == (None, None)


def test_only_the_version_that_was_read_is_replaced(store: ObjectStore) -> None:
    old = save_manifest(store, PUBLISHED, None)
    new = save_manifest(store, Published(), old)
    with pytest.raises(ObjectChanged):
        save_manifest(store, PUBLISHED, old)
    assert load_manifest(store) == (Published(), new)


def test_the_first_manifest_is_created_once(store: ObjectStore) -> None:
    save_manifest(store, PUBLISHED, None)
    with pytest.raises(ObjectChanged):
        save_manifest(store, Published(), None)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"files": 1, "payees": {}}'])
def test_a_manifest_nobody_can_read_says_nothing_and_can_be_replaced(body: bytes) -> None:
    store = MemoryStore()
    store.put(MANIFEST_KEY, StoredObject(body, "application/json", "no-store"))
    published, tag = load_manifest(store)
    assert published is None
    save_manifest(store, PUBLISHED, tag)
    assert load_manifest(store)[0] == PUBLISHED


def test_a_version_is_told_from_another_that_says_the_same(store: ObjectStore) -> None:
    old = save_manifest(store, PUBLISHED, None)
    save_manifest(store, PUBLISHED, old)
    with pytest.raises(ObjectChanged):
        save_manifest(store, PUBLISHED, old)


def test_browsers_and_the_cdn_keep_no_copy_of_it() -> None:
    store = MemoryStore()
    save_manifest(store, PUBLISHED, None)
    assert store.objects[MANIFEST_KEY].cache_control == "no-store"


@pytest.mark.parametrize("other", [("other", "t", "c"), ("a", "other", "c"), ("a", "t", "other")])
def test_a_file_differs_by_body_type_and_caching(other: tuple[str, str, str]) -> None:
    assert file_fingerprint(*other) != file_fingerprint("a", "t", "c")


@pytest.mark.parametrize(
    "changes",
    [
        {"payee_id": "other"},
        {"name": "Other"},
        {"least": "2"},
        {"most": "2"},
        {"currency": "USD"},
        {"status": PayeeStatus.CLOSED},
    ],
)
def test_a_payee_differs_by_everything_the_registry_holds(changes: dict[str, str]) -> None:
    other = payee_fingerprint(make_payee(**changes))  # type: ignore[arg-type]
    assert other != payee_fingerprint(make_payee()) == payee_fingerprint(make_payee())


def test_a_fingerprint_never_means_closed() -> None:
    assert payee_fingerprint(make_payee(status=PayeeStatus.CLOSED)) != CLOSED


def test_inspection_finds_what_is_there_and_trusts_nothing_else() -> None:
    store, registry = MemoryStore(), MemoryRegistry()
    store.put("same/index.html", PAGE)
    store.put("changed/index.html", replace(PAGE, body=b"tampered"))
    store.put("extra/index.html", PAGE)
    save_manifest(store, PUBLISHED, None)
    for payee_id, status in (("a", "open"), ("b", "closed"), ("c", "closed")):
        registry.register(make_payee(payee_id, status=PayeeStatus(status)))
    site = ["same/index.html", "changed/index.html", "missing/index.html"]
    recorded = Published(dict.fromkeys(site, "f" * 32))
    tags = dict.fromkeys(site, entity_tag(PAGE))
    assert inspect_files(recorded, tags, dict(store.tags())) == {
        "same/index.html": "f" * 32,
        "changed/index.html": None,
        "extra/index.html": None,
    }
    assert inspect_payees(recorded, ["a", "b"], registry) == {
        "a": payee_fingerprint(make_payee("a")),
        "b": payee_fingerprint(make_payee("b", status=PayeeStatus.CLOSED)),
        "c": CLOSED,
    }


def test_what_a_publish_may_still_be_about_to_write_stays_uncertain() -> None:
    registry = MemoryRegistry()
    registry.register(make_payee("a"))
    recorded = Published(payees={"a": None, "coming": None})
    assert inspect_payees(recorded, ["a"], registry) == {"a": None, "coming": None}


def test_a_manifest_of_an_earlier_version_is_read() -> None:
    store = MemoryStore()
    body = b'{"files": {}, "payees": {"a": "closed"}, "mark": "0"}'
    store.put(MANIFEST_KEY, StoredObject(body, "application/json", "no-store"))
    assert load_manifest(store)[0] == Published({}, {"a": CLOSED})


def test_a_payee_is_registered_anew_when_others_are_told_and_not_when_nobody_ever_was() -> None:
    """What 0.1.0 wrote of a payee stands: an upgrade registers nobody."""
    payee = make_payee()
    told = replace(payee, notify=(Addressee("mailto:a@example.org", (NoticeKind.DAY,)),))
    other = replace(payee, notify=(Addressee("mailto:a@example.org", (NoticeKind.RECORDED,)),))
    assert payee_fingerprint(payee) == "b96d2d3a47aac8fe8ec082ef36138112"
    assert len({payee_fingerprint(one) for one in (payee, told, other)}) == 3
