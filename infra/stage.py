"""A stage of zappa_settings.json, and the names that follow from it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.table import ledger_table, registry_table
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

    @property
    def stack_names(self) -> dict[str, str]:
        """The parameters of its stack from which all names in there follow."""
        return {
            "Project": self.project,
            "Stage": self.aws_name.removeprefix(f"{self.project}-"),
        }

    @property
    def ledger_table(self) -> str:
        return ledger_table(self.aws_name)

    @property
    def registry_table(self) -> str:
        return registry_table(self.aws_name)

    @property
    def role(self) -> str:
        """What the Lambda runs as."""
        return f"{self.aws_name}-api"

    @property
    def tables(self) -> dict[str, str]:
        """What the API reads in its environment."""
        return {"LEDGER_TABLE": self.ledger_table, "REGISTRY_TABLE": self.registry_table}


def load_stage(name: str) -> Stage:
    """Raises Failure as parse_stage."""
    return parse_stage(name, json.loads(SETTINGS.read_text()))


def parse_stage(name: str, settings: dict[str, dict[str, Any]]) -> Stage:
    """Raises Failure if there is no stage `name`, or if a setting of it, its own or one that it
    got by `extends`, names what belongs to another: its payments would go there."""
    if name not in settings:
        raise Failure(
            f"There is no stage “{name}” in zappa_settings.json: it has {', '.join(settings)}."
        )
    merged = with_extends(name, settings)
    stage = Stage(
        name=name,
        project=merged["project_name"],
        region=merged["aws_region"],
        deploy_bucket=merged["s3_bucket"],
        runtime=merged["runtime"],
        has_function_url=merged.get("function_url_enabled", False),
        touch_path=merged.get("touch_path", "/"),
    )
    for setting, said, right in _names(stage, merged):
        if said != right:
            raise Failure(
                f"Stage {name} of zappa_settings.json has the {setting} “{said}”, but its own is "
                f"“{right}”: take {setting} out, since it follows from project_name and stage."
            )
    own = f"{stage.aws_name}-deploy"
    if stage.deploy_bucket != own and not stage.deploy_bucket.startswith(f"{own}-"):
        raise Failure(
            f"Stage {name} of zappa_settings.json has the s3_bucket “{stage.deploy_bucket}”, which "
            f"is not its own: give it an s3_bucket called “{own}”, or “{own}-…” if that is taken."
        )
    return stage


def _names(stage: Stage, merged: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each setting that names what the stack has made, what it says, and what it would be."""
    if "role_arn" in merged:
        yield "role_arn", merged["role_arn"], stage.role
    yield "role_name", merged.get("role_name", stage.role), stage.role
    for kind in ("environment_variables", "aws_environment_variables"):
        for variable, table in stage.tables.items():
            yield variable, merged.get(kind, {}).get(variable, table), table


def with_extends(name: str, settings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The settings of a stage and of those it extends; the nearer one counts, key by key."""
    own = settings[name]
    return (with_extends(own["extends"], settings) if "extends" in own else {}) | own
