"""The cache of payees may accept, and never refuses."""

from dataclasses import dataclass, field

import pytest

from backend.payee_cache import CachedPayees
from cli.local.memory import MemoryRegistry
from payments.payee import Payee, PayeeId
from payments.refusals import LedgerUnavailable
from testkit.factories import BAKERY, make_payee


class CountingRegistry(MemoryRegistry):
    """Counts its reads, and answers none of them while it is `down`."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.fresh_reads = 0
        self.down = False

    def clear(self) -> None:
        self._payees.clear()

    def find(self, payee_id: PayeeId) -> Payee | None:
        self.reads += 1
        if self.down:
            raise LedgerUnavailable
        return super().find(payee_id)

    def find_fresh(self, payee_id: PayeeId) -> Payee | None:
        self.fresh_reads += 1
        return self.find(payee_id)


@dataclass
class Setup:
    registry: CountingRegistry = field(default_factory=CountingRegistry)
    seconds: float = 1000

    def __post_init__(self) -> None:
        self.payees = CachedPayees(self.registry, monotonic=lambda: self.seconds)

    def find_twice(self) -> tuple[Payee | None, Payee | None]:
        return self.payees.find(BAKERY), self.payees.find(BAKERY)


@pytest.fixture
def setup() -> Setup:
    return Setup()


def test_a_found_payee_is_remembered_for_a_minute(setup: Setup) -> None:
    setup.registry.register(make_payee())
    assert setup.find_twice() == (make_payee(), make_payee())
    setup.seconds += 59.9
    setup.payees.find(BAKERY)
    assert setup.registry.reads == 1
    setup.seconds += 0.1
    setup.payees.find(BAKERY)
    assert setup.registry.reads == 2


def test_only_a_fresh_look_asks_for_the_very_latest(setup: Setup) -> None:
    setup.payees.find(BAKERY)
    assert (setup.registry.reads, setup.registry.fresh_reads) == (1, 0)
    setup.payees.find_fresh(BAKERY)
    assert (setup.registry.reads, setup.registry.fresh_reads) == (2, 1)


def test_a_miss_is_not_remembered(setup: Setup) -> None:
    assert setup.find_twice() == (None, None)
    assert setup.registry.reads == 2
    setup.registry.register(make_payee())
    assert setup.payees.find(BAKERY) == make_payee()


def test_a_fresh_look_sees_the_change_and_remembers_it(setup: Setup) -> None:
    setup.registry.register(make_payee())
    setup.payees.find(BAKERY)
    setup.registry.register(make_payee(name="New name"))
    assert setup.payees.find(BAKERY) == make_payee()
    assert setup.payees.find_fresh(BAKERY) == make_payee(name="New name")
    assert setup.find_twice() == (make_payee(name="New name"), make_payee(name="New name"))
    assert setup.registry.reads == 2


def test_a_payee_that_is_gone_is_forgotten_as_soon_as_that_is_seen(setup: Setup) -> None:
    setup.registry.register(make_payee())
    setup.payees.find(BAKERY)
    setup.registry.clear()
    assert setup.payees.find(BAKERY) == make_payee()
    assert setup.payees.find_fresh(BAKERY) is None
    assert setup.payees.find(BAKERY) is None


def test_a_remembered_payee_outlives_an_outage_of_the_registry(setup: Setup) -> None:
    setup.registry.register(make_payee())
    setup.payees.find(BAKERY)
    setup.registry.down = True
    assert setup.payees.find(BAKERY) == make_payee()
    with pytest.raises(LedgerUnavailable):
        setup.payees.find_fresh(BAKERY)


def test_payees_are_remembered_each_for_themselves(setup: Setup) -> None:
    setup.registry.register(make_payee())
    setup.registry.register(make_payee("florist"))
    assert setup.payees.find(BAKERY) == make_payee()
    assert setup.payees.find(PayeeId("florist")) == make_payee("florist")
    assert setup.payees.find(PayeeId("nobody")) is None
