"""What the pages say, whatever the roster says."""

import json
from dataclasses import replace

import pytest

from payments.payee import PayeeStatus
from roster.model import Roster
from sitegen.app import create_site
from sitegen.pages import page_url
from sitegen.site_templates import plain_amount
from testkit.rosters import HOSTILE_NAMES, hostile_roster, make_entry, make_roster, render
from tests.qr_reading import read_qr
from tests.sitegen.html_reading import Element, parse_html
from tests.sitegen.svg_reading import draw_qr


def read(roster: Roster, path: str = "/") -> Element:
    return parse_html(render(roster, path))


def scanned_url(page: Element) -> str:
    [text] = {read_qr(draw_qr(svg)).text for svg in page.all("svg")}
    return str(text)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("status", PayeeStatus)
def test_a_hostile_name_is_text_and_nothing_else(name: str, status: PayeeStatus) -> None:
    entry = make_entry("a", name=name, description=name, status=status)
    roster = make_roster(entry, title=name)
    ordinary = make_roster(make_entry("a", name="Asha", description="Asha", status=status))
    for path in ("/", "/a/", "/404.html"):
        page, model = read(roster, path), read(ordinary, path)
        assert [element.tag for element in page.walk()] == [e.tag for e in model.walk()]
        assert [sorted(e.attributes) for e in page.walk()] == [
            sorted(e.attributes) for e in model.walk()
        ]
        for element in page.walk():
            isolated = element.tag in ("bdi", "title") or f"\u2068{name}\u2069" in element.own_text
            assert name not in element.own_text or isolated
            attributes = {
                key: text
                for key, text in element.attributes.items()
                if key not in ("data-site", "data-payee")
            }
            assert name not in attributes.values() or element.tag == "meta"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_shown_as_it_was_written(name: str) -> None:
    roster = make_roster(make_entry("a", name=name))
    page = read(roster, "/a/")
    assert page.one("h1").one("bdi").text == name
    assert page.one("title").text == f"{name} · Town Market"
    assert read(roster).one("ul").one("b").one("bdi").text == name


def test_every_payee_has_a_code_of_its_own_address() -> None:
    roster = hostile_roster()
    for entry in roster.entries:
        page = read(roster, f"/{entry.payee_id}/")
        assert scanned_url(page) == page_url(roster.site, entry.payee_id)


def test_the_form_tells_the_script_what_the_payee_takes() -> None:
    roster = make_roster(make_entry("a", currency="JPY", least="100", most="5000"))
    form = read(roster, "/a/").one("form")
    assert {name: value for name, value in form.attributes.items() if "data-" in name} == {
        "data-payee-id": "a",
        "data-api": "/api",
        "data-currency": "JPY",
        "data-digits": "0",
        "data-min": "100",
        "data-max": "5000",
    }
    assert "JPY" in form.text
    assert "100 to 5000" in form.text


def test_suggested_amounts_are_buttons_as_people_write_them() -> None:
    roster = make_roster(make_entry("a", amounts=("20", "50.50")))
    buttons = read(roster, "/a/").one("div", **{"class": "chips"}).all("button", type="button")
    assert [button.attributes["value"] for button in buttons] == ["20.00", "50.50"]
    assert [button.text for button in buttons] == ["20", "50.50"]


def test_a_locked_amount_is_filled_in_and_cannot_be_changed() -> None:
    page = read(make_roster(make_entry("a", least="10", most="10")), "/a/")
    amount = page.one("input", id="amount")
    assert amount.attributes["value"] == "10.00"
    assert "readonly" in amount.attributes
    assert page.one("span", id="amount-hint").text == "The amount is fixed"


def test_an_open_amount_is_empty_and_can_be_changed() -> None:
    amount = read(make_roster("a"), "/a/").one("input", id="amount")
    assert not {"value", "readonly"} & amount.attributes.keys()


@pytest.mark.parametrize(
    ("status", "said", "listed"),
    [
        (PayeeStatus.CLOSED, "No more payments are taken here.", "takes no more payments"),
        (PayeeStatus.AWAY, "No payments are taken here for now.", "takes no payments for now"),
    ],
)
def test_who_is_not_open_keeps_page_and_code_but_has_no_form(
    status: PayeeStatus, said: str, listed: str
) -> None:
    roster = make_roster(make_entry("a", status=status))
    page = read(roster, "/a/")
    assert not page.all("form")
    assert not page.all("input")
    assert said in page.one("main").text
    assert "Scan, pay, tell" not in page.one("main").text
    assert scanned_url(page) == "https://pay.example.org/a/"
    assert listed in read(roster).one("ul").one("small").text


