"""The pages' texts in the site's languages, from the gettext catalogs in templates/catalogs.

A message's context says where it is used and what it is called there: `payee.amount` is `amount` on
the payee's page. English texts are the catalogs' message ids, so `en.po` translates nothing.
What has no translation is shown in English.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from gettext import GNUTranslations
from io import BytesIO

from markupsafe import Markup

from rails import RAILS
from sitegen.assets import Asset, make_asset
from sitegen.page import TEMPLATES
from sitegen.slips import Slip

Text = str | Mapping[str, str]
"""One text, or one for each of the language's plural categories (CLDR's names)."""

CATALOGS = TEMPLATES / "catalogs"
_NUMBERS = range(200)  # among them is each category of our languages, but for that of millions
_FROM_OUTSIDE = re.compile(
    r"\{(?:by|code|contact|holder|label|payee|payer|reason|site|user|way|why)\}"
)
_READ_BY = re.compile(rb'^"X-Read-By: *[^\\ ]', re.MULTILINE)  # a native speaker's name
_NAMES = re.compile(r'"([a-z]\w*)"|\b(?:t|plain)\.(\w+)')
_NAMES_OF_STATES = {"confirmed", "reversed"}  # which scripts take from the API's answer


def page_texts(language: str, parts: Collection[str], used: Collection[str]) -> dict[str, Text]:
    """The texts of `used` names in these parts of the site, by name. A changed file is read anew.

    A page has those that its own sources name and no others: it must stay small.
    """
    return {
        name: text
        for (part, name), text in _texts_in(language).items()
        if part in parts and name in used
    }


def language_files(
    name: str, languages: Iterable[str], parts: Collection[str], used: Collection[str]
) -> dict[str, Asset]:
    """Each language's texts for pages that are in another: of each of `parts`, those of `used`
    names, by name."""
    files = {}
    for language in languages:
        texts: dict[str, dict[str, Text]] = {part: {} for part in parts}
        for (part, one), text in _texts_in(language).items():
            if part in texts and one in used:
                texts[part][one] = text
        files[language] = make_asset(f"{name}-{language}", "json", _json(texts))
    return files


def language_name(language: str) -> str:
    """What it calls itself."""
    return str(_texts_in(language)["site", "name"])


def direction(language: str) -> str:
    """`ltr`, or `rtl` for a language that is written from right to left."""
    from babel import Locale  # noqa: PLC0415 (slow to load, and only building needs it)

    return Locale.parse(language, sep="-").text_direction


def written_day(day: date, language: str) -> str:
    """With its weekday, as the language writes it; English as most of its countries do."""
    from babel.dates import format_date  # noqa: PLC0415

    return format_date(day, "full", "en_001" if language == "en" else language.replace("-", "_"))


def used_names() -> set[str]:
    """What templates, styles and scripts of the whole site may mean by a text's name."""
    sources = (path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".css", ".js"})
    names = (names_in(source.read_text("utf-8")) for source in sources)
    return set[str]().union(*names, *(rail.WORDS for rail in RAILS.values()))


def names_in(source: str) -> set[str]:
    """What a source may mean by a text's name: it writes it out."""
    return _NAMES_OF_STATES.union(*(filter(None, groups) for groups in _NAMES.findall(source)))


def inline_json(document: object) -> Markup:
    """As the text of a script element."""
    return Markup(_json(document).replace("<", "\\u003c"))  # noqa: S704 (nothing in it ends the element)


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def parse_catalog(
    content: bytes, language: str, english: Mapping[tuple[str, str], Text] | None = None
) -> dict[tuple[str, str], Text]:
    """The texts of a .po file by part and name, complete and in the order of `english`.

    A text that it doesn't translate, or translates from another English text than that of today,
    is the English one. Names and other values from outside are isolated, so that an Arabic one
    doesn't turn an English sentence around. Raises ValueError for a malformed file.
    """
    from babel import Locale  # noqa: PLC0415 (slow to load, and only building needs it)
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    locale = Locale.parse(language, sep="-")
    examples = {locale.plural_form(n): n for n in _NUMBERS}
    catalog = read_po(BytesIO(content), locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    texts: dict[tuple[str, str], Text] = dict(english or {})
    for message in catalog:
        if not message.id:
            continue  # the file's header
        context = message.context or ""
        part, _, name = context.partition(".")
        isolate = partial(_isolate, spoken=name.startswith("spoken"))
        if english is not None and (
            message.fuzzy
            or not message.string
            or not all(message.string)
            or not _is_current(message.id, english.get((part, name)), isolate)
        ):
            continue
        if isinstance(message.id, str):
            texts[part, name] = isolate(translations.pgettext(context, message.id))
        else:
            one, many = message.id
            texts[part, name] = {
                category: isolate(translations.npgettext(context, one, many, n))
                for category, n in examples.items()
            }
    return texts


def _is_current(
    original: str | Sequence[str], english: Text | None, isolate: Callable[[str], str]
) -> bool:
    """Whether a translation of `original` still is one of what the English catalog says."""
    if isinstance(original, str):
        return isolate(original) == english
    one, other = map(isolate, original)
    return {"one": one, "other": other} == english


def _isolate(text: str, *, spoken: bool = False) -> str:
    """`text` with FSI and PDI around values from outside; a voice might read them out."""
    return text if spoken else _FROM_OUTSIDE.sub("\u2068\\g<0>\u2069", text)


def _texts_in(language: str) -> dict[tuple[str, str], Text]:
    texts = _load_catalog(language, _modified(language), _modified("en"))
    is_read = _READ_BY.search(_read_catalog(language))
    return {**texts, ("site", "unread"): ""} if is_read else texts


@cache
def _load_catalog(language: str, _modified: int, english: int) -> dict[tuple[str, str], Text]:
    from babel.messages.pofile import PoFileError  # noqa: PLC0415

    originals = None if language == "en" else _load_catalog("en", english, english)
    try:
        return parse_catalog(_read_catalog(language), language, originals)
    except PoFileError as error:
        line = (error.lineno or 0) + 1  # Babel counts from 0
        raise Slip(CATALOGS / f"{language}.po", line, str(error).partition(" on ")[0]) from error


def _read_catalog(language: str) -> bytes:
    return (CATALOGS / f"{language}.po").read_bytes()


def _modified(language: str) -> int:
    return (CATALOGS / f"{language}.po").stat().st_mtime_ns
