"""A payment's fields on a terminal, in CSV and in JSON come from one table."""

import pytest

from desk.fields import (
    COLUMNS,
    CSV_COLUMNS,
    EXPORT_COLUMNS,
    FIELDS,
    counted,
    description,
    listing_document,
    listing_row,
)
from payments.documents import full_document
from payments.events import History, PaymentStatus
from testkit.factories import PAYMENT_ID, make_event, make_evidence, make_payment

CLAIMED = History(make_payment(reason=""))
CONFIRMED = History(make_payment(), (make_event(status=PaymentStatus.CONFIRMED),))


def test_the_table_has_every_field_of_the_full_document_once() -> None:
    assert sorted(field.name for field in FIELDS) == sorted(full_document(CLAIMED))


def test_what_csv_has_is_in_the_documents() -> None:
    assert set(CSV_COLUMNS) < set(listing_document(CLAIMED)) == set(EXPORT_COLUMNS)
    assert CSV_COLUMNS == (
        "recorded_at",
        "payee_id",
        "payer_id",
        "amount",
        "currency",
        "status",
        "reason",
        "method",
        "bank_reference",
        "reference",
    )


@pytest.mark.usefixtures("in_india")
def test_a_row_leaves_out_what_goes_without_saying() -> None:
    row = dict(zip([column.name for column in COLUMNS], _row(CLAIMED), strict=True))
    assert row == {
        "recorded": "2026-03-01 15:00 +05:30",
        "payee": "",
        "payer": "Asha",
        "amount": "50.00 INR",
        "status": "",
        "reason": "",
        "method": "",
        "bank number": "",
        "reference": PAYMENT_ID.reference,
    }
    assert _row(CONFIRMED)[4] == "confirmed"
    assert listing_row(CLAIMED, with_payee=True)[1] == "town-bakery"


@pytest.mark.usefixtures("in_india")
def test_a_description_says_all_of_it_the_status_above_how_it_came() -> None:
    assert description(CONFIRMED).splitlines()[-2:] == [
        "status       confirmed",
        "confirmed    2026-03-01 15:00 +05:30 by ravi: never arrived",
    ]
    assert "reason       -" in description(CLAIMED)
    assert description(CLAIMED).endswith("status       claimed")


@pytest.mark.usefixtures("in_india")
def test_a_document_is_the_exports_but_for_the_zone() -> None:
    changed = {"recorded_at": "2026-03-01T15:00:00.123+05:30"}
    assert listing_document(CONFIRMED) == full_document(CONFIRMED) | changed


def _row(history: History) -> list[str]:
    return list(listing_row(history, with_payee=False))


@pytest.mark.usefixtures("in_india")
def test_a_description_tells_what_was_taken_back_and_what_settled() -> None:
    when = "2026-03-01 15:00 +05:30"
    evidence = make_evidence()
    events = (
        make_event(number=1, status="confirmed", by="bank", why="settled", evidence=evidence),
        make_event(number=2, status="reversed", why="bounced"),
        make_event(number=3, status="undone", why="it did not"),
    )
    assert description(History(make_payment(), events)).splitlines()[-5:] == [
        "status       confirmed",
        f"confirmed    {when} by bank: settled",
        "             line 2026-03-02_00014, booked 2026-03-02, 50.00 INR, bank 437276589036",
        f"reversed     {when} by ravi: bounced (taken back)",
        f"undone       {when} by ravi: it did not",
    ]
    without = (make_event(status="confirmed", evidence=make_evidence(bank_id="")),)
    assert description(History(make_payment(), without)).endswith(
        "\n             line 2026-03-02_00014, booked 2026-03-02, 50.00 INR"
    )


def test_one_is_no_plural() -> None:
    some = [(0, "line"), (1, "line"), (2, "line"), (1, "batch"), (3, "batch")]
    told = [counted(*one) for one in some]
    assert told == ["0 lines", "1 line", "2 lines", "1 batch", "3 batches"]
