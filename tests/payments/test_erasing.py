"""What erasing takes out of a payment, and what it leaves."""

from dataclasses import fields, replace

import pytest

from payments.erasing import ERASED_FIELDS, erased
from payments.events import (
    EventRefused,
    EventStatus,
    History,
    PaymentStatus,
    plan_event,
)
from payments.payment import differing_fields
from testkit.factories import NOW, make_claim, make_event, make_payment

PAYMENT = make_payment(reason="Lunch", method="upi", bank_reference="437276589036")


def test_who_paid_why_and_the_banks_number_go() -> None:
    gone = erased(PAYMENT)
    changed = {
        field.name
        for field in fields(PAYMENT)
        if getattr(gone, field.name) != getattr(PAYMENT, field.name)
    }
    assert changed == {*ERASED_FIELDS, "is_erased"}
    assert {getattr(gone, name) for name in ERASED_FIELDS} == {"erased"}
    assert "Asha" not in repr(gone)


def test_what_was_never_said_is_not_said_now() -> None:
    gone = erased(make_payment(reason=""))
    assert (gone.payer_id, gone.reason, gone.bank_reference) == ("erased", "", None)


def test_erasing_again_changes_nothing() -> None:
    assert erased(erased(PAYMENT)) == erased(PAYMENT)


def test_a_claim_is_held_against_what_is_left() -> None:
    gone = erased(PAYMENT)
    assert differing_fields(make_claim(payer_id="Ben", reason="Tea", method="upi"), gone) == []
    wrong = make_claim(amount="51", currency="USD", method="cash")
    assert differing_fields(wrong, gone) == ["amount", "currency", "method"]


def test_a_name_like_the_mark_is_a_name() -> None:
    called_so = replace(PAYMENT, payer_id="erased", reason="erased", bank_reference=None)
    claim = make_claim(payer_id="Ben", reason="Tea", method="upi")
    assert differing_fields(claim, called_so) == ["payer_id", "reason"]


@pytest.mark.parametrize("status", PaymentStatus)
def test_whatever_became_of_it_can_be_erased_once_and_stays_so(status: PaymentStatus) -> None:
    before = () if status is PaymentStatus.CLAIMED else (make_event(status=status),)
    event = plan_event(History(PAYMENT, before), EventStatus.ERASED, by="r", why="w", now=NOW)
    after = History(erased(PAYMENT), (*before, event))
    assert after.status is status
    with pytest.raises(EventRefused) as refused:
        plan_event(after, EventStatus.ERASED, by="r", why="w", now=NOW)
    assert refused.value.standing == event
