"""Other people's libraries write the same codes and take the same accounts; where not, it is said
why. Each was held against the standards first: none proves a refusal that it does not know of."""

from decimal import Decimal
from itertools import product
from string import ascii_uppercase
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from promptpay.qrcode import generate_payload
from pybrcode.pix import generate_simple_pix
from qrbill import QRBill
from qrplatba import QRPlatbaGenerator
from schwifty import BIC, IBAN, registry
from schwifty.exceptions import SchwiftyException
from segno.helpers import make_epc_qr
from stdnum import iso11649
from stdnum.br import cnpj, cpf
from stdnum.sg import uen
from stdnum.th import pin

import rails
from payments.payment_id import PaymentId
from payments.references import rf_reference
from payments.refusals import InvalidValue
from rails.emv import read_emv, read_fields
from rails.iban import SEPA, has_check_digits, parse_bic, parse_iban
from rails.latin import fold_to_ascii
from tests.qr_reading import read_qr
from tests.rails.accounts import ITEMS, payment_ids, text_of
from tests.rails.vectors import VECTORS, Vector, money_of, name_of

# Members of SEPA since 2024 and 2025, which schwifty does not know as such yet
NEW_IN_SEPA = {"AL", "MD", "ME", "MK", "RS"}
# Territories whose IBANs begin with FI, FR or GB; schwifty takes their own letters, too
TERRITORIES = "AX BL GF GG GP IM JE MF MQ NC PF PM RE TF WF YT"


def cases(kind: str) -> list[Vector]:
    return [vector for vector in VECTORS["codes"] if vector["rail"] == kind]


def test_ibans_have_the_lengths_of_the_registry() -> None:
    for country in map("".join, product(ascii_uppercase, repeat=2)):
        try:
            spec: Any = registry.get_iban_spec(country)
        except SchwiftyException:
            spec = None
        length = next((n for n in range(15, 35) if _has_length(country, n)), None)
        if spec is None or spec.aspirational or country in TERRITORIES.split():
            assert length is None, country
        else:
            assert length == spec.iban_length, country
            assert (country in SEPA) == (spec.in_sepa_zone or country in NEW_IN_SEPA), country


def _has_length(country: str, length: int) -> bool:
    """Whether its refusal of an IBAN of this length is not about the length."""
    try:
        parse_iban(f"{country}00{'1' * (length - 4)}")
    except InvalidValue as error:
        return "check digits" in str(error)
    return True


@given(st.sampled_from(["DE", "NO", "GB", "FR", "CH", "BR", "MT"]), text_of("0123456789AB", 11, 30))
def test_an_iban_is_right_if_schwifty_says_so(country: str, rest: str) -> None:
    for start in range(97):
        iban = f"{country}{start + 2:02}{rest}"
        try:
            theirs = IBAN(iban).compact
        except SchwiftyException:
            continue
        assert parse_iban(iban) == theirs


