"""What every page keeps to: one response, nothing foreign, and a policy that says so."""

import re
from base64 import b64encode
from datetime import date
from hashlib import sha256

import pytest

from roster.keys import LANGUAGES
from sitegen.catalogs import written_day
from sitegen.page import make_page
from sitegen.page_files import is_asset
from testkit.rosters import hostile_roster, make_entry, make_roster, page_files, render
from tests.sitegen.html_reading import Element, parse_html

PATHS = sorted(f"/{file.removesuffix('index.html')}" for file in page_files(hostile_roster()))


@pytest.fixture(scope="module", params=PATHS)
def document(request: pytest.FixtureRequest) -> Element:
    return parse_html(render(hostile_roster(), request.param))


def read_policy(document: Element) -> dict[str, str]:
    [meta] = document.all("meta", **{"http-equiv": "Content-Security-Policy"})
    directives = [part.partition(" ") for part in meta.attributes["content"].split("; ")]
    assert len(directives) == len({name for name, _, _ in directives})
    return {name: value for name, _, value in directives}


def hash_source(element: Element) -> str:
    return f"'sha256-{b64encode(sha256(element.text.encode()).digest()).decode()}'"


def test_the_policy_allows_exactly_the_inlined_style_and_script(document: Element) -> None:
    policy = read_policy(document)
    [texts, script] = document.all("script")
    assert texts.attributes == {"type": "application/json", "id": "texts"}  # data, which never runs
    assert not script.attributes
    own_styles = [hash_source(one) for one in document.all("style")]
    assert len(own_styles) == 2  # the second where there are no scripts
    styles = policy["style-src"].split()
    [own_script, *scripts] = policy["script-src"].split()
    assert styles[:2] == own_styles
    assert own_script == hash_source(script)
    parts = [*styles, *scripts]
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", part) for part in parts)


def test_everything_else_is_forbidden(document: Element) -> None:
    policy = read_policy(document)
    for directive in ("default-src", "base-uri", "form-action"):
        assert policy[directive] == "'none'"
    is_app = bool(document.all("link", rel="manifest"))
    assert policy["img-src"] == ("data: 'self'" if is_app else "data:")
    assert policy.get("manifest-src") == ("'self'" if is_app else None)
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)


def test_the_policy_stands_before_what_it_governs(document: Element) -> None:
    tags = [
        "policy" if element.attributes.get("http-equiv") else element.tag
        for element in document.walk()
    ]
    governed = [tag for tag in tags if tag in ("policy", "style", "script", "link", "svg")]
    assert governed[0] == "policy"


def test_a_page_fetches_nothing(document: Element) -> None:
    for element in document.walk():
        assert element.tag not in ("iframe", "object", "embed", "img", "base", "audio", "video")
        assert not {"src", "srcset", "action", "formaction", "ping"} & element.attributes.keys()
    [icon, *others] = document.all("link")
    assert icon.attributes["href"].startswith("data:")
    for other in others:  # what a phone asks for that keeps the till on its home screen
        assert is_asset(other.attributes["href"].removeprefix("/"))
    assert not any(re.search(r"url\(|@import", style.text) for style in document.all("style"))


def test_links_stay_on_the_site_but_for_the_one_at_its_foot(document: Element) -> None:
    [foot] = document.all("footer")
    [privacy] = foot.all("a")
    assert privacy.attributes["href"] == hostile_roster().site.privacy_url
    for link in document.all("a"):
        if link is privacy:
            continue
        assert re.fullmatch(r"\.\./|/|[a-z0-9-]+/", link.attributes["href"])


def test_no_attribute_carries_script_or_style(document: Element) -> None:
    for element in document.walk():
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not value.strip().lower().startswith("javascript:")


def test_every_id_is_unique_and_every_label_has_its_input(document: Element) -> None:
    ids = [element.attributes["id"] for element in document.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for label in document.all("label"):
        assert label.all("input") or label.attributes["for"] in ids
    for element in document.walk():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set(element.attributes.get(name, "").split()) <= {*ids, "question-title"}


@pytest.mark.parametrize(
    ("api_url", "source"),
    [
        (None, "'self'"),
        ("https://api.example.org/", "'self' https://api.example.org"),
        ("https://api.example.org:8443/stage/v1/", "'self' https://api.example.org:8443"),
    ],
)
def test_a_page_may_talk_to_its_site_and_its_api_only(api_url: str | None, source: str) -> None:
    document = parse_html(render(make_roster("a", api_url=api_url), "/a/"))
    assert read_policy(document)["connect-src"] == source


def test_the_posters_come_from_the_site_wherever_the_api_is() -> None:
    roster = make_roster("a", api_url="https://api.example.org/")
    assert read_policy(parse_html(render(roster, "/posters/")))["connect-src"] == "'self'"


def test_an_extra_script_is_allowed_too() -> None:
    page = make_page("index.css", "index.js", "/api", "extra();\n")
    assert page.script.endswith(";\nextra();\n")
    assert hash_source(Element("script", {}, [page.script])) in page.content_security_policy


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_who_is_away_until_a_day_says_which_in_the_words_of_each_language(language: str) -> None:
    entry = make_entry("ravi", status="away", until=date(2026, 12, 24))
    page = parse_html(render(make_roster(entry, languages=(language,)), "/ravi/"))
    [said] = page.all("p", id="until")
    day = written_day(date(2026, 12, 24), language)
    assert day in said.text
    assert "2026" in day
    assert "24" in day
    assert "{" not in said.text
    assert parse_html(render(make_roster(make_entry("ravi", status="away")), "/ravi/")).all(
        "p", **{"data-t": "away"}
    )
