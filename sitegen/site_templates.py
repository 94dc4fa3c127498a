"""Templates with what is the same on all of a site's pages filled in when they are compiled.

Ten thousand pages differ in a few lines each. Their style, script and texts are known before the
first one is rendered, and what Jinja knows while it compiles becomes plain text there and then.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateAssertionError,
    nodes,
)
from jinja2.compiler import has_safe_repr
from jinja2.ext import Extension
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from rails import RAILS
from roster.model import Site
from sitegen.assets import Asset
from sitegen.blanks import BlankPage
from sitegen.catalogs import (
    direction,
    inline_json,
    language_files,
    language_name,
    names_in,
    page_texts,
    used_names,
)
from sitegen.home_screen import home_screen_app
from sitegen.page import NO_SCRIPT_STYLE, TEMPLATES, make_page
from sitegen.slips import line_at, read_named

# No more than needs no escaping in a link; what looks otherwise is shown as text.
_MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_NAMED = re.compile(r'\{%-? (?:extends|include|import|from) "([^"]+)"')
_MOST_SHAPES = 250  # of pages that are kept
_PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)


class Readers(NamedTuple):
    """Whom pages are for: who reads one in a further language reads them all, so its texts, those
    of `parts`, are one file. Its name begins with `file`."""

    file: str
    parts: tuple[str, ...]


PAYERS = Readers(
    "texts", ("site", "foot", "payee", "rails", "poster", "index", "missing", "posters")
)


TILLS = Readers("till", ("site", "foot", "till", "rails"))


class PageKind(NamedTuple):
    """The files in `templates/` that a page is made of, and the parts of the catalogs it uses."""

    template: str
    style: str
    script: str
    texts: tuple[str, ...]
    asks_api: bool = True  # else its script asks for pages of its own site
    readers: Readers = PAYERS
    borrows: tuple[str, ...] = ()  # templates of other pages, of which its script shows pieces
    on_home_screen: bool = False  # whether a phone can keep it as an app


INDEX = PageKind("index.html", "index.css", "index.js", ("index",))
PAYEE = PageKind("payee.html", "payee.css", "payee.js", ("payee", "rails", "poster"))
POSTERS = PageKind(
    "posters.html",
    "posters.css",
    "posters.js",
    ("poster", "posters", "rails"),
    asks_api=False,
    borrows=("poster.html",),
)
TILL = PageKind(
    "till.html", "till.css", "till.js", ("till", "rails"), readers=TILLS, on_home_screen=True
)
MISSING = PageKind("404.html", "page.css", "missing.js", ("missing",))


class CompiledPage(NamedTuple):
    """`assets` are the files that such a page may fetch from its site."""

    template: Template
    assets: tuple[Asset, ...]


def _compile_page(
    kind: PageKind,
    site: Site,
    files: Mapping[str, Asset],
    extra_script: str,
    rails: Collection[str],
) -> CompiledPage:
    """The template of such a page of `site`; `extra_script` follows the page's own script, which
    knows these `rails`. `files` are its languages'."""
    first = site.languages[0]
    parts = ["site", *kind.texts, "foot"]
    ways = {word for rail in RAILS.values() for word in rail.WORDS}
    page = make_page(
        kind.style,
        kind.script,
        api_url(site) if kind.asks_api else "",
        extra_script,
        home=site_path(site),
        rails=rails,
        texts=lambda source: page_texts(first, parts, names_in(source) | ways),
        has_manifest=kind.on_home_screen,
    )
    templates = [
        source for one in (kind.template, *kind.borrows) for source in _template_sources(one)
    ]
    in_script = names_in(page.source)
    used = in_script | names_in("".join(templates)) | {f"rail_{kind}" for kind in rails}
    said = used if kind.borrows else in_script
    texts = page_texts(first, parts, used)
    app = home_screen_app(site, texts) if kind.on_home_screen else None
    known = {
        "site": site,
        "app": app,
        "home": site_path(site),
        "api_url": api_url(site),
        "contact": contact_markup(site.contact),
        "page": page,
        "no_script_style": NO_SCRIPT_STYLE,
        "names": {language: language_name(language) for language in site.languages},
        "t": texts,
        "plain": page_texts(first, {"static"}, used),
        "language": first,
        "direction": direction(first),
        "inline_texts": inline_json(
            {
                # What its script says, also in pieces of other pages; the rest stands in the page,
                # and in its language's file.
                "texts": {name: text for name, text in texts.items() if name in said},
                "parts": parts,
                "file": kind.readers.file,
                "hashes": {language: file.integrity for language, file in files.items()},
                "rtl": [code for code in site.languages if direction(code) == "rtl"],
            }
        ),
    }
    template = _Environment(known).get_template(kind.template)
    return CompiledPage(template, (*page.parts, *files.values(), *(app.files if app else ())))


