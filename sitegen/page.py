"""What every page carries inline: its style, its script, and the policy that allows only these."""

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

TEMPLATES = Path(__file__).parent.parent / "templates"

_IMPORT = re.compile(r'^import (?:.+ from )?"\./(.+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One response is the whole page: nothing else is fetched before the payment is sent."""

    style: Markup
    script: Markup
    content_security_policy: str


def make_page(script: str | None, api_url: str, extra_script: str = "") -> Page:
    """A page with the common style and `templates/js/<script>` (None: without one), followed by
    `extra_script`.

    `api_url` is the only address the page may talk to, absolute or as a path of its own origin.
    """
    style = (TEMPLATES / "page.css").read_text("utf-8")
    source = (inline_modules(TEMPLATES / "js" / script) if script else "") + extra_script
    api = urlsplit(api_url)
    origin = f"{api.scheme}://{api.netloc}" if api.netloc else "'self'"
    policy = {
        "default-src": "'none'",
        "style-src": _hash_source(style),
        "script-src": _hash_source(source) if source else "'none'",
        "connect-src": origin if source else "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return Page(
        style=Markup(style),  # noqa: S704 (our own files)
        script=Markup(source),  # noqa: S704
        content_security_policy="; ".join(f"{name} {value}" for name, value in policy.items()),
    )


def inline_modules(entry: Path) -> str:
    """`entry` and the modules it imports as one script, each module once, imports first.

    The modules share one scope then, so their top-level names must differ.
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
    script = "".join(sources.values())
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError(f"{entry} would end the page's script element")
    return script


def _hash_source(text: str) -> str:
    """A CSP hash source of an inline element's exact text (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
