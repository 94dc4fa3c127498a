"""Changing `payees.yaml` as a careful hand would: a few lines are spliced in, the rest stays byte
for byte, with its comments, its order and its line ends.

Places come from the tree that reading makes. Its marks of texts and of [lists] and {keys} in
brackets are exact; what is written in lines ends where the last thing in it does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import cast

from payments.payee import PayeeId
from roster.keys import PAYEE
from roster.reading import (
    EmptyNode,
    ListNode,
    MappingNode,
    Node,
    TextNode,
    child,
    line_starts,
    read_yaml,
    without_bom,
)
from roster.writing import Item, Value, quote_text, write_item, write_lines, write_value

_COMMENT = re.compile(r"( *)#")
_SPACE = re.compile(r"\s*")
_COMMA = re.compile(r" *,? *")
_ORDER = list(PAYEE.keys)

Values = Mapping[str, Value]
"""A payee's keys, in the order to write them."""

Changes = Mapping[str, Value | None]
"""What a payee's keys shall be; None takes a key away."""


class NoSuchPayee(LookupError):
    pass


class NotEditable(ValueError):
    """The roster has mistakes, or is valid in a way that splicing does not know."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A text without mistakes and its tree."""

    text: str
    root: Node
    line_starts: list[int]

    def start(self, node: Node) -> int:
        line, column = node.place
        return self.line_starts[line - 1] + column - 1

    def end(self, node: Node) -> int:
        """Where what is written of `node` ends."""
        if isinstance(node, ListNode) and not self.is_in_brackets(node):
            return self.end(node.items[-1])
        if isinstance(node, MappingNode) and not self.is_in_brackets(node):
            return self.end(list(node.entries.values())[-1][1])
        return len(self.text[: node.end].rstrip())  # a text in | or > ends at the next thing

    def is_in_brackets(self, node: Node) -> bool:
        return self.text[self.start(node)] in "[{"


def _read(text: str) -> _Source:
    root, mistakes = read_yaml(text)
    if root is None or mistakes:
        raise NotEditable
    return _Source(text, root, line_starts(text))


def add_payees(text: str, payees: Sequence[Values]) -> str:
    """A valid roster's `text` with payees behind the last. Raises NotEditable."""
    if not payees:
        return text
    bare = without_bom(text)
    source, line_end = _read(bare), _line_end(text)
    known, bom = _payees(source), text.removesuffix(bare)
    items, start = known.items, source.start(known)
    if bare[start : known.end] == "[]":
        head = bare[:start].rstrip(" ")
        lines = [line for values in payees for line in _lines(values, dash=2, offset=2)]
        return bom + _insert_after(head + bare[known.end :], len(head), lines, line_end)
    if source.is_in_brackets(known):
        place = source.end(items[-1]) if items else known.end - 1
        written = ", ".join(map(_in_brackets, payees))
        return bom + bare[:place] + (", " if items else "") + written + bare[place:]
    dash, last = known.place.column - 1, items[-1]
    offset = 2 if source.is_in_brackets(last) else max(last.place.column - 1 - dash, 2)
    is_apart = len(items) > 1 and _is_apart(bare[source.end(items[-2]) : source.start(last)])
    apart = [""] if is_apart else []
    lines = [line for values in payees for line in [*apart, *_lines(values, dash, offset)]]
    return bom + _insert_after(bare, source.end(last), lines, line_end, comments_beyond=dash)


def edit_payees(text: str, changes: Mapping[PayeeId, Changes]) -> str:
    """A valid roster's `text` with these keys of payees changed, put in or taken away; the very
    text, if they say so already. Of keys in keys, only those named change. Raises NoSuchPayee
    and NotEditable.
    """
    bare = without_bom(text)
    source = _read(bare)
    bom, entries = text.removesuffix(bare), _entries(source)
    if unknown := [payee_id for payee_id in changes if payee_id not in entries]:
        raise NoSuchPayee(unknown[0])
    for payee_id in sorted(changes, key=lambda one: source.start(entries[one]), reverse=True):
        bare = _edit_entry(bare, source, entries[payee_id], changes[payee_id])
    return bom + bare


