"""Publishing: make the bucket and the payee registry equal to the roster.

An unchanged site costs one request: the manifest in the bucket says what is out there. Before
anything is touched it is marked as uncertain, so that a publish that was killed half-way is
finished by the next one, whatever the roster says by then.

A publish that was overtaken, because it slept or its network did, may wake and send what it was
about to. The registry refuses that: the next publish writes every payee that is uncertain, and a
row takes nothing from an older generation. S3 has no such condition, so the next publish writes
the files that are uncertain and leaves a note to look at the bucket itself for a while; and
whoever finds itself overtaken makes uncertain again what it touched.

A plan has phases. What is in one may be done in any order, and is done at the same time; the next
one begins when all of it is done.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal, Protocol, assert_never

from payments.payee import Payee, PayeeId
from payments.registry import PayeeRegistry
from publishing.accounts import (
    AccountChange,
    Accounts,
    account_changes,
    inspect_accounts,
    rename_accounts,
    roster_accounts,
)
from publishing.manifest import (
    CLOSED,
    Published,
    file_fingerprint,
    inspect_files,
    inspect_payees,
    load_manifest,
    payee_fingerprint,
    save_manifest,
)
from publishing.object_store import (
    THREADS,
    ObjectChanged,
    ObjectStore,
    ObjectWriter,
    StoredObject,
    StoreUnavailable,
    entity_tag,
)
from roster.model import Roster
from sitegen.build import BuiltFile
from sitegen.page_files import is_asset, media_type, payee_file

PAGE_CACHING = "public, max-age=60, stale-if-error=86400"
ASSET_CACHING = "public, max-age=31536000, immutable"
WATCH = timedelta(days=7)
"""How long a publish that did not end may come back: a laptop that was closed over a holiday."""


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
    def accounts(self) -> tuple[AccountChange, ...]:
        """What changes of where money goes."""
        return tuple(account_changes(self.before.accounts, self.after.accounts))

    @property
    def during(self) -> Published:
        return self.unsettle(self.before)

    def unsettle(self, published: Published) -> Published:
        """`published`, with everything that the steps touch uncertain."""
        files = {step.name: None for step in self.steps if step.action in ("upload", "delete")}
        payees = {step.name: None for step in self.steps if step.action in ("register", "close")}
        return replace(
            published,
            files={**published.files, **files},
            payees={**published.payees, **payees},
        )


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
        *,
        threads: int = THREADS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._roster = roster
        self._payees = {payee.payee_id: payee for payee in roster.payees}
        self._build = build
        self._store = store
        self._registry = registry
        self._threads = threads
        self._now = now
        self._recorded: Published | None = None
        self._tag: str | None = None

    def plan(self, *, verify: bool) -> Plan:
        """What differs; `verify` distrusts the manifest and inspects bucket and table."""
        self._recorded, self._tag = load_manifest(self._store)
        published = self._recorded or Published()
        verify = verify or self._recorded is None
        now = int(self._now().timestamp())
        if published.is_uncertain:  # somebody began and did not end
            published = replace(published, watched_until=now + int(WATCH.total_seconds()))
        if verify or published.watched_until > now:
            tags = {file: entity_tag(self._object(file)) for file in self._build.files}
            found = dict(self._store.tags())
            published = replace(published, files=inspect_files(published, tags, found))
            if verify:
                recorded = published.accounts
                seen = inspect_accounts(recorded, self._roster, tags, found, self._store)
                published = replace(published, accounts=seen)
        if verify:
            payees = inspect_payees(published, self._payees, self._registry)
            published = replace(published, payees=payees)
        renamed = rename_accounts(published.accounts, self._roster)
        published = replace(published, accounts=renamed)
        site = {
            file: file_fingerprint(built.content, media_type(file), _caching(file))
            for file, built in self._build.files.items()
        }
        accounts = roster_accounts(self._roster)
        return plan_publish(site, self._payees.values(), published, accounts)

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
        Raises ObjectChanged and PublishOvertaken if another publish runs at the same time,
        StoreUnavailable and LedgerUnavailable; publishing again then finishes the work.
        """
        generation = 0
        if plan.phases:
            # In this order: whoever then finds that manifest gets a higher generation.
            generation = self._registry.begin_publish()
            self._tag = save_manifest(self._store, plan.during, self._tag)
        try:
            for phase in plan.phases:
                yield from self._at_once(phase, generation, writer or self._store, check)
            if plan.phases or plan.after != self._recorded:
                check()
                save_manifest(self._store, plan.after, self._tag)
        except BaseException:
            if plan.phases:
                self._unsettle_the_other(plan)
            raise

    def _at_once(
        self,
        phase: tuple[Step, ...],
        generation: int,
        writer: ObjectWriter,
        check: Callable[[], object],
    ) -> Iterator[Step]:
        def carry_out(step: Step) -> None:
            check()
            self._carry_out(step, generation, writer)

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
        """If another publish began meanwhile, its manifest must not vouch for what we touched."""
        with suppress(StoreUnavailable):  # then the watch that it left has to do
            while True:
                theirs, tag = load_manifest(self._store)
                if theirs is None or tag == self._tag:
                    return
                with suppress(ObjectChanged):
                    save_manifest(self._store, plan.unsettle(theirs), tag)
                    return

    def _carry_out(self, step: Step, generation: int, writer: ObjectWriter) -> None:
        match step.action:
            case "register":
                self._registry.register(self._payees[PayeeId(step.name)], generation)
            case "upload":
                writer.put(step.name, self._object(step.name))
            case "delete":
                writer.delete(step.name)
            case "close":
                self._registry.close(PayeeId(step.name), generation)
            case _:
                assert_never(step.action)

    def _object(self, file: str) -> StoredObject:
        return StoredObject(self._build.read(file), media_type(file), _caching(file))


