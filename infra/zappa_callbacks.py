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
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))  # Zappa loads this file by its path

from cli.stage import with_extends  # noqa: E402
from infra.lambda_zip import MAX_BYTES, make_lambda_zip  # noqa: E402
from infra.stacks import Stacks  # noqa: E402
from infra.stage import (  # noqa: E402
    SETTINGS,
    Stage,
    complete_settings,
    outdated,
    parse_stage,
)
from infra.trial import run_alone  # noqa: E402

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

_PACKING_COMMANDS = {"deploy", "package", "update"}
_NEED_STACK = {"deploy", "update"}
_LOCAL_COMMANDS = {"package", "save-python-settings-file"}  # for which Zappa needs no credentials


_OURS = {
    "rollback": "puts back code that nobody looked at: `make rollback STAGE={stage}` goes back to "
    "a zip that was kept, and pays the test payee",
    "certify": "has no domain to certify, for the CDN has it: `make deploy STAGE={stage} "
    'ARGS="--set DomainName=… --set CertificateArn=…"`',
    "schedule": "has nothing to schedule: nothing runs while nobody pays",
}
"""Commands of Zappa's that would do harm or nothing here, and what does it."""


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
    vargs: dict[str, Any]

    def override_stage_config_setting(self, key: str, val: object) -> None:
        """For this command, instead of what the settings say."""


def check_settings(zappa: ZappaCLI) -> None:
    """Name the stage's tables and role, which follow from its name, and let it be packed only as
    it must be. A command that talks to AWS must find no other stage's stack under its name.

    Raises click.ClickException, which Zappa shows as one sentence.
    """
    stage = parse_stage(zappa.api_stage, zappa.zappa_settings)
    refuse_other_code(zappa)
    refuse_what_make_does(zappa)
    if zappa.command not in _LOCAL_COMMANDS:
        check_stack(zappa, stage)
    if os.environ.get("AWS_ENDPOINT_URL"):
        zappa.override_stage_config_setting(key="touch", val=False)  # no public name to call
    zappa.environment_variables = {**zappa.environment_variables, **stage.tables}
    zappa.zappa.role_name = stage.role
    check_venv(zappa)


def check_stack(zappa: ZappaCLI, stage: Stage) -> None:
    """The stage's own stack must be there where it is needed, and be its own. Raises
    click.ClickException."""
    there = zappa.zappa.cf_client.meta.region_name
    if there != stage.region:  # Zappa follows the environment where keys are in it, too
        raise click.ClickException(
            f"Stage {stage.name} is in {stage.region}, but AWS_DEFAULT_REGION sends Zappa to "
            f"{there}: type `export AWS_DEFAULT_REGION={stage.region}`, and the same again."
        )
    stacks = Stacks(zappa.zappa.cf_client)
    try:
        stacks.refuse_anothers(stage)
        is_enough = zappa.command not in _NEED_STACK or stacks.parameters(stage.infra_stack)
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(
            f"AWS did not answer: {error} Run `aws configure`, or name a profile that you have: "
            "AWS_PROFILE=name."
        ) from error
    if not is_enough:
        raise click.ClickException(
            f"There is no stack {stage.infra_stack} in {stage.region}, and so neither the role nor "
            f"the tables that the Lambda needs: `make deploy STAGE={stage.name}` makes all of it, "
            "in order."
        )


def refuse_what_make_does(zappa: ZappaCLI) -> None:
    """Raises click.ClickException for a command of Zappa's that `make` has a better one for."""
    if instead := _OURS.get(zappa.command):
        said = instead.format(stage=zappa.api_stage)
        raise click.ClickException(f"`zappa {zappa.command}` {said}.")
    if zappa.command == "undeploy" and not zappa.vargs.get("yes") and not sys.stdin.isatty():
        raise click.ClickException(
            f"Nobody can be asked here: `make destroy STAGE={zappa.api_stage} ARGS=--yes` takes "
            f"the stage down, its data stays; `zappa undeploy {zappa.api_stage} --yes` only the "
            "Lambda."
        )


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
            archive, partial(try_alone, "fast_start/compile_ahead.py", zappa.stage_config)
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
