"""Currencies and their decimals are those of ISO 4217."""

import iso4217
import pytest

from payments.currencies import currency_codes, currency_digits
from payments.refusals import InvalidValue


def test_the_table_is_iso_4217() -> None:
    digits = {code: str(row["CcyMnrUnts"]) for code, row in iso4217.raw_table.items()}
    standard = {code: int(text) for code, text in digits.items() if text.isdigit()}
    assert {code: currency_digits(code) for code in currency_codes()} == standard


@pytest.mark.parametrize("code", ["XAU", "XXX", "XTS", "inr", "INR ", "", "RUPEES", "\u20b9"])
def test_what_nobody_pays_in_is_no_currency(code: str) -> None:
    with pytest.raises(InvalidValue, match="not an ISO 4217 currency code"):
        currency_digits(code)
