"""Pages at addresses that lead elsewhere: former ids, and aliases that look like an id."""

from dataclasses import replace
from pathlib import Path

import pytest

from payments.payee import PayeeId
from roster.model import Roster, RosterEntry
from sitegen.assets import hash_of
from sitegen.build import build_site
from sitegen.code_targets import find_target
from testkit.rosters import make_entry, make_roster, render
from tests.sitegen.html_reading import parse_html


def renamed(entry: RosterEntry, *former: str) -> RosterEntry:
    ids = (entry.payee_id, *map(PayeeId, former))
    return replace(entry, payee=replace(entry.payee, ids=ids))


ENTRY = renamed(
    make_entry("mahantesh", name="<M> & Co", aliases=("7", "till", "Old 7", "a")), "stall-5"
)
ROSTER = make_roster(ENTRY, "a")
BELOW = make_roster(ENTRY, "a", url="https://market.example/pay/")


@pytest.mark.parametrize(
    ("roster", "home"), [(ROSTER, "/"), (BELOW, "/pay/")], ids=["at the root", "below a path"]
)
@pytest.mark.parametrize("address", ["stall-5", "7"])
def test_the_page_leads_on_with_what_stands_behind_the_address(
    roster: Roster, home: str, address: str
) -> None:
    page = parse_html(render(roster, f"/{address}/"))
    path = f"{home}mahantesh/"
    script = page.one("script").text
    assert script == f'location.replace("{path}"+location.search+location.hash)'
    [policy] = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert f"script-src '{hash_of(script)}'" in policy.attributes["content"]
    [refresh] = page.all("meta", **{"http-equiv": "refresh"})  # where scripts are switched off
    assert refresh.attributes["content"] == f"0; url={path}"
    link = page.one("a")
    assert (link.attributes["href"], link.text) == (path, "<M> & Co")
    canonical = page.one("link").attributes["href"]
    assert canonical == f"{roster.site.url}mahantesh/"


def test_there_is_one_for_each_such_address_and_no_more(tmp_path: Path) -> None:
    build = build_site(ROSTER, tmp_path / "site")
    folders = {file.partition("/")[0] for file in build.files if file.endswith("/index.html")}
    assert folders == {"mahantesh", "a", "7", "stall-5", "posters", "till"}
    assert b"location.replace" not in (tmp_path / "site/a/index.html").read_bytes()
    again = build_site(ROSTER, tmp_path / "site")
    assert again.made == 0
    back = build_site(make_roster("stall-5", "a"), tmp_path / "site")
    assert back.files.keys() & {"mahantesh/index.html", "7/index.html"} == set()
    assert b"location.replace" not in (tmp_path / "site/stall-5/index.html").read_bytes()


def test_an_old_stickers_code_is_right() -> None:
    target = find_target(f"{ROSTER.site.url}stall-5/", ROSTER)
    assert target.entry is ENTRY
    assert target.sentence == "leads to the page of <M> & Co (mahantesh) by a former address"
