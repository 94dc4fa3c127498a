"""What opens an app, or a page, on the payer's own phone."""

import rails
from payments.money import Money
from payments.payment_id import PaymentId
from rails import link
from rails.account import Account

ID = PaymentId("01KDP8W3Z9Q5VX2M7TBRN4CHSA")
FIFTY = Money(5000, "INR")
PAGE = "https://pay.example.org/x?client_reference_id={reference}&a={amount}"


def hosted(template: str) -> Account:
    return rails.parse_account({"link": template})


def test_a_persons_upi_address_is_no_link_and_a_merchants_is() -> None:
    upi = rails.RAILS["upi"]
    person = rails.parse_account({"upi": "mahantesh@examplebank", "holder": "Mahantesh K"})
    shop = rails.parse_account({"upi": "shop@examplebank", "holder": "Shop", "merchant": "true"})
    assert upi.link(person, FIFTY, ID.reference, "") is None
    opened = upi.link(shop, FIFTY, ID.reference, "")
    assert opened == f"upi://pay?pa=shop@examplebank&pn=Shop&am=50.00&cu=INR&tr={ID.reference}"


def test_a_page_gets_the_values_of_the_payment() -> None:
    text, nothing = link.remittance(hosted(PAGE), ID)
    assert link.code_text(hosted(PAGE), FIFTY, text, nothing) == (
        f"https://pay.example.org/x?client_reference_id={ID.reference}&a=50.00"
    )
    minor = hosted("https://pay.example.org/me/{amount_minor}/{currency}")
    assert link.link(minor, FIFTY) == "https://pay.example.org/me/5000/INR"


def test_without_a_payment_the_places_stay_empty() -> None:
    assert link.code_text(hosted("https://pay.example.org/me/{amount}")) == (
        "https://pay.example.org/me/"
    )


def test_only_its_own_address_pays_at_a_page() -> None:
    account = hosted(PAGE)
    for text in (
        link.code_text(account),
        link.code_text(account, FIFTY, ID.reference),
        link.code_text(account, FIFTY),
    ):
        assert link.pays_at(account, text)
    for text in (
        "https://pay.example.org/y",
        "https://pay.example.org/x?client_reference_id=a&a=1&to=other",
        "https://pay.example.org.evil.example/x",
        "http://pay.example.org/x",
    ):
        assert not link.pays_at(account, text)


def test_cash_has_no_code() -> None:
    cash = rails.RAILS["cash"]
    account = rails.parse_account({"cash": ""})
    assert (cash.code_text(account), cash.link(account), cash.copy_fields(account, FIFTY, ID)) == (
        "",
        None,
        [],
    )
