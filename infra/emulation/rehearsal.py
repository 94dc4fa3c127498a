"""A stage on emulated AWS that is there for nothing else: the same zip, policies and site, without
an account, and with no more rights than a real deployment has."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.session

from cli.failure import Failure
from cli.local.emulator import CREDENTIALS, running_emulator
from cli.local.emulator_program import find_emulator
from cli.local.serving import free_port
from infra.api import load_api
from infra.deployment import BOUNDARY, Deployment
from infra.emulation.emulated_cdn import EmulatedCdn
from infra.stage import ROOT, Stage, load_stage

DEPLOYER_POLICY = ROOT / "infra/deployer-policy.json"
BOUNDARY_POLICY = ROOT / "infra/boundary-policy.json"

# The emulator finds a new function's name in the path of a request that has none there.
_EMULATORS_OWN = {"Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`deployment` has every right, to look; `deployer` is the environment of one who has only
    those of infra/deployer-policy.json, and deploys what is in the folder `project`."""

    deployment: Deployment
    deployer: dict[str, str]
    project: Path

    def make(self, command: str, *arguments: str, named: str | None = None) -> None:
        """What `make <command> STAGE=…` does, as the deployer; `named` is another stage than the
        one that is deployed. Raises Failure."""
        stage, folder = self.deployment.stage, self.deployment.market
        market = [] if folder == ROOT else ["--market", str(folder)]
        done = subprocess.run(
            [*(sys.executable, "-m", "infra"), *market, command, named or stage.name, *arguments],
            cwd=self.project,
            env=self.deployer,
            check=False,
        )
        if done.returncode:
            raise Failure(f"The rehearsal of {stage.name} failed at `{command}`: see above.")

    def site(self) -> EmulatedCdn:
        """What payers' browsers meet. Raises Failure while nothing is deployed."""
        stage, endpoint_url = self.deployment.stage, self.deployment.endpoint_url
        api = load_api(self.deployment.session, stage)
        if api is None or endpoint_url is None:
            raise Failure(f"{stage.name} has no API yet.")
        return self.deployment.emulated_site(api, endpoint_url)

    def calls_of_the_api(self) -> Counter[str]:
        """How often the Lambda called each action on its tables, as the emulator recorded."""
        trail = self.deployment.session.client("cloudtrail")
        model = self.deployment.session.client("dynamodb").meta.service_model
        return Counter(
            f"dynamodb:{name}"
            for name in model.operation_names
            for event in trail.lookup_events(
                LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}]
            )["Events"]
            if event["AccessKeyId"].startswith("ASIA")  # a role's temporary key, not a person's
        )

    def rights_of_the_api(self) -> set[str]:
        """The actions that its role grants on the tables."""
        iam = self.deployment.session.client("iam")
        role = self.deployment.stage.role
        policy = iam.get_role_policy(RoleName=role, PolicyName="api")["PolicyDocument"]
        document = json.loads(policy) if isinstance(policy, str) else policy
        return {
            action
            for statement in document["Statement"]
            for action in statement["Action"]
            if action.startswith("dynamodb:")
        }


@contextmanager
def rehearsal(
    stage_name: str, folder: Path, project: Path = ROOT, market: Path = ROOT
) -> Iterator[Rehearsal]:
    """An empty account, emulated, in which nobody may do more than policies say.

    What it writes is in `folder`. Raises Failure.
    """
    stage = load_stage(stage_name, market)
    with running_emulator(folder / "aws", free_port(), check_rights=True) as endpoint_url:
        refuse_other_python(stage, find_emulator().with_name("python"))
        region = {"AWS_REGION": stage.region, "AWS_DEFAULT_REGION": stage.region}
        environment = {**os.environ, **region, "AWS_ENDPOINT_URL": endpoint_url}
        environment.pop("AWS_PROFILE", None)
        environment.pop("AWS_SESSION_TOKEN", None)
        session = session_at(endpoint_url, stage.region)
        yield Rehearsal(
            Deployment(stage, session, endpoint_url, market),
            environment | _deployer_key(session),
            project,
        )


def refuse_other_python(stage: Stage, python: Path) -> None:
    """The emulator runs a Lambda's zip, and so its bytecode, on its own Python, whatever the
    runtime. Raises Failure if `python` is of another version."""
    show = "import sys; print('python%d.%d' % sys.version_info[:2])"
    found = subprocess.run([python, "-c", show], capture_output=True, text=True, check=True)
    if (emulators := found.stdout.strip()) != stage.runtime:
        raise Failure(
            f"{stage.name} runs on {stage.runtime}, but the emulator here on {emulators}: remove "
            f".tools/ministack and run `make rehearse STAGE={stage.name}`, which looks for "
            f"{stage.runtime}."
        )


def session_at(
    endpoint_url: str, region: str, key: Mapping[str, str] = CREDENTIALS
) -> boto3.Session:
    """A session all of whose clients talk to the emulator: its owner's, or that of `key`."""
    core = botocore.session.Session()
    core.get_component("config_store").set_config_variable("endpoint_url", endpoint_url)
    return boto3.Session(
        key["AWS_ACCESS_KEY_ID"],
        key["AWS_SECRET_ACCESS_KEY"],
        region_name=region,
        botocore_session=core,
    )


def for_emulator(deployer_policy: str) -> str:
    """The deployer's policy, as far as the emulator can hold somebody to it."""
    policy = json.loads(deployer_policy)
    policy["Statement"].append(_EMULATORS_OWN)
    for statement in policy["Statement"]:
        if "iam:PermissionsBoundary" in str(statement.get("Condition")):
            del statement["Condition"]  # a key that the emulator does not know
    return json.dumps(policy)


def _deployer_key(session: boto3.Session) -> dict[str, str]:
    iam = session.client("iam")
    policy = for_emulator(DEPLOYER_POLICY.read_text())
    iam.create_policy(PolicyName=BOUNDARY, PolicyDocument=BOUNDARY_POLICY.read_text())
    iam.create_user(UserName="deployer")
    iam.put_user_policy(UserName="deployer", PolicyName="deployer", PolicyDocument=policy)
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
