"""The forms of a payment's id, and what people type read back."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.ch import esr
from stdnum.iso7064 import mod_37_36
from ulid import ULID

from payments.payment_id import ALPHABET, PaymentId
from payments.references import (
    Reference,
    code,
    parse_reference,
    partial_forms,
    qr_reference,
    rf_reference,
    short_reference,
    ten_digits,
)
from payments.refusals import InvalidValue

IDS = st.builds(PaymentId, st.from_regex(rf"0[{ALPHABET}]{{25}}", fullmatch=True))
Form = Callable[[PaymentId], str]
PARTS: list[Form] = [code, short_reference, rf_reference, ten_digits, qr_reference]
CHECKED: list[Form] = [short_reference, rf_reference, qr_reference]
ID = PaymentId("01KDP8W3Z9Q5VX2M7TBRN4CHSA")


def test_each_form_of_one_id() -> None:
    assert ID.reference == "1KDP8W3Z9Q5VX2M7TBRN4CHSA"
    assert code(ID) == "CHSA"
    assert short_reference(ID) == "TBRN4CHSAV"
    assert rf_reference(ID)[4:] == "8W3Z9Q5VX2M7TBRN4CHSA"
    assert ten_digits(ID) == "9475637546"
    assert qr_reference(ID) == "189162726028492964756375464"


@given(IDS)
def test_forms_in_digits_are_the_ids_number_as_others_read_it(payment_id: PaymentId) -> None:
    number = int(ULID.from_str(payment_id.text))
    assert int(ten_digits(payment_id)) == 10**9 + number % (9 * 10**9)
    assert re.fullmatch(r"[1-9][0-9]{9}", ten_digits(payment_id))
    assert qr_reference(payment_id)[:-1] == f"{number % 10**26:026}"


@pytest.mark.parametrize(
    ("reference", "short"),
    [
        ("1KDP8W3Z9Q5VX2M7TBRN4CHSA", "TBRN4CHSAV"),
        ("1KE0000000000000000000000", "000000000H"),
        ("1KF3ZZZZZZZZZZZZZZZZZZZZZ", "ZZZZZZZZZG"),
        ("1KF400000000000000000000J", "00000000JE"),
    ],
)
def test_short_references_that_others_computed_too(reference: str, short: str) -> None:
    assert short_reference(PaymentId(f"0{reference}")) == short


@given(IDS)
@example(PaymentId("0" * 26))
@example(PaymentId("0" + "Z" * 25))
def test_check_characters_are_what_the_standards_say(payment_id: PaymentId) -> None:
    short, rf, qrr = (form(payment_id) for form in CHECKED)
    assert mod_37_36.validate(short, alphabet=ALPHABET) == short
    assert iso11649.validate(rf) == rf
    assert len(rf) == 25
    assert esr.calc_check_digit(qrr[:-1]) == qrr[-1]
    assert short[:-1] == payment_id.reference[-9:]
    assert rf[4:] == payment_id.reference[-21:]
    assert payment_id.reference.endswith(code(payment_id))


def means(reference: Reference, payment_id: PaymentId) -> bool:
    return reference.text in partial_forms(payment_id, [len(reference.text)])


@given(IDS, st.sampled_from(PARTS))
def test_every_form_finds_its_payment(payment_id: PaymentId, form: Form) -> None:
    reference = parse_reference(form(payment_id))
    assert means(reference, payment_id)
    assert reference.payment_id is None
    for whole in (payment_id.text, payment_id.reference):
        assert parse_reference(whole).payment_id == payment_id


@given(IDS, IDS, st.sampled_from(PARTS))
def test_no_form_finds_a_payment_that_has_another(
    one: PaymentId, two: PaymentId, form: Form
) -> None:
    found = means(parse_reference(form(one)), two)
    assert found == (form(one) == form(two)) or code(one) == code(two)


@given(IDS, st.sampled_from(CHECKED), st.data())
def test_one_wrong_character_is_told_as_a_typo(
    payment_id: PaymentId, form: Form, data: st.DataObject
) -> None:
    right = form(payment_id)
    place = data.draw(st.integers(2 if form is rf_reference else 0, len(right) - 1))
    alphabet = "0123456789" if right[place].isdigit() else ALPHABET[10:]
    wrong = data.draw(st.sampled_from(alphabet.replace(right[place], "")))
    typed = right[:place] + wrong + right[place + 1 :]
    if typed.isdigit() and len(typed) == 10 and typed[0] != "0":
        return  # may as well be ten digits, which have no check
    with pytest.raises(InvalidValue, match="mistyped"):
        parse_reference(typed)


@pytest.mark.parametrize("payment_id", [PaymentId("0" * 26), ID, PaymentId("0" + "Z" * 25)])
def test_two_characters_that_changed_places_are_told(payment_id: PaymentId) -> None:
    right = short_reference(payment_id)
    for place in range(len(right) - 1):
        typed = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        if typed != right:
            with pytest.raises(InvalidValue, match="mistyped"):
                parse_reference(typed)


@pytest.mark.parametrize(
    "text",
    [
        "1KJMBQDHV0000000000000C1S",
        "01KJMBQDHV0000000000000C1S",
        " 1kjmbqdhv0000000000000c1s\n",
        "1KJMB QDHV0 00000 00000 00C1S",
        "IKJMBQDHV-OOOOOOOOOO-OOOClS",
        "1KJMB\u2013QDHV0\u00a000000\u201000000\u201100C1S",
    ],
)
def test_a_reference_is_read_however_it_was_copied(text: str) -> None:
    assert parse_reference(text).payment_id == PaymentId("01KJMBQDHV0000000000000C1S")


@pytest.mark.parametrize(
    "text",
    [
        *("tbrn4 chsav", "TBRN-4CHS-AV", "chsa", " CHSA ", rf_reference(ID).lower()),
        f"{rf_reference(ID)[:4]} {rf_reference(ID)[4:8]} {rf_reference(ID)[8:]}",
        f"{qr_reference(ID)[:2]} {qr_reference(ID)[2:7]} {qr_reference(ID)[7:]}",
        ten_digits(ID),
    ],
)
def test_so_is_every_other_form(text: str) -> None:
    assert means(parse_reference(text), ID)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-",
            "1KJMBQDHV",
            "1KJMBQDHV0000000000000C1U",
            "\u096e" * 25,
            "\u0663" * 10,
            "x" * 99,
        ),
        *("CHSU", "CHS", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "1" * 28, "RF", "TBRN4/CHSAV"),
    ],
)
def test_what_is_no_reference_is_told(text: str) -> None:
    with pytest.raises(InvalidValue, match="a reference has 25 characters"):
        parse_reference(text)


@given(st.text())
def test_whatever_is_typed_is_read_or_refused_in_words(text: str) -> None:
    with suppress(InvalidValue):
        assert parse_reference(text).text.isalnum()