def _template_sources(name: str, named_in: str = "", line: int = 1) -> Iterator[str]:
    """A template's text, and those of the templates that it names. Raises Slip."""
    source = read_named(TEMPLATES / name, TEMPLATES / (named_in or name), line)
    yield source
    for found in _NAMED.finditer(source):
        yield from _template_sources(found[1], name, line_at(source, found.start()))


class SiteTemplates:
    """The templates of a site's pages, each compiled when it is first asked for, and kept."""

    def __init__(self, site: Site, extra_script: str = "") -> None:
        self.site = site
        self._extra_script = extra_script
        self._compiled: dict[tuple[PageKind, tuple[str, ...]], CompiledPage] = {}
        self._files: dict[Readers, dict[str, Asset]] = {}
        self._blank_pages: dict[Hashable, BlankPage] = {}

    def __reduce__(self) -> tuple[type["SiteTemplates"], tuple[Site, str]]:
        """A process that does not inherit what is compiled compiles it anew."""
        return SiteTemplates, (self.site, self._extra_script)

    @cached_property
    def _used_names(self) -> set[str]:
        return used_names()

    def page(self, kind: PageKind, rails: tuple[str, ...] = ()) -> CompiledPage:
        """Pages whose payees have the same `rails`, whatever their order, are of one template."""
        if (kind, rails) not in self._compiled:
            files = self._language_files(kind.readers)
            made = _compile_page(kind, self.site, files, self._extra_script, rails)
            self._compiled[kind, rails] = made
        return self._compiled[kind, rails]

    def blank_page(self, shape: Hashable, make: Callable[[], BlankPage]) -> BlankPage:
        """The page of this shape, which `make` makes when it is first asked for."""
        found = self._blank_pages.get(shape)
        if found is None:
            if len(self._blank_pages) == _MOST_SHAPES:
                self._blank_pages.clear()
            found = self._blank_pages[shape] = make()
        return found

    def _language_files(self, readers: Readers) -> dict[str, Asset]:
        if readers not in self._files:
            made = language_files(
                readers.file, self.site.languages, readers.parts, self._used_names
            )
            self._files[readers] = made
        return self._files[readers]


def render(template: Template, **values: object) -> bytes:
    """The page in UTF-8. What all pages share, most of each, is encoded once."""
    return b"".join(map(_encode, template.generate(**values)))


_encode = lru_cache(maxsize=1000)(str.encode)


def api_url(site: Site) -> str:
    return site.api_url.rstrip("/") if site.api_url else f"{site_path(site)}api"


def contact_markup(contact: str) -> Markup:
    """A link if `contact` plainly is a mail address or a phone number, else the text."""
    if _MAIL.fullmatch(contact):
        address = f"mailto:{contact}"
    elif _PHONE.fullmatch(number := re.sub(r"[ ().-]", "", contact)):
        address = f"tel:{number}"
    else:
        return Markup("<bdi>{}</bdi>").format(contact)
    return Markup('<a dir="ltr" href="{}">{}</a>').format(address, contact)


def plain_amount(amount: str) -> str:
    """An amount as people write it: `50` for 50.00, `0.50` unchanged."""
    return amount.removesuffix(f".{'0' * len(amount.partition('.')[2])}")


def site_path(site: Site) -> str:
    """Where the site begins on its host, ending in /."""
    return urlsplit(site.url).path


class _Unindented(Extension):
    """Templates are indented for people who read them, not for those who download pages."""

    def preprocess(self, source: str, *_: object, **__: object) -> str:
        return re.sub(r"\n[^\S\n]+", "\n", source)  # mistakes are told by the lines of the file


class _Environment(Environment):
    def __init__(self, known: Mapping[str, object]) -> None:
        super().__init__(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Unindented],
            auto_reload=False,
        )
        self.filters["plain_amount"] = plain_amount
        self.globals.update(known)
        self._known = known

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        return super()._generate(_FillIn(self, self._known).visit(source), *args, **options)


class _FillIn(NodeTransformer):
    """Puts values in the places of their names, and of their attributes, where code can hold them.

    Where it cannot, they are looked up while rendering, as usual.
    """

    def __init__(self, environment: Environment, known: Mapping[str, object]) -> None:
        self._environment = environment
        self._known = known

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802
        node.data = re.sub(r"\n\n+", "\n", node.data)
        return node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 (Jinja's name)
        if node.name not in self._known:
            return node
        if node.ctx != "load":
            message = f"“{node.name}” is the same on all pages; choose another name"
            raise TemplateAssertionError(message, node.lineno)
        return _constant(self._known[node.name], node)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        if isinstance(node.node, nodes.Name) and node.node.name in self._known:
            owner = self._known[node.node.name]
            return _constant(self._environment.getattr(owner, node.attr), node)
        visited: nodes.Node = self.generic_visit(node)
        return visited


def _constant(value: object, node: nodes.Node) -> nodes.Node:
    return nodes.Const(value, lineno=node.lineno) if has_safe_repr(value) else node
