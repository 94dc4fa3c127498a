"""Strict JSON: one reading for every document, or none at all.

The standard parser takes duplicate keys, NaN, UTF-16 and lone surrogates; two programs could
then read two different payments from the same bytes (RFC 8259 section 4, RFC 7493).
"""

import json
import re
from typing import NoReturn

from payments.payment import NumberText

_SURROGATE = re.compile("[\ud800-\udfff]")


class MalformedJson(ValueError):
    """The bytes are not one JSON object in UTF-8; `str()` says why."""


def parse_json_object(data: bytes) -> dict[str, object]:
    """Read `data` as one JSON object, its numbers as NumberText. Raises MalformedJson."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedJson("the body is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise MalformedJson("the body starts with a byte order mark")
    try:
        document: object = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise MalformedJson(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise MalformedJson("nested too deeply") from None
    if not isinstance(document, dict):
        raise MalformedJson("the body must be a JSON object")
    return document


def _object_without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise MalformedJson("the same key stands twice in one object")
    for text in (*document, *document.values()):
        if isinstance(text, str) and _SURROGATE.search(text):
            raise MalformedJson("a lone surrogate is no character")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON")
