"""`alerts.yaml`: how banks word their messages, with examples that are its tests. What is wrong is
told with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from cli.failure import Failure
from desk.alerts import pattern as wording
from desk.alerts.lines import NotRead, Reader, Told
from desk.alerts.pattern import PIECES, NoPattern, Pattern
from desk.statements.amounts import MARKS
from desk.statements.dates import Order
from desk.statements.line import Kind
from payments.currencies import currency_codes
from roster.reading import (
    EmptyNode,
    ListNode,
    MappingNode,
    Mistake,
    Node,
    TextNode,
    quote,
    read_yaml,
)

USUAL = Path("alerts.yaml")
SHIPPED = Path(wording.__file__).with_name("alerts.yaml")
_NOTHING = "nothing"
_KINDS = {
    **{str(kind): kind for kind in (Kind.CREDIT, Kind.DEBIT, Kind.TAKEN_BACK)},
    _NOTHING: None,
}
_MARKS = {"point": MARKS[0], "comma": MARKS[1]}
_KEYS = ("name", "from", "says", "kind", "currency", "decimal", "date", "accounts", "examples")
_TOLD = ("amount", "currency", "bank_number", "payer", "account", "date", "kind")
_OF_EXAMPLES = ("text", "came", "unread", *_TOLD)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Example:
    """A message of a pattern's, and what has to be read in it: nothing at all if `is_unread`."""

    pattern: Pattern
    text: str
    came: date
    told: Mapping[str, Node]
    node: Node
    is_unread: bool


@dataclass(slots=True)
class PatternsFile:
    """What a file says, and all that is wrong with it."""

    path: Path
    patterns: list[Pattern] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def __str__(self) -> str:
        return "patterns that come with this" if self.path == SHIPPED else str(self.path)

    def refuse(self, node: Node, message: str) -> None:
        self.mistakes.append(Mistake(node.place, message))

    def told(self) -> Iterator[str]:
        """Its mistakes, in their order, as people read them."""
        for place, message in sorted(self.mistakes):
            yield f"{self.path}:{place.line}:{place.column}: {message}"


def load_patterns(roster_path: Path) -> PatternsFile:
    """Those beside the roster, or where there are none those that come with this.

    Raises Failure, with all mistakes.
    """
    found = _load(roster_path.with_name(USUAL.name))
    if found.mistakes:
        raise Failure("\n".join([*found.told(), "Nothing was changed."]))
    return found


def check_patterns(path: Path | None) -> PatternsFile:
    """Those of a file, or of the usual one here, with their examples tried, and with mistakes
    instead of a Failure."""
    found = _load(path or USUAL, must_exist=path is not None)
    if not found.mistakes:
        _try_examples(found)
    return found