def _edit_entry(bare: str, source: _Source, entry: Node, changes: Changes) -> str:
    """`bare`, which up to the end of the `entry` still is the source's text, with it changed."""
    start, end = source.start(entry), source.end(entry)
    if not source.is_in_brackets(entry):
        end = _end_of_line(bare, end)
    # The entry is a document by itself, as long as it starts in the same column.
    indent = " " * (entry.place.column - 1)
    piece = indent + bare[start:end]
    for key, value in changes.items():
        piece = _change(piece, (key,), value, _line_end(bare))
    expected = {*_keys(entry), *changes} - {key for key in changes if changes[key] is None}
    if _keys(_read(piece).root) != expected:
        raise NotEditable
    return bare[:start] + piece.removeprefix(indent) + bare[end:]


def _payees(source: _Source) -> ListNode:
    payees = child(source.root, "payees")
    if not isinstance(payees, ListNode):
        raise NotEditable
    return payees


def _entries(source: _Source) -> dict[str, Node]:
    found = {}
    for entry in _payees(source).items:
        written = child(entry, "id")
        if isinstance(written, TextNode):
            found[written.text] = entry
    return found


def _keys(entry: Node) -> set[str]:
    return set(entry.entries) if isinstance(entry, MappingNode) else set()


def _change(text: str, path: tuple[str, ...], value: Value | None, line_end: str) -> str:
    """An entry's `text` with the key at `path` changed."""
    source = _read(text)
    parent: Node | None = source.root
    for key in path[:-1]:
        parent = child(parent, key)
    written = child(parent, path[-1])
    if not isinstance(parent, MappingNode) or (
        written and value is not None and _says(written, value)
    ):
        return text
    if value is None:
        return _remove(source, parent, path[-1]) if written else text
    if written is None:
        return _insert(source, parent, path[-1], value, line_end)
    if isinstance(value, Mapping) and isinstance(written, MappingNode):
        for key, one in value.items():
            text = _change(text, (*path, key), one, line_end)
        return text
    if isinstance(written, ListNode) and not source.is_in_brackets(written):
        return _change_items(source, written, cast("Sequence[Item]", value), line_end)
    new = write_value(value, in_brackets=source.is_in_brackets(parent))
    return text[: source.start(written)] + new + text[source.end(written) :]


def _says(node: Node, value: Value) -> bool:
    if isinstance(node, TextNode):
        return node.text == value
    if isinstance(node, ListNode) and not isinstance(value, str | Mapping):
        pairs = zip(node.items, value, strict=False)
        return len(node.items) == len(value) and all(_says(item, one) for item, one in pairs)
    if isinstance(node, MappingNode) and isinstance(value, Mapping):
        keys = list(node.entries) == list(value)
        return keys and all(_says(node.entries[key][1], text) for key, text in value.items())
    return isinstance(node, EmptyNode) and value == ""


def _change_items(source: _Source, node: ListNode, items: Sequence[Item], line_end: str) -> str:
    """The text with the list's lines those of `items`. What stays, stays as it is written; the
    comments in lines of their own above an item stay or move with it, or with the account that
    takes the place of another on the same rail."""
    text = source.text
    start = end = source.line_starts[node.place.line - 1]
    written: list[tuple[Node, str, str]] = []  # with the comments above it, and its own lines
    for old in node.items:
        above, end = end, _end_of_line(text, source.end(old))
        line = source.line_starts[old.place.line - 1]
        written.append((old, text[above:line], text[line:end]))
    indent = " " * (node.place.column - 1)
    lines = []
    for item in items:
        same = next((old for old in written if _says(old[0], item)), None)
        alike = same or next((old for old in written if _is_alike(old[0], item, items)), None)
        if alike:
            written.remove(alike)
            lines.append(alike[1])
        new = "".join(f"{indent}{line}{line_end}" for line in write_item(item))
        lines.append(f"{same[2].rstrip()}{line_end}" if same else new)
    changed = "".join(lines)
    if not text[start:end].endswith("\n"):
        changed = changed.removesuffix(line_end)
    return text[:start] + changed + text[end:]


