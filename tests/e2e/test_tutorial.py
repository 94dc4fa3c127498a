"""A stranger's hour: what the tutorial, the second market and the upgrade have people type is
typed, in one account of emulated AWS that is empty at first and lets nobody do more than allowed.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cli.local.emulator import running_emulator
from cli.local.serving import free_port
from infra.data_removal import leftovers
from infra.deployment import ZAPPA, Deployment
from infra.emulation.rehearsal import Rehearsal, session_at
from infra.stage import load_stage
from testkit.demo_process import ROOT
from tests.e2e.test_story import OWNER, claim, copy_project, recorded

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

NOT_TYPED = {
    "git clone https://github.com/YOU/payee-pages": "the copy is made by copying",
    "cd payee-pages": "and stood in",
    "make demo": "tests/e2e/test_demo.py",
    "git pull": "the code is changed instead",
    "aws configure": "asks at a terminal for keys, which are in the environment here",
    "aws configure --profile deployer": "the same",
    "export AWS_PROFILE=deployer": "the same",
    "export AWS_PROFILE=default": "the same",
}
ACCOUNT = "123456789012"
REFERENCE = "1KJMAE6RTSZ8Z1T7Q0ZJ5S9G4"

AWS = f"""#!{sys.executable}
# As much of AWS's command line as the docs have people type; botocore checks every name.
import json, re, sys
import boto3
from infra.emulation.rehearsal import for_emulator

service, command, *rest = sys.argv[1:]
arguments = {{}}
for name, value in zip(rest[::2], rest[1::2], strict=True):
    key = "".join(part.capitalize() for part in name.removeprefix("--").split("-"))
    if value.startswith("file://"):
        value = open(value.removeprefix("file://")).read()
        if "deployer" in rest[1]:
            value = for_emulator(value)
    arguments[key] = value
client = boto3.client(service, region_name="us-east-1")
found = getattr(client, command.replace("-", "_"))(**arguments)
found.pop("ResponseMetadata")
print(json.dumps(found, default=str))
"""


def commands(page: str) -> Iterator[str]:
    """What a page has people type, line by line, without what is said beside it."""
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL):
        for line in block.splitlines():
            if typed := re.sub(r"\s+# .*", "", line).strip():
                yield typed


@dataclass
class Stranger:
    """Somebody at a shell: where they are, what their environment is, and what was not typed."""

    folder: Path
    environment: dict[str, str]
    said: dict[str, str] = field(default_factory=dict)
    deployer: dict[str, str] = field(default_factory=dict)

    def is_deployer(self) -> None:
        self.environment["AWS_ACCESS_KEY_ID"] = self.deployer["AccessKeyId"]
        self.environment["AWS_SECRET_ACCESS_KEY"] = self.deployer["SecretAccessKey"]

    def is_administrator(self) -> None:
        self.environment |= OWNER

    def type(self, line: str) -> None:
        """It must not fail."""
        if line in NOT_TYPED:
            return
        if line.startswith("cd "):
            self.folder = (self.folder / line.removeprefix("cd ")).resolve()
            return
        if line.startswith("export PATH="):
            self.environment["PATH"] = f"{self.folder}/.venv/bin:{self.environment['PATH']}"
            return
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
        unheard = "make health" in line and done.stdout.count("WRONG") == 1
        if unheard:  # the mail of the subscription is one that only people confirm
            assert "WRONG  who hears of alarms: you@example.org did not confirm" in done.stdout
        assert done.returncode == 0 or unheard, (line, done.stdout, done.stderr)
        self.said[line] = done.stdout or done.stderr


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Stranger]:
    """In a fresh copy, with an administrator's keys to an empty account."""
    if not ZAPPA.exists():
        pytest.skip("Zappa's venv is not installed: run make e2e")
    project = copy_project(tmp_path / "payee-pages")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "aws").write_text(AWS)
    (programs / "aws").chmod(0o755)
    with running_emulator(tmp_path / "aws", free_port(), check_rights=True) as url:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in ("HOME", "LANG", "PATH", "PYENV_ROOT", "PYENV_VERSION", "LAMBDA_PYTHON")
        }
        environment |= OWNER | {
            "AWS_ENDPOINT_URL": url,
            "PATH": f"{programs}:{environment['PATH']}",
            "PYTHONPATH": str(project),
            "MAKEFLAGS": "--no-print-directory",
        }
        yield Stranger(project, environment)


