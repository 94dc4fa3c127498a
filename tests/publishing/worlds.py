"""A bucket and a registry in memory that watch what a publish does to them, and may fail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cli.local.memory import MemoryRegistry
from payments.payee import Payee, PayeeId, PayeeStatus
from publishing.manifest import MANIFEST_KEY, file_fingerprint
from publishing.object_store import MemoryStore, StoredObject, StoreUnavailable
from publishing.publication import ASSET_CACHING, PAGE_CACHING, Publication
from roster.model import Roster
from sitegen.assets import Asset, make_asset
from sitegen.build import BuiltFile
from sitegen.freezing.page_maker import content_hash
from sitegen.moved import moved_files
from sitegen.page_files import media_type
from testkit.rosters import page_files

POSTERS = "posters/index.html"
FORM = "<form>"
MOVED = "moved to "


@dataclass
class World:
    """What is out there, and every request made to it."""

    requests: list[str] = field(default_factory=list)
    writes_until_failure: int | None = None

    def __post_init__(self) -> None:
        self.store = WatchedStore(self)
        self.registry = WatchedRegistry(self)

    def before_write(self, request: str) -> None:
        self.requests.append(request)
        if self.writes_until_failure is not None:
            if self.writes_until_failure == 0:
                raise StoreUnavailable("the line is cut")
            self.writes_until_failure -= 1

    def check(self) -> None:
        """What must hold after every single write."""
        links = self.store.objects.get("index.html", StoredObject(b"", "", "")).body.decode()
        for payee_id in links.split():
            assert f"{payee_id}/index.html" in self.store.objects, f"a dead link to {payee_id}"
        for key, page in self.store.objects.items():
            for asset in re.findall(r"assets/\S+", page.body.decode()) if is_page(key) else []:
                assert asset in self.store.objects, f"{key} asks in vain for {asset}"
            if page.body.startswith(MOVED.encode()):
                target = page.body.decode().removeprefix(MOVED)
                assert f"{target}/index.html" in self.store.objects, f"{key} leads nowhere"
            if page.body.startswith(FORM.encode()):
                payee = self.registry.rows.find(PayeeId(key.removesuffix("/index.html")))
                assert payee, f"{key} pays to nobody"
                assert payee.status is PayeeStatus.OPEN, f"{key} pays to a closed payee"

    def equals(self, roster: Roster) -> bool:
        """Whether bucket and registry are what `roster` says, and nothing is left over."""
        files = {key: item for key, item in self.store.objects.items() if key != MANIFEST_KEY}
        listed = {payee.payee_id: payee for payee in roster.payees}
        known = {payee.payee_id: payee for payee in self.registry.rows.payees()}
        rest = [payee for payee_id, payee in known.items() if payee_id not in listed]
        return (
            files == site_files(roster)
            and {payee_id: known.get(payee_id) for payee_id in listed} == listed
            and all(payee.status is PayeeStatus.CLOSED for payee in rest)
        )


class WatchedStore:
    def __init__(self, world: World) -> None:
        self._world = world
        self._store = MemoryStore()
        self.objects = self._store.objects

    def get(self, key: str) -> tuple[StoredObject, str] | None:
        self._world.requests.append(f"get {key}")
        return self._store.get(key)

    def tags(self) -> Iterator[tuple[str, str]]:
        self._world.requests.append("list")
        return self._store.tags()

    def put(self, key: str, item: StoredObject) -> None:
        self._world.before_write(f"put {key}")
        self._store.put(key, item)

    def put_if(self, key: str, item: StoredObject, tag: str | None) -> str:
        self._world.before_write(f"put {key}")
        return self._store.put_if(key, item, tag)

    def delete(self, key: str) -> None:
        self._world.before_write(f"delete {key}")
        self._store.delete(key)


class WatchedRegistry:
    def __init__(self, world: World) -> None:
        self._world = world
        self.rows = MemoryRegistry()

    def find(self, payee_id: PayeeId) -> Payee | None:
        self._world.requests.append(f"find {payee_id}")
        return self.rows.find(payee_id)

    find_fresh = find

    def payees(self) -> Iterator[Payee]:
        self._world.requests.append("scan")
        return self.rows.payees()

    def begin_publish(self) -> int:
        self._world.before_write("begin")
        return self.rows.begin_publish()

    def register(self, payee: Payee, generation: int = 0) -> None:
        self._world.before_write(f"register {payee.payee_id}")
        self.rows.register(payee, generation)

    def close(self, payee_id: PayeeId, generation: int = 0) -> None:
        self._world.before_write(f"close {payee_id}")
        self.rows.close(payee_id, generation)


def site_files(roster: Roster) -> dict[str, StoredObject]:
    """Pages that say as little as the invariants need, so that thousands of sites are built; each
    fetches a file that goes with the site's title."""
    asset = fetched_file(roster)
    pages = {
        f"{entry.payee_id}/index.html": f"{FORM if entry.payee.status == 'open' else ''}"
        f"{entry.payee.name} {entry.payee.limits.max} {asset.file}"
        for entry in roster.entries
    }
    pages["index.html"] = " ".join(entry.payee_id for entry in roster.entries)
    pages["404.html"] = roster.site.title
    pages[POSTERS] = pages["till/index.html"] = ""
    pages |= {file: f"{MOVED}{entry.payee_id}" for file, entry in moved_files(roster).items()}
    assert pages.keys() == page_files(roster)
    files = {
        key: StoredObject(page.encode(), media_type(key), PAGE_CACHING)
        for key, page in pages.items()
    }
    return files | {asset.file: StoredObject(asset.body, "application/json", ASSET_CACHING)}


def fetched_file(roster: Roster) -> Asset:
    return make_asset("texts", "json", roster.site.title)


def is_page(key: str) -> bool:
    return key.endswith(".html")


class MemoryBuild:
    """A build that is nowhere on disk."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self._bodies = bodies

    @property
    def files(self) -> dict[str, BuiltFile]:
        return {file: BuiltFile("", content_hash(body)) for file, body in self._bodies.items()}

    def read(self, file: str) -> bytes:
        return self._bodies[file]


def prepare(world: World, roster: Roster) -> Publication:
    return Publication(roster, built(roster), world.store, world.registry, threads=1)


def built(roster: Roster) -> MemoryBuild:
    return MemoryBuild({key: item.body for key, item in site_files(roster).items()})


def publish(world: World, roster: Roster, *, verify: bool = False) -> list[str]:
    """Publish and check after every step; gives the steps that were done."""
    publication = prepare(world, roster)
    done = []
    for step in publication.apply(publication.plan(verify=verify)):
        world.check()
        done.append(f"{step.action} {step.name}")
    return done


def fingerprints(items: dict[str, StoredObject]) -> dict[str, str]:
    return {
        key: file_fingerprint(content_hash(item.body), item.content_type, item.cache_control)
        for key, item in items.items()
    }
