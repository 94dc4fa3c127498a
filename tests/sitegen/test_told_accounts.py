"""What a page names as accounts is read by whoever has to tell of it, in one way."""

import json

import pytest

from rails import parse_account
from sitegen.told_accounts import told_accounts
from tests.rails.phone import on_page


def test_a_page_names_the_rosters_account() -> None:
    item = {"upi": "mahantesh@examplebank", "merchant": "true", "holder": "Mahantesh K"}
    account = parse_account(item)
    assert list(told_accounts(json.dumps([on_page(account)]))) == [account]


@pytest.mark.parametrize(
    "pay_by", ["no JSON", '{"rail": "upi"}', '"upi"', "[" * 10_000, '[{"rail": "upi"']
)
def test_what_is_no_list_comes_as_it_stands(pay_by: str) -> None:
    assert list(told_accounts(pay_by)) == [pay_by]
    assert list(told_accounts(pay_by.encode())) == [pay_by]


def test_what_is_no_account_in_it_comes_too() -> None:
    told = list(told_accounts('["upi a@bank", {"rail": 1, "address": ["a"], "x": null}]'))
    assert list(map(str, told)) == ['"upi a@bank"', '1 ["a"], x null']
