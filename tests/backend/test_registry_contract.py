"""What every payee registry does, in memory and in DynamoDB alike."""

import pytest

from backend.dynamodb import DynamoLedger, DynamoRegistry
from payments.currencies import currency_digits
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.registry import PayeeRegistry
from testkit.factories import (
    BAKERY,
    FAMILY,
    FOUR_BYTES,
    largest_money,
    make_payee,
    make_payment,
    make_payment_id,
    payments_in,
)
from tests.backend.stores import PAGE_ROWS, Table


def all_payees(registry: PayeeRegistry) -> list[Payee]:
    return sorted(registry.payees(), key=lambda payee: payee.payee_id)


def test_a_registered_payee_is_found(registry: PayeeRegistry) -> None:
    registry.register(make_payee())
    assert registry.find(BAKERY) == registry.find_fresh(BAKERY) == make_payee()


def test_an_unknown_payee_is_not_found(registry: PayeeRegistry) -> None:
    assert registry.find(BAKERY) is registry.find_fresh(BAKERY) is None
    assert all_payees(registry) == []


@pytest.mark.parametrize(
    "changed",
    [
        make_payee(name=f"B\u00e4ckerei {FAMILY}"),
        make_payee(name=FOUR_BYTES * 100),
        make_payee(currency="JPY"),
        make_payee(least="10", most="10"),
        make_payee(status=PayeeStatus.CLOSED),
    ],
    ids=["name", "long-name", "currency", "limits", "status"],
)
def test_registering_again_replaces_what_is_known(registry: PayeeRegistry, changed: Payee) -> None:
    registry.register(make_payee())
    registry.register(changed)
    assert registry.find_fresh(BAKERY) == changed
    assert all_payees(registry) == [changed]


def test_closing_stops_the_payee_and_keeps_the_rest(registry: PayeeRegistry) -> None:
    registry.register(make_payee())
    registry.close(BAKERY)
    registry.close(BAKERY)
    assert registry.find_fresh(BAKERY) == make_payee(status=PayeeStatus.CLOSED)


def test_closing_an_unknown_payee_does_nothing(registry: PayeeRegistry) -> None:
    registry.close(BAKERY)
    assert registry.find_fresh(BAKERY) is None
    assert all_payees(registry) == []


def test_a_closed_payee_can_be_opened_again(registry: PayeeRegistry) -> None:
    registry.register(make_payee(status=PayeeStatus.CLOSED))
    registry.register(make_payee())
    assert registry.find_fresh(BAKERY) == make_payee()


def test_all_payees_are_listed_over_many_pages(registry: PayeeRegistry) -> None:
    payees = [make_payee(f"stall-{n:02}", name=f"Stall {n}") for n in range(20)]
    for payee in payees:
        registry.register(payee)
    assert all_payees(registry) == payees


def test_limits_may_reach_the_largest_amount(registry: PayeeRegistry) -> None:
    payees = [
        Payee(
            PayeeId(code.lower()),
            code,
            Limits(Money(1, code), largest_money(code, currency_digits(code))),
        )
        for code in ("CLF", "INR", "JPY", "KWD")
    ]
    for payee in payees:
        registry.register(payee)
    assert all_payees(registry) == payees


class TestWhereTheyShareATable:
    def test_payments_are_no_payees_and_payees_no_payments(self, table: Table) -> None:
        table.turn_pages_after(PAGE_ROWS)
        registry = DynamoRegistry(table.client, table.name)
        ledger = DynamoLedger(table.client, table.name)
        payments = [make_payment(make_payment_id(random=n)) for n in range(20)]
        for payment in payments:
            ledger.record(payment)
        registry.register(make_payee())
        registry.register(make_payee("florist"))
        assert all_payees(registry) == [make_payee("florist"), make_payee()]
        assert payments_in(ledger) == payments
        assert payments_in(ledger, "florist") == []

    def test_closing_a_payee_touches_no_payment(self, table: Table) -> None:
        registry = DynamoRegistry(table.client, table.name)
        ledger = DynamoLedger(table.client, table.name)
        ledger.record(make_payment())
        registry.close(BAKERY)
        assert registry.find_fresh(BAKERY) is None
        registry.register(make_payee())
        registry.close(BAKERY)
        assert payments_in(ledger) == [make_payment()]
