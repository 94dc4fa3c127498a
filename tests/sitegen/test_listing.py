"""The list of payees, also when there are ten thousand: what its pages say, and what changes."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.payee import PayeeStatus
from roster.model import Roster, RosterEntry
from sitegen.app import create_site
from sitegen.build import build_site
from sitegen.listing.letters import MOST_LINKS, MOST_ON_A_PAGE, fold, mark
from sitegen.listing.list_pages import index_page
from sitegen.listing.lists import is_list_file, plan_listing, user_file
from sitegen.page_files import INDEX_FILE, POSTERS_FILE, payee_file
from sitegen.site_templates import SiteTemplates
from sitegen.weight import MAX_BYTES, compressed_size
from testkit.rosters import make_entry, make_roster
from tests.sitegen.html_reading import Element, parse_html

LETTERS = "abcdefghijklmnoprstuvwyz\u0905\u0915\u092e\u0939\u0e81\u0627\u0628\u4e00\u4e09\u5e02"


def crowd(number: int) -> list[RosterEntry]:
    chance = random.Random(number)  # the same names each time
    return [
        make_entry(
            f"payee-{n}",
            name=f"{chance.choice(LETTERS)}{chance.choice(LETTERS)}{chance.choice(LETTERS)} {n}",
            description=f"Stall {n}",
            aliases=(f"Old {n}",) if n % 100 == 0 else (),
        )
        for n in range(number)
    ]


def without(roster: Roster, listing: str) -> Roster:
    return Roster(replace(roster.site, listing=listing), roster.entries)


def read(roster: Roster, path: str = "/") -> Element:
    answer = create_site(lambda: roster).test_client().get(path)
    assert answer.status_code == 200, path
    return parse_html(answer.text)


def reached_without_scripts(roster: Roster) -> list[str]:
    """Everybody to whom links lead from the first page, by their ids."""
    found: list[str] = []
    pages, seen = ["/"], set[str]()
    client = create_site(lambda: roster).test_client()
    while pages:
        path = pages.pop()
        page = parse_html(client.get(path).text)
        for link in page.one("main").all("a"):
            to = link.attributes["href"].removeprefix("../../")
            if not to.startswith("list/"):
                found.append(to.rstrip("/"))
            elif to not in seen:
                seen.add(to)
                pages.append(f"/{to}")
    return found


@pytest.mark.parametrize(
    "entries",
    [
        crowd(10_000),
        [make_entry(f"p{n}", name=f"{chr(0x4E00 + n)}\u5e97") for n in range(10_000)],
        [make_entry(f"p{n}", name=f"Payee {n:05}", description="\u0c95" * 140) for n in range(400)],
        [make_entry(f"p{n}", name="\u0c95" * 100, group=str(n % 63) * 20) for n in range(2_000)],
    ],
    ids=["many letters", "ten thousand letters", "long descriptions", "groups and one name"],
)
def test_the_first_page_arrives_at_once_and_leads_to_everybody(entries: list[RosterEntry]) -> None:
    roster = make_roster(*entries, languages=("kn", "en"))
    first = index_page(SiteTemplates(roster.site), plan_listing(roster))
    assert compressed_size(first) <= MAX_BYTES
    some = make_roster(*entries[:1_000])
    assert sorted(reached_without_scripts(some)) == sorted(one.payee_id for one in entries[:1_000])


names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(names, min_size=401, max_size=900), st.lists(st.sampled_from(["", "x", "\u0939"])))
def test_each_payee_is_on_one_page_and_in_one_piece(found: list[str], groups: list[str]) -> None:
    entries = [
        make_entry(f"p{n}", name=name, group=groups[n] if n < len(groups) else "")
        for n, name in enumerate(found)
    ]
    listing = plan_listing(make_roster(*entries))
    leaves = [one for branch in listing.branches for one in branch.walk() if not one.parts]
    assert sorted(e.payee_id for leaf in leaves for e in leaf.entries) == sorted(
        e.payee_id for e in entries
    )
    pieced = [e.payee_id for piece in listing.pieces.values() for e in piece.entries]
    assert sorted(pieced) == sorted(e.payee_id for e in entries)
    every = [one for branch in listing.branches for one in branch.walk()]
    assert len({one.name for one in every}) == len(every) == len(listing.pages)
    for leaf in leaves:
        same = {fold(entry.payee.name) for entry in leaf.entries}
        assert len(leaf.entries) <= MOST_ON_A_PAGE or len(same) == 1
    for parts in (listing.branches, *(one.parts for one in every)):
        assert len(parts) <= MOST_LINKS
    assert all(map(is_list_file, listing.files))


def test_one_who_is_renamed_changes_a_page_and_a_piece(tmp_path: Path) -> None:
    entries = crowd(1_500)
    before = build_site(make_roster(*entries), tmp_path / "site").files
    old = entries[700]
    new = replace(old, payee=replace(old.payee, name=f"{old.payee.name}b"))
    entries[700] = new
    after = build_site(make_roster(*entries), tmp_path / "site").files
    changed = {file for file in after if before[file].content != after[file].content}
    [page, piece] = changed - {payee_file(new.payee_id)}
    assert is_list_file(page)
    assert is_list_file(piece)
    assert before.keys() == after.keys()
    fresh = build_site(make_roster(*entries), tmp_path / "other").files
    assert after == fresh


def test_the_way_to_some_does_not_depend_on_who_they_are() -> None:
    """Or a page that is not made again would ask for what is gone."""
    entries = [make_entry(f"p{n}", name=f"{chr(0x4E00 + 2 * n)}\u5e97") for n in range(2_000)]
    before = plan_listing(make_roster(*entries))
    entries[0] = make_entry("p0", name="\u4e01\u5e97")
    after = plan_listing(make_roster(*entries))
    ways = [[(file, p.first, p.last) for file, p in one.pieces.items()] for one in (before, after)]
    assert ways[0] == ways[1]


def test_a_long_list_that_becomes_short_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "site"
    build_site(make_roster(*crowd(600)), out)
    assert (out / "list").is_dir()
    built = build_site(make_roster(*crowd(3)), out)
    assert not (out / "list").exists()
    of_all = len([INDEX_FILE, POSTERS_FILE])
    assert built.made in (of_all, 3 + of_all)


@pytest.mark.parametrize(("number", "digits"), [(600, 1), (2_000, 2)])
def test_an_old_link_is_looked_up_in_a_short_file(number: int, digits: int) -> None:
    some = [replace(one, aliases=(f"Old {n}",)) for n, one in enumerate(crowd(number))]
    listing = plan_listing(make_roster(*some))
    assert listing.digits == digits
    found = listing.users[user_file(mark("Old 100"), digits)]
    assert found[mark("Old 100")] == "payee-100"
    assert max(map(len, listing.users.values())) < 64
    assert mark("Old 100") == "4c1f46f1d4ef56ff"
    assert mark("\u0939\U0001f950") == "e281906084ef2246"


def test_groups_lead_the_list_and_who_has_none_is_with_the_others() -> None:
    roster = make_roster(
        make_entry("a", group="Fish hall"), make_entry("b"), make_entry("c", group="Bakers")
    )
    page = read(roster)
    links = page.one("nav", id="parts").all("a")
    assert [link.text for link in links] == ["Bakers", "Fish hall", "Others"]
    assert [link.attributes["href"] for link in page.one("ul").all("a")] == ["a/", "b/", "c/"]
    part = read(roster, "/" + links[1].attributes["href"])
    assert part.one("h1").text == "Fish hall"
    assert [link.attributes["href"] for link in part.one("ul").all("a")] == ["../../a/"]


@pytest.mark.parametrize("number", [3, 1_000])
def test_who_wants_no_list_tells_names_to_nobody(number: int, tmp_path: Path) -> None:
    entries = [make_entry(f"p{n}", name=f"Zebulon {n}", aliases=(f"A {n}",)) for n in range(number)]
    roster = without(make_roster(*entries), "none")
    built = build_site(roster, tmp_path / "site")
    for file in built.files.keys() - {payee_file(one.payee_id) for one in entries}:
        assert b"Zebulon" not in built.read(file), file
        assert b'"p1"' not in built.read(file) or file == user_file(mark("A 1"), 16)
    assert json.loads(built.read(user_file(mark("A 1"), 16))) == {mark("A 1"): "p1"}
    index = parse_html(built.read("index.html").decode())
    assert "Scan the code" in index.one("main").text
    assert not index.all("input")
    assert index.one("meta", name="robots").attributes["content"] == "noindex"
    # At home they are printed all the same.
    posters = create_site(lambda: roster).test_client().get("/posters/").text
    assert posters.count("&#34;id&#34;") == number


def test_who_only_lets_search_shows_no_names_before() -> None:
    entries = [make_entry("a", name="Asha"), make_entry("b", name="Bo", status=PayeeStatus.AWAY)]
    roster = without(make_roster(*entries, "test"), "search")
    page = read(roster)
    assert not page.one("ul").all("a")
    assert not page.all("nav")
    assert "Scan the code" in page.one("main").text  # where no script can search
    [[file, first, last], _] = json.loads(page.one("ul").attributes["data-pieces"])
    assert (file, first, last) == ("list/a.json", "a", "a")
    rows = create_site(lambda: roster).test_client().get(f"/{file}").json
    assert rows == [["a", "Asha", "", "", "open"]]
