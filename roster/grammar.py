"""What a YAML document may say, as tables: which keys, which of them required, and how each reads.

A kind reads a node into values that keep their place, notes every mistake on the way, and leaves
out what it noted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Generic, Protocol, TypeVar

from payments.refusals import InvalidValue
from roster.reading import (
    EmptyNode,
    ListNode,
    MappingNode,
    Mistake,
    Node,
    Place,
    RefusedNode,
    TextNode,
    quote,
)

T = TypeVar("T")


@dataclass(slots=True)  # like the nodes, not frozen
class Placed(Generic[T]):
    """A value and the node it was read from."""

    value: T
    node: Node

    @property
    def place(self) -> Place:
        return self.node.place


Fields = Mapping[str, Placed[Any] | None]
"""The known keys that were written; None stands for a value that is reported as a mistake."""


class Kind(Protocol):
    @property
    def example(self) -> str:
        """A value as one would write it."""

    def read(self, node: Node, path: str, mistakes: list[Mistake]) -> Placed[Any] | None:
        """The value of `node`, or None with a mistake that calls it `path`."""


@dataclass(frozen=True, slots=True)
class Text:
    """`parse` raises InvalidValue; `json_schema` is as much of it as a JSON Schema can say."""

    parse: Callable[[str], Any]
    example: str
    json_schema: Mapping[str, Any] = field(default_factory=dict)

    def read(self, node: Node, path: str, mistakes: list[Mistake]) -> Placed[Any] | None:
        if not isinstance(node, TextNode):
            refuse_kind(node, "text", self.example, path, mistakes)
            return None
        try:
            return Placed(self.parse(node.text), node)
        except InvalidValue as error:
            mistakes.append(Mistake(node.place, _in_path(path, str(error))))
            return None


@dataclass(frozen=True, slots=True)
class ListOf:
    """`item_path` is what messages call an item; as they call the list, if it is None."""

    item: Kind
    item_path: str | None = None

    @property
    def example(self) -> str:
        return f"[{self.item.example}]"

    def read(self, node: Node, path: str, mistakes: list[Mistake]) -> Placed[Any] | None:
        if not isinstance(node, ListNode):
            refuse_kind(node, "a list", self.example, path, mistakes)
            return None
        item_path = path if self.item_path is None else self.item_path
        items = [self.item.read(item, item_path, mistakes) for item in node.items]
        return Placed(tuple([item for item in items if item]), node)


@dataclass(frozen=True, slots=True)
class Key:
    """All that there is to say of a key: how its value reads, and what it is for (in the JSON
    Schema, the docs and the help of `payees add`, which calls its option `option`, if not as the
    key is called)."""

    kind: Kind
    about: str
    required: bool = False
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    keys: Mapping[str, Key]
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        required = tuple([name for name, key in self.keys.items() if key.required])
        object.__setattr__(self, "required", required)

    @property
    def example(self) -> str:
        return f"{{{', '.join(f'{key}: {self.keys[key].kind.example}' for key in self.required)}}}"

    def read(self, node: Node, path: str, mistakes: list[Mistake]) -> Placed[Fields] | None:
        if not isinstance(node, MappingNode):
            refuse_kind(node, "keys and values", self.example, path, mistakes)
            return None
        fields: dict[str, Placed[Any] | None] = {}
        missing = [key for key in self.required if key not in node.entries]
        for key, (key_node, written) in node.entries.items():
            if known := self.keys.get(key):
                fields[key] = known.kind.read(written, f"{path}.{key}" if path else key, mistakes)
            else:
                meant = get_close_matches(key.casefold()[:64], self.keys, n=1)
                missing = [key for key in missing if key not in meant]
                mistakes.append(Mistake(key_node.place, _in_path(path, self._unknown(key, meant))))
        for key in missing:
            message = f"missing key “{key}”; add it, such as {key}: {self.keys[key].kind.example}"
            mistakes.append(Mistake(node.place, _in_path(path, message)))
        return Placed(fields, node)

    def _unknown(self, key: str, meant: list[str]) -> str:
        if meant:
            return f"unknown key {quote(key)}; did you mean “{meant[0]}”?"
        return f"unknown key {quote(key)}; the keys here are {', '.join(self.keys)}"


def _in_path(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def refuse_kind(node: Node, wanted: str, example: str, path: str, mistakes: list[Mistake]) -> None:
    """Note that `node` is not what is `wanted` there."""
    written = {TextNode: "text", ListNode: "a list", MappingNode: "keys and values"}
    if isinstance(node, RefusedNode):
        return
    if isinstance(node, EmptyNode):
        message = f"is empty; write {wanted} such as {example}"
    else:
        message = f"must be {wanted} such as {example}, not {written[type(node)]}"
    mistakes.append(Mistake(node.place, _in_path(path, message)))


def value(fields: Fields, key: str, default: Any) -> Any:
    """The value of `key`, or `default` if there is none to go by."""
    placed = fields.get(key)
    return placed.value if placed else default


def items(fields: Fields, key: str) -> tuple[Placed[Any], ...]:
    """The items of the list `key`, each in its place."""
    placed: tuple[Placed[Any], ...] = value(fields, key, ())
    return placed
