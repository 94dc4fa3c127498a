"""A page that is filled in is, to the byte, the page that its template renders."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from payments.currencies import currency_digits
from payments.payee import PayeeStatus
from roster.model import RosterEntry
from sitegen.build import build_site
from sitegen.catalogs import written_day
from sitegen.freezing.freeze import BuildFailed
from sitegen.pages import page_url, pay_by_data, payee_page, rails_of
from sitegen.qr import qr_svg
from sitegen.site_templates import PAYEE, SiteTemplates, render
from testkit.demo_process import ROOT
from testkit.rosters import hostile_roster, make_entry, make_roster
from tests.rails.vectors import payable

ACCOUNTS = list({account.kind: account for _, account, _ in payable()}.values())
ENTRIES = [
    *hostile_roster().entries,
    *(make_entry(f"p{n}", name="N" * n, description="<d> & 'd'" * (n % 2)) for n in (14, 15, 49)),
    *(make_entry(f"r{n}", pay_by=(one, ACCOUNTS[n - 1])) for n, one in enumerate(ACCOUNTS)),
    make_entry("fixed", name='"N" & {payee} {0}', least="5", most="5", amounts=("5",)),
    make_entry("yen", currency="JPY", description="{site}"),
    make_entry("away", status=PayeeStatus.AWAY, until=date(2031, 2, 3), description="{{ qr }}"),
    make_entry("closed", status=PayeeStatus.CLOSED),
]


def rendered(templates: SiteTemplates, entry: RosterEntry) -> bytes:
    """The page as the template makes it of the entry itself."""
    url, length = page_url(templates.site, entry.payee_id), len(entry.payee.name)
    limits = entry.payee.limits
    return render(
        templates.page(PAYEE, rails_of(entry)).template,
        entry=entry,
        size="longest" if length > 48 else "long" if length > 14 else "short",
        address=url.split("//", 1)[1],
        digits=currency_digits(entry.payee.currency),
        pay_by=pay_by_data(entry),
        locked=limits.min == limits.max,
        qr=qr_svg(url, f"QR code of {url}"),
        until=written_day(entry.until, templates.site.languages[0]) if entry.until else "",
    )


@pytest.mark.parametrize("languages", [("en",), ("ar", "en")], ids="+".join)
def test_a_page_filled_in_is_as_its_template_renders_it(languages: tuple[str, ...]) -> None:
    roster = make_roster(*ENTRIES, languages=languages, contact="a@b.example", title="M & <k>")
    templates = SiteTemplates(roster.site)
    for entry in (*roster.entries, *roster.entries):
        assert payee_page(templates, entry) == rendered(templates, entry), entry.payee_id


def test_more_shapes_than_are_kept_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.site_templates._MOST_SHAPES", 2)
    templates = SiteTemplates(make_roster().site)
    entries = [make_entry(f"p{n}", amounts=(str(10 + n % 4),)) for n in range(8)]
    for entry in entries:
        assert payee_page(templates, entry) == rendered(templates, entry)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("{{ entry.payee.name | length }}", "name"),
        ("{% if entry.payee.name == 'A' %}A{% endif %}", "name"),
        ("{% if 'a' in entry.description %}A{% endif %}", "description"),
        ("{{ address | upper }}", "address"),
        ("{{ entry.payee_id | lower }}", "payee_id"),
    ],
)
def test_a_template_that_decides_by_a_text_fails_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, name: str
) -> None:
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (templates / "payee.html").write_text(f"{{{{ qr }}}}\n{asked}")
    monkeypatch.setattr("sitegen.site_templates.TEMPLATES", templates)
    told = f"at /a/: payee.html:2: “{name}” is filled in later: it can only be shown"
    with pytest.raises(BuildFailed, match=told):
        build_site(make_roster(make_entry("a", description="d")), tmp_path / "site")
