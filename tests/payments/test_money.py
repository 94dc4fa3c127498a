"""Money is exact, and amounts are read as they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.currencies import currency_codes, currency_digits
from payments.money import Money, check_amount_text, parse_money
from payments.refusals import InvalidValue
from testkit.factories import largest_money

CODES = sorted(currency_codes())


@st.composite
def moneys(draw: st.DrawFn) -> Money:
    code = draw(st.sampled_from(CODES))
    largest = largest_money(code, currency_digits(code))
    return Money(draw(st.integers(1, largest.amount_minor)), code)


@given(moneys())
def test_parsing_what_was_formatted_gives_the_same_money(money: Money) -> None:
    assert parse_money(money.amount, money.currency) == money


@pytest.mark.parametrize("code", CODES)
def test_every_currency_writes_and_reads_its_least_and_its_largest_amount(code: str) -> None:
    for money in (Money(1, code), largest_money(code, currency_digits(code))):
        assert parse_money(money.amount, code) == money


@st.composite
def amount_texts(draw: st.DrawFn) -> str:
    major = str(draw(st.integers(0, 10**12 - 1)))
    decimals = draw(st.text("0123456789", max_size=5))
    return f"{major}.{decimals}" if decimals else major


@given(amount_texts(), st.sampled_from(CODES))
def test_an_amount_is_read_exactly_or_not_at_all(text: str, code: str) -> None:
    written_decimals = len(text.partition(".")[2])
    if Decimal(text) == 0 or written_decimals > currency_digits(code):
        with pytest.raises(InvalidValue):
            parse_money(text, code)
    else:
        money = parse_money(text, code)
        assert type(money.amount_minor) is int
        assert Decimal(money.amount_minor).scaleb(-currency_digits(code)) == Decimal(text)


@given(moneys())
def test_trailing_zeros_may_be_left_out_but_never_exceed_the_currency(money: Money) -> None:
    text = money.amount
    shortest = text.rstrip("0").rstrip(".") if "." in text else text
    assert parse_money(shortest, money.currency) == money
    with pytest.raises(InvalidValue, match="decimals"):
        parse_money(text + ("0" if "." in text else ".0"), money.currency)


@pytest.mark.parametrize("text", ["50", "50.0", "50.00"])
def test_one_amount_has_several_spellings(text: str) -> None:
    assert parse_money(text, "INR") == Money(5000, "INR")


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (5000, "INR", "50.00"),
        (5, "INR", "0.05"),
        (50, "JPY", "50"),
        (50001, "KWD", "50.001"),
        (123_456, "CLF", "12.3456"),
    ],
)
def test_an_amount_is_written_with_all_its_decimals(
    amount_minor: int, currency: str, text: str
) -> None:
    assert Money(amount_minor, currency).amount == text
    assert str(Money(amount_minor, currency)) == f"{text} {currency}"


@pytest.mark.parametrize(("text", "paise"), [("0.29", 29), ("1.15", 115), ("4.35", 435)])
def test_amounts_that_floats_get_wrong_are_right(text: str, paise: int) -> None:
    assert parse_money(text, "INR").amount_minor == paise
    assert parse_money("999999999999.99", "INR").amount_minor == 99_999_999_999_999


@pytest.mark.parametrize(
    "text",
    [
        *(" 50", "50 ", "5 0", "50\n", "\u00a050", "50\u200b"),
        *("+50", "-1", "-0", "\u221250"),
        *("050", "00", "00.5", "5_0", "5,0", "1,000", "1'000"),
        *(
            "\u0665\u0660",
            "\uff15\uff10",
            "\u09eb\u09e6",
            "\u00b2",
            "\u2460",
            "5\u0660",
            "5.\u0660",
        ),
        *("50.", ".5", ".", "5..0", "5.0.0", "50\u066b00"),
        *("1e3", "1E3", "1e-1", "0x10", "0b1", "1/2"),
        *("1000000000000", "9999999999999", "1000000000000.00"),
        *("", " ", "NaN", "nan", "Infinity", "inf", "null", "true", "fifty", "\u20b950", "50 INR"),
    ],
)
def test_other_spellings_of_an_amount_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="write the amount in digits with a point"):
        parse_money(text, "INR")
    with pytest.raises(InvalidValue, match="write the amount in digits with a point"):
        check_amount_text(text)


@pytest.mark.parametrize("text", ["0", "0.0", "0.00"])
def test_nothing_is_no_payment(text: str) -> None:
    with pytest.raises(InvalidValue, match="more than zero"):
        parse_money(text, "INR")


@given(st.text())
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    try:
        money = parse_money(text, "INR")
    except InvalidValue:
        return
    assert Decimal(text) == Decimal(money.amount)


def test_thousands_of_digits_are_refused_without_being_computed() -> None:
    for text in ("9" * 5000, "1." + "0" * 5000, "0." + "0" * 5000 + "1"):
        with pytest.raises(InvalidValue):
            parse_money(text, "INR")


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("50.5", "JPY", "JPY has no decimals"),
        ("50.000", "INR", "INR has 2 decimals, not 3"),
        ("50.0001", "KWD", "KWD has 3 decimals, not 4"),
    ],
)
def test_too_many_decimals_are_named(text: str, currency: str, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        parse_money(text, currency)


def test_money_has_a_currency_that_exists() -> None:
    with pytest.raises(InvalidValue, match="XYZ"):
        Money(1, "XYZ")
