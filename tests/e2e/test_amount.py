"""How the page reads amounts, in the browser itself."""

import pytest
from playwright.sync_api import Page

from sitegen.page import TEMPLATES

pytestmark = pytest.mark.browser

READ = """([source, typed, digits]) =>
  import("data:text/javascript," + encodeURIComponent(source))
    .then(({parseAmount}) => parseAmount(typed, digits))"""


@pytest.mark.parametrize(
    ("typed", "digits", "amount"),
    [
        ("50", 2, "50.00"),
        (" 50 ", 0, "50"),
        ("050.5", 2, "50.50"),
        ("50,5", 2, "50.50"),
        ("\u0665\u0660\u066b\u0665", 2, "50.50"),
        ("\u096b\u0966", 2, "50.00"),
        ("1.250", 3, "1.250"),
        ("999999999999.99", 2, "999999999999.99"),
    ],
)
def test_what_people_type_is_read_exactly(page: Page, typed: str, digits: int, amount: str) -> None:
    assert read(page, typed, digits) == amount


@pytest.mark.parametrize("digits", [0, 2, 3, 4])
@pytest.mark.parametrize(
    "typed",
    [
        *("1,000", "1,250", "1.000.000", "1,000.50", "1 000"),
        *("", "-5", "+5", "5e3", "5.", ".5", "1.23456", "1234567890123", "fifty"),
    ],
)
def test_what_is_not_clear_is_not_guessed(page: Page, typed: str, digits: int) -> None:
    assert read(page, typed, digits) is None


def read(page: Page, typed: str, digits: int) -> object:
    source = (TEMPLATES / "js/amount.js").read_text()
    return page.evaluate(READ, [source, typed, digits])
