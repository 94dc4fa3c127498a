"""PyYAML's syntax errors in the words of people who edit YAML now and then."""

import re

import yaml

_EXPLANATIONS = (
    # a part of what PyYAML says, in C or in Python
    # what to say instead
    # whether the mistake is where the construct starts, or where it was noticed
    (
        "quoted scalar.*end of stream",
        "this quote is never closed; add the closing quote",
        True,
    ),
    (
        "mapping values are not allowed",
        "a colon too many, or wrong indentation; put text that has a colon in quotes",
        False,
    ),
    (
        r"expected ',' or '\]'",
        "this list lacks a comma, or the closing “]”",
        True,
    ),
    (
        r"expected ',' or '\}'",
        "this lacks a comma, or the closing “}”",
        True,
    ),
    (
        "expected ':'",
        "there is no “:” after this; write “key: value”, or “- ” before an item of a list",
        True,
    ),
    (
        "expected (key|<block end>|'-')",
        "this does not line up with what is above; indent like things alike",
        False,
    ),
    (
        r"tab character|cannot start any token.*'\\t'",
        "indent with spaces, not tabs",
        False,
    ),
    (
        "escape",
        "in double quotes a backslash means something; write two, or use single quotes",
        True,
    ),
    (
        "(scanning|parsing) an? (alias|anchor|tag)|tag handle",
        "put text that starts with & * or ! in quotes",
        True,
    ),
    (
        "cannot start any token",
        "put text that starts with @ ` or % in quotes, and indent with spaces, not tabs",
        False,
    ),
)


def explain_syntax_error(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """The index of the character of `text` to look at, and what to do about it."""
    index = _index(error.problem_mark)
    said = f"{error.context} {error.problem} {text[index : index + 1]!r}"
    for pattern, message, is_at_start in _EXPLANATIONS:
        if re.search(pattern, said):
            return _index(error.context_mark) if is_at_start else index, message
    return index, f"not valid YAML: {error.problem}; check quotes and colons"


def _index(mark: object) -> int:
    return getattr(mark, "index", 0)
