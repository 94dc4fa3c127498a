"""The rows of the table, and what they weigh: a payment costs one write unit."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from backend.table import (
    event_to_item,
    item_to_event,
    item_to_mark,
    item_to_payee,
    item_to_payment,
    item_to_settlement,
    mark_to_item,
    payee_to_item,
    payment_to_item,
    settlement_to_item,
    table_definition,
)
from payments.addressee import Addressee, NoticeKind
from payments.currencies import currency_codes, currency_digits
from payments.events import Event, EventStatus, Fingerprint
from payments.lateness import LateMark
from payments.money import Money
from payments.payee import Payee, PayeeStatus
from payments.payment import PAYER_ID_MAX_LENGTH, REASON_MAX_LENGTH, Payment
from testkit.factories import (
    BAKERY,
    FAMILY,
    FOUR_BYTES,
    PAYMENT_ID,
    largest_money,
    make_event,
    make_evidence,
    make_payee,
    make_payment,
)
from tests.backend.stores import DYNAMODB_LOCAL, Table

if TYPE_CHECKING:
    from backend.table import Item

WRITE_UNIT = 1024


def item_size(item: "Item") -> int:
    """Bytes as DynamoDB counts them: names and text in UTF-8, two digits to a byte."""
    return sum(
        len(name.encode())
        + (len(value["S"].encode()) if "S" in value else (len(value["N"]) + 1) // 2 + 1)
        for name, value in item.items()
    )


def largest_payment() -> Payment:
    digits = max(map(currency_digits, currency_codes()))
    code = next(code for code in sorted(currency_codes()) if currency_digits(code) == digits)
    return make_payment(
        payee_id="x" * 64,
        payer_id=FOUR_BYTES * PAYER_ID_MAX_LENGTH,
        reason=FOUR_BYTES * REASON_MAX_LENGTH,
        money=largest_money(code, digits),
        method="x" * 16,
        bank_reference="X" * 35,
    )


def test_no_payment_is_larger_than_one_write_unit() -> None:
    assert item_size(payment_to_item(largest_payment())) == 1023 < WRITE_UNIT


@pytest.mark.parametrize("table", [DYNAMODB_LOCAL], indirect=True)
@pytest.mark.parametrize(("more_bytes", "units"), [(0, 1), (1, 1), (2, 2)])
def test_dynamodb_charges_by_that_size(table: Table, more_bytes: int, units: int) -> None:
    item = payment_to_item(largest_payment())
    item["reason"] = {"S": item["reason"]["S"] + "x" * more_bytes}
    answer = table.client.put_item(TableName=table.name, Item=item, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["CapacityUnits"] == units


@pytest.mark.parametrize(
    "payment",
    [
        make_payment(),
        largest_payment(),
        make_payment(reason=""),
        make_payment(method="upi"),
        make_payment(bank_reference="437276589036"),
    ],
)
def test_a_payment_is_read_as_it_was_written(payment: Payment) -> None:
    assert item_to_payment(payment_to_item(payment)) == payment


@pytest.mark.parametrize(
    "payee",
    [
        make_payee(),
        make_payee(name=FAMILY, currency="KWD", status=PayeeStatus.CLOSED),
        replace(
            make_payee(),
            notify=(
                Addressee("https://a.example/", (NoticeKind.RECORDED, NoticeKind.DAY), "shop"),
                Addressee("mailto:a@example.org", (NoticeKind.DAY,), language="hi"),
            ),
        ),
    ],
)
def test_a_payee_is_read_as_it_was_written(payee: Payee) -> None:
    assert item_to_payee(payee_to_item(payee)) == payee


def test_a_payments_row_is_this() -> None:
    """Rows never change, so neither may this."""
    item = payment_to_item(make_payment(method="upi", bank_reference="437276589036"))
    assert item == {
        "PK": {"S": "PAYEE#town-bakery"},
        "SK": {"S": "PAYMENT#01KJMBQDHV0000000000000C1S"},
        "payer": {"S": "Asha"},
        "minor": {"N": "5000"},
        "cur": {"S": "INR"},
        "reason": {"S": "Lunch"},
        "at": {"N": "1772357400123"},
        "via": {"S": "upi"},
        "bank": {"S": "437276589036"},
    }


def test_what_a_payer_left_out_is_in_no_row() -> None:
    item = payment_to_item(make_payment())
    assert item.keys() == {"PK", "SK", "payer", "minor", "cur", "reason", "at"}


def test_an_events_row_is_this() -> None:
    item = event_to_item(make_event())
    assert item == {
        "PK": {"S": "PAYEE#town-bakery"},
        "SK": {"S": "PAYMENT#01KJMBQDHV0000000000000C1S#EVENT#1"},
        "status": {"S": "reversed"},
        "by": {"S": "ravi"},
        "why": {"S": "never arrived"},
        "at": {"N": "1772357400123"},
    }
    assert item_to_event(item) == make_event()


def make_confirmation() -> Event:
    evidence = make_evidence(money=Money(4990, "USD"))
    return make_event(number=3, status=EventStatus.CONFIRMED, evidence=evidence)


def test_the_row_of_a_confirmation_tells_its_evidence() -> None:
    item = event_to_item(make_confirmation())
    assert item["evidence"] == {
        "M": {
            "line": {"S": "2026-03-02_00014"},
            "bank_id": {"S": "437276589036"},
            "booked_on": {"S": "2026-03-02"},
            "minor": {"N": "4990"},
            "cur": {"S": "USD"},
        }
    }
    assert item_to_event(item) == make_confirmation()


def test_the_row_of_a_lines_settlement_is_this() -> None:
    item = settlement_to_item(Fingerprint("2026-03-02_00014"), make_confirmation())
    assert item == {
        "PK": {"S": "EVIDENCE#2026-03-02_00014"},
        "SK": {"S": "EVIDENCE"},
        "payee_id": {"S": "town-bakery"},
        "payment_id": {"S": "01KJMBQDHV0000000000000C1S"},
        "number": {"N": "3"},
    }
    assert item_to_settlement(item) == (BAKERY, PAYMENT_ID, 3)


def test_a_payees_row_is_this() -> None:
    assert payee_to_item(make_payee()) == {
        "PK": {"S": "PAYEE#town-bakery"},
        "SK": {"S": "PROFILE"},
        "name": {"S": "Town Bakery"},
        "currency": {"S": "INR"},
        "min_minor": {"N": "100"},
        "max_minor": {"N": "1000000"},
        "status": {"S": "open"},
    }


def test_the_table_is_on_demand_and_has_no_index() -> None:
    definition = table_definition("payments")
    assert definition["BillingMode"] == "PAY_PER_REQUEST"
    assert definition.keys() == {"TableName", "BillingMode", "AttributeDefinitions", "KeySchema"}


def test_a_mark_of_what_is_late_lies_apart_and_names_nobody_who_paid() -> None:
    """Notices are told of, and an archive's questions read, what begins with PAYMENT#."""
    mark = LateMark(date(2026, 3, 9), BAKERY, date(2026, 2, 1))
    assert mark_to_item(mark) == {
        "PK": {"S": "LATE#2026-03-09"},
        "SK": {"S": "PAYEE#town-bakery#2026-02-01"},
    }
    assert item_to_mark(mark_to_item(mark)) == mark
