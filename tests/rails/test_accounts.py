"""Accounts out of the roster: what is refused says what is wrong and what to do."""

import pytest

import rails
from payments.currencies import currency_codes
from rails.account import Account

IBAN = "DE89370400440532013000"
QR_IBAN = "CH4431999123000889012"
UUID = "123e4567-e12b-12d1-a456-426655440000"


@pytest.mark.parametrize(
    ("item", "key", "message"),
    [
        ({}, "", "names no way to pay: it is one of upi, sepa, pix"),
        ({"cash": "yes"}, "cash", "write just - cash"),
        ({"upi": "a1@bank", "sepa": IBAN}, "sepa", "begin a new item with - for sepa"),
        ({"upi": "a1@bank", "holder": "A", "bic": "X"}, "bic", "upi knows no bic: beside it"),
        ({"cash": "", "holder": "A"}, "holder", "cash knows no holder: it stands alone"),
        ({"upi": "mahantesh"}, "upi", "no @ with a handle"),
        ({"upi": "mahantesh@"}, "upi", "add the handle"),
        ({"upi": "a1@b@c"}, "upi", "two @"),
        ({"upi": "m+1@bank"}, "upi", "before the @ stand only letters, digits and . _ -"),
        ({"upi": "a@bank"}, "upi", "has too little before the @, at least 2 characters"),
        ({"upi": "@bank"}, "upi", "has too little before the @, at least 2 characters"),
        ({"upi": "mahantesh@gmail.com"}, "upi", "looks like an e-mail address"),
        ({"upi": "mahantesh@my_bank"}, "upi", "after the @ stand only letters and digits"),
        ({"upi": "a1@bank", "merchant": "yes"}, "merchant", "is true or false, not yes"),
        ({"upi": "a1@bank", "holder": ""}, "holder", "write the account holder"),
        ({"sepa": "DE8937O400440532O13000"}, "sepa", "is it DE89 3704 0044 0532 0130 00"),
        ({"sepa": "DE8937040044O532013OOO"}, "sepa", "letter O, I or L that looks like a digit"),
        ({"sepa": "DE88370400440532013000"}, "sepa", "check digits don't fit"),
        ({"sepa": "DE8937040044053201300"}, "sepa", "has 22 characters, not 21"),
        ({"sepa": "hello"}, "sepa", "is no IBAN"),
        ({"sepa": "US64SVBKUS6S3300958879"}, "sepa", "US has no IBANs"),
        ({"sepa": "TR330006100519786457841326"}, "sepa", "TR is outside SEPA"),
        ({"sepa": "GB29NWBK60161331926819"}, "sepa", "add its bank's BIC as bic:"),
        ({"sepa": QR_IBAN, "bic": "POFICHBE"}, "sepa", "is a QR-IBAN"),
        ({"spayd": QR_IBAN}, "spayd", "write swiss: in its place"),
        ({"sepa": IBAN, "bic": "COBADEF"}, "bic", "8 or 11 letters and digits"),
        ({"sepa": IBAN, "purpose": "GIFTS"}, "purpose", "at most 4 characters"),
        ({"swiss": IBAN, "postcode": "8000", "city": "Bern"}, "swiss", "write sepa: in its place"),
        ({"swiss": QR_IBAN, "city": "Bern"}, "postcode", "a Swiss code names the holder's"),
        ({"pix": "12345678900", "city": "Recife"}, "pix", "has the length of a CPF"),
        ({"pix": "11222333000180", "city": "Recife"}, "pix", "has the length of a CNPJ"),
        (
            {"pix": "5561912345678", "city": "Recife"},
            "pix",
            "with its plus, +5561912345678",
        ),
        ({"pix": UUID.replace("-", ""), "city": "Recife"}, "pix", "without its hyphens"),
        ({"pix": UUID}, "city", "such as city: Recife"),
        (
            {"pix": "12345678909", "holder": "店", "city": "Recife"},
            "holder",
            "no Latin letter",
        ),
        ({"paynow": "81234567"}, "paynow", "write it with its country, +6581234567"),
        ({"paynow": "S1234567D"}, "paynow", "is an NRIC or FIN"),
        ({"paynow": "12345678A"}, "paynow", "last letter doesn't fit"),
        ({"paynow": "T14XX0001E"}, "paynow", "no kind of entity XX"),
        ({"promptpay": "0212345678"}, "promptpay", "begins with 06, 08 or 09"),
        ({"promptpay": "1101700000002"}, "promptpay", "its last digit doesn't fit"),
        ({"promptpay": "123"}, "promptpay", "has 3 digits"),
        ({"vietqr": "0011012345678"}, "bank", "six digits, such as 970436"),
        ({"vietqr": "0011012345678", "bank": "999999"}, "bank", "no bank of NAPAS"),
        ({"card": "97040300", "bank": "970403"}, "card", "16 to 19 digits"),
        ({"link": "http://pay.example.org/"}, "link", "begin it with https://"),
        ({"link": "javascript:alert(1)"}, "link", "begin it with https://"),
        ({"link": "https://{reference}.example.org/"}, "link", "can't stand in the host"),
        ({"link": "https://pay.example.org/?id={id}"}, "link", "{id} stands for nothing"),
        ({"link": "https://a@evil.example.org/"}, "link", "is no web address"),
        ({"link": 'https://pay.example.org/"x'}, "link", "is no web address"),
    ],
)
def test_a_wrong_account_gets_one_sentence_with_a_remedy(
    item: dict[str, str], key: str, message: str
) -> None:
    with pytest.raises(rails.InvalidAccount) as refusal:
        rails.parse_account(item, holder="Mahantesh")
    assert refusal.value.key == key
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ({"sepa": "de89 3704 0044 0532 0130 00"}, IBAN),
        ({"pix": "123.456.789-09", "city": "Recife"}, "12345678909"),
        ({"pix": "11.222.333/0001-81", "city": "Recife"}, "11222333000181"),
        ({"pix": "12.abc.345/01de-35", "city": "Recife"}, "12ABC34501DE35"),
        ({"pix": "+55 (61) 91234-5678", "city": "Recife"}, "+5561912345678"),
        ({"pix": "Loja@Example.COM", "city": "Recife"}, "loja@example.com"),
        ({"pix": UUID.upper(), "city": "Recife"}, UUID),
        ({"paynow": "+65 8123 4567"}, "+6581234567"),
        ({"paynow": "201412345w"}, "201412345W"),
        ({"paynow": "201412345WAB1"}, "201412345WAB1"),
        ({"promptpay": "+66 81 234 5678"}, "0812345678"),
        ({"vietqr": "0011 0123 45678", "bank": "970403"}, "0011012345678"),
        (
            {"link": "https://pay.example.org/x?r={reference}"},
            "https://pay.example.org/x?r={reference}",
        ),
        ({"cash": ""}, ""),
    ],
)
def test_an_account_has_one_spelling(item: dict[str, str], address: str) -> None:
    assert rails.parse_account(item, holder="Mahantesh").address == address


