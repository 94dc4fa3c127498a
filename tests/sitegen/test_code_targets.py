"""Where a scanned text leads."""

import pytest

from payments.payee import PayeeStatus
from sitegen.code_targets import find_target
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