@given(text_of("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 21, 21))
def test_iso_11649_has_stdnums_check_digits(body: str) -> None:
    reference = rf_reference(PaymentId(f"00000{body}"))
    assert iso11649.is_valid(reference)
    assert has_check_digits(reference)


@pytest.mark.parametrize("bic", ["NWBKGB2L", "GIBACZPX", "DEUTDEFF500", "COBADEF", "X", "1234GB2L"])
def test_a_bic_is_right_if_schwifty_says_so(bic: str) -> None:
    try:
        BIC(bic, allow_invalid=False)
    except SchwiftyException:
        if bic == "1234GB2L":  # ISO 9362:2014 allows digits in the first four
            assert parse_bic(bic) == bic
            return
        with pytest.raises(InvalidValue):
            parse_bic(bic)
    else:
        assert parse_bic(bic) == bic


@pytest.mark.parametrize(
    ("kind", "library", "letters", "length"),
    [
        ("pix", cpf, "0123456789", 11),
        ("pix", cnpj, "0123456789AB", 14),
        ("paynow", uen, "0123456789", 9),
        ("promptpay", pin, "0123456789", 13),
    ],
)
@settings(max_examples=50)
@given(data=st.data())
def test_numbers_with_check_digits_are_right_if_stdnum_says_so(
    kind: str, library: Any, letters: str, length: int, data: st.DataObject
) -> None:
    body = data.draw(text_of(letters, length - 2, length - 2))
    ends = ascii_uppercase if library is uen else "0123456789"
    for last in product("0123456789", ends):
        number = f"{body}{''.join(last)}"
        item = {kind: number, "holder": "A", **({"city": "Recife"} if kind == "pix" else {})}
        try:
            ours = rails.parse_account(item).address
        except rails.InvalidAccount:
            ours = None
        theirs = library.is_valid(number)
        if library is pin and number[0] in "09":  # stdnum knows persons only, not companies
            continue
        if library is cpf and len(set(number)) == 1:  # stdnum takes one digit repeated
            continue
        assert (ours == number) == theirs, number


@settings(max_examples=60, deadline=None)
@given(ITEMS["paynow"])
def test_every_uen_of_stdnum_is_taken(item: dict[str, str]) -> None:
    assert rails.parse_account(item).address == item["paynow"]


@pytest.mark.parametrize("vector", [v for v in cases("sepa") if "amount" in v], ids=name_of)
def test_segno_writes_the_same_girocode(vector: Vector) -> None:
    """It drops trailing zeros, which the standard allows, and asks for an amount and a text or
    reference, which the standard does not."""
    account, amount = vector["account"], vector["amount"]
    qr = make_epc_qr(
        account["holder"],
        account["sepa"],
        Decimal(amount),
        text=vector.get("text"),
        reference=vector.get("reference"),
        bic=account.get("bic"),
        encoding="utf-8",
    )
    theirs = read_qr([[bool(module) for module in row] for row in qr.matrix_iter(border=4)]).text
    ours = vector["code"].split("\n")
    ours[7] = f"EUR{Decimal(amount).normalize():f}"
    assert theirs == "\n".join(ours)
    assert rails.read(theirs) == rails.read(vector["code"])


@pytest.mark.parametrize("vector", cases("swiss"), ids=name_of)
def test_qrbill_writes_the_same_bill(vector: Vector) -> None:
    """It ends lines with CR LF, the other one of the two permitted."""
    account = vector["account"]
    bill = QRBill(
        account=account["swiss"],
        creditor={
            "name": account["holder"],
            "street": account.get("street"),
            "house_num": account.get("house"),
            "pcode": account["postcode"],
            "city": account["city"],
            "country": account["country"],
        },
        amount=vector.get("amount"),
        currency=vector["currency"],
        reference_number=vector.get("reference"),
        additional_information=vector.get("text", ""),
    )
    assert bill.qr_data() == vector["code"].replace("\n", "\r\n")


def pybrcode_knows(vector: Vector) -> bool:
    """It wants punctuation in CPF, CNPJ and phones, names that need no cutting, and an amount."""
    key = vector["account"]["pix"]
    is_known_kind = "@" in key or len(key) == 36
    return is_known_kind and len(vector["account"]["holder"]) <= 25 and "amount" in vector


@pytest.mark.parametrize("vector", [*filter(pybrcode_knows, cases("pix"))], ids=name_of)
def test_pybrcode_writes_the_same_fields(vector: Vector) -> None:
    """It adds field 01, which the Manual's own static code has not, and with it says that the code
    works once; its GUI is in capitals, which is the same."""
    account = vector["account"]
    pix = generate_simple_pix(
        account["holder"],
        account["pix"],
        account["city"],
        float(vector["amount"]),
        vector["reference"],
    )
    theirs, ours = read_emv(str(pix), "986"), read_emv(vector["code"], "986")
    assert theirs
    assert ours
    assert theirs.pop("01") == "12"
    merchant = read_fields(theirs["26"])
    assert merchant
    assert merchant["00"].lower() == "br.gov.bcb.pix"
    theirs["26"] = ours["26"][:4] + merchant["00"].lower() + theirs["26"][18:]
    crcs = theirs.pop("63"), ours.pop("63")  # read_emv has checked both
    assert len(set(crcs)) == 2
    assert theirs == ours


@pytest.mark.parametrize("vector", cases("promptpay"), ids=name_of)
def test_promptpay_writes_the_same_code(vector: Vector) -> None:
    theirs = generate_payload(vector["account"]["promptpay"], float(vector.get("amount", 0)))
    assert theirs == vector["code"]


@pytest.mark.parametrize("vector", [v for v in cases("spayd") if "%" not in v["code"]], ids=name_of)
def test_qrplatba_writes_the_same_code(vector: Vector) -> None:
    """It leaves letters as they are, so that the QR code gets larger, and * and % too, which the
    standard wants encoded."""
    account = vector["account"]
    code = QRPlatbaGenerator(
        account["spayd"],
        bic=account.get("bic"),
        amount=float(vector["amount"]) if "amount" in vector else None,
        currency=vector["currency"],
        x_vs=vector.get("reference"),
        message=fold_to_ascii(vector.get("text", ""), 60).upper() or None,
        recipient_name=fold_to_ascii(account.get("holder", ""), 35).upper() or None,
    ).get_text()
    assert code == vector["code"]


@settings(max_examples=60, deadline=None)
@given(item=ITEMS["swiss"], payment_id=payment_ids)
def test_made_up_bills_are_qrbills_too(item: dict[str, str], payment_id: PaymentId) -> None:
    assume(payment_id.number % 10**26)  # stdnum takes no reference of zeros only
    rail = rails.RAILS["swiss"]
    account = rails.parse_account(item)
    reference, text = rail.remittance(account, payment_id)
    money = money_of({"amount": "12.30", "currency": "CHF"})
    code = rail.code_text(account, money, reference, text)
    bill = QRBill(
        account=account.address,
        creditor={
            "name": account.holder,
            "street": account.option("street"),
            "house_num": account.option("house"),
            "pcode": account.option("postcode"),
            "city": account.option("city"),
            "country": account.option("country"),
        },
        amount=money.amount,
        reference_number=reference,
        additional_information=text,
    )
    assert bill.qr_data() == code.replace("\n", "\r\n")
