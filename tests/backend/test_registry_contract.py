"""What every payee registry does, in memory and in DynamoDB alike."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from payments.currencies import currency_digits
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.registry import PayeeRegistry, PublishOvertaken
from testkit.factories import (
    BAKERY,
    FAMILY,
    FOUR_BYTES,
    largest_money,
    make_payee,
)


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


def test_every_publish_gets_a_higher_generation(registry: PayeeRegistry) -> None:
    given = [registry.begin_publish() for _ in range(3)]
    assert given == sorted(set(given))
    assert given[0] > 0
    assert all_payees(registry) == []


def test_generations_are_given_once_however_many_ask(registry: PayeeRegistry) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: registry.begin_publish(), range(40)))
    assert len(set(given)) == 40


@pytest.mark.parametrize("newer", ["register", "close"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_an_older_publish_changes_nothing_that_a_newer_one_wrote(
    registry: PayeeRegistry, newer: str, *, known: bool
) -> None:
    if known:
        registry.register(make_payee(), generation=1)
    if newer == "register":
        registry.register(make_payee(most="50"), generation=3)
    else:
        registry.close(BAKERY, generation=3)
    standing = registry.find(BAKERY)
    for generation in (0, 2):
        with pytest.raises(PublishOvertaken, match=BAKERY):
            registry.register(make_payee(most="99"), generation)
        with pytest.raises(PublishOvertaken, match=BAKERY):
            registry.close(BAKERY, generation)
    assert registry.find(BAKERY) == standing
    assert all_payees(registry) == ([standing] if standing else [])


def test_a_publish_may_write_again_what_it_wrote_and_a_newer_one_may_too(
    registry: PayeeRegistry,
) -> None:
    for generation in (2, 2, 3):  # an SDK sends again when an answer is lost
        registry.register(make_payee(), generation)
        registry.close(BAKERY, generation)
    registry.register(make_payee(), 3)
    assert all_payees(registry) == [make_payee()]
