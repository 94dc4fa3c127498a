"""What a payee's page shows is what the roster's own checks and codes make of it."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rails
from payments.money import Money
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from rails.account import Account
from rails.link import pays_at
from tests.rails.accounts import ITEMS, money_in, payment_ids
from tests.rails.phone import Phone, running_phone


@pytest.fixture(scope="module")
def phone() -> Iterator[Phone]:
    with running_phone() as phone:
        yield phone


def code_of(account: Account, money: Money, payment_id: PaymentId) -> str:
    """As the page has it: "" for what the code can't say."""
    rail = rails.RAILS[account.kind]
    try:
        return rail.code_text(account, money, *rail.remittance(account, payment_id))
    except InvalidValue:
        return ""


@pytest.mark.parametrize("kind", ITEMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_phone_and_the_roster_agree(kind: str, phone: Phone, data: st.DataObject) -> None:
    rail = rails.RAILS[kind]
    account = rails.parse_account(data.draw(ITEMS[kind]), holder="Mahantesh")
    currencies = sorted(rail.CURRENCIES or ("EUR", "INR", "JPY"))
    money = data.draw(money_in([*currencies, "USD"]))
    payment_id = data.draw(payment_ids)

    code = code_of(account, money, payment_id)
    shown = phone.show(account, money, payment_id, "android")
    assert shown["code"] == code
    assert shown["asks_bank_number"] == rail.ASKS_BANK_NUMBER
    if money.currency in currencies:
        rows = [list(row) for row in rail.copy_fields(account, money, payment_id)]
        assert shown["rows"] == rows
        assert {key for key, _ in shown["rows"]} <= set(rail.WORDS)
        assert [text.replace(" ", "") for text in shown["shown"]] == [
            value.replace(" ", "") for _, value in rows
        ]
    details = rail.remittance(account, payment_id)
    opened = rail.link(account, money, *details) if code else None
    assert shown["links"] == ([opened] if opened else [])


@pytest.mark.parametrize("kind", sorted(set(ITEMS) - {"cash", "link"}))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_code_is_read_back_whole(kind: str, data: st.DataObject) -> None:
    rail = rails.RAILS[kind]
    account = rails.parse_account(data.draw(ITEMS[kind]), holder="Mahantesh")
    money = data.draw(money_in(sorted(rail.CURRENCIES or ())))
    payment_id = data.draw(payment_ids)
    details = rail.remittance(account, payment_id)
    try:
        code = rail.code_text(account, money, *details)
    except InvalidValue:
        return
    reading = rails.read(code)
    assert reading
    assert reading.account.destination == account.destination
    assert (reading.money, reading.reference, reading.text) == (money, *details)


@given(data=st.data())
def test_a_page_is_known_by_its_address(data: st.DataObject) -> None:
    account = rails.parse_account(data.draw(ITEMS["link"]))
    money = data.draw(money_in(["EUR", "JPY"]))
    assert pays_at(account, code_of(account, money, data.draw(payment_ids)))
