"""The catalogs are whole, and the pages use nothing that they don't have."""

import json
import re
from collections import Counter
from gettext import c2py
from io import BytesIO

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from roster.keys import LANGUAGES
from sitegen.catalogs import CATALOGS, Text, inline_json, parse_catalog, used_names
from sitegen.page import TEMPLATES
from testkit.rosters import make_entry, make_roster, render
from tests.sitegen.html_reading import parse_html

TRANSLATIONS = sorted(LANGUAGES - {"en"})


def read(language: str) -> bytes:
    return (CATALOGS / f"{language}.po").read_bytes()


def load(language: str) -> dict[tuple[str, str], Text]:
    english = parse_catalog(read("en"), "en")
    return dict(english if language == "en" else parse_catalog(read(language), language, english))


def untranslated(language: str) -> list[str]:
    """The contexts of the English texts that the catalog doesn't translate, as they stand now."""
    catalog = read_po(BytesIO(read(language)), locale=Locale.parse(language, sep="-"))
    done = {
        (message.context, message.id)
        for message in catalog
        if not message.fuzzy and message.string and all(message.string)
    }
    english = [message for message in read_po(BytesIO(read("en"))) if message.id]
    return [
        message.context or "" for message in english if (message.context, message.id) not in done
    ]


def every_source() -> str:
    files = (file for file in TEMPLATES.rglob("*.*") if file.suffix in {".html", ".css", ".js"})
    return "".join(file.read_text() for file in files)


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


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_text_is_translated(language: str) -> None:
    assert untranslated(language) == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_plural_has_every_category_of_its_language(language: str) -> None:
    plural_form = Locale.parse(language, sep="-").plural_form
    categories = {plural_form(n) for n in range(1000)}
    plurals = [text for text in load(language).values() if isinstance(text, dict)]
    assert plurals
    for plural in plurals:
        assert set(plural) == categories


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ENGLISH: dict[tuple[str, str], Text] = {
    ("payee", "amount"): "Amount",
    ("payee", "waiting"): "Waiting for \u2068{payee}\u2069",
    ("payee", "pending"): {"one": "{n} note", "other": "{n} notes"},
}


def po(context: str, english: str, *forms: str, flag: str = "") -> bytes:
    one, _, other = english.partition("|")
    lines = [flag, f'msgctxt "{context}"', f'msgid "{one}"']
    if other:
        lines.append(f'msgid_plural "{other}"')
        lines += [f'msgstr[{i}] "{form}"' for i, form in enumerate(forms)]
    else:
        lines.append(f'msgstr "{forms[0]}"')
    return (HEADER + "\n".join(lines)).encode()


def test_what_has_no_translation_is_in_english() -> None:
    assert parse_catalog(HEADER.encode(), "de", ENGLISH) == ENGLISH
    assert parse_catalog(po("payee.amount", "Amount", ""), "de", ENGLISH) == ENGLISH
    fuzzy = po("payee.amount", "Amount", "Betrag", flag="#, fuzzy")
    assert parse_catalog(fuzzy, "de", ENGLISH) == ENGLISH
    half = po("payee.pending", "{n} note|{n} notes", "{n} Notiz", "")
    assert parse_catalog(half, "de", ENGLISH) == ENGLISH


def test_a_translation_of_an_older_english_text_is_none() -> None:
    current = po("payee.amount", "Amount", "Betrag")
    assert parse_catalog(current, "de", ENGLISH)["payee", "amount"] == "Betrag"
    for old in (
        po("payee.amount", "How much", "Wie viel"),
        po("payee.pending", "{n} payment|{n} notes", "{n} Notiz", "{n} Notizen"),
        po("payee.gone", "Gone", "Weg"),
    ):
        assert parse_catalog(old, "de", ENGLISH) == ENGLISH


def test_values_from_outside_are_isolated_but_not_spoken() -> None:
    waiting = po("payee.waiting", "Waiting for {payee}", "{payee} muss {n} bestätigen")
    text = parse_catalog(waiting, "de", ENGLISH)["payee", "waiting"]
    assert text == "\u2068{payee}\u2069 muss {n} bestätigen"
    said = parse_catalog(po("till.spoken_said", "{payer} says", ""), "en")
    assert said == {("till", "spoken_said"): "{payer} says"}
    german = po("till.spoken_said", "{payer} says", "{payer} sagt")
    assert parse_catalog(german, "de", said) == {("till", "spoken_said"): "{payer} sagt"}


def test_a_page_has_its_own_parts_texts_only_and_they_end_no_script_element() -> None:
    page = parse_html(render(make_roster(languages=("en", "ar")), "/404.html"))
    document = json.loads(page.one("script", id="texts").text)
    assert list(document["hashes"]) == ["en", "ar"]
    assert document["rtl"] == ["ar"]
    assert page.one("h1").text == "Page not found"
    assert not {"title", "amount"} & document["texts"].keys()  # the one stands in the page
    assert "<" not in inline_json({"evil": "</script>"})


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    names = {name for part, name in load("en") if part != "static"}
    used = used_names()
    assert not names - used
    said = set(re.findall(r'(?:say\(|data-t=|key: )"(\w+)"|\bt\.(\w+)', every_source()))
    assert not {name for groups in said for name in groups if name} - names


def test_no_page_has_two_texts_of_one_name() -> None:
    for parts in ({"site", "foot", "payee", "rails", "poster"}, {"site", "foot", "till", "rails"}):
        names = Counter(name for part, name in load("en") if part in parts)
        assert [name for name, n in names.items() if n > 1] == []


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


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_page_says_that_no_native_speaker_has_read_it(language: str) -> None:
    foot = parse_html(render(make_roster("a", languages=(language,)), "/a/")).one("footer")
    said = "".join(line.text for line in foot.all("p"))
    is_read = re.search(rb'^"X-Read-By: [^\\]', read(language), re.MULTILINE)
    assert said == ("" if is_read else load(language)["site", "unread"])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_catalog_s_plural_rule_is_cldr_s(language: str) -> None:
    catalog = read_po(BytesIO(read(language)), locale=Locale.parse(language, sep="-"))
    form, category = c2py(catalog.plural_expr), Locale.parse(language, sep="-").plural_form
    pairs = {(form(n), category(n)) for n in range(1000)}
    assert len(pairs) == len({one for one, _ in pairs}) == len({one for _, one in pairs})
    assert len(pairs) == catalog.num_plurals
