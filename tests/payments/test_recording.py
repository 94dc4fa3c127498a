"""What is recorded, what is refused, and in which order that is decided."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from backend.payee_cache import CachedPayees
from cli.local.memory import MemoryLedger, MemoryRegistry
from payments.money import Money
from payments.payee import Payee, PayeeStatus
from payments.payment import Claim
from payments.recording import Recording, read_claim, record_payment
from payments.refusals import (
    ClockSkew,
    InvalidFields,
    PayeeClosed,
    PaymentConflict,
    Refusal,
    UnknownPayee,
)
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    make_claim,
    make_document,
    make_payee,
    make_payment,
    make_payment_id,
    payments_in,
)

LATER = NOW + timedelta(days=400)


@dataclass
class Desk:
    """A ledger and a registry whose every answer is remembered for ever."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    registry: MemoryRegistry = field(default_factory=MemoryRegistry)

    def __post_init__(self) -> None:
        self.registry.register(make_payee())
        self.forget()

    def forget(self) -> None:
        """Start anew with an empty cache, as another Lambda container would."""
        self.payees = CachedPayees(self.registry, monotonic=lambda: 0)

    def change(self, payee: Payee, *, seen: bool) -> None:
        """Publish a payee; unless `seen`, the cache still holds what it was before."""
        self.payees.find(payee.payee_id)
        self.registry.register(payee)
        if seen:
            self.forget()

    def record(self, claim: Claim, now: datetime = NOW) -> Recording:
        return record_payment(claim, ledger=self.ledger, payees=self.payees, now=now)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_claim_is_recorded_once_and_then_replayed(desk: Desk) -> None:
    first = desk.record(make_claim())
    again = desk.record(make_claim(), now=NOW + timedelta(hours=1))
    assert first == Recording(make_payment(), replayed=False)
    assert again == Recording(make_payment(), replayed=True)
    assert payments_in(desk.ledger) == [make_payment()]


def test_another_spelling_of_the_same_content_is_a_replay(desk: Desk) -> None:
    desk.record(make_claim())
    assert desk.record(make_claim(amount="50", currency=None)).replayed


def test_other_content_under_the_same_id_is_a_conflict_that_names_the_fields(desk: Desk) -> None:
    desk.record(make_claim())
    with pytest.raises(PaymentConflict) as caught:
        desk.record(make_claim(payer_id="Ben", amount="60"))
    assert caught.value.fields == ("payer_id", "amount")
    assert payments_in(desk.ledger) == [make_payment()]


def test_the_same_id_at_another_payee_is_another_payment(desk: Desk) -> None:
    desk.registry.register(make_payee("florist"))
    desk.record(make_claim())
    assert not desk.record(make_claim(payee_id="florist")).replayed


