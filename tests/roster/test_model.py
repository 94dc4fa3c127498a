"""What `payees.yaml` may say, and what its editors are told about every mistake."""

import textwrap
from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.money import Money
from payments.payee import Limits, Payee, PayeeId, PayeeStatus
from rails import Account
from roster.keys import PAYEE, ROSTER
from roster.model import (
    Roster,
    RosterEntry,
    RosterInvalid,
    RosterMistake,
    Site,
    load_roster,
    parse_roster,
)

SAMPLE = Path(__file__).parents[2] / "payees.yaml"
SITE = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: 1, max: "10000"}
payees:
"""

APART = "tell the two apart by a description"


def rupees(major: int) -> Money:
    return Money(major * 100, "INR")


def with_payees(payees: str) -> str:
    return SITE + textwrap.indent(textwrap.dedent(payees).strip("\n"), "  ") + "\n"


def with_site(old: str, new: str) -> str:
    assert old in SITE
    return SITE.replace(old, new).replace("payees:", "payees: []")


def mistakes(text: str) -> list[str]:
    """The mistakes, without the name of the file."""
    with pytest.raises(RosterInvalid) as caught:
        parse_roster(text)
    found = str(caught.value).split("\n")
    assert all(line.startswith("payees.yaml:") for line in found)
    return [line.removeprefix("payees.yaml:") for line in found]


def parsed(payees: str) -> tuple[RosterEntry, ...]:
    return parse_roster(with_payees(payees)).entries


CONTACT = "treasurer@market.example"


def test_the_sample_says_what_it_says() -> None:
    limits = Limits(rupees(1), rupees(10000))
    locked = Limits(rupees(10), rupees(10))

    def entry(
        name: str, alias: str, description: str, amounts: list[int], limits: Limits = limits
    ) -> RosterEntry:
        payee = Payee(PayeeId(name.lower()), name, limits, PayeeStatus.OPEN)
        return RosterEntry(payee, (alias,), description, tuple(map(rupees, amounts)))

    roster = load_roster(SAMPLE)
    merchant = (("merchant", "true"),)
    upi, cash = Account("upi", "adarsh@examplebank", "Adarsh Rao", merchant), Account("cash", "")
    assert roster == Roster(
        Site("Town Market", "https://pay.example.org/", "INR", limits, ("en", "hi"), None, CONTACT),
        (
            entry("Mahantesh", "1", "Vegetables, stall 12", [20, 50, 100]),
            entry("Shilpa", "2", "Flowers and garlands", []),
            entry("Sneha", "3", "Tea and snacks", [10, 20]),
            replace(entry("Adarsh", "4", "Bicycle parking", [], locked), pay_by=(upi, cash)),
            RosterEntry(
                Payee(
                    PayeeId("test"), "Test payee", Limits(rupees(1), rupees(1)), PayeeStatus.OPEN
                ),
                (),
                "For trying it out. Each deployment records a payment here.",
                (),
            ),
        ),
    )
    assert [entry.payee_id for entry in roster.entries][:2] == ["mahantesh", "shilpa"]


def test_every_key_is_read() -> None:
    roster = parse_roster(
        with_site(
            "  currency: INR\n",
            "  currency: INR\n  languages: [kn, en]\n  api_url: https://API.example.org:8443/v1\n",
        ).replace(
            "payees: []",
            """payees:
  - id: 012
    name: " Cafe\u0301 "
    aliases: [x, 'y z']
    description: ''
    currency: JPY
    limits: {min: 1, max: 500}
    amounts: [5, 10]
    status: closed
