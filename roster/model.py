"""The roster: who can be paid and how much, as `payees.yaml` says it."""

import gc
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from payments.addressee import Addressee
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from rails import Account
from roster.checks import (
    Terms,
    parse_amounts,
    parse_terms,
    refuse_clashes,
    refuse_repeats,
)
from roster.grammar import Fields, items, value
from roster.keys import LANGUAGES, ROSTER
from roster.mistakes import RosterInvalid, RosterMistake, locate_mistakes
from roster.notify import parse_addressees
from roster.pay_by import Receiver, parse_accounts, refuse_currency
from roster.reading import EmptyNode, Mistake, Node, place_at, read_yaml

__all__ = [
    "TEST_PAYEE",
    "Roster",
    "RosterEntry",
    "RosterInvalid",
    "RosterMistake",
    "Site",
    "load_roster",
    "parse_roster",
]


TEST_PAYEE = "test"
"""Whoever has this id is for trying things out, after each deployment too: no list has it."""

_MANY = 20_000


@dataclass(frozen=True, slots=True)
class Site:
    """`url` and `api_url` end in `/`; without an `api_url` the API is at `api` below `url`.
    `contact` is a line for people to read; it and `privacy_url` are empty if there is none.
    `pay_by` is where payees receive who name no way to pay. If `needs_approval`, what one person
    settles another has to approve. `listing` is who sees the names of all payees: `public`,
    `search` for those who type one, or `none`."""

    title: str
    url: str
    currency: str
    limits: Limits
    languages: tuple[str, ...] = ("en",)
    api_url: str | None = None
    contact: str = ""
    privacy_url: str = ""
    pay_by: tuple[Account, ...] = ()
    needs_approval: bool = False
    listing: str = "public"


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A payee and what its page says; `amounts` are suggestions within its limits, `pay_by` is
    where it receives, in the order shown: its own accounts, or else the site's."""

    payee: Payee
    aliases: tuple[str, ...]
    description: str
    amounts: tuple[Money, ...]
    pay_by: tuple[Account, ...] = ()
    group: str = ""
    until: date | None = None

    @property
    def payee_id(self) -> PayeeId:
        return self.payee.payee_id

    def is_back(self, day: date) -> bool:
        """Whether it was to be away, and no longer is by that day."""
        return self.until is not None and self.until <= day

    def on(self, day: date) -> "RosterEntry":
        if not self.is_back(day):
            return self
        return replace(self, payee=replace(self.payee, status=PayeeStatus.OPEN), until=None)


@dataclass(frozen=True)
class Roster:
    site: Site
    entries: tuple[RosterEntry, ...]

    @cached_property
    def by_id(self) -> Mapping[str, RosterEntry]:
        return {entry.payee_id: entry for entry in self.entries}

    @cached_property
    def by_former_id(self) -> Mapping[str, RosterEntry]:
        return {one: entry for entry in self.entries for one in entry.payee.ids[1:]}

    @property
    def payees(self) -> Iterator[Payee]:
        """Everybody as the API should know them: under the present id, and under former ones."""
        for entry in self.entries:
            yield entry.payee
            yield from (replace(entry.payee, payee_id=one) for one in entry.payee.ids[1:])

    def on(self, day: date) -> "Roster":
        """As it is that day: who was away until then, or an earlier day, is open."""
        if not any(entry.is_back(day) for entry in self.entries):
            return self
        return replace(self, entries=tuple([entry.on(day) for entry in self.entries]))


def load_roster(path: Path) -> Roster:
    """Raises RosterInvalid, also if the file is missing, unreadable or not UTF-8."""

    def refuse(message: str, line: int = 1, column: int = 1) -> RosterInvalid:
        return RosterInvalid([RosterMistake(str(path), line, column, message)])

    try:
        content = path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read ({error.strerror}); check the name of the file") from error
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        place = place_at(before, len(before))
        raise refuse("this is not UTF-8; save the file as UTF-8", *place) from error
    return parse_roster(text, str(path))


def parse_roster(text: str, filename: str = "payees.yaml") -> Roster:
    """Raises RosterInvalid with everything that is wrong, in words for people who edit YAML."""
    with no_garbage():
        rosters = [_parse_roster(text, filename)]
        return _compact(rosters) if len(rosters[0].entries) > _MANY else rosters[0]


def _compact(rosters: list[Roster]) -> Roster:
    """The only roster of the list, without the holes that nodes left in memory between its values:
    of a large one that is two thirds. Nobody else may hold it, or nothing is gained."""
    packed = pickle.dumps(rosters.pop())
    return pickle.loads(packed)  # type: ignore[no-any-return]  # noqa: S301 (our own, this moment)


