"""Each rail writes and reads what its standard says, byte for byte."""

from dataclasses import replace

import pytest

import rails
from payments.payment_id import PaymentId
from payments.references import parse_reference, rf_reference, short_reference
from payments.refusals import InvalidValue
from rails.iban import has_check_digits
from tests.rails.vectors import VECTORS, Vector, details_of, money_of, name_of


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=name_of)
def test_a_code_is_written_and_read_back(vector: Vector) -> None:
    rail = rails.RAILS[vector["rail"]]
    account = rails.parse_account(vector["account"])
    money, details = money_of(vector), details_of(vector)
    code = rail.code_text(account, money, *details)
    assert code == vector["code"]

    reading = rails.read(code)
    assert reading
    assert reading.account.destination == account.destination
    assert reading.money == (money if money.amount_minor else None)
    assert rail.code_text(reading.account, money, reading.reference, reading.text) == code


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=name_of)
def test_only_its_own_rail_reads_a_code(vector: Vector) -> None:
    readers = [kind for kind, rail in rails.RAILS.items() if rail.read(vector["code"])]
    assert readers == [vector["rail"]]


@pytest.mark.parametrize("vector", VECTORS["also_read"], ids=name_of)
def test_another_writing_is_read_to_the_same_account(vector: Vector) -> None:
    assert rails.read_code(vector["code"]) == rails.parse_account(vector["account"])


@pytest.mark.parametrize("vector", VECTORS["wrong_accounts"], ids=name_of)
def test_a_wrong_account_is_refused_at_the_key_that_is_wrong(vector: Vector) -> None:
    with pytest.raises(rails.InvalidAccount) as refusal:
        rails.parse_account(vector["account"])
    assert refusal.value.key in {*vector["account"], "postcode"}  # which is missing


@pytest.mark.parametrize("vector", VECTORS["wrong_payments"], ids=name_of)
def test_a_payment_that_the_rail_does_not_take_is_refused(vector: Vector) -> None:
    rail = rails.RAILS[vector["rail"]]
    account = rails.parse_account(vector["account"])
    with pytest.raises(InvalidValue):
        rail.code_text(account, money_of(vector), *details_of(vector))


@pytest.mark.parametrize("vector", VECTORS["no_codes"], ids=name_of)
def test_what_is_no_code_of_a_rail_reads_as_nothing(vector: Vector) -> None:
    assert rails.read_code(vector["code"]) is None


@pytest.mark.parametrize("vector", VECTORS["forms"], ids=lambda v: f"{v['form']} {v['body']}")
def test_references_have_the_check_characters_of_their_standards(vector: Vector) -> None:
    body, reference = vector["body"], vector["reference"]
    if vector["form"] == "short":
        assert short_reference(PaymentId(f"0{body}")) == reference
    elif vector["form"] == "rf":
        assert has_check_digits(reference)
        assert not has_check_digits(f"RF{(int(reference[2:4]) + 1) % 100:02}{body}")
        if len(body) == 21:
            assert rf_reference(PaymentId(f"00000{body}")) == reference
    else:
        assert parse_reference(reference).text == reference


def test_every_rail_that_has_codes_has_cases() -> None:
    kinds = {vector["rail"] for vector in VECTORS["codes"]}
    assert kinds == set(rails.RAILS) - {"cash", "link"}
    for name in ("wrong_accounts", "wrong_payments", "no_codes"):
        assert {vector["rail"] for vector in VECTORS[name]} == kinds


def test_names_and_options_do_not_make_another_destination() -> None:
    account = rails.parse_account({"upi": "Mahantesh@examplebank", "holder": "Mahantesh"})
    other = replace(account, address="mahantesh@EXAMPLEBANK", holder="M", options=())
    assert account != other
    assert account.destination == other.destination