""",
        )
    )
    assert roster.site.languages == ("kn", "en")
    assert roster.site.api_url == "https://api.example.org:8443/v1/"
    limits = Limits(Money(1, "JPY"), Money(500, "JPY"))
    payee = Payee(PayeeId("012"), "Caf\u00e9", limits, PayeeStatus.CLOSED)
    amounts = (Money(5, "JPY"), Money(10, "JPY"))
    assert roster.entries == (RosterEntry(payee, ("x", "y z"), "", amounts),)


def test_a_contact_and_an_address_about_privacy_are_as_they_were_written() -> None:
    url = "https://Market.example/a%20b/?page=privacy&x=%C3%A9#us"
    written = f"  contact: '  +91  98765 43210 '\n  privacy_url: {url}\n  currency: INR\n"
    site = parse_roster(with_site("  currency: INR\n", written)).site
    assert (site.contact, site.privacy_url) == ("+91 98765 43210", url)
    without = parse_roster(with_site("", "")).site
    assert (without.contact, without.privacy_url) == ("", "")


def test_scalars_are_text() -> None:
    (entry,) = parsed("- {id: no, name: on, aliases: [1:30, 012, null], amounts: [10, 10.50]}")
    assert (entry.payee_id, entry.payee.name) == ("no", "on")
    assert entry.aliases == ("1:30", "012", "null")
    assert entry.amounts == (rupees(10), Money(1050, "INR"))


def test_a_market_may_be_empty() -> None:
    assert parse_roster(with_site("", "")).entries == ()


def test_an_alias_may_be_the_own_id() -> None:
    (entry,) = parsed("- {id: a, name: A, aliases: [a]}")
    assert entry.aliases == ("a",)


def test_the_sites_currency_may_be_repeated() -> None:
    (entry,) = parsed("- {id: a, name: A, currency: INR}")
    assert entry.payee.limits == Limits(rupees(1), rupees(10000))


def test_examples_in_messages_are_valid() -> None:
    roster = parse_roster(ROSTER.example)
    assert [entry.payee.name for entry in roster.entries] == ["Mahantesh"]


NOT_A_SLUG = "must be 1 to 64 characters of a-z, 0-9 and inner hyphens, such as town-bakery"
NOT_AN_AMOUNT = "write the amount in digits with a point, such as 50 or 50.00"
PAYEE_KEYS = ", ".join(PAYEE.keys)
PAYEE_EXAMPLE = "{id: mahantesh, name: Mahantesh}"
LIMITS_EXAMPLE = '{min: "1", max: "10000"}'
NOT_ISO = "is not an ISO 4217 currency code such as INR, EUR or JPY"
OTHER_CURRENCY = (
    "EUR is not the site's INR, so the site's limits do not fit;"
    ' add limits such as {min: "1", max: "100"}'
)
PORTUGUESE = "“pt” is two languages here; write pt-BR for Brazil or pt-PT for Portugal"
LANGUAGE_CODES = "ar, bn, de, en, es, fr, hi, id, kn, mr, pt-BR, pt-PT, sw, ta, te"


NOT_ASCII = "use ASCII without spaces, quotes or brackets; write the host in punycode (xn--…)"


@pytest.mark.parametrize(
    ("payee", "expected"),
    [
        ("nmae: x", "unknown key “nmae”; did you mean “name”?"),
        ("Status: open", "unknown key “Status”; did you mean “status”?"),
        ("colour: red", f"unknown key “colour”; the keys here are {PAYEE_KEYS}"),
        ('"\\e[1m": x', f"unknown key “\\u001b[1m”; the keys here are {PAYEE_KEYS}"),
        ("name: B", "“name” is already on line 7; keep one"),
        ("[x]: y", "a key must be text, such as name"),
    ],
)
def test_keys(payee: str, expected: str) -> None:
    text = with_payees(f"- {{id: a, name: A, {payee}}}")
    assert mistakes(text) == [f"7:22: payee “a”: {expected}"]


@pytest.mark.parametrize(
    ("key", "written", "column", "expected"),
    [
        ("description", "[a]", 0, "must be text such as Vegetables, stall 12, not a list"),
        (
            "description",
            "{a: b}",
            0,
            "must be text such as Vegetables, stall 12, not keys and values",
        ),
        ("description", "~", 0, "is empty; write text such as Vegetables, stall 12"),
        ("description", '"a\\u202eb"', 0, "remove the hidden or unknown character U+202E"),
        (
            "description",
            '"a\\nb"',
            0,
            "must be one line; write it behind the colon, without | or >",
        ),
        ("description", "x" * 141, 0, "at most 140 characters, not 141"),
        ("aliases", "3", 0, 'must be a list such as ["1"], not text'),
        ("aliases", "~", 0, 'is empty; write a list such as ["1"]'),
        ("aliases", "[a, [b]]", 4, 'must be text such as "1", not a list'),
        ("aliases", "['']", 1, "must not be empty"),
        ("aliases", f"[{'x' * 65}]", 1, "at most 64 characters, not 65"),
        ("aliases", "[b, c, b]", 7, "“b” is already on line 7; keep one"),
        ("currency", "inr", 0, f"“inr” {NOT_ISO}"),
        ("currency", "XAU", 0, f"“XAU” {NOT_ISO}"),
        (
            "currency",
            "EUR",
            0,
            OTHER_CURRENCY,
        ),
        ("limits", "10", 0, f"must be keys and values such as {LIMITS_EXAMPLE}, not text"),
        ("limits", "~", 0, f"is empty; write keys and values such as {LIMITS_EXAMPLE}"),
        ("limits", "{min: 1}", 0, 'missing key “max”; add it, such as max: "10000"'),
        ("limits", "{min: 1, mx: 2}", 9, "unknown key “mx”; did you mean “max”?"),
        (
            "limits",
            "{min: 5, max: 4.99}",
            0,
            "the least amount, 5.00 INR, is above the most, 4.99 INR; swap the two",
        ),
        ("limits.min", "{min: 1.234, max: 2}", 6, "“1.234”: INR has 2 decimals, not 3"),
        ("limits.max", "{min: 1, max: 0}", 14, "“0”: the amount must be more than zero"),
        ("amounts", '["1,50"]', 1, f"“1,50”: {NOT_AN_AMOUNT}"),
        ("amounts", "[-5]", 1, f"“-5”: {NOT_AN_AMOUNT}"),
        ("amounts", "[0x10]", 1, f"“0x10”: {NOT_AN_AMOUNT}"),
        ("amounts", "[0.50]", 1, "“0.50”: must be at least 1.00 INR"),
        ("amounts", "[5, 10001]", 4, "“10001”: must be at most 10000.00 INR"),
        ("amounts", "[5, 5.00]", 4, "“5.00” is already on line 7; keep one"),
        ("amounts", "[5, 5]", 4, "“5” is already on line 7; keep one"),
        ("status", "shut", 0, "“shut” is not known; write one of away, closed, open"),
        ("status", "no", 0, "“no” is not known; write one of away, closed, open"),
    ],
)
def test_values(key: str, written: str, column: int, expected: str) -> None:
    line = f"  - {{id: a, name: A, {key.partition('.')[0]}: "
    found = mistakes(f"{SITE}{line}{written}}}\n")
    assert found == [f"7:{len(line) + column + 1}: payee “a”: {key}: {expected}"]


@pytest.mark.parametrize(
    ("payee", "expected"),
    [
        ("- {id: Sneha, name: A}", f"7:10: payee “Sneha”: id: {NOT_A_SLUG}"),
        ("- {id: a/b, name: A}", f"7:10: payee “a/b”: id: {NOT_A_SLUG}"),
        ("- {id: .., name: A}", f"7:10: payee “..”: id: {NOT_A_SLUG}"),
        (f"- {{id: {'a' * 65}, name: A}}", f"7:10: payee “{'a' * 39}…”: id: {NOT_A_SLUG}"),
        ("- {id: a, name: ' '}", "7:19: payee “a”: name: must not be empty"),
        ("- {id: a, name: ~}", "7:19: payee “a”: name: is empty; write text such as Mahantesh"),
        (
            f"- {{id: a, name: {'é' * 101}}}",
            "7:19: payee “a”: name: at most 100 characters, not 101",
        ),
        ("- {id: a}", "7:5: payee “a”: missing key “name”; add it, such as name: Mahantesh"),
        ("- {name: A}", "7:5: payee “A”: missing key “id”; add it, such as id: mahantesh"),
        ("- a", f"7:5: payee number 1: must be keys and values such as {PAYEE_EXAMPLE}, not text"),
        (
            "-",
            f"7:4: payee number 1: is empty; write keys and values such as {PAYEE_EXAMPLE}",
        ),
        (
            "- {id: a, name: A}\n- {id: a, name: B}",
            "8:10: payee “a”: id: “a” is already on line 7; choose another",
        ),
        (
            "- {id: a, name: Straße}\n- {id: b, name: STRASSE}",
            f"8:19: payee “b”: name: “STRASSE” is already on line 7; {APART}",
        ),
        (
            "- {id: a, name: caf\u00e9}\n- {id: b, name: Cafe\u0301}",
            f"8:19: payee “b”: name: “Caf\u00e9” is already on line 7; {APART}",
        ),
        (
            "- {id: a, name: A, aliases: [x]}\n- {id: b, name: B, aliases: [x]}",
            "8:32: payee “b”: aliases: “x” is already on line 7; keep one",
        ),
        (
            "- {id: a, name: A, aliases: [b]}\n- {id: b, name: B}",
            "7:32: payee “a”: aliases: “b” is the id of the payee on line 8; remove it",
        ),
    ],
)
def test_payees(payee: str, expected: str) -> None:
    assert mistakes(with_payees(payee)) == [expected]


def test_a_payee_without_id_and_name_is_called_by_its_number() -> None:
    assert mistakes(with_payees("- {id: a, name: A}\n- {status: open}")) == [
        "8:5: payee number 2: missing key “id”; add it, such as id: mahantesh",
        "8:5: payee number 2: missing key “name”; add it, such as name: Mahantesh",
    ]


@pytest.mark.parametrize(
    "payee_id",
    ["404", "api", "assets", "favicon", "index", "posters", "robots", "sitemap", "static", "till"],
)
def test_ids_that_the_site_needs_are_kept(payee_id: str) -> None:
    expected = f"id: “{payee_id}” is kept for the site itself; choose another"
    text = with_payees(f"- {{id: {payee_id}, name: A}}")
    assert mistakes(text) == [f"7:10: payee “{payee_id}”: {expected}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Town Market", "title: ''", "2:10: site.title: must not be empty"),
        ("Town Market", "x" * 101, "2:10: site.title: at most 100 characters, not 101"),
        (
            "  title: Town Market\n",
            "",
            "2:3: site: missing key “title”; add it, such as title: Town Market",
        ),
        ("title", "titel", "2:3: site: unknown key “titel”; did you mean “title”?"),
        (
            "currency: INR",
            "currency: Rupees",
            f"4:13: site.currency: “Rupees” {NOT_ISO}",
        ),
        ("min: 1", "min: 1.001", "5:17: site.limits.min: “1.001”: INR has 2 decimals, not 3"),
        (
            "min: 1",
            "min: 10000.01",
            (
                "5:11: site.limits: the least amount, 10000.01 INR, is above the most, "
                "10000.00 INR; swap the two"
            ),
        ),
        (
            "  limits:",
            "  languages: [en, xx]\n  limits:",
            f"5:19: site.languages: “xx” is not known; write one of {LANGUAGE_CODES}",
        ),
        (
            "  limits:",
            "  languages: [en, pt]\n  limits:",
            f"5:19: site.languages: {PORTUGUESE}",
        ),
        (
            "  limits:",
            "  languages: [en, hi, en]\n  limits:",
            "5:23: site.languages: “en” is already on line 5; keep one",
        ),
        (
            "  limits:",
            f"  contact: {'x' * 101}\n  limits:",
            "5:12: site.contact: at most 100 characters, not 101",
        ),
        ("  limits:", "  contact: ''\n  limits:", "5:12: site.contact: must not be empty"),
        (
            "  limits:",
            '  contact: "a\u202eb"\n  limits:',
            "5:12: site.contact: remove the hidden or unknown character U+202E",
        ),
        (
            "  limits:",
            "  contact: |\n    Office\n    Street 1\n  limits:",
            "5:12: site.contact: must be one line; write it behind the colon, without | or >",
        ),
        (
            "  limits:",
            "  privacy_url: http://market.example/privacy\n  limits:",
            "5:16: site.privacy_url: must start with https://; http is for localhost only",
        ),
        (
            "  limits:",
            "  privacy_url: javascript:alert(1)\n  limits:",
            "5:16: site.privacy_url: write the whole address, starting with https://",
        ),
        (
            "  limits:",
            "  privacy_url: https://me@market.example/\n  limits:",
            "5:16: site.privacy_url: remove the user name and password before the “@”",
        ),
        (
            "  limits:",
            "  privacy_url: https://market.example/a|b\n  limits:",
            f"5:16: site.privacy_url: {NOT_ASCII}",
        ),
        (
            "  limits:",
            f"  privacy_url: https://m.example/{'x' * 183}\n  limits:",
            "5:16: site.privacy_url: at most 200 characters, for every page carries it",
        ),
        (
            "  limits:",
            "  api_url: http://api.example.org\n  limits:",
            "5:12: site.api_url: must start with https://; http is for localhost only",
        ),
    ],
)
def test_site(old: str, new: str, expected: str) -> None:
    assert mistakes(with_site(old, new)) == [expected]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://pay.example.org", "https://pay.example.org/"),
        ("HTTPS://Pay.Example.org/Shop", "https://pay.example.org/Shop/"),
        ("https://pay.example.org/a.b/~c_d/", "https://pay.example.org/a.b/~c_d/"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
    ],
)
def test_urls(written: str, url: str) -> None:
    roster = parse_roster(with_site("https://pay.example.org/", f"'{written}'"))
    assert roster.site.url == url


NO_ADDRESS = "is no web address; write it like https://pay.example.org/"
NOT_WHOLE = "write the whole address, starting with https://"
NO_QUERY = "remove everything from the “?” or “#” on"
NO_HOST = "the host is no domain name such as pay.example.org"
NO_PATH = "the path may have a-z, A-Z, 0-9 and . _ ~ - between single slashes"
NOT_HTTPS = "must start with https://; http is for localhost only"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("http://pay.example.org/", NOT_HTTPS),
        ("http://localhost.example.org/", NOT_HTTPS),
        ("ftp://pay.example.org/", NOT_WHOLE),
        ("javascript:alert(1)", NOT_WHOLE),
        ("pay.example.org", NOT_WHOLE),
        ("//pay.example.org", NOT_WHOLE),
        ("https:///a", NOT_WHOLE),
        ("", NOT_WHOLE),
        ("https://pay.example.org/?", NO_QUERY),
        ("https://pay.example.org/?a=b", NO_QUERY),
        ("https://pay.example.org/#a", NO_QUERY),
        ("https://me:pw@pay.example.org/", "remove the user name and password before the “@”"),
        ("https://@pay.example.org/", "remove the user name and password before the “@”"),
        ("https://münchen.example/", NOT_ASCII),
        ("https://pay.example.org/a b", NOT_ASCII),
        (" https://pay.example.org/", NOT_ASCII),
        ("https://pay.example.org:99999/", NO_ADDRESS),
        ("https://[::1/", NO_ADDRESS),
        ("https://[::2]/", NO_HOST),
        ("https://pay.example.org:/", NO_HOST),
        ("https://pay.example.org;script-src/", NO_HOST),
        ("https://pay..example.org/", NO_HOST),
        ("https://-pay.example.org/", NO_HOST),
        ("https://pay.example.org\\evil/", NO_HOST),
        ("https://pay.example.org//a", NO_PATH),
        ("https://pay.example.org/a/../b", NO_PATH),
        ("https://pay.example.org/.", NO_PATH),
        ("https://pay.example.org/%2e", NO_PATH),
        ("https://pay.example.org/a;b", NO_PATH),
        (
            f"https://pay.example.org/{'a' * 177}",
            "at most 200 characters, for a QR code that scans well",
        ),
    ],
)
def test_bad_urls(written: str, expected: str) -> None:
    text = with_site("https://pay.example.org/", f"'{written}'")
    assert mistakes(text) == [f"3:8: site.url: {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: this file is empty; write the keys site and payees"),
        ("# nothing yet\n", "1:1: this file is empty; write the keys site and payees"),
        (
            "- a\n",
            f"1:1: must be keys and values such as {ROSTER.example}, not a list",
        ),
        (
            SITE.replace("payees:\n", ""),
            f"1:1: missing key “payees”; add it, such as payees: [{PAYEE_EXAMPLE}]",
        ),
        (SITE, f"6:8: payees: is empty; write a list such as [{PAYEE_EXAMPLE}]"),
        (
            SITE + "  a: {name: A}\n",
            f"7:3: payees: must be a list such as [{PAYEE_EXAMPLE}], not keys and values",
        ),
        (
            with_payees("- {id: a, name: A}") + "payee: []\n",
            "8:1: unknown key “payee”; did you mean “payees”?",
        ),
        (
            with_payees('- id: a\n  name: "A\n'),
            "8:11: this quote is never closed; add the closing quote",
        ),
    ],
)
def test_documents(text: str, expected: str) -> None:
    assert mistakes(text) == [expected]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = with_payees("""
        - id: sneha
          nmae: Sneha
          limits: {min: 10, max: 1}
        - id: sneha
          name: &n Adarsh
          amounts: [0, 5, 20000]
          status: shut
        """).replace("title: Town Market", "title: [a]")
    assert mistakes(text) == [
        "2:10: site.title: must be text such as Town Market, not a list",
        "8:5: payee “sneha”: unknown key “nmae”; did you mean “name”?",
        (
            "9:13: payee “sneha”: limits: the least amount, 10.00 INR, is above the most, "
            "1.00 INR; swap the two"
        ),
        "10:9: payee “sneha”: id: “sneha” is already on line 7; choose another",
        "11:11: payee “sneha”: “&” and “*” mean something in YAML; put this in quotes",
        "12:15: payee “sneha”: amounts: “0”: the amount must be more than zero",
        "12:21: payee “sneha”: amounts: “20000”: must be at most 10000.00 INR",
        "13:13: payee “sneha”: status: “shut” is not known; write one of away, closed, open",
    ]


@pytest.mark.parametrize(
    "payee",
    [
        "{id: a, name: A, currency: xyz, amounts: [1.234]}",  # in which currency?
        "{id: a, name: A, limits: [], currency: EUR}",  # its limits are there, though wrong
        "{id: a, name: [], amounts: [1]}",
    ],
)
def test_one_mistake_is_one_mistake(payee: str) -> None:
    assert len(mistakes(with_payees(f"- {payee}"))) == 1


@pytest.mark.parametrize("currency", ["currency: xyz", "currency: ~"])
def test_a_mistake_in_the_site_is_not_held_against_payees(currency: str) -> None:
    payees = '- {id: a, name: A, amounts: ["1.234"]}\n- {id: b, name: B, currency: EUR}'
    assert len(mistakes(with_payees(payees).replace("currency: INR", currency))) == 1


def test_a_mistake_names_its_payee_also_when_the_site_comes_last() -> None:
    site, _, _ = SITE.partition("payees:")
    text = "payees:\n  - {id: a, name: A, x: 1}\n" + site.replace("Town Market", "~")
    with pytest.raises(RosterInvalid) as caught:
        parse_roster(text, "market.yaml")
    message = f"payee “a”: unknown key “x”; the keys here are {PAYEE_KEYS}"
    assert caught.value.mistakes == (
        RosterMistake("market.yaml", 2, 22, message, "a"),
        RosterMistake("market.yaml", 4, 10, "site.title: is empty; write text such as Town Market"),
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfea\x00", "1:1: this is not UTF-8; save the file as UTF-8"),
        ("a: é\nb: é".encode() + b"\xe9\n", "2:5: this is not UTF-8; save the file as UTF-8"),
        (b"", "1:1: this file is empty; write the keys site and payees"),
    ],
)
def test_files_that_are_no_roster(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(content)
    with pytest.raises(RosterInvalid) as caught:
        load_roster(path)
    assert str(caught.value) == f"{path}:{expected}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "no", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(RosterInvalid) as caught:
            load_roster(path)
        expected = f"{path}:1:1: cannot be read ({why}); check the name of the file"
        assert str(caught.value) == expected


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "payees.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.read_bytes())
    assert load_roster(path) == load_roster(SAMPLE)


_SAMPLE_LINES = SAMPLE.read_text("utf-8").splitlines(keepends=True)
_SNIPPETS = st.sampled_from(
    ["~", "[", "]", "{", "}", ": ", "- ", "*a", "&a ", "!a ", "'", '"', "\t", "0", "\n", " ", "é",
     "\u202e", "\x00", "\ud800", '"\\UFFFFFFFF"', "---\n", "%", "EUR", "site:", "#", "1e9"]
)  # fmt: skip


@st.composite
def broken_samples(draw: st.DrawFn) -> str:
    """The sample with lines left out or repeated, and snippets put in anywhere."""
    text = "".join(line * draw(st.sampled_from([0, 1, 1, 1, 1, 1, 1, 2])) for line in _SAMPLE_LINES)
    for _ in range(draw(st.integers(0, 3))):
        index = draw(st.integers(0, len(text)))
        text = text[:index] + draw(_SNIPPETS) + text[draw(st.integers(index, index + 3)) :]
    return text


@given(st.text() | broken_samples())
def test_any_text_is_a_roster_or_has_mistakes(text: str) -> None:
    try:
        roster = parse_roster(text)
    except RosterInvalid as invalid:
        found = invalid.mistakes
    else:
        ids = {entry.payee_id for entry in roster.entries}
        assert len(ids) == len(roster.entries)
        for entry in roster.entries:
            for money in entry.amounts:
                entry.payee.limits.check(money)
        return
    assert found
    assert [(p.line, p.column) for p in found] == sorted((p.line, p.column) for p in found)
    assert not any(category(character) == "Cc" for p in found for character in str(p))
