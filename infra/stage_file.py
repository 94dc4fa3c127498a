"""`make stage`: a stage of a market's zappa_settings.json, written whole."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.failure import Failure
from cli.stage import DEFAULT_REGION, PREFIX, SLUG_MAX_LENGTH, new_stage, project_of
from infra.stage import ROOT, SETTINGS, complete_settings, parse_stage

Stages = dict[str, dict[str, Any]]  # their settings, by name

_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}", re.ASCII)
_SLUG = rf"[a-z0-9](?:[a-z0-9-]{{0,{SLUG_MAX_LENGTH - 2}}}[a-z0-9])?"
_PROJECT = re.compile(PREFIX + _SLUG, re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-[1-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a stage; None leaves it to what is there, or to the folder's name."""

    name: str
    region: str | None = None
    project: str | None = None


def write_stage(market: Path, wish: Wish, token: str) -> tuple[Path, str]:
    """Add the stage, or bring it up to date; the file, and what became of it.

    Its bucket's name ends in `token`, so that nobody else in the world has it. Raises Failure.
    """
    path, name = market / SETTINGS.name, wish.name
    released: Stages = json.loads((ROOT / SETTINGS.name).read_text("utf-8"))
    try:
        stages = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        stages = {}
    except (ValueError, OSError) as error:
        raise Failure(f"{path} cannot be read as JSON: {error}") from error
    complete_settings(stages, released)
    planned = plan_stage(stages, released, market.name, wish, token)
    whole = complete_settings(planned, released)[name]
    stage = parse_stage(name, {name: whole})
    if market.resolve() != ROOT:
        planned = stages | {name: whole}  # Zappa itself reads no second file
    if planned == stages:
        return path, f"stage {name} is as it must be."
    try:
        path.write_text(json.dumps(planned, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}.") from error
    done = "brought up to date" if name in stages else "added"
    return path, f"stage {name} {done}: {stage.aws_name} in {stage.region}."


def plan_stage(stages: Stages, released: Stages, folder: str, wish: Wish, token: str) -> Stages:
    """The market's stages with the one that is wished for among them. Raises Failure."""
    name = wish.name
    if not _NAME.fullmatch(name):
        raise Failure(f"“{name}” is no stage: a-z first, then a-z, 0-9, _, at most 20 characters.")
    if wish.region and not _REGION.fullmatch(wish.region):
        raise Failure(f"“{wish.region}” is no region of AWS: write it as eu-central-1.")
    if there := stages.get(name):
        for said, key in ((wish.region, "aws_region"), (wish.project, "project_name")):
            if said and there.get(key, said) != said:
                raise Failure(
                    f"Stage {name} is there with the {key} “{there[key]}”. What was deployed under "
                    f"it would be left behind: add another stage, or edit {SETTINGS.name}."
                )
        return stages
    others = [stage["project_name"] for stage in stages.values() if "project_name" in stage]
    project = wish.project or next(iter(others), project_of(folder))
    if not _PROJECT.fullmatch(project) and project not in others:
        raise Failure(
            f"“{project}” can be no project: write {PREFIX}, and at most {SLUG_MAX_LENGTH} of a-z, "
            "0-9 and -."
        )
    new = {
        "extends": name if name in released else "production",
        **new_stage(project, name, wish.region or DEFAULT_REGION, token),
    }
    return stages | {name: new}