def plan_publish(
    site: Mapping[str, str],
    payees: Iterable[Payee],
    before: Published,
    accounts: Accounts = MappingProxyType({}),
) -> Plan:
    """Compare what should be out there, `site` being the files' fingerprints, with what is. Reads
    and changes nothing.

    Payees are registered before their pages appear, and close after their pages changed or went, if
    they may have any: a page that takes payments is out there only while its payee does. The list
    of payees, and what leads to a page from a former address, changes after the pages it links to
    appear, and before they go. A payee under a former id stays open as long as it is: pages that
    phones still have send to it. What pages fetch is
    there before they are, and goes once no page that is out there asks for it.
    """
    profiles = {payee.payee_id: payee for payee in payees}
    gone = sorted(before.payees.keys() - profiles.keys())
    after = Published(
        site,
        {id_: payee_fingerprint(payee) for id_, payee in profiles.items()}
        | dict.fromkeys(gone, CLOSED),
        before.watched_until,
        accounts,
        {id_: payee.ids[0] for id_, payee in profiles.items() if payee.is_former},
    )
    changed = [id_ for id_ in profiles if before.payees.get(id_) != after.payees[id_]]
    closes = {
        id_: None
        for id_ in changed
        if not profiles[id_].is_open and payee_file(id_) in before.files
    }
    opens = [id_ for id_ in changed if id_ not in closes]
    uploads = sorted(key for key in site if before.files.get(key) != site[key])
    deletes = sorted(before.files.keys() - site.keys())
    pages = {payee_file(id_) for id_, payee in profiles.items() if not payee.is_former}
    led_to = {payee_file(id_) for id_ in before.payees if id_ not in before.formerly}
    linking = [key for key in uploads if key not in pages and not is_asset(key)]
    phases = (
        [
            *(_registering(profiles[id_]) for id_ in opens),
            *(Step("upload", key) for key in uploads if is_asset(key)),
        ],
        [Step("upload", key) for key in uploads if key in pages],
        [Step("upload", key) for key in linking],
        [Step("delete", key) for key in deletes if key not in led_to and not is_asset(key)],
        [Step("delete", key) for key in deletes if key in led_to],
        [
            *(Step("delete", key) for key in deletes if is_asset(key)),
            *(_registering(profiles[id_]) for id_ in closes),
            *(Step("close", id_) for id_ in gone if before.payees[id_] != CLOSED),
        ],
    )
    return Plan(tuple([tuple(phase) for phase in phases if phase]), before, after)


def _caching(file: str) -> str:
    return ASSET_CACHING if is_asset(file) else PAGE_CACHING


def _registering(payee: Payee) -> Step:
    return Step("register", payee.payee_id, "" if payee.is_open else payee.status)
