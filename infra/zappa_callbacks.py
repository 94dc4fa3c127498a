"""What Zappa calls while it deploys a stage (`callbacks` in zappa_settings.json).

`check_settings` when it has read them, `rewrite_zip` when it has packed: so `zappa deploy`,
`update` and `package` all make the same zip, or none and say why, and no command of Zappa's
touches what is another stage's.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))  # Zappa loads this file by its path

from cli.stage import with_extends  # noqa: E402
from infra.lambda_zip import MAX_BYTES, make_lambda_zip  # noqa: E402
from infra.stacks import Stacks  # noqa: E402
from infra.stage import (  # noqa: E402
    SETTINGS,
    complete_settings,
    outdated,
    parse_stage,
)
from infra.trial import run_alone  # noqa: E402

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

_PACKING_COMMANDS = {"deploy", "package", "update"}
_LOCAL_COMMANDS = {"package", "save-python-settings-file"}  # for which Zappa needs no credentials


class Zappa(Protocol):
    """What talks to AWS for ZappaCLI."""

    role_name: str
    cf_client: "CloudFormationClient"  # only where the command talks to AWS


class ZappaCLI(Protocol):
    """What a callback is given, as far as it is used here."""

    zappa: Zappa
    zappa_settings: dict[str, dict[str, Any]]
    environment_variables: dict[str, str]
    command: str
    api_stage: str
    runtime: str
    zip_path: str
    stage_config: dict[str, Any]


def check_settings(zappa: ZappaCLI) -> None:
    """Name the stage's tables and role, which follow from its name, and let it be packed only as
    it must be. A command that talks to AWS must find no other stage's stack under its name.

    Raises click.ClickException, which Zappa shows as one sentence.
    """
    stage = parse_stage(zappa.api_stage, zappa.zappa_settings)
    refuse_other_code(zappa)
    if zappa.command not in _LOCAL_COMMANDS:
        Stacks(zappa.zappa.cf_client).refuse_anothers(stage)
    zappa.environment_variables = {**zappa.environment_variables, **stage.tables}
    zappa.zappa.role_name = stage.role
    check_venv(zappa)


def refuse_other_code(zappa: ZappaCLI) -> None:
    """A market's own file may be older than this code. Raises click.ClickException."""
    own, released = zappa.zappa_settings, json.loads(SETTINGS.read_text())
    name = zappa.api_stage
    keys = outdated(with_extends(name, own), complete_settings(own, released)[name])
    if keys and zappa.command in _PACKING_COMMANDS:
        raise click.ClickException(
            f"Stage {name} has {', '.join(keys)} otherwise than this version's code needs: "
            f"`make stage MARKET=DIR NAME={name}` brings the settings in DIR up to date."
        )


def check_venv(zappa: ZappaCLI) -> None:
    """Refuse to pack from anything but the locked packages on the Lambda's own Python.

    Raises click.ClickException.
    """
    if zappa.command not in _PACKING_COMMANDS:
        return
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if zappa.runtime != python:
        raise click.ClickException(
            f"Stage {zappa.api_stage} runs on {zappa.runtime} but this is {python}: "
            "run `make .tools/deploy/.installed`, which looks for that Python, then "
            f"`.tools/deploy/bin/zappa {zappa.command} {zappa.api_stage}`."
        )
    if not _holds_locked_packages(Path(sys.prefix)):
        raise click.ClickException(
            f"{sys.prefix} does not hold exactly the locked packages of the groups runtime and "
            f"deploy, so nothing was packed: run `make .tools/deploy/.installed`, "
            f"then `.tools/deploy/bin/zappa {zappa.command} {zappa.api_stage}`."
        )
    # Zappa packs the venv that this names, or whatever pyenv has where it is unset.
    os.environ["VIRTUAL_ENV"] = sys.prefix


def _holds_locked_packages(venv: Path) -> bool:
    own_uv = ROOT / ".tools/uv/bin/uv"
    uv = str(own_uv) if own_uv.exists() else shutil.which("uv")
    if sys.prefix == sys.base_prefix or not uv:
        return False
    groups = ["--only-group", "runtime", "--only-group", "deploy"]
    check = subprocess.run(
        [uv, "sync", "--check", "--locked", "--quiet", *groups],
        cwd=ROOT,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(venv), "UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True,
        check=False,
    )
    return check.returncode == 0


def rewrite_zip(zappa: ZappaCLI) -> None:
    """Replace Zappa's zip by ours, or remove it and say why. Raises click.ClickException."""
    archive = Path(zappa.zip_path)
    try:
        make_lambda_zip(
            archive, partial(try_alone, "fast_start/compile_regexes.py", zappa.stage_config)
        )
        if archive.stat().st_size > MAX_BYTES:
            raise click.ClickException(
                f"The zip is {archive.stat().st_size:,} bytes, of at most {MAX_BYTES:,}: see what "
                "grew, with `unzip -lv`, and leave it out in infra/lambda_zip.py."
            )
        try_alone("try_handler.py", zappa.stage_config, archive)
    except BaseException:
        archive.unlink(missing_ok=True)
        raise


def try_alone(script: str, stage_config: dict[str, Any], target: Path) -> None:
    """Run a script that starts the Lambda of `target`, with the stage's settings.

    Raises click.ClickException with the traceback.
    """
    trial = run_alone(
        script,
        target,
        stage_config["touch_path"],
        stage_config.get("aws_environment_variables", {}),
        python=sys.executable,  # which check_venv found to be the Lambda's
    )
    if trial.returncode:
        raise click.ClickException(
            f"{trial.stderr}\nThe Lambda would not start (above is why), so there is no zip. "
            "If a module is missing, add it to TOP_LEVEL in infra/lambda_zip.py."
        )
