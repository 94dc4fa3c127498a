"""IBAN and BIC: ISO 13616 with the lengths of SWIFT's registry, ISO 7064's MOD 97-10, ISO 9362."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Final

from payments.refusals import InvalidValue
from rails.account import InvalidAccount, take_text

_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_REST_OF_SEPA = "AD AL CH GB GI MC MD ME MK RS SM VA"
EEA: Final = frozenset([*_EU.split(), "IS", "LI", "NO"])
SEPA: Final = EEA | frozenset(_REST_OF_SEPA.split())
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+", re.ASCII)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_LOOK_ALIKE = {"O": "0", "I": "1", "L": "1"}
_MOST_LOOK_ALIKES = 8
_QR_IIDS = range(30_000, 32_000)


def parse_iban(text: str) -> str:
    """In capitals and without spaces. Raises InvalidValue, with a guess at what was mistyped."""
    iban = "".join(text.split()).upper()
    country = iban[:2]
    if not _SHAPE.fullmatch(iban):
        _refuse_look_alikes(iban)
        raise InvalidValue(
            "is no IBAN: two letters of the country, two check digits, then letters and digits, "
            "such as DE89 3704 0044 0532 0130 00"
        )
    length = _LENGTHS.get(country)
    if length is None:
        raise InvalidValue(f"{country} has no IBANs: copy all of it from the bank's own papers")
    if len(iban) != length:
        raise InvalidValue(
            f"an IBAN of {country} has {length} characters, not {len(iban)}: compare it in fours"
        )
    if not _is_right(iban):
        _refuse_look_alikes(iban)
        raise InvalidValue(
            "its check digits don't fit, so a character is mistyped or two are swapped: compare it "
            "with the bank's own papers in fours"
        )
    return iban


def _refuse_look_alikes(iban: str) -> None:
    """Raises InvalidValue if digits in place of letters that look alike make it right."""
    choices = [{c, _LOOK_ALIKE.get(c, c)} for c in iban[2:]]
    if sum(len(choice) > 1 for choice in choices) > _MOST_LOOK_ALIKES:
        return
    for rest in product(*choices):
        if _is_right(fixed := iban[:2] + "".join(rest)):
            fours = " ".join(fixed[start : start + 4] for start in range(0, len(fixed), 4))
            raise InvalidValue(
                f"has a letter O, I or L that looks like a digit: is it {fours}? Compare it with "
                "the bank's own papers"
            )


def parse_bic(text: str) -> str:
    """In capitals. Raises InvalidValue."""
    bic = "".join(text.split()).upper()
    if not _BIC.fullmatch(bic):
        raise InvalidValue("is no BIC: it has 8 or 11 letters and digits, such as NWBKGB2L")
    return bic


def take_iban(mapping: Mapping[str, str], key: str) -> str:
    """Raises InvalidAccount."""
    try:
        return parse_iban(take_text(mapping, key, 60))
    except InvalidAccount:
        raise
    except InvalidValue as error:
        raise InvalidAccount(key, str(error)) from error


def take_bic(mapping: Mapping[str, str]) -> str:
    """ "" if there is none. Raises InvalidAccount."""
    try:
        return parse_bic(mapping["bic"]) if mapping.get("bic", "").strip() else ""
    except InvalidValue as error:
        raise InvalidAccount("bic", str(error)) from error


def _is_right(iban: str) -> bool:
    return _LENGTHS.get(iban[:2]) == len(iban) and has_check_digits(iban)


def has_check_digits(text: str) -> bool:
    """Whether the third and fourth character of an IBAN or of an ISO 11649 reference fit the rest,
    which is in capitals and digits (ISO 7064, MOD 97-10)."""
    if not _SHAPE.fullmatch(text) or not 2 <= int(text[2:4]) <= 98:
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def is_qr_iban(iban: str) -> bool:
    """Whether it is one of those in Switzerland that demand a reference of 27 digits (QRR)."""
    return iban[:2] in ("CH", "LI") and int(iban[4:9]) in _QR_IIDS


def refuse_qr_iban(kind: str, iban: str) -> None:
    """For rails that have no field for its reference. Raises InvalidAccount."""
    if is_qr_iban(iban):
        raise InvalidAccount(
            kind,
            f"is a QR-IBAN, which takes only payments with a Swiss QR reference, none by {kind}: "
            "write swiss: in its place, or give the account's other IBAN",
        )
