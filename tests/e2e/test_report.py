"""The report as a browser shows and prints it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cli.commands.ledger.report import render_report
from desk.overview import look_over
from desk.selection import Selection
from payments.events import History
from payments.payee import PayeeId
from testkit.factories import BAKERY, NOW, make_payment, make_payment_id

pytestmark = pytest.mark.browser


def test_what_is_folded_on_a_screen_is_on_paper(page: Page, tmp_path: Path) -> None:
    histories = [
        History(make_payment(make_payment_id(random=n), payer_id=f"Payer {n:03}"))
        for n in range(200)
    ]
    overviews = look_over(histories, lambda _: NOW.date())
    text = render_report(overviews, {PayeeId(BAKERY): "Bakery"}, Selection(), "x", NOW)
    (tmp_path / "report.html").write_text(text)
    page.goto((tmp_path / "report.html").as_uri())
    latest = page.get_by_text("Payer 100")
    expect(latest).to_be_hidden()
    assert sheets(page) >= 4  # forty rows on one, or a few more
    page.get_by_label("190 more, the longest waiting first").check()
    expect(latest).to_be_visible()
    # Nothing is wider than a phone but what scrolls by itself.
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.emulate_media(media="print")
    expect(page.get_by_role("checkbox")).to_be_hidden()
    expect(latest).to_be_visible()


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type */Page\b", page.pdf(format="A4")))
