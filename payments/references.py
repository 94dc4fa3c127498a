"""What stands for a payment on a phone, a transfer and a statement: the forms of its id, and what
people type or a bank prints read back.

The whole id and the reference (the id without its leading 0) say everything. Every other form
leaves something out, so that several payments may share it:

code        the last 4 characters, for comparing by eye: 20 bits
short       the last 9 characters and a check character: 45 bits
RF          ISO 11649: `RF`, two check digits, the last 21 characters: 105 bits
ten digits  a Czech variable symbol (SPAYD's X-VS), the first one not 0: 33 bits
QRR         27 digits of a Swiss QR bill, the last one a check digit: 86 bits

The last 80 bits of an id are random, and each form is made of those first. Among 10 000 payments
two share their ten digits with odds of 1 in 180, their short form with odds of 1 in 700 000; of
RF and QRR it need not be feared.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from payments.payment_id import ALPHABET, PaymentId, parse_payment_id
from payments.refusals import InvalidValue

_LEAST_OF_TEN_DIGITS = 10**9  # a bank or a spreadsheet would drop leading zeros
_QRR_CARRIES = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
_MISREAD = str.maketrans("OIL", "011", " \t\r\n\u00a0\u2007\u202f-\u2010\u2011\u2012\u2013\u2014")


@dataclass(frozen=True, slots=True)
class Reference:
    """A form of one payment's id, or of several payments', in its own spelling."""

    text: str
    payment_id: PaymentId | None = None  # None: the form does not say it whole


def code(payment_id: PaymentId) -> str:
    return payment_id.text[-4:]


def short_reference(payment_id: PaymentId) -> str:
    """With the check character of ISO 7064's hybrid system over the id's own 32 characters (MOD
    33,32), which tells each wrong character and nearly every two that changed places."""
    body = payment_id.text[-9:]
    return body + _check_character(body)


def rf_reference(payment_id: PaymentId) -> str:
    """As ISO 11649 has it: what SEPA and Swiss transfers carry unharmed."""
    body = payment_id.text[-21:]
    return f"RF{_rf_check_digits(body)}{body}"


def ten_digits(payment_id: PaymentId) -> str:
    return str(_LEAST_OF_TEN_DIGITS + payment_id.number % (10**10 - _LEAST_OF_TEN_DIGITS))


def qr_reference(payment_id: PaymentId) -> str:
    """QRR, for a Swiss QR-IBAN: the last 26 decimal digits of the id, and modulo 10 recursive."""
    body = f"{payment_id.number % 10**26:026}"
    return body + _qrr_check_digit(body)


_BY_LENGTH = {
    4: (code,),
    10: (short_reference, ten_digits),
    25: (rf_reference,),
    27: (qr_reference,),
}


def partial_forms(payment_id: PaymentId, lengths: Iterable[int]) -> list[str]:
    """The forms of these lengths that do not say the whole id."""
    return [form(payment_id) for length in lengths for form in _BY_LENGTH[length]]


def parse_reference(text: str) -> Reference:
    """What `text` stands for, as people copy or spell it: in either case, in groups, with O for 0
    and I or L for 1 (Crockford's base32).

    Raises InvalidValue, with another sentence if a check character shows that it was mistyped.
    """
    characters = text.upper().translate(_MISREAD)
    if not characters.isascii() or not characters.isalnum():
        raise InvalidValue(_FORMS)
    length = len(characters)
    if length == 25 and characters.startswith("RF") and characters[2:4].isdigit():
        return _checked(characters, characters[2:4] == _rf_check_digits(characters[4:]))
    if length == 27 and characters.isdigit():
        return _checked(characters, characters[-1] == _qrr_check_digit(characters[:-1]))
    if length in (25, 26):
        try:
            payment_id = parse_payment_id(characters.rjust(26, "0"))
        except InvalidValue:
            raise InvalidValue(_FORMS) from None
        return Reference(payment_id.reference, payment_id)
    if length in (4, 10) and set(characters) <= set(ALPHABET):
        is_ten_digits = characters.isdigit() and characters[0] != "0"
        is_right = (
            length == 4 or is_ten_digits or characters[-1] == _check_character(characters[:-1])
        )
        return _checked(characters, is_right)
    raise InvalidValue(_FORMS)


_FORMS = (
    "a reference has 25 characters of 0-9 and A-Z, such as 1KJMBQDHV0000000000000C1S; its short "
    "form has 10, the code 4, a bank's RF… 25, and in digits alone it has 10 or 27; one with "
    "spaces in it goes in quotes"
)


def _checked(characters: str, is_right: bool) -> Reference:  # noqa: FBT001
    if not is_right:
        raise InvalidValue(
            "something in it is mistyped, for its check digit does not fit: compare it character "
            "by character"
        )
    return Reference(characters)


def _check_character(body: str) -> str:
    """ISO 7064, hybrid system."""
    size = len(ALPHABET)
    product = size
    for character in body:
        product = (product + ALPHABET.index(character)) % size or size
        product = product * 2 % (size + 1)
    return ALPHABET[(1 - product) % size]


def _rf_check_digits(body: str) -> str:
    """ISO 7064, MOD 97-10."""
    return f"{98 - int(''.join(str(int(character, 36)) for character in f'{body}RF00')) % 97:02}"


def _qrr_check_digit(body: str) -> str:
    carry = 0
    for digit in body:
        carry = _QRR_CARRIES[(carry + int(digit)) % 10]
    return str(-carry % 10)
