"""What every page carries inline: its style, its script, and the policy that allows only these."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

TEMPLATES = Path(str(files("templates")))

_IMPORT = re.compile(r'^import (?:.+ from )?"\./(.+)";\n', re.MULTILINE)
_STYLE_IMPORT = re.compile(r'^@import "\./(.+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const |let )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One response is the whole page: nothing else is fetched before the payment is sent."""

    style: Markup
    script: Markup
    content_security_policy: Markup


def make_page(style: str, script: str, api_url: str, extra_script: str = "") -> Page:
    """A page with `templates/<style>` and `templates/js/<script>`, followed by `extra_script`.

    `api_url` is the only address the page may talk to, absolute or as a path of its own origin.
    """
    css = minify("text/css", inline_styles(TEMPLATES / style))
    source = inline_script(TEMPLATES / "js" / script)
    if extra_script:
        source += f";\n{extra_script}"
    api = urlsplit(api_url)
    origin = f"{api.scheme}://{api.netloc}" if api.netloc else "'self'"
    policy = {
        "default-src": "'none'",
        "style-src": _hash_source(css),
        "script-src": _hash_source(source),
        "connect-src": origin,
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    # The policy's quotes are single ones, and stand in a double-quoted attribute.
    return Page(
        style=Markup(css),  # noqa: S704 (our own files)
        script=Markup(source),  # noqa: S704
        content_security_policy=Markup("; ".join(map(" ".join, policy.items()))),  # noqa: S704
    )


def inline_styles(entry: Path) -> str:
    """`entry` as one style sheet, with those that it imports in their places."""
    return _STYLE_IMPORT.sub(
        lambda found: inline_styles(entry.parent / found[1]), entry.read_text("utf-8")
    )


def inline_script(entry: Path) -> str:
    """`entry` and the modules it imports, minified, as a script element's text.

    Raises ValueError for a mistake in one of them.
    """
    try:
        script = minify("text/javascript", inline_modules(entry))
    except ValueError as error:
        raise ValueError(f"{entry.name}, joined with what it imports: {error}") from error
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError(f"{entry} would end the page's script element")
    return script


def inline_modules(entry: Path) -> str:
    """`entry` and the modules it imports as one script, each module once, imports first.

    The modules share one function's scope then, so their top-level names must differ. The script is
    no module itself: those run once the page is painted, and what they change then would jump.
    """
    sources: dict[Path, str] = {}

    def add(module: Path) -> None:
        if module in sources:
            return
        source = module.read_text("utf-8")
        for name in _IMPORT.findall(source):
            add(module.parent / name)
        sources[module] = _EXPORT.sub("", _IMPORT.sub("", source))

    add(entry)
    return f'(() => {{\n"use strict";\n{"".join(sources.values())}}})();\n'


@cache
def minify(media_type: str, text: str) -> str:
    """`text` without comments and spaces, a script also with short names inside its functions.

    What forked processes will need must be asked for before the fork: the minifier is written in
    Go, whose threads are not in the copy.
    """
    from minify import string  # noqa: PLC0415 (slow to load, and only building needs it)

    minified: str = string(media_type, text)
    return minified


def _hash_source(text: str) -> str:
    """A CSP hash source of an inline element's exact text (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
