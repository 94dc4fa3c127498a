"""Values as one writes them in YAML: bare where every reader takes them for that very text."""

import re
from collections.abc import Mapping, Sequence

import yaml

_UNSEEN = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

Item = str | Mapping[str, str]
"""What a list holds: a text, or keys with texts."""

Value = str | Sequence[Item] | Mapping[str, str]
"""A text, a list, or keys with texts: what a payee's keys hold."""


def write_value(value: Value, *, in_brackets: bool = False) -> str:
    """`value` on one line; a list and keys go into brackets. Whoever writes `in_brackets` already
    may leave less without quotes."""
    if isinstance(value, str):
        return value if _is_plain(value, in_brackets=in_brackets) else quote_text(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {quote_text(text)}' for key, text in value.items())}}}"
    items = [quote_text(item) if isinstance(item, str) else write_value(item) for item in value]
    return f"[{', '.join(items)}]"


def write_lines(key: str, value: Value) -> list[str]:
    """`key` and its value in lines that may be indented: only a list with keys takes several."""
    if isinstance(value, str | Mapping) or all(isinstance(item, str) for item in value):
        return [f"{key}: {write_value(value)}"]
    return [f"{key}:", *(f"  {line}" for item in value for line in write_item(item))]


def write_item(item: Item) -> list[str]:
    """An item of a list in lines, the first with its dash."""
    if isinstance(item, str):
        return [f"- {write_value(item)}"]
    first, *others = [f"{key}: {write_value(text)}" for key, text in item.items()]
    return [f"- {first}", *(f"  {line}" for line in others)]


def quote_text(text: str) -> str:
    """`text` in double quotes, with nothing in it that one cannot see."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    seen = _UNSEEN.sub(lambda found: f"\\U{ord(found[0]):08x}", escaped)
    return f'"{seen}"'


def _is_plain(text: str, *, in_brackets: bool) -> bool:
    """Whether `text` is no number, truth, date, comment or list to any reader of YAML."""
    written = f"[{text}]" if in_brackets else f"- {text}"
    try:
        return bool(yaml.safe_load(written) == [text]) and text.strip() == text
    except (yaml.YAMLError, ValueError):
        return False
