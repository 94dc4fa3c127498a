"""Changing `payees.yaml` as a careful hand would: a few lines are spliced in, the rest stays byte
for byte, with its comments, its order and its line ends.

Places come from PyYAML's composer: its marks of texts and of [lists] and {keys} in brackets are
exact; those of what is written in lines are not, so their ends are found from what is in them.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import yaml

from payments.payee import PayeeId, PayeeStatus

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BOM = "\ufeff"
_COMMENT = re.compile(r"( *)#")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

Values = Mapping[str, str | Sequence[str] | Mapping[str, str]]
"""A payee's keys in the order to write them; lists and {min, max} go into brackets."""


class NoSuchPayee(LookupError):
    pass


def add_payee(text: str, values: Values) -> str:
    """A valid roster's `text` with a payee behind the last."""
    text, bom = text.removeprefix(_BOM), _BOM if text.startswith(_BOM) else ""
    payees = _child(_root(text), "payees")
    items = payees.value
    if not items and text[payees.start_mark.index : payees.end_mark.index] == "[]":
        head = text[: payees.start_mark.index].rstrip(" ")
        lines = _entry(values, dash=2, offset=2)
        return bom + _insert_after(head + text[payees.end_mark.index :], len(head), lines)
    if payees.flow_style:
        entry = _in_brackets(values)
        place = _end(items[-1], text) if items else payees.end_mark.index - 1
        return bom + text[:place] + (", " if items else "") + entry + text[place:]
    dash = payees.start_mark.column
    offset = max(items[-1].start_mark.column - dash, 2) if not items[-1].flow_style else 2
    lines = _entry(values, dash, offset)
    if len(items) > 1 and _is_apart(text[_end(items[-2], text) : items[-1].start_mark.index]):
        lines = ["", *lines]
    return bom + _insert_after(text, _end(items[-1], text), lines, comments_beyond=dash)


def close_payee(text: str, payee_id: PayeeId) -> str:
    """A valid roster's `text` with the payee's status closed. Raises NoSuchPayee."""
    text, bom = text.removeprefix(_BOM), _BOM if text.startswith(_BOM) else ""
    for entry in _child(_root(text), "payees").value:
        if _child(entry, "id").value == payee_id:
            return bom + _close(text, entry)
    raise NoSuchPayee(payee_id)


def _close(text: str, entry: Any) -> str:
    if status := _child(entry, "status"):
        start, end = status.start_mark.index, _end(status, text)
        return f"{text[:start]}{PayeeStatus.CLOSED}{text[end:]}"
    end = _end(entry.value[-1][1], text)
    if entry.flow_style:
        return f"{text[:end]}, status: {PayeeStatus.CLOSED}{text[end:]}"
    indent = " " * entry.value[0][0].start_mark.column
    return _insert_after(text, end, [f"{indent}status: {PayeeStatus.CLOSED}"])


def _root(text: str) -> Any:
    return yaml.compose(text, Loader=_LOADER)


def _child(mapping: Any, key: str) -> Any:
    return next((value for name, value in mapping.value if name.value == key), None)


def _end(node: Any, text: str) -> int:
    """Where what is written of `node` ends."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        end: int = node.end_mark.index
        return len(text[:end].rstrip())  # a text in | or > ends where the next thing starts
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last, text)


def _insert_after(
    text: str, place: int, lines: list[str], *, comments_beyond: int | None = None
) -> str:
    """Splice `lines` in behind the line of `place`, and behind the comments right below it that
    are indented by more than `comments_beyond`: those belong to what is above."""
    line_end = "\r\n" if "\r\n" in text else "\n"
    found = text.find("\n", place)
    if found < 0:
        return text + "".join(f"{line_end}{line}" for line in lines)
    place = found + 1
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


def _entry(values: Values, dash: int, offset: int) -> list[str]:
    written = [f"{key}: {_write(value)}" for key, value in values.items()]
    first = f"{' ' * dash}-{' ' * (offset - 1)}{written[0]}"
    return [first, *(f"{' ' * (dash + offset)}{line}" for line in written[1:])]


def _in_brackets(values: Values) -> str:
    return (
        f"{{{', '.join(f'{key}: {_write(value, quoted=True)}' for key, value in values.items())}}}"
    )


def _write(value: str | Sequence[str] | Mapping[str, str], *, quoted: bool = False) -> str:
    if isinstance(value, str):
        return _quote(value) if quoted or not _is_plain(value) else value
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_quote(text)}' for key, text in value.items())}}}"
    return f"[{', '.join(map(_quote, value))}]"


def _is_plain(text: str) -> bool:
    """Whether every reader of YAML takes `text` for that very text: not for a number, a truth, a
    date, a comment or a list."""
    try:
        return bool(yaml.safe_load(f"a: {text}") == {"a": text}) and text.strip() == text
    except (yaml.YAMLError, ValueError):
        return False


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    seen = _UNSEEN.sub(lambda found: f"\\U{ord(found[0]):08x}", escaped)
    return f'"{seen}"'
