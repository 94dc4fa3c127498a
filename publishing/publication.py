"""Publishing: make the bucket and the payee registry equal to the roster.

An unchanged site costs one request: the manifest in the bucket says what is out there. Before
anything is touched it is marked as uncertain, so that a publish that was killed half-way is
finished by the next one, whatever the roster says by then.

A plan has phases. What is in one may be done in any order, and is done at the same time; the next
one begins when all of it is done.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol, assert_never

from payments.payee import Payee, PayeeId, PayeeStatus
from payments.registry import PayeeRegistry
from publishing.manifest import (
    CLOSED,
    Published,
    file_fingerprint,
    inspect_published,
    load_manifest,
    payee_fingerprint,
    save_manifest,
)
from publishing.object_store import (
    ObjectChanged,
    ObjectStore,
    ObjectWriter,
    StoredObject,
    entity_tag,
)
from roster.model import Roster
from sitegen.build import BuiltFile
from sitegen.page_files import SITE_FILES, payee_file

PAGE_TYPE = "text/html; charset=utf-8"
PAGE_CACHING = "public, max-age=60, stale-if-error=86400"
THREADS = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that publishing does; `name` is a file's key or a payee's id, `note` for people."""

    action: Literal["register", "upload", "delete", "close"]
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in a safe order: a page is out there only while its payee is registered."""

    phases: tuple[tuple[Step, ...], ...]
    before: Published
    after: Published

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple([step for phase in self.phases for step in phase])

    @property
    def is_done(self) -> bool:
        """Whether what is out there is what should be."""
        return not self.phases and self.before == self.after

    @property
    def removed(self) -> tuple[int, int]:
        """How many payees leave, and how many there are before."""
        leaving = sum(step.action == "close" for step in self.steps)
        return leaving, sum(fingerprint != CLOSED for fingerprint in self.before.payees.values())

    @property
    def during(self) -> Published:
        return self.unsettle(self.before)

    def unsettle(self, published: Published) -> Published:
        """`published`, with everything that the steps touch uncertain."""
        files = {step.name: None for step in self.steps if step.action in ("upload", "delete")}
        payees = {step.name: None for step in self.steps if step.action in ("register", "close")}
        return Published({**published.files, **files}, {**published.payees, **payees})


class BuiltSite(Protocol):
    """What is published, such as a Build."""

    @property
    def files(self) -> Mapping[str, BuiltFile]: ...

    def read(self, file: str) -> bytes: ...


class Publication:
    """A built roster and where it goes; `plan` looks, `apply` acts, with so many `threads`."""

    def __init__(
        self,
        roster: Roster,
        build: BuiltSite,
        store: ObjectStore,
        registry: PayeeRegistry,
        threads: int = THREADS,
    ) -> None:
        self._payees = {entry.payee_id: entry.payee for entry in roster.entries}
        self._build = build
        self._store = store
        self._registry = registry
        self._threads = threads
        self._recorded: Published | None = None
        self._tag: str | None = None

    def plan(self, *, verify: bool) -> Plan:
        """What differs; `verify` distrusts the manifest and inspects bucket and table."""
        published, self._tag = load_manifest(self._store)
        self._recorded = published
        if published is None or verify:
            tags = {file: entity_tag(self._object(file)) for file in self._build.files}
            published = inspect_published(
                published, tags, self._payees, self._store, self._registry
            )
        site = {
            file: file_fingerprint(built.content, PAGE_TYPE, PAGE_CACHING)
            for file, built in self._build.files.items()
        }
        return plan_publish(site, self._payees.values(), published)

    def apply(
        self,
        plan: Plan,
        *,
        writer: ObjectWriter | None = None,
        check: Callable[[], object] = lambda: None,
    ) -> Iterator[Step]:
        """Carry out `plan`, yielding each step when it is done.

        `writer` puts and deletes pages, if the store itself is not to; `check` is called before
        every step and may raise.
        Raises ObjectChanged if another publish runs at the same time, StoreUnavailable and
        LedgerUnavailable; publishing again then finishes the work.
        """
        if plan.phases:
            self._tag = save_manifest(self._store, plan.during, self._tag)
        for phase in plan.phases:
            yield from self._at_once(phase, writer or self._store, check)
        if plan.phases or plan.after != self._recorded:
            check()
            try:
                save_manifest(self._store, plan.after, self._tag)
            except ObjectChanged:
                self._unsettle_the_other(plan)
                raise

    def _at_once(
        self, phase: tuple[Step, ...], writer: ObjectWriter, check: Callable[[], object]
    ) -> Iterator[Step]:
        def carry_out(step: Step) -> None:
            check()
            self._carry_out(step, writer)

        if self._threads == 1:
            for step in phase:
                carry_out(step)
                yield step
            return
        pool = ThreadPoolExecutor(self._threads)
        try:
            running = {pool.submit(carry_out, step): step for step in phase}
            for done in as_completed(running):
                done.result()
                yield running.pop(done)
        finally:
            pool.shutdown(cancel_futures=True)

    def _unsettle_the_other(self, plan: Plan) -> None:
        """Another publish began meanwhile: its manifest must not vouch for what we touched."""
        while True:
            theirs, tag = load_manifest(self._store)
            if theirs is None:
                return
            with suppress(ObjectChanged):
                save_manifest(self._store, plan.unsettle(theirs), tag)
                return

    def _carry_out(self, step: Step, writer: ObjectWriter) -> None:
        match step.action:
            case "register":
                self._registry.register(self._payees[PayeeId(step.name)])
            case "upload":
                writer.put(step.name, self._object(step.name))
            case "delete":
                writer.delete(step.name)
            case "close":
                self._registry.close(PayeeId(step.name))
            case _:
                assert_never(step.action)

    def _object(self, file: str) -> StoredObject:
        return StoredObject(self._build.read(file), PAGE_TYPE, PAGE_CACHING)


def plan_publish(site: Mapping[str, str], payees: Iterable[Payee], before: Published) -> Plan:
    """Compare what should be out there, `site` being the files' fingerprints, with what is. Reads
    and changes nothing.

    Payees are registered before their pages appear, and close after their pages changed or went, if
    they may have any: a page that takes payments is out there only while its payee does. The list
    of payees changes after the pages it links to appear, and before they go.
    """
    profiles = {payee.payee_id: payee for payee in payees}
    gone = sorted(before.payees.keys() - profiles.keys())
    after = Published(
        site,
        {id_: payee_fingerprint(payee) for id_, payee in profiles.items()}
        | dict.fromkeys(gone, CLOSED),
    )
    changed = [id_ for id_ in profiles if before.payees.get(id_) != after.payees[id_]]
    closes = {
        id_: None
        for id_ in changed
        if profiles[id_].status is PayeeStatus.CLOSED and payee_file(id_) in before.files
    }
    opens = [id_ for id_ in changed if id_ not in closes]
    uploads = sorted(key for key in site if before.files.get(key) != site[key])
    deletes = sorted(before.files.keys() - site.keys())
    phases = (
        [_registering(profiles[id_]) for id_ in opens],
        [Step("upload", key) for key in uploads if key not in SITE_FILES],
        [Step("upload", key) for key in uploads if key in SITE_FILES],
        [Step("delete", key) for key in deletes],
        [
            *(_registering(profiles[id_]) for id_ in closes),
            *(Step("close", id_) for id_ in gone if before.payees[id_] != CLOSED),
        ],
    )
    return Plan(tuple([tuple(phase) for phase in phases if phase]), before, after)


def _registering(payee: Payee) -> Step:
    return Step("register", payee.payee_id, "closed" if payee.status is PayeeStatus.CLOSED else "")
