"""What every page carries inline: its style, its script, and the policy that allows only these."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

from sitegen.assets import Asset, hash_of
from sitegen.scripts.minified import inline_styles, minify
from sitegen.scripts.page_script import page_script

TEMPLATES = Path(str(files("templates")))

NO_SCRIPT_STYLE = "#too-old h2{display:none}"
"""Where scripts are switched off, the browser is not too old."""

# A browser that can't read the script, or lacks what it begins with, never gets here: its page says
# so (see templates/too_old.css).
_RUNS = 'document.documentElement.className="runs"'


@dataclass(frozen=True, slots=True)
class Page:
    """One response is the whole page: nothing else is fetched before the payment is sent.

    `parts` are scripts that it may fetch, which its policy allows, and `source` is what people
    wrote of its own one.
    """

    style: Markup
    script: Markup
    content_security_policy: Markup
    parts: tuple[Asset, ...]
    source: str


def make_page(
    style: str,
    script: str,
    api_url: str,
    extra_script: str = "",
    *,
    home: str = "/",
    rails: Collection[str] = (),
    texts: Callable[[str], Mapping[str, object]] = lambda _: {},
    has_manifest: bool = False,
) -> Page:
    """A page with `templates/<style>` and `templates/js/<script>`, followed by `extra_script`.

    Besides its own origin, `api_url` is the only address the page may talk to, absolute or as a
    path; `home` is where the site begins, `rails` are the ways to pay that the script knows, and
    `texts` tells what its parts say.
    """
    css = minify("text/css", inline_styles(TEMPLATES / style))
    made = page_script(TEMPLATES / "js" / script, home, rails, texts)
    source = f"{made.text};\n{_RUNS}"
    if extra_script:
        source += f";\n{extra_script}"
    api = urlsplit(api_url)
    policy = {
        "default-src": ["'none'"],
        "style-src": [_quoted(hash_of(one)) for one in (css, NO_SCRIPT_STYLE)],
        "script-src": [_quoted(one) for one in (hash_of(source), *_integrities(made.parts))],
        "connect-src": ["'self'", *([f"{api.scheme}://{api.netloc}"] if api.netloc else [])],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    if has_manifest:
        policy |= {"manifest-src": ["'self'"], "img-src": ["data:", "'self'"]}
    directives = [" ".join([name, *sources]) for name, sources in policy.items()]
    # The policy's quotes are single ones, and stand in a double-quoted attribute.
    return Page(
        style=Markup(css),  # noqa: S704 (our own files)
        script=Markup(source),  # noqa: S704
        content_security_policy=Markup("; ".join(directives)),  # noqa: S704
        parts=made.parts,
        source=made.source,
    )


def _integrities(assets: Collection[Asset]) -> list[str]:
    return [asset.integrity for asset in assets]


def _quoted(source: str) -> str:
    return f"'{source}'"
