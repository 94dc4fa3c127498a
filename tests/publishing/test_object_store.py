"""One contract for every store: in memory, on moto's S3 and on ministack's."""

from collections.abc import Callable

import pytest
from types_boto3_s3 import S3Client

from publishing.object_store import (
    ObjectChanged,
    ObjectStore,
    S3Store,
    StoredObject,
    StoreUnavailable,
    entity_tag,
)

PAGE = StoredObject("<h1>Grüße</h1>".encode(), "text/html; charset=utf-8", "public, max-age=60")
OTHER = StoredObject(b"{}", "application/json", "no-store")
KEY = "town-bakery/index.html"


def test_what_is_put_is_what_is_got(store: ObjectStore) -> None:
    store.put(KEY, PAGE)
    assert store.get(KEY) == (PAGE, entity_tag(PAGE))


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    empty = StoredObject(b"", "text/plain", "no-store")
    store.put(KEY, empty)
    assert store.get(KEY) == (empty, entity_tag(empty))


def test_nothing_is_got_where_nothing_was_put(store: ObjectStore) -> None:
    store.put(KEY, PAGE)
    assert store.get("town-bakery/") is None


def test_a_put_replaces_body_type_and_caching(store: ObjectStore) -> None:
    store.put(KEY, PAGE)
    store.put(KEY, OTHER)
    assert store.get(KEY) == (OTHER, entity_tag(OTHER))


def test_a_deleted_object_is_gone_and_the_others_stay(store: ObjectStore) -> None:
    store.put(KEY, PAGE)
    store.put("index.html", OTHER)
    store.delete(KEY)
    assert store.get(KEY) is None
    assert store.get("index.html")


def test_deleting_nothing_is_fine(store: ObjectStore) -> None:
    store.delete(KEY)


def test_tags_name_every_key_however_many_pages_that_takes(store: ObjectStore) -> None:
    for number in range(5):
        store.put(f"{number}/index.html", StoredObject(str(number).encode(), "text/html", ""))
    assert dict(store.tags()) == {
        f"{number}/index.html": entity_tag(StoredObject(str(number).encode(), "", ""))
        for number in range(5)
    }


def test_an_empty_store_has_no_tags(store: ObjectStore) -> None:
    assert list(store.tags()) == []


def test_the_tag_is_that_of_the_body(store: ObjectStore) -> None:
    store.put(KEY, PAGE)
    assert dict(store.tags()) == {KEY: entity_tag(PAGE)}
    assert entity_tag(PAGE) != entity_tag(OTHER)


def test_put_if_creates_what_is_not_there(store: ObjectStore) -> None:
    tag = store.put_if(KEY, PAGE, None)
    assert store.get(KEY) == (PAGE, tag)


def test_put_if_creates_nothing_over_what_is_there(store: ObjectStore) -> None:
    store.put(KEY, OTHER)
    with pytest.raises(ObjectChanged):
        store.put_if(KEY, PAGE, None)
    assert store.get(KEY) == (OTHER, entity_tag(OTHER))


def test_put_if_replaces_the_version_it_knows(store: ObjectStore) -> None:
    first = store.put_if(KEY, PAGE, None)
    second = store.put_if(KEY, OTHER, first)
    assert store.get(KEY) == (OTHER, second)


def test_put_if_leaves_a_version_it_does_not_know(store: ObjectStore) -> None:
    first = store.put_if(KEY, PAGE, None)
    store.put(KEY, OTHER)
    with pytest.raises(ObjectChanged, match=KEY):
        store.put_if(KEY, PAGE, first)
    assert store.get(KEY) == (OTHER, entity_tag(OTHER))


def test_put_if_does_not_bring_back_what_somebody_deleted(store: ObjectStore) -> None:
    tag = store.put_if(KEY, PAGE, None)
    store.delete(KEY)
    with pytest.raises(ObjectChanged):
        store.put_if(KEY, OTHER, tag)
    assert store.get(KEY) is None


@pytest.mark.parametrize("before", [None, OTHER], ids=["create", "replace"])
def test_put_if_that_meets_its_own_write_has_succeeded(
    store: ObjectStore, before: StoredObject | None
) -> None:
    """As after a lost answer, when the SDK sends again."""
    tag = store.put_if(KEY, before, None) if before else None
    store.put(KEY, PAGE)
    assert store.put_if(KEY, PAGE, tag) == entity_tag(PAGE)


CALLS = [
    lambda store: store.get(KEY),
    lambda store: store.put(KEY, PAGE),
    lambda store: store.put_if(KEY, PAGE, None),
    lambda store: store.put_if(KEY, PAGE, entity_tag(OTHER)),
    lambda store: store.delete(KEY),
    lambda store: list(store.tags()),
]
NAMES = ["get", "put", "create", "replace", "delete", "tags"]


@pytest.mark.parametrize("call", CALLS, ids=NAMES)
def test_a_bucket_out_of_reach_is_unavailable(
    unreachable_store: S3Store, call: Callable[[ObjectStore], object]
) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        call(unreachable_store)
    assert not isinstance(raised.value, ObjectChanged)


@pytest.mark.parametrize("call", CALLS, ids=NAMES)
def test_a_bucket_that_does_not_exist_is_unavailable(
    moto_s3: S3Client, call: Callable[[ObjectStore], object]
) -> None:
    with pytest.raises(StoreUnavailable, match="NoSuchBucket") as raised:
        call(S3Store(moto_s3, "nowhere"))
    assert not isinstance(raised.value, ObjectChanged)
