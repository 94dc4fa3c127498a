"""The pages' texts in the site's languages, from the gettext catalogs in templates/catalogs.

A message's context says where it is used and what it is called there: `payee.amount` is `amount` on
the payee's page. English texts are the catalogs' message ids, so `en.po` translates nothing.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from gettext import GNUTranslations
from io import BytesIO

from markupsafe import Markup

from sitegen.page import TEMPLATES

Text = str | Mapping[str, str]
"""One text, or one for each of the language's plural categories (CLDR's names)."""

CATALOGS = TEMPLATES / "catalogs"
_NUMBERS = range(200)  # among them is each category of our languages, but for that of millions


def page_texts(languages: Sequence[str], parts: Collection[str]) -> dict[str, dict[str, Text]]:
    """Each language's texts for these parts of the site, by name. A changed file is read anew."""
    return {
        language: {
            name: text
            for (part, name), text in _load_catalog(language, _modified(language)).items()
            if part in parts
        }
        for language in languages
    }


def inline_texts(texts: Mapping[str, Mapping[str, Text]]) -> Markup:
    """`texts` as JSON for a script element: the names, then each language's texts in order."""
    names = list(next(iter(texts.values())))
    tables = {language: [catalog[name] for name in names] for language, catalog in texts.items()}
    return inline_json({"keys": names, **tables})


def inline_json(document: object) -> Markup:
    """As the text of a script element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 (nothing in it ends the element)


def parse_catalog(content: bytes, language: str) -> dict[tuple[str, str], Text]:
    """The texts of a .po file by part and name. Raises ValueError for one without a translation."""
    from babel import Locale  # noqa: PLC0415 (slow to load, and only building needs it)
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    catalog = read_po(BytesIO(content), locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    category = Locale.parse(language).plural_form
    texts: dict[tuple[str, str], Text] = {}
    for message in catalog:
        if not message.id:
            continue  # the file's header
        context = message.context or ""
        if language != "en" and (message.fuzzy or not all(_forms(message.string))):
            raise ValueError(f"{language}.po: {context} has no translation")
        part, _, name = context.partition(".")
        if isinstance(message.id, str):
            texts[part, name] = translations.pgettext(context, message.id)
        else:
            one, many = message.id
            texts[part, name] = {
                category(n): translations.npgettext(context, one, many, n) for n in _NUMBERS
            }
    return texts


def _forms(text: str | Sequence[str]) -> Sequence[str]:
    return [text] if isinstance(text, str) else text


def _modified(language: str) -> int:
    return (CATALOGS / f"{language}.po").stat().st_mtime_ns


@cache
def _load_catalog(language: str, _modified: int) -> dict[tuple[str, str], Text]:
    return parse_catalog((CATALOGS / f"{language}.po").read_bytes(), language)
