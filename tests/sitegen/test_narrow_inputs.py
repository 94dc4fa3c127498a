"""Whatever changes in what a roster says of a payee counts for each page that shows it, and for no
other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import count

import pytest

from payments.payee import Limits, PayeeId, PayeeStatus
from rails import Account, parse_account
from roster.model import Roster, RosterEntry, Site
from sitegen.inputs import page_inputs
from sitegen.listing.letters import mark
from sitegen.listing.list_pages import index_page, list_file
from sitegen.listing.lists import plan_listing, user_file
from sitegen.moved import moved_files, moved_page
from sitegen.page_files import INDEX_FILE, POSTERS_FILE, payee_file
from sitegen.pages import payee_page, posters_page
from sitegen.site_templates import SiteTemplates
from testkit.factories import make_payee
from testkit.rosters import make_entry, make_roster

WHO = 7
UPI = parse_account({"upi": "asha@examplebank", "holder": "Asha"})
OTHER = parse_account({"upi": "ravi@examplebank", "holder": "Ravi"})
templates_of: Callable[[Site], SiteTemplates] = cache(SiteTemplates)


def crowd(number: int, *, group: str = "", pay_by: tuple[Account, ...] = ()) -> list[RosterEntry]:
    return [
        make_entry(
            f"p{n}",
            name=f"{'ABC'[n % 3]} {n}",
            description=f"Stall {n}",
            aliases=(f"Old {n}", f"old-{n}") if n < 20 else (),
            group=group if n % 2 else "",
            pay_by=pay_by,
        )
        for n in range(number)
    ]


def listed(entries: Iterable[RosterEntry], listing: str = "public") -> Roster:
    roster = make_roster(*entries, languages=("en", "hi"))
    return replace(roster, site=replace(roster.site, listing=listing))


LIKE_OLD_7 = next(
    text
    for text in (f"Older {n}" for n in count())
    if user_file(mark(text), 1) == user_file(mark("Old 7"), 1)
)


def old_links(number: int) -> tuple[str, ...]:
    return tuple(f"Very old {n}" for n in range(number))


ROSTERS = {
    "short": listed(crowd(12)),
    "short, with groups": listed(crowd(12, group="Fish hall")),
    "short, paid at a bank": listed(crowd(12, pay_by=(UPI,))),
    "long": listed(crowd(401)),
    "long, with groups": listed([*crowd(401, group="Fish hall"), make_entry("zoe", name="Zoe")]),
    "searched": listed(crowd(401), "search"),
    "as many old links as fit": listed(
        [make_entry("many", name="C", aliases=old_links(1_024 - 40)), *crowd(401)]
    ),
    "not listed": listed(crowd(401), "none"),
    "not listed, paid at a bank": listed(crowd(401, pay_by=(UPI,)), "none"),
}


def payee_with(entry: RosterEntry, **changes: object) -> RosterEntry:
    return replace(entry, payee=replace(entry.payee, **changes))  # type: ignore[arg-type]


def euros(entry: RosterEntry) -> RosterEntry:
    return payee_with(entry, limits=make_payee(currency="EUR").limits)


CHANGES: dict[str, Callable[[RosterEntry], RosterEntry]] = {
    "name": lambda one: payee_with(one, name=f"{one.payee.name[0]} new"),
    "name with another letter": lambda one: payee_with(one, name="Zebulon"),
    "description": lambda one: replace(one, description="Fish"),
    "no description": lambda one: replace(one, description=""),
    "group": lambda one: replace(one, group="Bakers"),
    "closed": lambda one: payee_with(one, status=PayeeStatus.CLOSED),
    "away": lambda one: payee_with(one, status=PayeeStatus.AWAY),
    "away until": lambda one: replace(
        payee_with(one, status=PayeeStatus.AWAY), until=date(2030, 1, 2)
    ),
    "limits": lambda one: payee_with(
        one, limits=Limits(one.payee.limits.min, one.payee.limits.min)
    ),
    "currency": euros,
    "amounts": lambda one: replace(one, amounts=(one.payee.limits.max,)),
    "another alias": lambda one: replace(one, aliases=(LIKE_OLD_7,)),
    "aliases": lambda one: replace(one, aliases=(*one.aliases, "New 7", "new-7")),
    "no aliases": lambda one: replace(one, aliases=()),
    "former ids": lambda one: payee_with(one, ids=(one.payee_id, PayeeId("stall-7"))),
    "id": lambda one: payee_with(one, payee_id=PayeeId("q")),
    "account": lambda one: replace(one, pay_by=(UPI,)),
    "another's account": lambda one: replace(one, pay_by=(OTHER,)),
    "another day": lambda one: replace(CHANGES["away until"](one), until=date(2030, 1, 3)),
    "nothing": lambda one: one,
}
FIRST = {"another day": CHANGES["away until"]}


@cache
def pages_of(roster: Roster) -> dict[str, bytes]:
    """All that a payee may be told on, made now; of payees' own pages, that of one."""
    templates, listing = templates_of(roster.site), plan_listing(roster)
    entry = roster.entries[WHO]
    return {
        payee_file(entry.payee_id): payee_page(templates, entry),
        INDEX_FILE: index_page(templates, listing),
        POSTERS_FILE: posters_page(templates, roster.entries, to_publish=True),
        **{file: list_file(templates, listing, file) or b"" for file in listing.files},
        **{file: moved_page(roster.site, whom) for file, whom in moved_files(roster).items()},
    }


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ROSTERS)
def test_a_page_counts_as_changed_when_it_is(kind: str, change: str) -> None:
    roster = ROSTERS[kind]
    entries = list(roster.entries)
    entries[WHO] = FIRST.get(change, CHANGES["nothing"])(entries[WHO])
    before = replace(roster, entries=tuple(entries))
    entries[WHO] = CHANGES[change](entries[WHO])
    after = replace(roster, entries=tuple(entries))
    inputs = [page_inputs(one, plan_listing(one)).pages for one in (before, after)]
    differ = changed(pages_of(before), pages_of(after))
    counted = changed(*inputs)
    assert not differ - counted, "these would stay as they were"
    assert counted - differ <= {POSTERS_FILE}  # which may tell a name as an account's holder


def test_the_first_payee_counts_for_a_list_that_names_nobody() -> None:
    nobody, somebody = listed([], "none"), listed(crowd(1), "none")
    inputs = [page_inputs(one, plan_listing(one)).pages for one in (nobody, somebody)]
    assert inputs[0][INDEX_FILE] != inputs[1][INDEX_FILE]
