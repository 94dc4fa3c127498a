"""Publishing: make the bucket and the payee registry equal to the roster.

An unchanged site costs one request: the manifest in the bucket says what is out there. Before
anything is touched it is marked as uncertain, so that a publish that was killed half-way is
finished by the next one, whatever the roster says by then.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from payments.payee import Payee, PayeeId, PayeeStatus
from payments.registry import PayeeRegistry
from sitegen.freeze import LISTS, page_files
from sitegen.manifest import (
    CLOSED,
    Published,
    file_fingerprint,
    inspect_published,
    load_manifest,
    payee_fingerprint,
    save_manifest,
)
from sitegen.object_store import ObjectChanged, ObjectStore, StoredObject
from sitegen.roster import Roster

PAGE_TYPE = "text/html; charset=utf-8"
PAGE_CACHING = "public, max-age=60, stale-if-error=86400"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that publishing does; `name` is a file's key or a payee's id."""

    action: Literal["register", "upload", "delete", "close"]
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in a safe order: a page is out there only while its payee is registered."""

    steps: tuple[Step, ...]
    before: Published
    after: Published

    @property
    def during(self) -> Published:
        return self.unsettle(self.before)

    def unsettle(self, published: Published) -> Published:
        """`published`, with everything that the steps touch uncertain."""
        files = {step.name: None for step in self.steps if step.action in ("upload", "delete")}
        payees = {step.name: None for step in self.steps if step.action in ("register", "close")}
        return Published({**published.files, **files}, {**published.payees, **payees})


class Publication:
    """A built roster and where it goes; `plan` looks, `apply` acts."""

    def __init__(
        self, roster: Roster, build: Path, store: ObjectStore, registry: PayeeRegistry
    ) -> None:
        self._payees = {entry.payee_id: entry.payee for entry in roster.entries}
        self._site = {
            key: StoredObject((build / key).read_bytes(), PAGE_TYPE, PAGE_CACHING)
            for key in page_files(roster)
        }
        self._store = store
        self._registry = registry
        self._recorded: Published | None = None
        self._tag: str | None = None

    def plan(self, *, verify: bool) -> Plan:
        """What differs; `verify` distrusts the manifest and inspects bucket and table."""
        published, self._tag = load_manifest(self._store)
        self._recorded = published
        if published is None or verify:
            published = inspect_published(
                published, self._site, self._payees, self._store, self._registry
            )
        return plan_publish(self._site, self._payees.values(), published)

    def apply(self, plan: Plan) -> Iterator[Step]:
        """Carry out `plan`, yielding each step when it is done.

        Raises ObjectChanged if another publish runs at the same time, StoreUnavailable and
        LedgerUnavailable; publishing again then finishes the work.
        """
        if plan.steps:
            self._tag = save_manifest(self._store, plan.during, self._tag)
        for step in plan.steps:
            self._carry_out(step)
            yield step
        if plan.steps or plan.after != self._recorded:
            try:
                save_manifest(self._store, plan.after, self._tag)
            except ObjectChanged:
                self._unsettle_the_other(plan)
                raise

    def _unsettle_the_other(self, plan: Plan) -> None:
        """Another publish began meanwhile: its manifest must not vouch for what we touched."""
        while True:
            theirs, tag = load_manifest(self._store)
            if theirs is None:
                return
            with suppress(ObjectChanged):
                save_manifest(self._store, plan.unsettle(theirs), tag)
                return

    def _carry_out(self, step: Step) -> None:
        match step.action:
            case "register":
                self._registry.register(self._payees[PayeeId(step.name)])
            case "upload":
                self._store.put(step.name, self._site[step.name])
            case "delete":
                self._store.delete(step.name)
            case "close":
                self._registry.close(PayeeId(step.name))
            case _:
                assert_never(step.action)


def plan_publish(
    site: Mapping[str, StoredObject], payees: Iterable[Payee], before: Published
) -> Plan:
    """Compare what should be out there with what is. Reads and changes nothing.

    Payees are registered before their pages appear, and close after their pages changed or went;
    the list of payees changes after the pages it links to.
    """
    profiles = {payee.payee_id: payee for payee in payees}
    gone = sorted(before.payees.keys() - profiles.keys())
    after = Published(
        {key: file_fingerprint(item) for key, item in site.items()},
        {id_: payee_fingerprint(payee) for id_, payee in profiles.items()}
        | dict.fromkeys(gone, CLOSED),
    )
    changed = [id_ for id_ in profiles if before.payees.get(id_) != after.payees[id_]]
    known = {id_ for id_ in changed if before.payees.get(id_) not in (None, CLOSED)}
    closes = [id_ for id_ in changed if id_ in known and profiles[id_].status is PayeeStatus.CLOSED]
    opens = [id_ for id_ in changed if id_ not in known or profiles[id_].status is PayeeStatus.OPEN]
    uploads = [key for key in after.files if before.files.get(key) != after.files[key]]
    deletes = before.files.keys() - after.files.keys()
    steps = (
        *(Step("register", id_) for id_ in opens),
        *(Step("upload", key) for key in sorted(uploads, key=lambda key: (key in LISTS, key))),
        *(Step("delete", key) for key in sorted(deletes)),
        *(Step("register", id_) for id_ in closes),
        *(Step("close", id_) for id_ in gone if before.payees[id_] != CLOSED),
    )
    return Plan(steps, before, after)
