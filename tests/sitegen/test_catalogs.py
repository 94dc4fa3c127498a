"""The catalogs are whole, and the pages use nothing that they don't have."""

import json
import re
from collections import Counter

import pytest
from babel import Locale

from roster.keys import LANGUAGES
from sitegen.catalogs import CATALOGS, inline_texts, page_texts, parse_catalog
from sitegen.page import TEMPLATES
from testkit.rosters import make_entry, make_roster, render
from tests.sitegen.html_reading import parse_html

TRANSLATIONS = sorted(LANGUAGES - {"en"})


def load(language: str) -> dict[tuple[str, str], object]:
    return dict(parse_catalog((CATALOGS / f"{language}.po").read_bytes(), language))


def placeholders(text: object) -> set[str]:
    return set(re.findall(r"\{\w+\}", str(text)))


def test_there_is_a_catalog_for_every_language_of_the_roster() -> None:
    assert {file.stem for file in CATALOGS.iterdir()} == LANGUAGES


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_every_text_with_its_values(language: str) -> None:
    english, translated = load("en"), load(language)
    assert list(english) == list(translated)  # in one order, which the page relies on
    for key, text in english.items():
        assert placeholders(text) == placeholders(translated[key]), key


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_plural_has_every_category_of_its_language(language: str) -> None:
    categories = {Locale.parse(language).plural_form(n) for n in range(1000)}
    plurals = [text for text in load(language).values() if isinstance(text, dict)]
    assert plurals
    for plural in plurals:
        assert set(plural) == categories


def test_a_text_without_translation_is_refused() -> None:
    content = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    message = b'msgctxt "payee.amount"\nmsgid "Amount"\nmsgstr ""\n'
    with pytest.raises(ValueError, match=r"de\.po: payee\.amount has no translation"):
        parse_catalog(content + message, "de")


def test_a_page_has_its_own_parts_texts_only_and_they_end_no_script_element() -> None:
    texts = page_texts(["en", "ar"], {"missing"})
    document = json.loads(inline_texts(texts))
    assert set(document) == {"keys", "en", "ar"}
    assert document["en"][document["keys"].index("title")] == "Page not found"
    assert "name" not in document["keys"]
    assert "<" not in inline_texts({"en": {"evil": "</script>"}})


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    names = Counter(name for part, name in load("en") if part != "static")
    sources = "".join(
        file.read_text()
        for file in TEMPLATES.rglob("*.*")
        if file.suffix in (".html", ".css", ".js")
    )
    used = set(re.findall(r'data-t="(\w+)"|\bt\.(\w+)|texts\[code\]\.(\w+)', sources))
    in_templates = {name for groups in used for name in groups if name}
    in_scripts = set(re.findall(r'"([a-z_]+)"', sources)) | {"confirmed", "reversed"}  # the API's
    assert not in_templates - set(names)
    assert not set(names) - in_templates - in_scripts
    said = set(re.findall(r'(?:say\(|key: )"(\w+)"', sources))
    assert not said - set(names)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_first_language_is_the_page_s_own(language: str) -> None:
    roster = make_roster(make_entry("a"), languages=(language, "en" if language != "en" else "de"))
    for path in ("/", "/a/", "/404.html"):
        page = parse_html(render(roster, path))
        html = page.one("html")
        assert html.attributes["lang"] == language
        assert html.attributes["dir"] == ("rtl" if language == "ar" else "ltr")
        options = page.one("select", id="language").all("option")
        assert options[0].attributes["value"] == language
        assert options[0].text == load(language)["site", "name"]


def test_a_site_in_one_language_has_no_switch() -> None:
    assert not parse_html(render(make_roster("a"), "/a/")).all("select")