def test_a_site_below_a_path_keeps_its_links_code_and_api_there() -> None:
    roster = make_roster("a", url="https://example.org/town/pay/")
    page = read(roster, "/a/")
    assert scanned_url(page) == "https://example.org/town/pay/a/"
    address = page.one("div", **{"class": "poster"}).one("p", **{"class": "address"})
    assert address.text == "example.org/town/pay/a/"
    assert page.one("form").attributes["data-api"] == "/town/pay/api"
    links = [link.attributes["href"] for link in read(roster, "/404.html").all("a")]
    assert set(links) == {"/town/pay/"}


def test_an_api_elsewhere_is_named_without_its_last_slash() -> None:
    roster = make_roster("a", api_url="https://api.example.org/v1/")
    assert read(roster, "/a/").one("form").attributes["data-api"] == "https://api.example.org/v1"


def test_the_list_leads_to_every_payee_in_the_order_of_the_roster() -> None:
    links = read(make_roster("b", "c", "a")).one("ul").all("a")
    assert [link.attributes["href"] for link in links] == ["b/", "c/", "a/"]


def test_an_old_link_may_name_a_payee_by_its_id_or_any_alias() -> None:
    roster = make_roster(make_entry("a", aliases=("1", "\"<'\u0645")), make_entry("b"))
    aliases = json.loads(read(roster).one("ul").attributes["data-aliases"])
    assert dict(aliases) == {"a": "a", "1": "a", "\"<'\u0645": "a", "b": "b"}


def test_an_empty_roster_says_that_nobody_can_be_paid() -> None:
    page = read(make_roster())
    assert "Nobody is listed here yet." in page.one("main").text
    assert not page.all("ul")


@pytest.mark.parametrize("path", ["/nobody/", "/nobody/there", "/404/", "/a/b/"])
def test_an_unknown_address_gets_the_friendly_page(path: str) -> None:
    response = create_site(lambda: make_roster("a")).test_client().get(path)
    assert response.status_code == 404
    assert response.text == render(make_roster("a"), "/404.html")


def test_the_roster_is_asked_anew_for_every_page() -> None:
    rosters = [make_roster("a"), make_roster("b")]
    client = create_site(lambda: rosters[0]).test_client()
    assert client.get("/b/").status_code == 404
    rosters[0] = replace(rosters[1])
    assert client.get("/b/").status_code == 200


@pytest.mark.parametrize(
    ("amount", "plain"),
    [
        ("50.00", "50"),
        ("50.50", "50.50"),
        ("100", "100"),
        ("0.50", "0.50"),
        ("1.000", "1"),
        ("1.010", "1.010"),
        ("1000.00", "1000"),
    ],
)
def test_amounts_lose_only_empty_decimals(amount: str, plain: str) -> None:
    assert plain_amount(amount) == plain


PAGES = ("/", "/town-bakery/", "/posters/", "/404.html")


@pytest.mark.parametrize("path", PAGES)
def test_who_runs_it_is_said_on_every_page(path: str) -> None:
    page = parse_html(render(make_roster("town-bakery"), path))
    assert page.one("footer").text.strip() == "\u2068Town Market\u2069 runs this page."
    assert not page.one("footer").all("a")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("treasurer@market.example", "mailto:treasurer@market.example"),
        ("a.b+pay@market.co.example", "mailto:a.b+pay@market.co.example"),
        ("+91 98765 43210", "tel:+919876543210"),
        ("(020) 7946-0958", "tel:02079460958"),
        ("Ravi, 98765 43210", None),
        ("Office, Market Street 12", None),
        ("x@y.example?subject=<b>", None),
        ("a@b.example,c@d.example", None),
        ("javascript:alert(1)", None),
        ("12345", None),
        ('"><script>alert(1)</script>', None),
    ],
)
def test_whom_to_ask_is_text_and_a_link_where_it_plainly_is_one(
    path: str, contact: str, href: str | None
) -> None:
    foot = parse_html(render(make_roster("town-bakery", contact=contact), path)).one("footer")
    assert foot.text.split()[5:] == ["Questions?", *contact.split()]
    assert [link.attributes["href"] for link in foot.all("a")] == ([href] if href else [])


@pytest.mark.parametrize("path", PAGES)
def test_what_the_market_says_of_privacy_is_linked(path: str) -> None:
    url = "https://market.example/privacy?a=1&b=2#us"
    foot = parse_html(render(make_roster("town-bakery", privacy_url=url), path)).one("footer")
    [link] = foot.all("a")
    assert (link.attributes["href"], link.text) == (url, "Privacy")


def test_the_foot_speaks_every_language() -> None:
    roster = make_roster("town-bakery", contact="a@b.example", languages=("ar", "de"))
    page = parse_html(render(roster, "/town-bakery/"))
    assert "\u0644\u062f\u064a\u0643" in page.one("footer").text
    assert page.one("footer").one("a").attributes["dir"] == "ltr"
    assert "foot" in json.loads(page.one("script", id="texts").text)["parts"]
