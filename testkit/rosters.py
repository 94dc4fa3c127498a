"""Rosters for tests, and the pages that the site makes of them."""

from datetime import date

from payments.money import parse_money
from payments.payee import PayeeStatus
from rails import Account
from roster.model import Roster, RosterEntry, Site
from sitegen.app import create_site
from sitegen.listing.lists import plan_listing
from sitegen.moved import moved_files
from sitegen.page_files import SITE_FILES, payee_file
from sitegen.pages import site_assets
from sitegen.site_templates import SiteTemplates
from testkit.factories import make_payee

HOSTILE_NAMES = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</title></bdi></script><!-- {{ 7 * 7 }} {% raw %}",
    "Ben & Jerry's &amp; co",
    "\u05de\u05d0\u05e4\u05d9\u05d9\u05d4 (1)",  # right to left: a bakery
    "\u0645\u062e\u0628\u0632 50 INR",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f950",
    "W" * 100,
]


def make_entry(
    payee_id: str = "town-bakery",
    *,
    name: str | None = None,
    aliases: tuple[str, ...] = (),
    description: str = "",
    amounts: tuple[str, ...] = (),
    pay_by: tuple[Account, ...] = (),
    group: str = "",
    until: date | None = None,
    **payee: object,
) -> RosterEntry:
    """An entry named after its id; `payee` goes to make_payee."""
    made = make_payee(payee_id, name=name or payee_id.title(), **payee)  # type: ignore[arg-type]
    money = tuple([parse_money(amount, made.currency) for amount in amounts])
    return RosterEntry(made, aliases, description, money, pay_by, group, until)


def make_roster(
    *entries: RosterEntry | str,
    url: str = "https://pay.example.org/",
    title: str = "Town Market",
    api_url: str | None = None,
    languages: tuple[str, ...] = ("en",),
    contact: str = "",
    privacy_url: str = "",
) -> Roster:
    """A roster of `entries`, or of ordinary ones with these ids."""
    limits = make_payee().limits
    site = Site(title, url, "INR", limits, languages, api_url, contact, privacy_url)
    return Roster(
        site, tuple([make_entry(one) if isinstance(one, str) else one for one in entries])
    )


def hostile_roster() -> Roster:
    """Everything that people may write, at its worst and its longest."""
    entries = [
        make_entry(
            f"hostile-{number}",
            name=name,
            aliases=(f'"{number}"', f"<{number}>"),
            description=name[::-1],
            amounts=("1", "20.50", "10000"),
            status=status,
        )
        for number, name in enumerate(HOSTILE_NAMES)
        for status in [PayeeStatus.CLOSED if number == 2 else PayeeStatus.OPEN]
    ]
    return make_roster(
        *entries,
        title="<i>Market</i> & \u05e9\u05d5\u05e7",
        contact='"><b>\u05e9\u05d5\u05e7</b> & +91 98',
        privacy_url="https://market.example/')//%3Cscript%3E?a=1&b=2#c",
    )


def page_files(roster: Roster) -> set[str]:
    """The pages of a build of it, and its list's files."""
    payees = (payee_file(entry.payee_id) for entry in roster.entries)
    return {*SITE_FILES, *payees, *moved_files(roster), *plan_listing(roster).files}


def built_files(roster: Roster) -> set[str]:
    """The files of a build of it: its pages, and what they fetch."""
    return page_files(roster) | site_assets(SiteTemplates(roster.site), roster.entries).keys()


def render(roster: Roster, path: str = "/") -> str:
    """The page at `path`, as a visitor gets it."""
    response = create_site(lambda: roster).test_client().get(path)
    assert response.content_type == "text/html; charset=utf-8"
    return response.text
