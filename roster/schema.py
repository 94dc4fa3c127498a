"""The roster's grammar as JSON Schema, with which editors complete and check `payees.yaml`.

It says what holds for each value by itself; `payees check` knows the rest. An editor reads YAML
with its types, the roster has none: so a number will do wherever text of digits does.
"""

from typing import Any

from roster.grammar import Keys, Kind, ListOf, Text
from roster.keys import ROSTER
from roster.notify import NotifyItem
from roster.pay_by import PayByItem


def roster_schema() -> dict[str, Any]:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",  # what editors know best
        "title": "The roster of Payee Pages",
        **_schema(ROSTER),
    }


def _schema(kind: Kind) -> dict[str, Any]:
    match kind:
        case Keys():
            return {
                "type": "object",
                "properties": {
                    name: {"description": key.about, **_schema(key.kind)}
                    for name, key in kind.keys.items()
                },
                "required": list(kind.required),
                "additionalProperties": False,
            }
        case ListOf():
            return {"type": "array", "items": _schema(kind.item)}
        case PayByItem() | NotifyItem():
            return dict(kind.json_schema)
        case Text():
            return {"type": "string", **kind.json_schema}
    raise AssertionError(f"a {type(kind).__name__} has no JSON Schema")