def _load(path: Path, *, must_exist: bool = False) -> PatternsFile:
    chosen = path if must_exist or path.exists() else SHIPPED
    try:
        return parse_patterns(chosen, chosen.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{chosen} cannot be read ({error}): save it as UTF-8.") from error


def parse_patterns(path: Path, text: str) -> PatternsFile:
    """All of it that can be meant, and all mistakes."""
    found = PatternsFile(path)
    root, mistakes = read_yaml(text)
    found.mistakes += mistakes
    if root is None or isinstance(root, EmptyNode):
        return found
    if not isinstance(root, ListNode):
        found.refuse(root, "it is a list: each pattern begins with “- name: …”")
        return found
    for node in root.items:
        _add_pattern(found, node)
    return found


def _add_pattern(found: PatternsFile, node: Node) -> None:
    if not isinstance(node, MappingNode):
        found.refuse(node, "a pattern has keys: name, from, says and more")
        return
    before = len(found.mistakes)
    _refuse_unknown(found, node, _KEYS)
    texts = {key: _text(found, node, key) for key in _KEYS if key not in ("from", "accounts",
                                                                          "examples")}  # fmt: skip
    for key in ("name", "says"):
        if not texts[key]:
            found.refuse(node, f"it has no {key}")
    pattern = Pattern(
        name=texts["name"] or "",
        senders=tuple(_senders(found, node)),
        says=texts["says"] or "",
        kind=_choice(found, node, "kind", _KINDS, Kind.CREDIT),
        currency=_currency(found, node, texts["currency"] or ""),
        mark=_choice(found, node, "decimal", _MARKS, MARKS[0]),
        order=_choice(found, node, "date", {str(one): one for one in Order}, Order.DMY),
        accounts=MappingProxyType(_accounts(found, node)),
    )
    if len(found.mistakes) > before:
        return
    try:
        wording.compile_wording(pattern)
    except NoPattern as error:
        found.refuse(node.entries[error.key][1], str(error))
        return
    found.patterns.append(pattern)
    examples = node.entries.get("examples")
    if examples is None or not isinstance(examples[1], ListNode) or not examples[1].items:
        found.refuse(node, "it has no examples: a message that you got, and what it tells")
        return
    for example in examples[1].items:
        _add_example(found, pattern, example)


def _refuse_unknown(found: PatternsFile, node: MappingNode, known: tuple[str, ...]) -> None:
    for key, (place, _) in node.entries.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            found.refuse(place, f"there is no {quote(key)}: {hint}")


def _text(found: PatternsFile, node: MappingNode, key: str) -> str | None:
    value = node.entries[key][1] if key in node.entries else None
    if value is None or isinstance(value, EmptyNode):
        return None
    if isinstance(value, TextNode):
        return value.text
    found.refuse(value, f"{key} is one text")
    return None


def _senders(found: PatternsFile, node: MappingNode) -> list[str]:
    value = node.entries["from"][1] if "from" in node.entries else node
    some = value.items if isinstance(value, ListNode) else [value]
    texts = [one.text for one in some if isinstance(one, TextNode) and one.text.strip()]
    if not texts or len(texts) < len(some):
        found.refuse(value, "from says whose messages these are, such as HDFCBK, one or a list")
    return texts


def _choice(
    found: PatternsFile, node: MappingNode, key: str, choices: Mapping[str, T], usual: T
) -> T:
    text = _text(found, node, key)
    if text is None:
        return usual
    if text not in choices:
        found.refuse(node.entries[key][1], f"{key} is {' or '.join(choices)}")
    return choices.get(text, usual)


def _currency(found: PatternsFile, node: MappingNode, text: str) -> str:
    if text and text not in currency_codes():
        found.refuse(node.entries["currency"][1], f"{quote(text)} is no currency, such as INR")
        return ""
    return text


def _accounts(found: PatternsFile, node: MappingNode) -> dict[str, str]:
    value = node.entries["accounts"][1] if "accounts" in node.entries else None
    if value is None:
        return {}
    if not isinstance(value, MappingNode):
        found.refuse(value, "accounts has what the bank writes, and the address: XX1234: a@bank")
        return {}
    return {
        key.casefold(): one.text
        for key, (_, one) in value.entries.items()
        if isinstance(one, TextNode)
    }


def _add_example(found: PatternsFile, pattern: Pattern, node: Node) -> None:
    if not isinstance(node, MappingNode) or not _text(found, node, "text"):
        found.refuse(node, "an example has a text, and what is read in it: amount, payer …")
        return
    _refuse_unknown(found, node, _OF_EXAMPLES)
    came = _text(found, node, "came")
    try:
        day = date.fromisoformat(came) if came else datetime.now().astimezone().date()
    except ValueError:
        found.refuse(node.entries["came"][1], "came is a day, such as 2026-03-01")
        return
    told = {key: node.entries[key][1] for key in _TOLD if key in node.entries}
    is_unread = "unread" in node.entries
    if is_unread == bool(told):
        found.refuse(node, 'say what is read in it, such as amount: "50.00", or unread: true')
        return
    text = _text(found, node, "text") or ""
    found.examples.append(Example(pattern, text, day, told, node, is_unread))


def _try_examples(found: PatternsFile) -> None:
    reader = Reader(found.patterns)
    for one in found.examples:
        try:
            told = reader.read(one.pattern.senders[0], one.text, one.came)
        except NotRead as error:
            if not one.is_unread:
                near = wording.reads_up_to(one.pattern, one.text)
                found.refuse(one.node, f"it is not read: {error}{near}")
            continue
        if one.is_unread:
            found.refuse(one.node, f"“{told.pattern.name}” reads it: it was to be unread")
            continue
        facts = _facts(told)
        for key, node in one.told.items():
            wanted = node.text if isinstance(node, TextNode) else ""
            if facts[key] != wanted:
                read = quote(facts[key]) if facts[key] else "nothing"
                found.refuse(node, f"{key}: {read} is read there, not {quote(wanted)}")


def _facts(told: Told) -> dict[str, str]:
    money, kind = told.money, told.pattern.kind
    return {
        "amount": money.amount if money else "",
        "currency": money.currency if money else "",
        "bank_number": told.bank_number,
        "payer": told.payer,
        "account": told.account,
        "date": told.day.isoformat() if told.day else "",
        "kind": str(kind) if kind else _NOTHING,
    }


assert set(_TOLD) - {"kind"} == set(PIECES) - {"any"}  # noqa: S101 (what can be read can be tried)
