"""Posters: the page's code, and beside it a bank's code of the payee's own account."""

import json

import pytest

from rails import Account, read_code
from roster.model import RosterEntry, parse_roster
from sitegen.pages import posters_page
from sitegen.site_templates import SiteTemplates
from testkit.factories import make_payee
from tests.rails.vectors import payable
from tests.sitegen.html_reading import parse_html

SITE = parse_roster(
    "site: {title: Market, url: https://pay.example.org/, currency: EUR,"
    ' limits: {min: "1", max: "10"}}\npayees: [{id: asha, name: Asha}]\n'
).site
WITHOUT_CODE = {"link", "cash"}
NEEDS_REFERENCE = "CH"  # a QR-IBAN's code has a reference, so there is none that stands for ever


@pytest.mark.parametrize(
    ("account", "currency"),
    [pytest.param(account, money.currency, id=name) for name, account, money in payable()],
)
def test_the_code_beside_the_pages_pays_the_payee(account: Account, currency: str) -> None:
    """Also an account with options that its code does not say, such as a merchant's."""
    entry = RosterEntry(make_payee(currency=currency), (), "", (), pay_by=(account,))
    page = parse_html(posters_page(SiteTemplates(SITE), [entry], to_publish=True).decode())
    [payee] = json.loads(page.one("div", id="posters").attributes["data-payees"])
    if "code" in payee:
        read = read_code(payee["code"])
        assert read is not None
        assert read.destination == account.destination
    else:
        assert account.kind in WITHOUT_CODE or account.address.startswith(NEEDS_REFERENCE)