def test_the_holder_is_the_payee_unless_the_item_says_another() -> None:
    item = {"upi": "mahantesh@examplebank", "merchant": "true"}
    assert rails.parse_account(item, holder="Mahantesh") == Account(
        "upi", "mahantesh@examplebank", "Mahantesh", (("merchant", "true"),)
    )
    item["holder"] = "Mahantesh K"
    assert rails.parse_account(item, holder="Mahantesh").holder == "Mahantesh K"
    assert rails.parse_account({"cash": ""}, holder="Mahantesh").holder == ""


def test_an_account_reads_as_one_line() -> None:
    item = {"upi": "mahantesh@examplebank", "merchant": "true", "holder": "Mahantesh K"}
    line = "upi mahantesh@examplebank, holder Mahantesh K, merchant true"
    assert str(rails.parse_account(item)) == line
    assert str(rails.parse_account({"cash": ""})) == "cash"
    card = rails.parse_account({"card": "9704030000000015", "bank": "970403"})
    assert str(card) == ("vietqr 9704030000000015, bank 970403, bank_name Sacombank, card true")


@pytest.mark.parametrize("kind", rails.RAILS)
def test_a_rail_says_what_it_is(kind: str) -> None:
    rail = rails.RAILS[kind]
    assert kind == rail.KIND
    assert set(rail.CURRENCIES or ()) <= currency_codes()
    assert rail.STATEMENT_HAS in ("", "full", "ten digits")
    assert rail.WORDS[:2] == (f"rail_{kind}", f"rail_{kind}_how")
    assert all(rail.OPTIONS.values())
