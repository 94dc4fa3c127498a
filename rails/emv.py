"""The code that Pix, PayNow, PromptPay and VietQR share: EMV's merchant-presented QR code 1.1.

Fields of two digits of tag, two of length, and as many characters; 00 is the first one, 63 the
last, a CRC over all before its own value.
"""

from binascii import crc_hqx

from payments.money import Money, parse_money
from payments.refusals import InvalidValue

_START = "000201"
_CRC_START = "6304"


def field(tag: str, value: str) -> str:
    """ "" for no value. Raises InvalidValue for one that is too long."""
    if len(value) > 99:
        raise InvalidValue("it is too long for a QR code of this kind: shorten the name")
    return f"{tag}{len(value):02}{value}" if value else ""


def emv_code(*fields: tuple[str, str]) -> str:
    """The code of these fields, which come after 00 and before the CRC."""
    body = _START + "".join(field(tag, value) for tag, value in fields) + _CRC_START
    return body + _crc(body)


def _crc(body: str) -> str:
    """CRC-16/CCITT-FALSE, in four hexadecimal digits."""
    return f"{crc_hqx(body.encode(), 0xFFFF):04X}"


def read_emv(text: str, currency: str) -> dict[str, str] | None:
    """The fields of a code in `currency`, given by its number in ISO 4217; None if it is no code,
    its CRC is wrong, or a field is there twice."""
    is_code = text.startswith(_START) and text[-8:-4] == _CRC_START
    if not is_code or _crc(text[:-4]) != text[-4:].upper():
        return None
    fields = read_fields(text)
    return fields if fields and fields.get("53") == currency else None


def read_fields(text: str) -> dict[str, str] | None:
    fields: dict[str, str] = {}
    start = 0
    while start < len(text):
        head = text[start : start + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            return None
        tag, length = head[:2], int(head[2:])
        value = text[start + 4 : start + 4 + length]
        if not value or len(value) < length or tag in fields:
            return None
        fields[tag] = value
        start += 4 + length
    return fields


def read_money(fields: dict[str, str], currency: str) -> Money | None:
    """The amount; None where the payer is to type it. Raises InvalidValue for no amount."""
    return parse_money(fields["54"], currency) if "54" in fields else None
