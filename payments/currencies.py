"""ISO 4217: the currencies a payee may use and how many decimals each has.

The table is written out because reading the `iso4217` package costs a Lambda 52 ms at start;
a test holds the two equal. Precious metals, bond units and test codes have no decimals in the
standard and are left out: nobody pays in them.
"""

from payments.refusals import InvalidValue

_CODES_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP
        BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB
        EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
        KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
        MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
        RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
        TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS = {code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()}


def currency_digits(code: str) -> int:
    """How many decimals amounts in `code` have (its ISO 4217 exponent)."""
    try:
        return _DIGITS[code]
    except KeyError:
        raise InvalidValue(
            f"“{code}” is not an ISO 4217 currency code such as INR, EUR or JPY"
        ) from None


def currency_codes() -> frozenset[str]:
    return frozenset(_DIGITS)