@contextmanager
def no_garbage() -> Iterator[None]:
    """Reading makes millions of objects and no garbage: looking for some takes half the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _parse_roster(text: str, filename: str) -> Roster:
    root, mistakes = read_yaml(text)
    fields = _read_fields(root, mistakes)
    site_fields: Fields = value(fields, "site", {})
    terms = parse_terms(site_fields, Terms(None, None), "site.limits", mistakes)
    market = Receiver(value(site_fields, "title", "A"), "the site's title", terms.currency)
    accounts = parse_accounts(items(site_fields, "pay_by"), market, "site.pay_by", mistakes)
    site = _parse_site(site_fields, terms, accounts, mistakes)
    own = site.languages[0] if site else "en"
    languages = (own, *sorted(LANGUAGES - {own}))
    told = parse_addressees(items(site_fields, "notify"), languages, "site.notify", mistakes)
    payees: list[Fields] = [payee.value for payee in value(fields, "payees", ())]
    entries = [
        _parse_entry(payee, terms, accounts, _Told(told, languages), mistakes) for payee in payees
    ]
    refuse_clashes(payees, mistakes)
    if site is None or mistakes:
        raise RosterInvalid(locate_mistakes(filename, text, root, mistakes))
    return Roster(site, tuple([entry for entry in entries if entry]))


def _read_fields(root: Node | None, mistakes: list[Mistake]) -> Fields:
    if isinstance(root, EmptyNode):
        message = f"this file is empty; write the keys {' and '.join(ROSTER.keys)}"
        mistakes.append(Mistake(root.place, message))
        return {}
    placed = ROSTER.read(root, "", mistakes) if root else None
    return placed.value if placed else {}


def _parse_site(
    fields: Fields, terms: Terms, accounts: tuple[Account, ...], mistakes: list[Mistake]
) -> Site | None:
    languages = [language.value for language in items(fields, "languages")]
    refuse_repeats("site.languages", items(fields, "languages"), "keep one", mistakes)
    title, url = value(fields, "title", None), value(fields, "url", None)
    if not (title and url and terms.currency and terms.limits):
        return None
    api_url = value(fields, "api_url", None)
    return Site(
        title,
        url,
        terms.currency,
        terms.limits,
        tuple(languages) or ("en",),
        api_url,
        contact=value(fields, "contact", ""),
        privacy_url=value(fields, "privacy_url", ""),
        pay_by=accounts,
        needs_approval="approval" in fields,
        listing=value(fields, "list", "public"),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Whom the site names to be told of every payee, and in which languages one can be."""

    everywhere: tuple[Addressee, ...]
    languages: tuple[str, ...]

    def of(self, fields: Fields, mistakes: list[Mistake]) -> tuple[Addressee, ...]:
        """Whom a payee names, and the site's beside them; what a payee says of an address that
        both name counts."""
        if "notify" not in fields:
            return self.everywhere
        own = parse_addressees(items(fields, "notify"), self.languages, "notify", mistakes)
        named = {one.to for one in own}
        return (*own, *(one for one in self.everywhere if one.to not in named))


def _parse_entry(
    fields: Fields,
    site: Terms,
    accounts: tuple[Account, ...],
    told: _Told,
    mistakes: list[Mistake],
) -> RosterEntry | None:
    terms = parse_terms(fields, site, "limits", mistakes)
    amounts = parse_amounts(fields, terms, mistakes)
    payee_id, name = value(fields, "id", None), value(fields, "name", None)
    notify = told.of(fields, mistakes)
    if "pay_by" in fields:
        payee = Receiver(name or "A", "the payee's name", terms.currency)
        accounts = parse_accounts(items(fields, "pay_by"), payee, "pay_by", mistakes)
    elif accounts and "currency" in fields:
        refuse_currency(accounts, fields["currency"], mistakes)
    if not (payee_id and name and terms.limits):
        return None
    status = PayeeStatus(value(fields, "status", "open"))
    if "until" in fields and status is not PayeeStatus.AWAY and (until := fields["until"]):
        mistakes.append(Mistake(until.place, "until: goes with status: away; remove it"))
    former = tuple(PayeeId(one.value) for one in items(fields, "formerly"))
    ids = (payee_id, *former) if former else ()
    return RosterEntry(
        Payee(payee_id, name, terms.limits, status, notify, ids),
        aliases=tuple([alias.value for alias in items(fields, "aliases")]),
        description=value(fields, "description", ""),
        amounts=amounts,
        pay_by=accounts,
        group=value(fields, "group", ""),
        until=value(fields, "until", None),
    )
