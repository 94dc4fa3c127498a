"""docs/payees-in-languages.md: the till's own help, for a stallholder, in every language of the
pages. `make catalogs` writes it from the catalogs."""

import re
from pathlib import Path

from sitegen.catalogs import CATALOGS, direction, language_name, page_texts

PAGE = Path(__file__).parent.parent / "docs/payees-in-languages.md"
_MENU = CATALOGS.parent / "js/parts/menu.js"  # which knows the steps and their order
_SITE = "Town Market"
_HEAD = f"""\
# Your own list, in your language

What [a payee's own page](payees.md) says of itself under *How it works*, to print for who has no
phone at hand. “{_SITE}” stands for the market's name. A sentence below each language says if
[nobody has read it](languages.md) who speaks it from home.
"""


def payees_page() -> str:
    """The page's Markdown; English first, the others in their codes' order."""
    languages = sorted(
        (path.stem for path in CATALOGS.glob("*.po")), key=lambda one: (one != "en", one)
    )
    return "\n".join([_HEAD, *map(_section, languages)])


def _section(language: str) -> str:
    steps, named = _names("STEPS"), _names("NAMED")
    texts = page_texts(
        language, {"till", "rails", "site"}, {*steps, *named, "how_it_works", "unread"}
    )
    values = {name: texts[name] for name in named} | {"site": _SITE}
    lines = [
        f"{number}. {str(texts[step]).format(**values)}" for number, step in enumerate(steps, 1)
    ]
    if texts["unread"]:
        lines += ["", f"*{texts['unread']}*"]
    text = "\n".join(lines)
    return (
        f"## {language_name(language)}\n\n"
        f'<div lang="{language}" dir="{direction(language)}" markdown>\n\n{text}\n\n</div>\n'
    )


def _names(constant: str) -> list[str]:
    found = re.search(
        rf"^const {constant} = \[(.*?)\];", _MENU.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found
    return re.findall(r'"(\w+)"', found[1])
