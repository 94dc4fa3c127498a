"""`--stage`: what a market's zappa_settings.json calls its stack on AWS, and where that is."""

import json
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cli.failure import Failure

SETTINGS_NAME = "zappa_settings.json"


@dataclass(frozen=True, slots=True)
class Place:
    """`aws_name` is Zappa's own stack; ours, with everything that commands need, is `stack`."""

    aws_name: str
    region: str

    @property
    def stack(self) -> str:
        return f"{self.aws_name}-infra"


def load_place(stage: str, path: Path) -> Place:
    """Where the stage of the settings in `path` is. Raises Failure."""
    try:
        settings = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise Failure(
            f"There is no {path} here, which would say what stage {stage} is called on AWS, and "
            "where: go to the market's folder, or name its stack by --stack."
        ) from None
    except (ValueError, OSError) as error:
        raise Failure(f"{path} cannot be read as JSON: {error}") from error
    return parse_place(stage, settings, path)


def parse_place(stage: str, settings: Any, path: Path) -> Place:
    """Raises Failure if the settings, which `path` had, don't name the stage."""
    if not isinstance(settings, dict) or not isinstance(settings.get(stage), dict):
        known = list(settings) if isinstance(settings, dict) else []
        meant = get_close_matches(stage, known, n=1)
        hint = f"did you mean “{meant[0]}”?" if meant else f"it has {', '.join(known) or 'none'}."
        raise Failure(f"There is no stage “{stage}” in {path}: {hint}")
    whole = with_extends(stage, settings)
    try:
        return Place(aws_name(whole["project_name"], stage), whole["aws_region"])
    except KeyError as error:
        raise Failure(f"Stage {stage} in {path} has no {error.args[0]}.") from None


def aws_name(project: str, stage: str) -> str:
    """What Zappa calls a stage's Lambda, its own stack and the HTTP API."""
    return f"{project}-{stage.replace('_', '-')}"


def with_extends(name: str, settings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The settings of a stage and of those it extends; the nearer one counts, key by key."""
    own = settings[name]
    further = own.get("extends")
    inherited = further in settings and further != name
    return (with_extends(str(further), settings) if inherited else {}) | own
