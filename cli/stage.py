"""`--stage`: what a market's zappa_settings.json calls its stack on AWS, and where that is."""

import json
import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cli.failure import Failure

SETTINGS_NAME = "zappa_settings.json"
PREFIX = "payee-pages-"  # infra/deployer-policy.json allows names that begin so, and no others
SLUG_MAX_LENGTH = 20  # so that the longest bucket's name, with the account's number, fits into 63
DEFAULT_REGION = "ap-south-1"


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


def project_of(folder: str) -> str:
    """What a market in a folder of that name is called on AWS, unless somebody says otherwise."""
    ascii_only = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    return f"{PREFIX}{words[:SLUG_MAX_LENGTH].rstrip('-') or 'market'}"


def new_stage(project: str, stage: str, region: str, token: str) -> dict[str, Any]:
    """What a market's settings say of a stage of its own; all else is the product's. `token` makes
    the bucket's name the only one in the world."""
    bucket = f"{aws_name(project, stage)}-deploy-{token}"
    return {"project_name": project, "aws_region": region, "s3_bucket": bucket}


def aws_name(project: str, stage: str) -> str:
    """What Zappa calls a stage's Lambda, its own stack and the HTTP API."""
    return f"{project}-{stage.replace('_', '-')}"


def with_extends(name: str, settings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The settings of a stage and of those it extends; the nearer one counts, key by key."""
    own = settings[name]
    further = own.get("extends")
    inherited = further in settings and further != name
    return (with_extends(str(further), settings) if inherited else {}) | own
