"""What every payee registry does, in memory and in DynamoDB alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from payments.currencies import currency_digits
from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from payments.registry import PublishOvertaken
from payments.till_keys import TillKey
from testkit.factories import (
    BAKERY,
    FAMILY,
    FOUR_BYTES,
    NOW,
    largest_money,
    make_payee,
)
from tests.backend.stores import ATOMIC_STORES, Registry


def all_payees(registry: Registry) -> list[Payee]:
    return sorted(registry.payees(), key=lambda payee: payee.payee_id)


def test_a_registered_payee_is_found(registry: Registry) -> None:
    registry.register(make_payee())
    assert registry.find(BAKERY) == registry.find_fresh(BAKERY) == make_payee()


def test_an_unknown_payee_is_not_found(registry: Registry) -> None:
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
        make_payee(status=PayeeStatus.AWAY),
    ],
    ids=["name", "long-name", "currency", "limits", "closed", "away"],
)
def test_registering_again_replaces_what_is_known(registry: Registry, changed: Payee) -> None:
    registry.register(make_payee())
    registry.register(changed)
    assert registry.find_fresh(BAKERY) == changed
    assert all_payees(registry) == [changed]


def test_closing_stops_the_payee_and_keeps_the_rest(registry: Registry) -> None:
    registry.register(make_payee())
    registry.close(BAKERY)
    registry.close(BAKERY)
    assert registry.find_fresh(BAKERY) == make_payee(status=PayeeStatus.CLOSED)


def test_closing_an_unknown_payee_does_nothing(registry: Registry) -> None:
    registry.close(BAKERY)
    assert registry.find_fresh(BAKERY) is None
    assert all_payees(registry) == []


def test_a_closed_payee_can_be_opened_again(registry: Registry) -> None:
    registry.register(make_payee(status=PayeeStatus.CLOSED))
    registry.register(make_payee())
    assert registry.find_fresh(BAKERY) == make_payee()


def test_all_payees_are_listed_over_many_pages(registry: Registry) -> None:
    payees = [make_payee(f"stall-{n:02}", name=f"Stall {n}") for n in range(20)]
    for payee in payees:
        registry.register(payee)
    assert all_payees(registry) == payees


def test_limits_may_reach_the_largest_amount(registry: Registry) -> None:
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


def test_every_publish_gets_a_higher_generation(registry: Registry) -> None:
    given = [registry.begin_publish() for _ in range(3)]
    assert given == sorted(set(given))
    assert given[0] > 0
    assert all_payees(registry) == []


@pytest.mark.parametrize("registry", ATOMIC_STORES, indirect=True)
def test_generations_are_given_once_however_many_ask(registry: Registry) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: registry.begin_publish(), range(40)))
    assert len(set(given)) == 40


@pytest.mark.parametrize("newer", ["register", "close"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_an_older_publish_changes_nothing_that_a_newer_one_wrote(
    registry: Registry, newer: str, *, known: bool
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
    registry: Registry,
) -> None:
    for generation in (2, 2, 3):  # an SDK sends again when an answer is lost
        registry.register(make_payee(), generation)
        registry.close(BAKERY, generation)
    registry.register(make_payee(), 3)
    assert all_payees(registry) == [make_payee()]


def add_key(registry: Registry, n: int, payee_id: str = BAKERY) -> TillKey:
    return registry.add_till_key(PayeeId(payee_id), f"Counter {n} {FAMILY}", bytes([n] * 32), NOW)


class TestTillKeys:
    def test_a_key_is_kept_under_its_number_with_its_label_and_date(
        self, registry: Registry
    ) -> None:
        precise = NOW.replace(microsecond=123_456)
        made = registry.add_till_key(BAKERY, f"Counter {FAMILY}", bytes(range(32)), precise)
        assert made == TillKey(BAKERY, 1, f"Counter {FAMILY}", bytes(range(32)), NOW)
        assert registry.till_keys(BAKERY) == [made]

    def test_numbers_are_counted_for_each_payee_and_never_given_again(
        self, registry: Registry
    ) -> None:
        made = [add_key(registry, n) for n in range(12)]
        registry.revoke_till_key(BAKERY, 12, NOW)
        made[11] = replace(made[11], revoked_at=NOW)
        made.append(add_key(registry, 12))
        assert [key.number for key in made] == list(range(1, 14))
        assert registry.till_keys(BAKERY) == made, "in order, over many pages"
        assert add_key(registry, 1, "florist").number == 1

    def test_no_other_payees_keys_are_among_them(self, registry: Registry) -> None:
        for payee_id in ("town-baker", "town-bakery2", "town"):
            add_key(registry, 1, payee_id)
        assert registry.till_keys(BAKERY) == []

    def test_a_revoked_key_keeps_its_first_revoking(self, registry: Registry) -> None:
        key, other = add_key(registry, 1), add_key(registry, 2)
        revoked = replace(key, revoked_at=NOW)
        assert registry.revoke_till_key(BAKERY, 1, NOW) == revoked
        assert registry.revoke_till_key(BAKERY, 1, NOW + timedelta(days=1)) == revoked
        assert registry.till_keys(BAKERY) == [revoked, other]

    @pytest.mark.parametrize("number", [0, 2, 99])
    def test_no_other_number_can_be_revoked(self, registry: Registry, number: int) -> None:
        add_key(registry, 1)
        assert registry.revoke_till_key(BAKERY, number, NOW) is None
        assert registry.revoke_till_key(PayeeId("florist"), 1, NOW) is None
        assert [key.revoked_at for key in registry.till_keys(BAKERY)] == [None]

    @pytest.mark.parametrize("registry", ATOMIC_STORES, indirect=True)
    def test_of_many_made_at_once_each_has_its_own_number(self, registry: Registry) -> None:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda n: add_key(registry, n), range(24)))
        assert sorted(key.number for key in made) == list(range(1, 25))
        assert registry.till_keys(BAKERY) == sorted(made, key=lambda key: key.number)

    def test_publishing_touches_no_key_and_keys_are_no_payees(self, registry: Registry) -> None:
        key = add_key(registry, 1)
        assert all_payees(registry) == []
        registry.register(make_payee(), 3)
        registry.close(BAKERY, 4)
        assert all_payees(registry) == [make_payee(status=PayeeStatus.CLOSED)]
        assert registry.till_keys(BAKERY) == [key]
