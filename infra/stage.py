"""A stage of zappa_settings.json, and the names that follow from it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from backend.table import ledger_table, registry_table
from cli.failure import Failure
from cli.stage import SETTINGS_NAME, Place, aws_name, parse_place, with_extends

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / SETTINGS_NAME
"""The product's own. A market's, in a folder of its own, says only what is different there."""
OF_A_MARKET = {
    *("extends", "project_name", "aws_region", "s3_bucket", "profile_name", "tags"),
    *("architecture", "memory_size", "lambda_concurrency", "aws_environment_variables"),
    *("apigateway_enabled", "function_url_enabled", "function_url_config", "touch"),
}
"""What a market may settle. All else belongs to the code, so that an upgrade is a pull."""


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
    lambda_concurrency: int | None = None

    @property
    def aws_name(self) -> str:
        """The Lambda, Zappa's stack and the HTTP API: Zappa calls all three so."""
        return aws_name(self.project, self.name)

    @property
    def infra_stack(self) -> str:
        return Place(self.aws_name, self.region).stack

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


def load_stage(name: str, market: Path = ROOT) -> Stage:
    """A stage of the market in that folder. Raises Failure as parse_stage and load_settings."""
    return parse_stage(name, load_settings(market))


def load_settings(market: Path = ROOT) -> dict[str, dict[str, Any]]:
    """All that Zappa needs to know of a market's stages. Raises Failure."""
    released: dict[str, dict[str, Any]] = json.loads(SETTINGS.read_text())
    path = market / SETTINGS.name
    if market.resolve() == ROOT:
        return released
    try:
        own = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise Failure(
            f"There is no {path}, which says what {market.name} is called on AWS, and where: "
            f"`payees init` writes one into a new folder, `make stage MARKET={market} "
            "NAME=production REGION=ap-south-1` into this one."
        ) from None
    except (ValueError, OSError) as error:
        raise Failure(f"{path} cannot be read as JSON: {error}") from error
    whole = complete_settings(own, released)
    for name, stage in own.items():
        if keys := outdated(stage, whole[name]):
            click.echo(
                f"{path}, stage {name}: {', '.join(keys)} as this version has it, not as the file "
                f"says. `make stage MARKET={market} NAME={name}` brings the file up to date.",
                err=True,
            )
    return whole


def complete_settings(
    own: object, released: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """A market's stages, whole: what it says, over what the product's own stage of that name (or
    the one that it extends, else production) says. What isn't a market's is the product's, always.
    Raises Failure.
    """
    if not (isinstance(own, dict) and all(isinstance(stage, dict) for stage in own.values())):
        raise Failure('A market\'s zappa_settings.json is {"production": {…}, …}: by stage.')
    whole = {}
    for name in own:
        chain = _chain(name, own)
        wanted = own[chain[-1]].get("extends", chain[-1])
        base = with_extends(wanted if wanted in released else "production", released)
        merged = base | {key: one for stage in reversed(chain) for key, one in own[stage].items()}
        merged = base | {key: merged[key] for key in merged.keys() & OF_A_MARKET}
        merged.pop("extends", None)
        variables = "aws_environment_variables"  # a market's own, beside those of the code
        merged[variables] = base.get(variables, {}) | merged.get(variables, {})
        whole[name] = merged
    return whole


def outdated(own: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    """What a stage of a market's file says otherwise than this version's code needs."""
    return sorted(key for key in own.keys() - OF_A_MARKET if own[key] != whole.get(key))


def _chain(name: str, own: dict[str, dict[str, Any]]) -> list[str]:
    """A stage and those of the same file that it extends, the nearest first. A stage may have the
    name of the product's that it extends."""
    chain = [name]
    while (further := own[chain[-1]].get("extends")) in own and further not in chain:
        chain.append(str(further))
    return chain


def parse_stage(name: str, settings: dict[str, dict[str, Any]]) -> Stage:
    """Raises Failure if there is no stage `name`, or if a setting of it, its own or one that it
    got by `extends`, names what belongs to another: its payments would go there."""
    parse_place(name, settings, Path(SETTINGS_NAME))
    merged = with_extends(name, settings)
    stage = Stage(
        name=name,
        project=merged["project_name"],
        region=merged["aws_region"],
        deploy_bucket=merged["s3_bucket"],
        runtime=merged["runtime"],
        has_function_url=merged.get("function_url_enabled", False),
        touch_path=merged.get("touch_path", "/"),
        lambda_concurrency=merged.get("lambda_concurrency"),
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
