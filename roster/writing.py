"""Values as one writes them in YAML: bare where every reader takes them for that very text."""

import re
from collections.abc import Mapping, Sequence

import yaml

_UNSEEN = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")

Value = str | Sequence[str] | Mapping[str, str]
"""A text, a list of texts, or keys with texts: what a payee's keys hold."""


def write_value(value: Value, *, in_brackets: bool = False) -> str:
    """`value` on one line; a list and keys go into brackets. Whoever writes `in_brackets` already
    may leave less without quotes."""
    if isinstance(value, str):
        return value if _is_plain(value, in_brackets=in_brackets) else quote_text(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {quote_text(text)}' for key, text in value.items())}}}"
    return f"[{', '.join(map(quote_text, value))}]"


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
