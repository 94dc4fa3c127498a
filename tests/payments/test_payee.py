"""Payees: their ids, and limits."""

import pytest

from payments.money import Money
from payments.payee import Limits, parse_payee_id
from payments.refusals import InvalidValue
from testkit.factories import make_payee


@pytest.mark.parametrize("text", ["a", "7", "town-bakery", "a--b", "0x", "x" * 64])
def test_a_slug_is_a_payee_id(text: str) -> None:
    assert parse_payee_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "-a", "a-", "Town", "town bakery", "a_b", "a.b", "a/b", "..", "x" * 65, "a\n"),
        *("caf\u00e9", "\u0661", "\u0131", "a#b", "%61"),
    ],
)
def test_anything_else_is_not(text: str) -> None:
    with pytest.raises(InvalidValue, match="such as town-bakery"):
        parse_payee_id(text)


@pytest.mark.parametrize("paise", [1000, 1001, 4999, 5000])
def test_limits_include_both_their_ends(paise: int) -> None:
    make_payee(least="10", most="50").limits.check(Money(paise, "INR"))


@pytest.mark.parametrize(
    ("money", "sentence"),
    [
        (Money(999, "INR"), "must be at least 10.00 INR"),
        (Money(5001, "INR"), "must be at most 50.00 INR"),
        (Money(2000, "USD"), "must be in INR"),
    ],
)
def test_what_is_outside_the_limits_is_told_why(money: Money, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        make_payee(least="10", most="50").limits.check(money)


def test_equal_limits_lock_the_amount() -> None:
    limits = make_payee(least="10", most="10").limits
    limits.check(Money(1000, "INR"))
    for paise in (999, 1001):
        with pytest.raises(InvalidValue):
            limits.check(Money(paise, "INR"))


def test_limits_that_nothing_satisfies_cannot_be_made() -> None:
    with pytest.raises(InvalidValue, match=r"10\.01 INR, is above the most, 10\.00 INR"):
        Limits(Money(1001, "INR"), Money(1000, "INR"))
    with pytest.raises(InvalidValue, match="same currency"):
        Limits(Money(1, "INR"), Money(1000, "JPY"))


def test_a_payees_currency_is_that_of_its_limits() -> None:
    assert make_payee(currency="JPY").currency == "JPY"
