"""In what a page that is out there differs from the one that was built, told by what it would do to
payers: where their money goes, where a code leads, what runs, what the browser would let run.

Whether it differs at all is a matter of bytes, and this never says otherwise: whoever changed a
page knows more ways to write HTML than a reader of it.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from html.parser import HTMLParser

from roster.reading import quote
from sitegen.qr_proof import read_codes
from sitegen.told_accounts import told_accounts

_MOST = 3  # of one kind; a page that was replaced has hundreds
_IN_FULL = 400
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "xlink:href", "ping"}


class Fact(Enum):
    """What a page may tell of itself, the worst first: if it tells what it should not, and if it
    does not tell what it should."""

    ACCOUNT = ("takes payments by {}, which the roster does not have", "does not show {}")
    CODE = ("shows a code that {}", "lacks the code that {}")
    API = ("sends payments to {}", "does not send payments to {}")
    SCRIPT = ("runs a script that was not built: {}", "lacks the script {}")
    HANDLER = ("runs a script in an attribute: {}", "lacks {}")
    POLICY = ("lets the browser do what it should not: {}", "lacks the policy {}")
    STYLE = ("is drawn by a style that was not built: {}", "lacks the style {}")
    DRAWING = ("draws what was not built: {}", "does not draw {}")
    DATA = ("carries other data: {}", "lacks the data {}")
    ELEMENT = ("has {}", "lacks {}")
    TEXT = ("says {}", "does not say {}")


def page_differences(live: bytes, built: bytes, say_code: Callable[[str], str]) -> list[str]:
    """What `live` does that the page as it was `built` does not, and what it fails to do; nothing
    if they are equal. `say_code` tells where a code leads ("leads to …")."""
    if live == built:
        return []
    out_there, ours = _facts(live, say_code), _facts(built, say_code)
    found: list[str] = []
    for fact in Fact:
        extra = out_there[fact] - ours[fact]
        missing = ours[fact] - out_there[fact]
        found += _sentences(fact.value[0], extra)
        found += _sentences(fact.value[1], missing)
    return found or ["is not byte for byte what was built"]


def _sentences(pattern: str, facts: Mapping[str, int]) -> Iterator[str]:
    for shown in list(facts)[:_MOST]:
        yield pattern.format(shown)
    if len(facts) > _MOST:
        yield pattern.format(f"{len(facts) - _MOST} more such")


def _facts(page: bytes, say_code: Callable[[str], str]) -> Mapping[Fact, Counter[str]]:
    reader = _Reader()
    reader.feed(page.decode(errors="replace"))
    reader.close()
    reader.facts[Fact.CODE].update(say_code(code) for code in read_codes(page))
    return reader.facts


@dataclass
class _Open:
    """A script or a style that is being read."""

    tag: str
    attributes: Mapping[str, str]
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[Fact, Counter[str]] = {fact: Counter() for fact in Fact}
        self._open: _Open | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._open = _Open(tag, attributes)
            return
        for name, value in attributes.items():
            if name.startswith("on") or _runs(name, value):
                self._note(Fact.HANDLER, quote(f'{name}="{value}"', _IN_FULL))
        if tag == "meta" and attributes.get("http-equiv", "").casefold() == _POLICY:
            for directive in attributes.get("content", "").split(";"):
                self._note(Fact.POLICY, quote(directive.strip(), _IN_FULL))
        elif "data-api" in attributes:
            self._note(Fact.API, quote(attributes.pop("data-api"), _IN_FULL))
            self._note(Fact.ELEMENT, _element(tag, attributes))
        elif tag == "path":
            self._note(Fact.DRAWING, _hash(_element(tag, attributes)))
        else:
            self._note(Fact.ELEMENT, _element(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if self._open is None or tag != self._open.tag:
            return
        text, attributes = "".join(self._open.text), self._open.attributes
        self._open = None
        if tag == "style":
            self._note(Fact.STYLE, _hash(text))
        elif attributes.get("id") == "pay-by":
            told = map(str, told_accounts(text))
            self.facts[Fact.ACCOUNT].update(quote(one, _IN_FULL) for one in told)
        elif attributes.get("type") == "application/json":
            self._note(Fact.DATA, f"{attributes.get('id', '')} {_hash(text)}".strip())
        else:
            source = attributes.get("src")
            self._note(Fact.SCRIPT, quote(source, _IN_FULL) if source else _hash(text))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open.text.append(data)
        elif said := " ".join(data.split()):
            self._note(Fact.TEXT, quote(said, _IN_FULL))

    def _note(self, fact: Fact, said: str) -> None:
        self.facts[fact][said] += 1


_POLICY = "content-security-policy"


def _runs(name: str, value: str) -> bool:
    return name in _ADDRESSES and "".join(value.split()).casefold().startswith("javascript:")


def _element(tag: str, attributes: Mapping[str, str]) -> str:
    written = "".join(f' {name}="{value}"' for name, value in sorted(attributes.items()))
    return quote(f"<{tag}{written}>", _IN_FULL)


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode(errors='replace')).digest()).decode()}"
