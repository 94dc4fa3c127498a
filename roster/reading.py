"""YAML read strictly: every scalar is the text it is, and every value knows where it stands.

PyYAML's loaders turn `no` into False and `012` into 10 and keep the last of duplicate keys, so
the tree is built here from its events. Anchors, tags, several documents and keys that are not
text are refused: a roster has no use for them, and a slip of the pen may look like one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from sys import intern
from typing import Any, NamedTuple, Protocol

import yaml

from roster.syntax_errors import explain_syntax_error

_LOW = 0xFFFFFFFF
_MAX_DEPTH = 20
_MOST_FORBIDDEN = 10
_NOTHING = ("", "~")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # in C where PyYAML was built with it

_JOINERS = "\u200c\u200d"  # ZWNJ and ZWJ: some scripts and emoji are spelled with them
_LINE_END = re.compile(r"\r\n?|\n")
_FORBIDDEN = re.compile(  # what YAML forbids, and what YAML 1.1 alone takes for the end of a line
    "[^\t\n\r\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


class Place(NamedTuple):
    """Where something starts: line and column, both from 1."""

    line: int
    column: int


class Mark(Protocol):
    """PyYAML's place: line, column and index, all from 0."""

    line: int
    column: int
    index: int


class Mistake(NamedTuple):
    place: Place
    message: str


@dataclass(slots=True)
class Node:
    """Where something stands in the text, which a byte order mark in front is no part of.

    Not frozen, and its marks a single number, for speed and memory: the tree of 10 000 payees has
    200 000 nodes.
    """

    marks: int

    @property
    def place(self) -> Place:
        return Place((self.marks >> 32 & _LOW) + 1, (self.marks & _LOW) + 1)

    @property
    def end(self) -> int:
        """The index at which the parser was done with it: right behind a text in a line and behind
        brackets; where the next thing starts, behind a text in | or > and behind lines of items
        or keys."""
        return self.marks >> 64


def _marks(start: Mark, end: Mark) -> int:
    return end.index << 64 | start.line << 32 | start.column


@dataclass(slots=True)
class TextNode(Node):
    text: str


@dataclass(slots=True)
class ListNode(Node):
    items: list[Node]


@dataclass(slots=True)
class MappingNode(Node):
    """The keys in the order written, each with its own node and its value's."""

    entries: dict[str, tuple[Node, Node]]


class EmptyNode(Node):
    """Nothing, or `~`, where a value belongs."""


class RefusedNode(Node):
    """Something that is already reported as a mistake."""


def read_yaml(text: str) -> tuple[Node | None, list[Mistake]]:
    """The document's tree, and all that is wrong with it as YAML; no tree after a syntax error.

    A byte order mark in front is passed over.
    """
    text = without_bom(text)
    forbidden = [
        Mistake(
            place_at(text, found.start()), f"remove the control character U+{ord(found[0]):04X}"
        )
        for found in islice(_FORBIDDEN.finditer(text), _MOST_FORBIDDEN)
    ]
    if len(forbidden) == _MOST_FORBIDDEN:  # this is no text at all
        return None, forbidden[:1]
    same_length = _FORBIDDEN.sub("\ufffd", text)  # so that marks are those of the text as it is
    builder = _Builder(_LOADER(same_length).get_event)
    builder.mistakes += forbidden
    try:
        return builder.document(), builder.mistakes
    except _TooDeep:
        index, message = builder.mark.index, "too many levels in one another; check the brackets"
    except yaml.MarkedYAMLError as error:
        index, message = explain_syntax_error(error, text)
    except (yaml.YAMLError, ValueError, OverflowError):  # PyYAML without C, at "\UFFFFFFFF"
        index, message = builder.mark.index, "not valid YAML after this; check what is in quotes"
    return None, [*builder.mistakes, Mistake(place_at(text, index), message)]


def without_bom(text: str) -> str:
    """`text` without the byte order mark that some editors put in front."""
    return text.removeprefix("\ufeff")


def child(node: Node | None, key: str) -> Node | None:
    """The value of `key` in a mapping that has it."""
    if isinstance(node, MappingNode) and key in node.entries:
        return node.entries[key][1]
    return None


def place_at(text: str, index: int) -> Place:
    """The place of the character at `index`."""
    lines = _LINE_END.split(text[:index])
    return Place(len(lines), len(lines[-1]) + 1)


def line_starts(text: str) -> list[int]:
    """The index at which each line starts."""
    return [0, *(found.end() for found in _LINE_END.finditer(text))]


def quote(text: str, most: int = 40) -> str:
    """`text` in quotes for a message: short, and nothing in it that one cannot see."""
    return f"“{seen(text if len(text) <= most else f'{text[: most - 1]}…')}”"


def seen(text: str) -> str:
    """`text` with what one cannot see written as its number."""
    return "".join(c if c.isprintable() or c in _JOINERS else f"\\u{ord(c):04x}" for c in text)


class _TooDeep(Exception):
    pass


class _Builder:
    """Builds the tree from the parser's events; `mark` is how far it has come."""

    def __init__(self, next_event: Callable[[], Any]) -> None:
        self.mistakes: list[Mistake] = []
        self.mark: Mark = next_event().start_mark
        self._next = next_event

    def document(self) -> Node:
        roots: list[Node] = []
        while event := self._next():
            mark: Any = event.start_mark
            if isinstance(event, yaml.NodeEvent):
                roots.append(self._node(event, depth=0))
            elif isinstance(event, yaml.DocumentStartEvent) and roots:
                self._refuse(
                    Node(_marks(mark, mark)), "a second document starts here; remove the “---”"
                )
        return roots[0] if roots else EmptyNode(_marks(self.mark, self.mark))

    def _node(self, event: Any, depth: int) -> Node:
        start = self.mark = event.start_mark
        marks = event.end_mark.index << 64 | start.line << 32 | start.column  # a call less: _marks
        kind = type(event)
        if event.anchor is not None:
            self._refuse(Node(marks), "“&” and “*” mean something in YAML; put this in quotes")
        if kind is yaml.AliasEvent:
            return RefusedNode(marks)
        if event.tag is not None:
            self._refuse(Node(marks), "“!” means something in YAML; put this in quotes")
        if kind is yaml.ScalarEvent:
            text: str = event.value
            is_empty = text in _NOTHING and event.implicit[0]  # that is, without quotes
            return EmptyNode(marks) if is_empty else TextNode(marks, text)
        if depth > _MAX_DEPTH:
            raise _TooDeep
        if kind is yaml.MappingStartEvent:
            entries = self._entries(depth + 1)
            return MappingNode(_marks(start, self.mark), entries)
        items = self._items(depth + 1)
        return ListNode(_marks(start, self.mark), items)

    def _items(self, depth: int) -> list[Node]:
        items = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            items.append(self._node(event, depth))
        self.mark = event.end_mark  # type: ignore[assignment]  # an event that was read has one
        return items

    def _entries(self, depth: int) -> dict[str, tuple[Node, Node]]:
        entries: dict[str, tuple[Node, Node]] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            key = self._node(event, depth)
            value = self._node(self._next(), depth)
            if not isinstance(key, TextNode):
                self._refuse(key, "a key must be text, such as name")
            elif key.text in entries:
                first = entries[key.text][0].place.line
                self._refuse(key, f"{quote(key.text)} is already on line {first}; keep one")
            else:
                entries[intern(key.text)] = key, value
        self.mark = event.end_mark  # type: ignore[assignment]
        return entries

    def _refuse(self, node: Node, message: str) -> None:
        self.mistakes.append(Mistake(node.place, message))
