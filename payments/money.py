"""Money: whole minor units of one currency, and the decimal text people and JSON write.

There are no floats and no bare numbers here: 5000 is not money, `Money(5000, "INR")` is ₹50.00.
"""

import re
from dataclasses import dataclass

from payments.currencies import currency_digits
from payments.refusals import InvalidValue

AMOUNT_PATTERN = re.compile(r"(0|[1-9][0-9]{0,11})(?:\.([0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """`amount_minor` counts the currency's smallest unit: paise, cents, whole yen."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        currency_digits(self.currency)

    @property
    def amount(self) -> str:
        """The amount in major units with all the currency's decimals: `"50.00"`."""
        digits = currency_digits(self.currency)
        if digits == 0:
            return str(self.amount_minor)
        major, minor = divmod(self.amount_minor, 10**digits)
        return f"{major}.{minor:0{digits}}"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def check_amount_text(text: str) -> str:
    """Return `text` if it can be an amount in some currency: a positive decimal of up to twelve
    digits before the point, in ASCII, without sign, exponent, grouping or leading zeros.

    Raises InvalidValue.
    """
    _split_amount(text)
    return text


def parse_money(text: str, currency: str) -> Money:
    """Read `text` as an amount of `currency`, exactly.

    Every written decimal counts: `50.000` has too many for INR, though it equals 50.00.
    Raises InvalidValue.
    """
    digits = currency_digits(currency)
    major, minor = _split_amount(text)
    if minor and digits == 0:
        raise InvalidValue(f"{currency} has no decimals")
    if len(minor) > digits:
        raise InvalidValue(f"{currency} has {digits} decimals, not {len(minor)}")
    return Money(int(major + minor.ljust(digits, "0")), currency)


def _split_amount(text: str) -> tuple[str, str]:
    match = AMOUNT_PATTERN.fullmatch(text)
    if not match:
        raise InvalidValue("write the amount in digits with a point, such as 50 or 50.00")
    if not text.strip("0."):
        raise InvalidValue("the amount must be more than zero")
    return match[1], match[2] or ""
