"""The catalogs follow the English one, and nothing that was translated is lost on the way."""

import pytest

from roster.keys import LANGUAGES
from sitegen.catalogs import CATALOGS
from tools.catalogs import align, messages
from tools.payees_page import PAGE, payees_page

ENGLISH = b"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "payee.amount"
msgid "How much"
msgstr ""

msgctxt "payee.pending"
msgid "{n} note"
msgid_plural "{n} notes"
msgstr[0] ""
msgstr[1] ""

msgctxt "payee.back"
msgid "Back"
msgstr ""
"""
GERMAN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"X-Read-By: Asha\\n"

msgctxt "payee.back"
msgid "Back"
msgstr "„Zurück“"

msgctxt "payee.gone"
msgid "Gone"
msgstr "Weg"

msgctxt "payee.amount"
msgid "Amount"
msgstr "Betrag"
"""


def test_texts_come_go_and_are_marked_when_their_english_has_changed() -> None:
    aligned, lacking = align(GERMAN.encode(), "de", messages(ENGLISH, "en"))
    assert lacking == ["payee.amount", "payee.pending"]
    assert (
        aligned.decode()
        == """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"X-Read-By: Asha\\n"

#, fuzzy
msgctxt "payee.amount"
msgid "How much"
msgstr "Betrag"

msgctxt "payee.pending"
msgid "{n} note"
msgid_plural "{n} notes"
msgstr[0] ""
msgstr[1] ""

msgctxt "payee.back"
msgid "Back"
msgstr "„Zurück“"
"""
    )
    again = align(aligned, "de", messages(ENGLISH, "en"))
    assert again == (aligned, lacking)


def test_a_language_may_have_another_number_of_forms() -> None:
    header = GERMAN.split("\n\n", maxsplit=1)[0].replace(
        "nplurals=2; plural=(n != 1)", "nplurals=1; plural=0"
    )
    aligned, _ = align(header.encode(), "id", messages(ENGLISH, "en"))
    assert aligned.decode().count("msgstr[") == 1


@pytest.mark.parametrize("language", sorted(LANGUAGES - {"en"}))
def test_the_catalogs_are_in_line(language: str) -> None:
    content = (CATALOGS / f"{language}.po").read_bytes()
    english = messages((CATALOGS / "en.po").read_bytes(), "en")
    assert align(content, language, english)[0] == content


def test_the_tills_help_in_the_docs_is_what_the_till_says() -> None:
    text = payees_page()
    assert PAGE.read_text() == text, "run make catalogs"
    assert text.count("\n## ") == len(LANGUAGES)
    assert text.count("\n7. ") == len(LANGUAGES)  # each has every step
    assert "{" not in text