def market(stranger: Stranger, folder: Path) -> Rehearsal:
    """Its stage, looked at with every right."""
    url, stage = stranger.environment["AWS_ENDPOINT_URL"], load_stage("production", folder)
    deployment = Deployment(stage, session_at(url, stage.region), url, folder)
    return Rehearsal(deployment, {}, folder)


def first_market(stranger: Stranger) -> str:
    """As the tutorial says; the reference of the first payment."""
    reference = ""
    for line in commands("tutorial.md"):
        if line.startswith("make rehearse"):
            continue  # the deployment itself is one
        if line.startswith("payees check"):
            settings = stranger.folder.parent / "market/zappa_settings.json"
            settings.write_text(settings.read_text().replace("ap-south-1", "eu-central-1"))
        elif line.startswith("payees payments"):
            reference = claim(market(stranger, stranger.folder), "Asha", "asha")
        elif line == "export AWS_PROFILE=deployer":
            stranger.deployer = json.loads(
                stranger.said["aws iam create-access-key --user-name deployer"]
            )["AccessKey"]
            stranger.is_deployer()
        elif line == "export AWS_PROFILE=default":
            stranger.is_administrator()
        stranger.type(line.replace(ACCOUNT, "000000000000").replace(REFERENCE, reference))
    [told] = [said for line, said in stranger.said.items() if line.startswith("payees confirm")]
    assert "confirmed" in told.lower()
    return reference


def second_market(stranger: Stranger) -> str:
    """As its page says; the reference of its first payment."""
    reference = ""
    stranger.is_deployer()
    for line in commands("markets.md"):
        if line.startswith("make rehearse") or "--dry-run" in line:
            continue  # as in the tutorial
        if line.startswith("payees payments"):
            stranger.is_administrator()
            reference = claim(market(stranger, stranger.folder), "Ravi", "asha")
        stranger.type(line)
    return reference


def test_a_strangers_hour(stranger: Stranger) -> None:
    project = stranger.folder
    tracked = {path: path.read_bytes() for path in project.glob("[a-zA-Z]*.*")}
    one = first_market(stranger)
    stranger.folder = project
    another = second_market(stranger)
    first, second = (market(stranger, project.parent / name) for name in ("market", "harbour"))
    assert set(recorded(first, "asha")) == {one}
    assert set(recorded(second, "asha")) == {another}
    regions = [here.deployment.stage.region for here in (first, second)]
    assert regions == ["eu-central-1", "ap-south-1"]
    assert {path: path.read_bytes() for path in tracked} == tracked, "nothing is edited"

    stranger.folder = project
    stranger.is_deployer()
    document = project / "backend/openapi/document.py"
    document.write_text(document.read_text().replace('"Payee Pages"', '"A later version"'))
    for line in commands("upgrading.md"):
        if not (line.startswith("make rehearse") or "--dry-run" in line):
            stranger.type(line)
    told = second.site().request("GET", "/api/openapi.json", {}, b"")[2]
    assert json.loads(told)["info"]["title"] == "A later version"
    assert set(recorded(second, "asha")) == {another}

    kept = leftovers(second.deployment)
    assert [found.kind for found in kept] == ["table", "table", "bucket", "bucket", "log"]
    stranger.is_administrator()
    go = f'ARGS="--yes --delete-data {first.deployment.stage.aws_name}"'
    stranger.type(f"make destroy MARKET=../market STAGE=production {go}")
    assert not leftovers(first.deployment)
    assert leftovers(second.deployment) == kept
    third = claim(second, "Meera", "asha")
    assert set(recorded(second, "asha")) == {another, third}
