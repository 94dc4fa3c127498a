"""Where a scanned text leads."""

import pytest

from payments.payee import PayeeStatus
from rails import parse_account
from sitegen.code_targets import find_target, static_code
from testkit.rosters import make_entry, make_roster

SITE = "https://pay.example.org/market/"
ROSTER = make_roster(
    make_entry("shilpa", aliases=("2",)),
    make_entry("ravi", status=PayeeStatus.CLOSED),
    make_entry("usha", status=PayeeStatus.AWAY),
    url=SITE,
)


@pytest.mark.parametrize(
    ("text", "payee_id", "sentence"),
    [
        (f"{SITE}shilpa/", "shilpa", "leads to the page of Shilpa (shilpa)"),
        (f"{SITE}shilpa", "shilpa", "leads to the page of Shilpa (shilpa)"),
        (f"{SITE}ravi/", "ravi", "leads to the page of Ravi (ravi), which is closed"),
        (f"{SITE}usha/", "usha", "leads to the page of Usha (usha), which is away"),
        (f"{SITE}?user=2", "shilpa", "leads to the page of Shilpa (shilpa) by an old link"),
        (
            f"{SITE}shilpa/#amount=50",
            "shilpa",
            "leads to the page of Shilpa (shilpa) with “amount=50” filled in",
        ),
        (f"{SITE}nobody/", None, "leads to this site, but to nobody's page: “nobody/”"),
        (f"{SITE}shilpa/x", None, "leads to this site, but to nobody's page: “shilpa/x”"),
        (f"{SITE}?user=9", None, "leads to this site, but to nobody's page: “?user=9”"),
        (
            "https://pay.example.org/shilpa/",
            None,
            "leads to this site's host, but not to these pages: “https://pay.example.org/shilpa/”",
        ),
        (
            "https://pay.example.org/marketx/",
            None,
            "leads to this site's host, but not to these pages: “https://pay.example.org/marketx/”",
        ),
        (
            "http://pay.example.org/market/shilpa/",
            None,
            "leads to this site's host without https: “http://pay.example.org/market/shilpa/”",
        ),
        (
            "https://pay.example.org@evil.example/market/shilpa/",
            None,
            "leads to another site, evil.example: “https://pay.example.org@evil.example/ma…”",
        ),
        (
            "https://pay.example.org.evil.example/",
            None,
            (
                "leads to another site, pay.example.org.evil.example: "
                "“https://pay.example.org.evil.example/”"
            ),
        ),
        (
            "https://pay.examp1e.org/market/shilpa/",
            None,
            "leads to another site, pay.examp1e.org: “https://pay.examp1e.org/market/shilpa/”",
        ),
        ("WIFI:S:net;;", None, "leads to no web page but says “WIFI:S:net;;”"),
        ("https://[x/", None, "leads to no web page but says “https://[x/”"),
        ("a\u202eb\n", None, "leads to no web page but says “a\\u202eb\\u000a”"),
    ],
)
def test_where_a_code_leads(text: str, payee_id: str | None, sentence: str) -> None:
    target = find_target(text, ROSTER)
    assert (target.entry.payee_id if target.entry else None, target.sentence) == (
        payee_id,
        sentence,
    )


UPI = {"upi": "mahantesh@examplebank", "holder": "Mahantesh K"}
SEPA = {"sepa": "CH9300762011623852957", "bic": "POFICHBE", "holder": "Verein für Brot"}
PAGE = {"link": "https://pay.example.com/x?r={reference}"}
MARKET = make_roster(
    make_entry("anna", pay_by=tuple(map(parse_account, (UPI, {"cash": ""})))),
    make_entry("mahantesh", pay_by=tuple(map(parse_account, (UPI, SEPA, PAGE)))),
)


@pytest.mark.parametrize(
    ("text", "payee_id", "whose", "sentence"),
    [
        (
            "upi://pay?pa=mahantesh@EXAMPLEBANK&pn=Me&cu=INR",
            "mahantesh",
            "mahantesh",
            "pays “mahantesh@EXAMPLEBANK” by upi: the account of Mahantesh (mahantesh)",
        ),
        (
            "upi://pay?pa=mahantesh@examplebank&am=50",
            None,
            "anna",  # who has it, too
            "pays “mahantesh@examplebank” by upi, 50.00 INR: the account of Anna (anna)",
        ),
        (
            "upi://pay?pa=okbiz@exbank&pn=Mahantesh%20K",
            "mahantesh",
            None,
            "pays “okbiz@exbank” by upi, not “mahantesh@examplebank”",
        ),
        (
            "upi://pay?pa=okbiz@exbank&pn=Mahantesh%20K",
            None,
            None,
            "pays “okbiz@exbank” by upi, which is nobody's of this site",
        ),
        (
            "SPD*1.0*ACC:CH9300762011623852957*CC:CZK",
            "mahantesh",
            "mahantesh",  # one account, however money gets there
            "pays “CH9300762011623852957” by spayd: the account of Mahantesh (mahantesh)",
        ),
        (
            "https://pay.example.com/x?r=123",
            "mahantesh",
            "mahantesh",
            "leads to where Mahantesh (mahantesh) is paid: “https://pay.example.com/x?r=123”",
        ),
        (
            "https://pay.example.com/y?r=123",
            "mahantesh",
            None,
            "leads to another site, pay.example.com: “https://pay.example.com/y?r=123”",
        ),
    ],
)
def test_whom_a_banks_code_pays(
    text: str, payee_id: str | None, whose: str | None, sentence: str
) -> None:
    target = find_target(text, MARKET, payee_id)
    assert (target.entry and target.entry.payee_id, target.sentence) == (whose, sentence)


def test_a_sticker_of_an_account_pays_its_payee() -> None:
    for entry in MARKET.entries:
        for account in entry.pay_by:
            code = static_code(account, "EUR" if account.kind == "sepa" else "INR")
            target = find_target(code, MARKET, entry.payee_id)
            assert account.kind == "cash" or target.entry is entry
