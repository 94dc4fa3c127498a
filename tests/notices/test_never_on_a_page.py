"""Whom a payee has told is nobody's business: no file of the site says it or depends on it."""

from pathlib import Path

from roster.model import parse_roster
from sitegen.build import build_site
from sitegen.inputs import page_inputs
from sitegen.listing.lists import plan_listing

ROSTER = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
  notify: [mailto:zanzibar-treasurer@example.org]
payees:
  - id: usha
    name: Usha
    notify:
      - to: https://zanzibar-shop.example/payments
        secret: zanzibar-name
      - ntfy://zanzibar-topic
"""


def test_no_file_of_the_site_says_who_is_told(tmp_path: Path) -> None:
    build_site(parse_roster(ROSTER), tmp_path / "site", processes=1)
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert any(path.name == "index.html" for path in files)
    assert [path for path in files if b"zanzibar" in path.read_bytes()] == []


def test_who_is_told_makes_no_page_anew() -> None:
    told = parse_roster(ROSTER)
    lines = [line for line in ROSTER.splitlines() if "zanzibar" not in line]
    untold = parse_roster("\n".join(lines).replace("    notify:", ""))
    assert [entry.payee.notify for entry in untold.entries] == [()]
    told_inputs, untold_inputs = (page_inputs(one, plan_listing(one)) for one in (told, untold))
    assert told_inputs == untold_inputs
