"""The roster's grammar as JSON Schema, with which editors complete and check `payees.yaml`.

It says what holds for each value by itself; `payees check` knows the rest. An editor reads YAML
with its types, the roster has none: so a number will do wherever text of digits does.
"""

from typing import Any

from roster.grammar import Keys, Kind, ListOf, Text
from roster.keys import ROSTER

_ABOUT = {
    "site": "The site, and what holds for every payee that says nothing else.",
    "site.title": "The name of the site, on every page.",
    "site.url": "Where the pages live; the QR codes carry it. https, unless it is localhost.",
    "site.currency": "ISO 4217 code, such as INR.",
    "site.limits": "The least and the most one payment may be.",
    "site.languages": "The languages of the pages.",
    "site.api_url": "Where the API is, if not at “api” below url.",
    "payees": "Everybody who can be paid.",
    "payees.id": "The web address of the payee's page, printed on stickers: do not change it.",
    "payees.name": "Who receives, as payers know them.",
    "payees.aliases": "What old links, /?user=…, called this payee.",
    "payees.description": "What payers should know, such as the stall's number.",
    "payees.currency": "Else the site's. Another currency needs limits of its own.",
    "payees.limits": "Else the site's. min = max fixes the amount.",
    "payees.amounts": "Amounts to offer as buttons.",
    "payees.status": "closed: takes no payments; the page stays and says so.",
}


def roster_schema() -> dict[str, Any]:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",  # what editors know best
        "title": "The roster of Payee Pages",
        **_schema(ROSTER, ""),
    }


def _schema(kind: Kind, path: str) -> dict[str, Any]:
    about = {"description": _ABOUT[path]} if path in _ABOUT else {}
    match kind:
        case Keys():
            return about | {
                "type": "object",
                "properties": {
                    key: _schema(value, f"{path}.{key}".lstrip("."))
                    for key, value in kind.keys.items()
                },
                "required": list(kind.required),
                "additionalProperties": False,
            }
        case ListOf():
            # What an item is called, the list is: “payees.id” is the id of one of the payees.
            items = {
                key: value for key, value in _schema(kind.item, path).items() if key not in about
            }
            return about | {"type": "array", "items": items}
        case Text():
            return about | {"type": "string", **kind.json_schema}
    raise AssertionError(f"a {type(kind).__name__} has no JSON Schema")