def _is_alike(node: Node, item: Item, others: Sequence[Item]) -> bool:
    """Whether `item` may take the place of what `node` says: neither is any of the `others`."""
    kinds = list(getattr(node, "entries", ()))[:1]
    is_kept = any(_says(node, other) for other in others)
    return not is_kept and isinstance(item, Mapping) and kinds == list(item)[:1]


def _insert(source: _Source, parent: MappingNode, key: str, value: Value, line_end: str) -> str:
    """Behind the last of the keys that usually stand before it."""
    before = [name for name in parent.entries if name in _ORDER[: _ORDER.index(key)]]
    place = source.end(parent.entries[before[-1]][1])
    if source.is_in_brackets(parent):
        new = f", {key}: {write_value(value, in_brackets=True)}"
        return source.text[:place] + new + source.text[place:]
    indent = " " * (parent.place.column - 1)
    lines = [f"{indent}{line}" for line in write_lines(key, value)]
    return _insert_after(source.text, place, lines, line_end)


def _remove(source: _Source, parent: MappingNode, key: str) -> str:
    """Without the key's lines and the comment behind it; comments in lines of their own stay."""
    text, keys = source.text, list(parent.entries)
    key_node, written = parent.entries[key]
    start, end = source.start(key_node), source.end(written)
    number = keys.index(key)
    if source.is_in_brackets(parent):
        before = source.end(parent.entries[keys[number - 1]][1]) if number else start
        if number and "#" not in text[before:start]:
            return text[:before] + text[end:]
        return text[:start] + text[_past(_COMMA, text, end) :]
    end = _end_of_line(text, end)
    if number == 0:  # what is next moves up, behind the dash
        return text[:start] + text[_past(_SPACE, text, end) :]
    line = source.line_starts[key_node.place.line - 1]
    if text[line:end].endswith("\n"):
        return text[:line] + text[end:]
    return text[:line].removesuffix("\n").removesuffix("\r")


def _past(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _end_of_line(text: str, place: int) -> int:
    """Behind the line of `place`, with its line end."""
    return text.find("\n", place) + 1 or len(text)


def _insert_after(
    text: str,
    place: int,
    lines: list[str],
    line_end: str,
    *,
    comments_beyond: int | None = None,
) -> str:
    """Splice `lines` in behind the line of `place`, and behind the comments right below it that
    are indented by more than `comments_beyond`: those belong to what is above."""
    place = _end_of_line(text, place)
    if comments_beyond is not None:
        below = text[place:].splitlines(keepends=True)
        place += sum(
            map(len, takewhile(lambda line: _is_comment_beyond(line, comments_beyond), below))
        )
    if not text[:place].endswith("\n"):
        return text + "".join(f"{line_end}{line}" for line in lines)
    return text[:place] + "".join(f"{line}{line_end}" for line in lines) + text[place:]


def _is_comment_beyond(line: str, column: int) -> bool:
    comment = _COMMENT.match(line)
    return comment is not None and len(comment[1]) > column


def _is_apart(between: str) -> bool:
    return any(not line.strip() for line in between.splitlines()[1:-1])


def _lines(values: Values, dash: int, offset: int) -> list[str]:
    """An entry in lines, its dash and its keys indented as the others'."""
    written = [line for key, value in values.items() for line in write_lines(key, value)]
    first = f"{' ' * dash}-{' ' * (offset - 1)}{written[0]}"
    return [first, *(f"{' ' * (dash + offset)}{line}" for line in written[1:])]


def _in_brackets(values: Values) -> str:
    written = {
        key: quote_text(value) if isinstance(value, str) else write_value(value)
        for key, value in values.items()
    }
    return f"{{{', '.join(f'{key}: {text}' for key, text in written.items())}}}"
