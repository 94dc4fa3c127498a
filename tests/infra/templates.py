"""The CloudFormation templates as plain documents, with functions in their long form."""

from pathlib import Path
from typing import Any

import yaml

INFRA = Path(__file__).parents[2] / "infra"
STACK = INFRA / "payee-pages.yaml"
WEBSITE = INFRA / "website.yaml"
NOTICES = INFRA / "notices/notices.yaml"
INTAKE = INFRA / "intake/intake.yaml"
FIREWALL = INFRA / "firewall.yaml"
ARCHIVE = INFRA / "archiving/archive.yaml"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    argument: Any
    if isinstance(node, yaml.ScalarNode):
        argument = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        raise TypeError(f"!{suffix} of a mapping")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": argument}


_Loader.add_multi_constructor("!", _function)


def load_template(path: Path) -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(path.read_text(), _Loader)
    return template


def properties(template: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Every statement of every policy in the template."""
    found: list[dict[str, Any]] = []

    def search(part: Any) -> None:
        if isinstance(part, dict):
            found.extend(part.get("Statement", []))
            part = list(part.values())
        if isinstance(part, list):
            for inner in part:
                search(inner)

    search(template["Resources"])
    return found
