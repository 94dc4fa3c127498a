"""Where payees receive: read, inherited, and refused with place and remedy."""

import json
from dataclasses import replace

import pytest

from rails import RAILS, Account, parse_account
from roster.model import RosterInvalid, parse_roster
from roster.pay_by import parse_typed
from tests.rails.vectors import VECTORS

IBAN, QR_IBAN = "DE89370400440532013000", "CH4431999123000889012"
SITE = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: {currency}
  limits: {{min: "1", max: "10000"}}
{site}payees:
"""


def read(
    *pay_by: str, currency: str = "INR", site: str = "", name: str = "Mahantesh"
) -> tuple[Account, ...]:
    """The accounts of a payee with these lines below `pay_by`, the first of them line 10."""
    lines = "".join(f"      {line}\n" for line in pay_by)
    own = f"    pay_by:\n{lines}" if pay_by else ""
    head = SITE.format(currency=currency, site=f"  {site}\n" if site else "")
    roster = parse_roster(f"{head}  - id: mahantesh\n    name: {name}\n{own}")
    return roster.entries[0].pay_by


def mistakes(*pay_by: str, **how: str) -> list[str]:
    with pytest.raises(RosterInvalid) as caught:
        read(*pay_by, **how)
    return [str(one).removeprefix("payees.yaml:") for one in caught.value.mistakes]


UPI = Account("upi", "mahantesh@examplebank", "Mahantesh")


def test_accounts_are_in_the_order_written_and_held_by_the_payee() -> None:
    lines = ["- upi: mahantesh@examplebank", "  merchant: true", "- cash", "- link: https://a.io/"]
    merchant = replace(UPI, options=(("merchant", "true"),))
    link = Account("link", "https://a.io/", "Mahantesh")
    assert read(*lines) == (merchant, Account("cash", ""), link)
    assert read("- upi: mahantesh@examplebank", "  holder: M K") == (replace(UPI, holder="M K"),)


@pytest.mark.parametrize(
    "lines",
    [
        ["- upi: mahantesh@examplebank", "- cash"],
        ["- {upi: mahantesh@examplebank}", "- cash:"],
        ["[upi: mahantesh@examplebank, cash]"],
        ['["upi": "mahantesh@examplebank", {cash: ""}]'],
    ],
)
def test_a_list_may_be_written_as_yaml_writes_lists(lines: list[str]) -> None:
    assert read(*lines) == (UPI, Account("cash", ""))


def test_who_names_none_has_the_sites_and_an_empty_list_is_none() -> None:
    site = "pay_by: [upi: market@examplebank, cash]"
    market = Account("upi", "market@examplebank", "Town Market")
    assert read(site=site) == (market, Account("cash", ""))
    assert read("- upi: mahantesh@examplebank", site=site) == (UPI,)
    assert read("[]", site=site) == ()
    assert read() == ()


@pytest.mark.parametrize("kind", RAILS)
def test_each_rail_can_be_named(kind: str) -> None:
    by_kind = {vector["rail"]: vector for vector in reversed(VECTORS["codes"])}
    page = {"currency": "KWD", "account": {"link": "https://pay.example.org/x?r={reference}"}}
    cash = {"currency": "INR", "account": {"cash": ""}}
    example = {**by_kind, "link": page, "cash": cash}[kind]
    keys = [f"{key}: {json.dumps(value)}" for key, value in example["account"].items() if value]
    head, *options = keys or ["cash"]
    lines = (f"- {head}", *(f"  {option}" for option in options))
    [account] = read(*lines, currency=example["currency"])
    assert account.kind == kind
    assert account == parse_account(example["account"], holder=account.holder)


WRONG = [  # what is below pay_by, the currency, and what is said, with its line and column
    (["- upi: mahantesh"], "INR", "10:14: …upi: “mahantesh”: has no @ with a handle: write all"),
    (["- upi: mahantesh@"], "INR", "10:14: …upi: “mahantesh@”: ends with the @: add the handle"),
    (["- upi: ma@b@c"], "INR", "10:14: …upi: “ma@b@c”: has two @"),
    (["- upi: mahantesh@gmail.com"], "INR", "10:14: …upi: “mahantesh@gmail.com”: looks like an"),
    (["- upi: ma hantesh@bank"], "INR", "10:14: …upi: “ma hantesh@bank”: before the @ stand"),
    (["- upi: ma@bank", "  merchant: yes"], "INR", "11:19: …merchant: “yes”: is true or false"),
    (["- upi: ma@bank", "  merchnat: true"], "INR", "11:9: …merchnat: “true”: upi knows no mer"),
    (["- upi: ma@bank", "  bic: COBADEFF"], "INR", "11:9: …bic: “COBADEFF”: upi knows no bic"),
    (["- upi: ma@bank", "  holder: "], "INR", "11:16: …holder: is missing: write the account"),
    (["- upi: ma@bank", "  sepa: " + IBAN], "INR", f"11:9: …sepa: “{IBAN}”: begin a new item"),
    (["- sepa: DE8937O400440532O13000"], "EUR", "10:15: …sepa: “DE8937O400440532O13000”: has a le"),
    (["- sepa: DE88370400440532013000"], "EUR", "10:15: …sepa: “DE88370400440532013000”: its che"),
    (["- sepa: DE8937040044053201300"], "EUR", "10:15: …sepa: “DE8937040044053201300”: an IBAN"),
    (["- sepa: US64SVBKUS6S3300958879"], "EUR", "10:15: …sepa: “US64SVBKUS6S3300958879”: US has"),
    (["- sepa: TR330006100519786457841326"], "EUR", "10:15: …sepa: “TR330006100519786457841326”:"),
    (["- sepa: GB29NWBK60161331926819"], "EUR", "10:15: …sepa: “GB29NWBK60161331926819”: GB is ou"),
    (["- sepa: " + QR_IBAN], "EUR", f"10:15: …sepa: “{QR_IBAN}”: is a QR-IBAN, which takes only"),
    (["- sepa: " + IBAN, "  bic: COBADEF"], "EUR", "11:14: …bic: “COBADEF”: is no BIC"),
    (["- swiss: " + IBAN], "CHF", f"10:16: …swiss: “{IBAN}”: takes accounts of CH and LI only"),
    (["- swiss: " + QR_IBAN, "  city: Bern"], "CHF", "10:9: …postcode: is missing: a Swiss code"),
    (["- pix: 12345678900", "  city: Recife"], "BRL", "10:14: …pix: “12345678900”: has the leng"),
    (["- pix: 11222333000180", "  city: Recife"], "BRL", "10:14: …pix: “11222333000180”: has the"),
    (["- pix: 5561912345678", "  city: Recife"], "BRL", "10:14: …pix: “5561912345678”: looks like"),
    (["- pix: loja@example.com"], "BRL", "10:9: …city: is missing: a Pix code names the town"),
    (["- paynow: 81234567"], "SGD", "10:17: …paynow: “81234567”:"),
    (["- paynow: S1234567D"], "SGD", "10:17: …paynow: “S1234567D”:"),
    (["- promptpay: 0212345678"], "THB", "10:20: …promptpay: “0212345678”:"),
    (["- promptpay: 1101700000002"], "THB", "10:20: …promptpay: “1101700000002”:"),
    (["- vietqr: 0011012345678"], "VND", "10:9: …bank: is the bank's BIN, six digits"),
    (["- vietqr:", "  card: 9704", "  bank: 970403"], "VND", "11:15: …card: “9704”: is no card's"),
    (["- link: http://a.io/"], "INR", "10:15: …link: “http://a.io/”: begin it with https://"),
    (["- link: https://a.io/{ref}"], "INR", "10:15: …link: “https://a.io/{ref}”: {ref} stands fo"),
    (["- cash: yes"], "INR", "10:15: …cash: “yes”: has no account: write just - cash"),
    (["- sepa: " + IBAN], "INR", "10:9: …sepa: takes EUR only, not INR; use upi, link or cash"),
    (["- upi: ma@bank"], "EUR", "10:9: …upi: takes INR only, not EUR; use sepa, swiss, spayd, "),
    (["- UPI: ma@bank"], "INR", "10:9: pay_by: unknown way to pay “UPI”; did you mean “upi”?"),
    (["- csh"], "INR", "10:9: pay_by: unknown way to pay “csh”; did you mean “cash”?"),
    (["- barter"], "INR", "10:9: pay_by: unknown way to pay “barter”; there are upi, sepa, pix"),
    (["- mahantesh@bank"], "INR", "10:9: pay_by: write the way to pay before “mahantesh@bank”, su"),
    (["- upi"], "INR", "10:9: pay_by: upi needs an account; write it behind a colon, as in upi: m"),
    (["- upi:"], "INR", "10:9: pay_by: upi needs an account; write it behind a colon"),
    (["- upi: [ma@bank]"], "INR", "10:14: …upi: must be text such as mahantesh@examplebank, not a"),
    (["- [upi]"], "INR", "10:9: pay_by: must be a way to pay such as upi: mahantesh@exam"),
    (["-"], "INR", "10:8: pay_by: is empty; write a way to pay such as upi: mahantesh@examplebank"),
    (["cash"], "INR", "10:7: pay_by: must be a list such as [upi: mahantesh@exa"),
    (["upi: ma@bank"], "INR", "10:7: pay_by: must be a list such as [upi: mahantesh@exa"),
    (["- cash", "- cash"], "INR", "11:9: …cash: is the same account as on line 10; keep one"),
    (["- upi: ma@bank", "- upi: Ma@BANK"], "INR", "11:9: …upi: is the same account as on line 10"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "currency", "said"), WRONG)
def test_a_wrong_account_is_told_with_its_place_and_what_to_do(
    lines: list[str], currency: str, said: str
) -> None:
    place, _, message = said.partition(": ")
    expected = f"{place}: payee “mahantesh”: {message.replace('…', 'pay_by.', 1)}"
    [found] = mistakes(*lines, currency=currency)
    assert found.startswith(expected)


def test_all_wrong_accounts_are_told_at_once() -> None:
    accounts = [lines for lines, currency, _ in WRONG if currency == "INR" and "-" in lines[0][:1]]
    singles = [lines for lines in accounts if "is the same account" not in str(lines)][:-2]
    found = mistakes(*(line for lines in singles for line in lines))
    assert len(found) == len(singles) >= 20


def test_the_same_iban_may_be_drawn_in_two_ways() -> None:
    iban = "CZ6508000000192000145399"
    lines = [f"- sepa: {iban}", f"- spayd: {iban}"]
    kinds = [account.kind for account in read(*lines, currency="EUR")]
    assert kinds == ["sepa", "spayd"]


def test_a_name_that_a_rail_cannot_write_is_told_as_the_payees() -> None:
    [found] = mistakes("- pix: loja@example.com", "  city: Recife", currency="BRL", name="ಮಹಾಂತೇಶ")
    assert found == (
        "10:9: payee “mahantesh”: pay_by.holder: the payee's name “ಮಹಾಂತೇಶ” has no Latin letter: "
        "a Pix code takes only these; or add a holder"
    )


def test_a_payee_with_another_currency_is_told_of_the_sites_accounts() -> None:
    head = SITE.format(currency="INR", site="  pay_by: [upi: market@examplebank, cash]\n")
    payee = '  - {id: a, name: A, currency: EUR, limits: {min: "1", max: "2"}'
    with pytest.raises(RosterInvalid) as caught:
        parse_roster(f"{head}{payee}}}\n")
    assert str(caught.value) == (
        "payees.yaml:8:32: payee “a”: currency: the site's pay_by has upi, which takes INR only; "
        "give this payee a pay_by of its own"
    )
    [entry] = parse_roster(f"{head}{payee}, pay_by: [cash]}}\n").entries
    assert entry.pay_by == (Account("cash", ""),)


def test_the_sites_own_accounts_are_checked_once() -> None:
    found = mistakes(site="pay_by: [sepa: DE88370400440532013000]")
    assert len(found) == 1
    assert found[0].startswith("6:18: site.pay_by.sepa: “DE88370400440532013000”: its check digits")


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("cash", "cash"),
        ("upi=a@b", {"upi": "a@b"}),
        ("upi=a@b,merchant=true", {"upi": "a@b", "merchant": "true"}),
        ("upi=a@b, holder=Rao, Asha", {"upi": "a@b", "holder": "Rao, Asha"}),
        ("link=https://a.io/?x=1,2&y=3,z=4", {"link": "https://a.io/?x=1,2&y=3,z=4"}),
        ("vietqr=,card=1,bank=2", {"vietqr": "", "card": "1", "bank": "2"}),
        ("paypal=x", {"paypal": "x"}),
    ],
)
def test_items_are_typed_on_a_command_line(typed: str, item: object) -> None:
    assert parse_typed(typed) == item
