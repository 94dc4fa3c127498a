"""A stage of zappa_settings.json, and the names that follow from it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.failure import Failure

SETTINGS = Path(__file__).parent.parent / "zappa_settings.json"


@dataclass(frozen=True, slots=True)
class Stage:
    """One deployment: its settings as Zappa sees them."""

    name: str
    project: str
    region: str
    deploy_bucket: str
    runtime: str
    has_function_url: bool
    touch_path: str = "/"  # as for Zappa

    @property
    def aws_name(self) -> str:
        """The Lambda, Zappa's stack and the HTTP API: Zappa calls all three so."""
        return f"{self.project}-{self.name.replace('_', '-')}"

    @property
    def infra_stack(self) -> str:
        return f"{self.aws_name}-infra"


def load_stage(name: str) -> Stage:
    """Raises Failure if there is no stage `name`."""
    return parse_stage(name, json.loads(SETTINGS.read_text()))


def parse_stage(name: str, settings: dict[str, dict[str, Any]]) -> Stage:
    """Raises Failure if there is no stage `name`."""
    if name not in settings:
        raise Failure(
            f"There is no stage “{name}” in zappa_settings.json: it has {', '.join(settings)}."
        )
    merged = with_extends(name, settings)
    return Stage(
        name=name,
        project=merged["project_name"],
        region=merged["aws_region"],
        deploy_bucket=merged["s3_bucket"],
        runtime=merged["runtime"],
        has_function_url=merged.get("function_url_enabled", False),
        touch_path=merged.get("touch_path", "/"),
    )


def with_extends(name: str, settings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The settings of a stage and of those it extends; the nearer one counts, key by key."""
    own = settings[name]
    return (with_extends(own["extends"], settings) if "extends" in own else {}) | own