CHANGES = {
    "closed": make_payee(status=PayeeStatus.CLOSED),
    "limits-raised": make_payee(least="60"),
    "limits-lowered": make_payee(most="40"),
    "currency-changed": make_payee(currency="USD"),
    "currency-without-decimals": make_payee(currency="JPY"),
}


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "unseen"])
@pytest.mark.parametrize("payee", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("currency", ["INR", None])
@pytest.mark.parametrize("now", [NOW, LATER], ids=["soon", "later"])
class TestARecordedPaymentDecidesFirst:
    """Whatever the registry and the clock say since."""

    def test_an_equal_claim_gets_the_first_answer(
        self, desk: Desk, payee: Payee, currency: str | None, now: datetime, *, seen: bool
    ) -> None:
        desk.record(make_claim())
        desk.change(payee, seen=seen)
        answer = desk.record(make_claim(currency=currency), now)
        assert answer == Recording(make_payment(), replayed=True)

    def test_other_content_conflicts_rather_than_being_refused(
        self, desk: Desk, payee: Payee, currency: str | None, now: datetime, *, seen: bool
    ) -> None:
        desk.record(make_claim())
        desk.change(payee, seen=seen)
        with pytest.raises(PaymentConflict) as caught:
            desk.record(make_claim(reason="Tea", currency=currency), now)
        assert caught.value.fields == ("reason",)


def test_an_id_outside_the_servers_time_is_still_replayed(desk: Desk) -> None:
    desk.record(make_claim())
    assert desk.record(make_claim(), now=NOW - timedelta(days=9)).replayed
    assert desk.record(make_claim(), now=LATER).replayed


def test_a_payee_that_left_the_registry_is_no_reason_to_deny_a_payment(desk: Desk) -> None:
    desk.record(make_claim())
    desk.registry = MemoryRegistry()
    desk.forget()
    assert desk.record(make_claim()).replayed


def test_an_absent_currency_means_the_recorded_one_even_where_both_would_do(desk: Desk) -> None:
    desk.record(make_claim())
    desk.change(make_payee(currency="USD"), seen=True)
    assert desk.record(make_claim(amount="50.00", currency=None)).payment.money.currency == "INR"
    with pytest.raises(PaymentConflict) as caught:
        desk.record(make_claim(amount="50.00", currency="USD"))
    assert caught.value.fields == ("currency",)


@pytest.mark.parametrize("amount", ["50.000", "0.01", "99999.00"])
def test_an_amount_that_could_never_stand_conflicts_with_the_one_that_does(
    desk: Desk, amount: str
) -> None:
    desk.record(make_claim())
    with pytest.raises(PaymentConflict) as caught:
        desk.record(make_claim(amount=amount))
    assert caught.value.fields == ("amount",)


@pytest.mark.parametrize(
    ("payee", "claim", "refusal"),
    [
        (make_payee("florist"), make_claim(), UnknownPayee),
        (make_payee(status=PayeeStatus.CLOSED), make_claim(), PayeeClosed),
        (make_payee(), make_claim(make_payment_id(NOW - timedelta(days=32))), ClockSkew),
        (make_payee(), make_claim(make_payment_id(NOW + timedelta(days=2))), ClockSkew),
        (make_payee(least="60"), make_claim(), InvalidFields),
        (make_payee(most="40"), make_claim(), InvalidFields),
        (make_payee(currency="JPY"), make_claim(amount="50"), InvalidFields),
    ],
    ids=["unknown", "closed", "old", "early", "too-little", "too-much", "currency"],
)
def test_without_a_recorded_payment_a_refusal_stands_and_records_nothing(
    payee: Payee, claim: Claim, refusal: type[Refusal]
) -> None:
    desk = Desk()
    desk.registry = MemoryRegistry()
    desk.registry.register(payee)
    desk.forget()
    with pytest.raises(refusal):
        desk.record(claim)
    assert desk.ledger.find(claim.payee_id, claim.payment_id) is None


class TestTheCacheMayAcceptButNeverRefuse:
    @pytest.mark.parametrize(
        ("before", "claim"),
        [
            (make_payee(status=PayeeStatus.CLOSED), make_claim()),
            (make_payee(least="60"), make_claim()),
            (make_payee(most="40"), make_claim()),
            (make_payee(currency="JPY"), make_claim()),
            (make_payee(currency="JPY"), make_claim(currency=None)),
        ],
        ids=["closed", "too-little", "too-much", "currency", "decimals"],
    )
    def test_what_the_registry_takes_by_now_is_recorded(
        self, desk: Desk, before: Payee, claim: Claim
    ) -> None:
        desk.change(before, seen=True)
        desk.change(make_payee(), seen=False)
        assert desk.record(claim) == Recording(make_payment(), replayed=False)

    def test_a_payee_published_a_moment_ago_is_found(self, desk: Desk) -> None:
        claim = make_claim(payee_id="florist")
        with pytest.raises(UnknownPayee):
            desk.record(claim)
        desk.registry.register(make_payee("florist"))
        assert not desk.record(claim).replayed

    def test_a_payee_closed_a_moment_ago_may_still_take_a_payment(self, desk: Desk) -> None:
        desk.change(make_payee(status=PayeeStatus.CLOSED), seen=False)
        assert not desk.record(make_claim()).replayed

    def test_the_refusal_is_the_registrys_not_the_caches(self, desk: Desk) -> None:
        desk.change(make_payee(least="60"), seen=True)
        desk.change(make_payee(status=PayeeStatus.CLOSED), seen=False)
        with pytest.raises(PayeeClosed):
            desk.record(make_claim())


def read_pointers(desk: Desk, document: dict[str, object]) -> list[str]:
    """Where the problems are that reading a claim finds."""
    with pytest.raises(InvalidFields) as caught:
        read_claim(BAKERY, PAYMENT_ID.text, document, desk.payees)
    return [field.pointer for field in caught.value.fields]


class TestReadingNamesAllProblemsAtOnce:
    def test_those_of_the_document_and_those_of_the_payee(self, desk: Desk) -> None:
        document = make_document(payer_id="", amount="0.50", currency="USD", tip="1")
        assert read_pointers(desk, document) == ["/amount", "/currency", "/payer_id", "/tip"]

    def test_a_field_is_judged_by_its_payee_only_if_it_could_be_read(self, desk: Desk) -> None:
        document = make_document(payer_id="", amount="1e3", currency="rupees")
        assert read_pointers(desk, document) == ["/amount", "/currency", "/payer_id"]

    def test_the_payees_part_is_read_fresh(self, desk: Desk) -> None:
        desk.change(make_payee(most="40"), seen=True)
        desk.change(make_payee(), seen=False)
        assert read_pointers(desk, make_document(payer_id="")) == ["/payer_id"]

    def test_an_unknown_payee_has_nothing_to_add(self, desk: Desk) -> None:
        desk.registry = MemoryRegistry()
        desk.forget()
        assert read_pointers(desk, make_document(payer_id="", currency="USD")) == ["/payer_id"]

    def test_a_document_without_problems_is_a_claim(self, desk: Desk) -> None:
        claim = read_claim(BAKERY, PAYMENT_ID.text, make_document(), desk.payees)
        assert claim == make_claim()


def test_money_is_kept_in_minor_units_of_the_payees_currency(desk: Desk) -> None:
    desk.registry.register(make_payee("kiosk", currency="KWD", least="0.001", most="1"))
    claim = make_claim(payee_id="kiosk", amount="0.05", currency=None)
    assert desk.record(claim).payment.money == Money(50, "KWD")
