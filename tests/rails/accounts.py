"""Made-up accounts and payments of every rail. Check digits come from python-stdnum."""

from string import ascii_lowercase, ascii_uppercase, digits

from hypothesis import strategies as st
from stdnum.br import cnpj, cpf
from stdnum.iso7064 import mod_97_10
from stdnum.sg import uen
from stdnum.th import pin

from payments.money import Money
from payments.payment_id import PaymentId, mint_payment_id
from payments.times import from_unix_milliseconds
from rails import RAILS
from rails.iban import SEPA

Item = dict[str, str]

_LATIN = "".join(map(chr, range(0xC0, 0x180))) + ascii_lowercase + ascii_uppercase
_OTHER_LETTERS = "अआकिमाரাதமிΑΒγδРус中文ẞ😀" + digits
_MARKS = " !'()*&+%#/?=~,.-\u2018\u2019\u201c\u201d\u2013\u2014"
_LETTER = st.sampled_from([_LATIN, _OTHER_LETTERS, _MARKS]).flatmap(st.sampled_from)


def text_of(letters: str, least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=least, max_size=most)


names = st.builds("A{}{}".format, st.text(_LETTER, max_size=50), text_of(_MARKS, 0, 15))
latin_names = text_of(_LATIN + " '-&", 1, 60).map(lambda name: f"Ä{name}")


@st.composite
def ibans(draw: st.DrawFn, lengths: dict[str, int], start: str = "") -> str:
    country = draw(st.sampled_from(sorted(lengths)))
    length = lengths[country] - 4 - len(start)
    body = start + draw(st.text(digits, min_size=length, max_size=length))
    return f"{country}{mod_97_10.calc_check_digits(body + country)}{body}"


SEPA_LENGTHS = {"AT": 20, "BE": 16, "CH": 21, "DE": 22, "FR": 27, "GB": 22, "NO": 15, "MT": 31}
assert set(SEPA_LENGTHS) <= SEPA

_NINE = text_of(digits, 9, 9)
_pix_keys = st.one_of(
    _NINE.filter(lambda n: len(set(n)) > 1).map(lambda n: n + str(cpf._calc_check_digits(n))),
    text_of(digits + ascii_uppercase, 12, 12)
    .filter(lambda n: not n.startswith(n[1] * 8))
    .map(lambda n: n + str(cnpj.calc_check_digits(n))),
    text_of(digits, 8, 8).map(lambda n: f"+55119{n}"),
    st.uuids().map(str),
    text_of(ascii_lowercase + digits + "._+", 1, 40).map(lambda n: f"{n}@example.com"),
)
_uens = st.one_of(
    text_of(digits, 8, 8).map(lambda n: n + uen.calc_business_check_digit(f"{n}X")),
    text_of(digits, 5, 5)
    .map(lambda n: f"2014{n}")
    .map(lambda n: n + uen.calc_local_company_check_digit(f"{n}X")),
    st.tuples(st.sampled_from(sorted(uen.OTHER_UEN_ENTITY_TYPES)), text_of(digits, 4, 4))
    .map(lambda parts: f"T14{parts[0]}{parts[1]}")
    .map(lambda n: n + uen.calc_other_check_digit(f"{n}X")),
)
_thai_ids = (
    text_of(digits, 12, 12)
    .filter(lambda n: n[0] != "0" and n[0] != "9")
    .map(lambda n: n + pin.calc_check_digit(f"{n}0"))
)
_mobiles = text_of(digits, 7, 7)


def _items(**keys: st.SearchStrategy[str]) -> st.SearchStrategy[Item]:
    return st.fixed_dictionaries(dict(keys)).map(
        lambda item: {key: value for key, value in item.items() if value}
    )


ITEMS: dict[str, st.SearchStrategy[Item]] = {
    "upi": _items(
        upi=text_of(ascii_lowercase + digits + "._-", 2, 20).map(lambda name: f"{name}@exbank"),
        holder=names,
        merchant=st.sampled_from(["", "true", "false"]),
    ),
    "sepa": _items(
        sepa=ibans(SEPA_LENGTHS).filter(lambda iban: iban[4] != "3"),  # no QR-IBAN
        holder=names,
        bic=st.just("NWBKGB2L"),
        purpose=st.sampled_from(["", "CHAR"]),
    ),
    "pix": _items(pix=_pix_keys, holder=names, city=latin_names),
    "swiss": _items(
        swiss=st.one_of(ibans({"CH": 21, "LI": 21}), ibans({"CH": 21}, "30")),
        holder=latin_names,
        street=st.one_of(st.just(""), latin_names),
        house=text_of(digits, 0, 3),
        postcode=text_of(digits, 4, 4),
        city=latin_names.map(lambda name: name[:35]),
        country=st.sampled_from(["", "AT"]),
    ),
    "paynow": _items(
        paynow=st.one_of(_uens, _mobiles.map(lambda n: f"+658{n}")),
        holder=names,
        expiry=st.sampled_from(["", "20271231"]),
    ),
    "promptpay": _items(
        promptpay=st.one_of(_mobiles.map(lambda n: f"081{n}"), _thai_ids, text_of(digits, 15, 15)),
        holder=names,
    ),
    "spayd": _items(
        spayd=ibans({"CZ": 24, "SK": 24}), holder=names, bic=st.sampled_from(["", "GIBACZPX"])
    ),
    "vietqr": st.one_of(
        _items(
            vietqr=text_of(digits + ascii_uppercase, 1, 19),
            bank=st.sampled_from(["970403", "970436"]),
            holder=names,
        ),
        _items(card=text_of(digits, 16, 19), bank=st.just("970403"), holder=names),
    ),
    "zbp": _items(zbp=ibans({"PL": 28}), holder=names),
    "link": _items(
        link=st.sampled_from(
            [
                "https://pay.example.org/",
                "https://pay.example.org/x?client_reference_id={reference}&a={amount_minor}",
                "https://pay.example.org/me/{amount}{currency}",
            ]
        ),
        holder=names,
    ),
    "cash": st.just({"cash": ""}),
}

assert ITEMS.keys() == RAILS.keys()

payment_ids: st.SearchStrategy[PaymentId] = st.builds(
    mint_payment_id,
    st.integers(0, 2**41).map(from_unix_milliseconds),
    st.binary(min_size=10, max_size=10),
)


def money_in(currencies: list[str]) -> st.SearchStrategy[Money]:
    """Amounts of all sizes, also some that no code can say."""
    return st.builds(Money, st.integers(1, 10**12 - 1), st.sampled_from(currencies))
