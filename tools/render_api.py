"""Renders docs/api-reference.md from the OpenAPI document.

Usage: make docs
"""

import json
from pathlib import Path
from typing import Any

from backend.openapi.document import openapi_document
from backend.till_routes import KEY_HEADER

REFERENCE = Path(__file__).parent.parent / "docs/api-reference.md"


def render_reference() -> str:
    document = openapi_document("")
    lines = [
        "# API reference",
        "",
        "Made by `make docs` from the OpenAPI 3.1 document that the API serves at `/openapi.json`.",
        "[api.md](api.md) tells how to use it well.",
    ]
    for path, item in document["paths"].items():
        for method in ("put", "get"):
            if method in item:
                lines += _operation(method, path, item[method], item.get("parameters", []))
    lines += ["", "## Documents"]
    for name, schema in document["components"]["schemas"].items():
        lines += _schema(name, schema)
    return "\n".join(lines) + "\n"


def _operation(
    method: str, path: str, operation: dict[str, Any], parameters: list[dict[str, Any]]
) -> list[str]:
    lines = ["", f"## `{method.upper()} {path}`", "", f"{operation['summary']}."]
    if "description" in operation:
        lines += ["", operation["description"]]
    if "security" in operation:
        lines += ["", f"Header: {_code(KEY_HEADER)}, a key of this payee's till."]
    parameters = [*parameters, *operation.get("parameters", [])]
    if parameters:
        lines += ["", "| in the address | form | |", "|---|---|---|"]
        for parameter in parameters:
            name = f"?{parameter['name']}=" if parameter["in"] == "query" else parameter["name"]
            form = _form(parameter["schema"])
            lines.append(f"| `{name}` | {form} | {parameter['description']} |")
    if body := operation.get("requestBody"):
        content = body["content"]["application/json"]
        lines += ["", f"Body: {_link(content['schema'])}", "", *_json(content["example"])]
    lines += ["", "| status | body | when |", "|---|---|---|"]
    for status, response in operation["responses"].items():
        [(_, content)] = response["content"].items()
        codes = ", ".join(f"`{code}`" for code in content.get("examples", {}))
        lines.append(
            f"| {status} | {codes or _link(content['schema'])} | {response['description']} |"
        )
    return lines


def _schema(name: str, schema: dict[str, Any]) -> list[str]:
    lines = ["", f"### {name}", "", "| field | | form |", "|---|---|---|"]
    for field, form in schema["properties"].items():
        required = "required" if field in schema["required"] else ""
        lines.append(f"| `{field}` | {required} | {_form(form)} |")
    return lines


def _form(form: dict[str, Any]) -> str:
    if "$ref" in form:
        return _link(form)
    choices = form.get("oneOf") or form.get("anyOf") or []
    alternatives = " or ".join(map(_form, choices))
    values = " ".join(_code(str(value)) for value in form.get("enum", []))
    kinds = form.get("type", "")
    kind = form.get("format", kinds if isinstance(kinds, str) else " or ".join(kinds))
    if "items" in form and "$ref" in form["items"]:
        kind = f"array of {_link(form['items'])}"
    pattern = _code(form["pattern"]) if "pattern" in form else ""
    length = (
        f"{form.get('minLength', 0)} to {form['maxLength']} characters"
        if "maxLength" in form
        else ""
    )
    above = f"above {form['exclusiveMinimum']}" if "exclusiveMinimum" in form else ""
    between = f"{form['minimum']} to {form['maximum']}" if "maximum" in form else ""
    usual = f"{form['default']} if left out" if "default" in form else ""
    told = form.get("description", "")
    parts = (kind, pattern, length, above, between, usual, values, alternatives, told)
    return ", ".join(part for part in parts if part)


def _link(schema: dict[str, Any]) -> str:
    if "$ref" not in schema:
        return "object"
    name = schema["$ref"].rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _json(example: dict[str, Any]) -> list[str]:
    return ["```json", json.dumps(example, indent=2, ensure_ascii=False), "```"]


if __name__ == "__main__":
    REFERENCE.write_text(render_reference())
