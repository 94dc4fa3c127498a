"""Bring the catalogs of texts in line with the English one, and say what they lack.

Usage: make catalogs   (after a change of templates/catalogs)

Each gets the English catalog's texts in its order. A text that is new has no translation yet; one
whose English has changed keeps its translation, marked as fuzzy for a translator to look at. Until
then pages show the English.
"""

import re
import sys
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from sitegen.catalogs import CATALOGS
from tools.payees_page import PAGE, payees_page


def main() -> int:
    english = messages((CATALOGS / "en.po").read_bytes(), "en")
    for file in sorted(CATALOGS.glob("*.po")):
        if file.stem != "en":
            content = file.read_bytes()
            aligned, lacking = align(content, file.stem, english)
            if aligned != content:
                file.write_bytes(aligned)
            if lacking:
                print(f"{file.name} lacks {', '.join(lacking)}")
    PAGE.write_text(payees_page())
    return 0


def messages(content: bytes, language: str) -> dict[str, Message]:
    """By context, in the file's order."""
    catalog = read_po(BytesIO(content), locale=Locale.parse(language, sep="-"))
    return {message.context or "": message for message in catalog if message.id}


def align(content: bytes, language: str, english: dict[str, Message]) -> tuple[bytes, list[str]]:
    """The catalog with just the texts of `english`, and the contexts that need a translator."""
    header = content.decode().split("\n\n")[0].strip()
    count = re.search(r"nplurals=(\d)", header)
    forms = int(count[1]) if count else 2
    own = messages(content, language)
    blocks, lacking = [header], []
    for context, original in english.items():
        known = own.get(context)
        strings = list(_forms(known.string)) if known else []
        if len(strings) != (forms if original.pluralizable else 1) or not all(strings):
            strings = [""] * (forms if original.pluralizable else 1)
        is_old = known is not None and (known.fuzzy or known.id != original.id)
        is_fuzzy = is_old and any(strings)
        if is_fuzzy or not any(strings):
            lacking.append(context)
        blocks.append(block(original, strings, is_fuzzy=is_fuzzy))
    return ("\n\n".join(blocks) + "\n").encode(), lacking


def block(original: Message, strings: list[str], *, is_fuzzy: bool) -> str:
    lines = ["#, fuzzy"] if is_fuzzy else []
    ids = _forms(original.id)
    lines += [f"msgctxt {quoted(original.context or '')}", f"msgid {quoted(ids[0])}"]
    if original.pluralizable:
        lines.append(f"msgid_plural {quoted(ids[1])}")
        lines += [f"msgstr[{n}] {quoted(string)}" for n, string in enumerate(strings)]
    else:
        lines.append(f"msgstr {quoted(strings[0])}")
    return "\n".join(lines)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    sys.exit(main())
