"""One stage on one account: what can be done to it, each step looking at what is there first.

So whatever was interrupted is finished by the same command again.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
import click
from botocore.exceptions import ClientError

from backend.dynamo_ledger import DynamoLedger
from cli.failure import Failure
from infra.api import Api, load_api
from infra.emulation.emulated_cdn import EmulatedCdn
from infra.guarding.origin_key import key_headers
from infra.kept_zips import code_of, keep_note, keep_zip, load_note
from infra.smoke import Send, apply_smoke_payment, plan_smoke_payment, to_remember
from infra.stacks import StackPlan, Stacks, with_literal_names
from infra.stage import ROOT, SETTINGS, Stage, load_settings
from infra.trial import LAMBDA_PYTHON
from publishing.accounts import Accounts
from publishing.manifest import load_manifest
from publishing.object_store import S3Store
from roster.model import TEST_PAYEE, Roster

BOUNDARY = "payee-pages-boundary"  # infra/boundary-policy.json, as docs/operations.md has it made
TEMPLATE = ROOT / "infra/payee-pages.yaml"
ZAPPA = LAMBDA_PYTHON.with_name("zappa")
PAYEES = Path(sys.executable).with_name("payees")


@dataclass(frozen=True, slots=True)
class Deployment:
    """`session` names the account; `endpoint_url` that of an emulated one."""

    stage: Stage
    session: boto3.Session
    endpoint_url: str | None = None
    market: Path = ROOT

    @property
    def zip_path(self) -> Path:
        name = self.stage.name if self.market == ROOT else self.stage.aws_name
        return ROOT / f"build/{name}.zip"

    def stacks(self, region: str | None = None) -> Stacks:
        """Those of the stage's region, unless another is named."""
        pause_seconds = 0.1 if self.endpoint_url else 3
        client = self.session.client("cloudformation", region_name=region)
        return Stacks(client, lambda: time.sleep(pause_seconds), validate=self.endpoint_url is None)

    def outputs(self) -> dict[str, str]:
        """Of the infra stack; empty while there is none."""
        return self.stacks().outputs(self.stage.infra_stack)

    def running_code(self) -> str | None:
        """The SHA-256 of the zip that the Lambda runs, in base64; None if there is no Lambda."""
        client = self.session.client("lambda")
        try:
            return client.get_function_configuration(FunctionName=self.stage.aws_name)["CodeSha256"]
        except client.exceptions.ResourceNotFoundException:
            return None

    def has_deploy_bucket(self) -> bool:
        """Raises Failure if another account has a bucket of that name."""
        name = self.stage.deploy_bucket
        try:
            self.session.client("s3").head_bucket(Bucket=name)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 404:
                return False
            if status == 403:
                raise Failure(
                    f"You may not use the bucket {name}. Names of buckets are shared by all of "
                    "AWS, so it may be somebody else's: choose another `s3_bucket` for "
                    f"{self.stage.name} in zappa_settings.json, beginning with "
                    f"{self.stage.project}-."
                ) from error
            raise
        return True

    def make_deploy_bucket(self) -> None:
        """Where Zappa puts templates, and zips are kept. Raises Failure as has_deploy_bucket."""
        if self.has_deploy_bucket():
            return
        name, region = self.stage.deploy_bucket, self.stage.region
        if region == "us-east-1":  # the one region that may not be named
            self.session.client("s3").create_bucket(Bucket=name)
        else:
            self.session.client("s3").create_bucket(
                Bucket=name,
                CreateBucketConfiguration={"LocationConstraint": region},  # type: ignore[typeddict-item]
            )

    def make_zip(self) -> str:
        """Build the zip; gives its SHA-256 in base64, as Lambda will write it. Raises Failure."""
        self.zip_path.parent.mkdir(exist_ok=True)
        self.zappa("package", "--output", self.zip_path)
        return code_of(self.zip_path.read_bytes())

    def plan_stack(self, parameters: Mapping[str, str]) -> StackPlan:
        names = self.stage.stack_names
        account = self.session.client("sts").get_caller_identity()["Account"]
        template = with_literal_names(TEMPLATE.read_text(), {**names, "AWS::AccountId": account})
        found = self.boundary(account) | ({"Emulated": "true"} if self.endpoint_url else {})
        return self.stacks().plan(
            self.stage.infra_stack, template, {**names, **found, **parameters}
        )

    def boundary(self, account: str, name: str = BOUNDARY) -> dict[str, str]:
        """The parameter that bounds a role, the API's, where an administrator made the policy."""
        iam = self.session.client("iam")
        try:
            iam.get_policy(PolicyArn=f"arn:aws:iam::{account}:policy/{name}")
        except iam.exceptions.NoSuchEntityException:
            return {}
        return {"Boundary": name}

    def release(self, code: str) -> Api:
        """Let Zappa deploy the zip or update to it, and keep it for a rollback. Raises Failure."""
        exists = self.running_code() is not None
        if exists and load_api(self.session, self.stage) is None:
            click.echo("An earlier deployment stopped half-way: its Lambda goes first.", err=True)
            self.zappa("undeploy", "--yes")
            exists = False
        self.zappa("update" if exists else "deploy", "--zip", self.zip_path)
        keep_zip(self.session, self.stage, code, self.zip_path.read_bytes())
        api = load_api(self.session, self.stage)
        if api is None:
            raise Failure(f"Zappa made no API for {self.stage.name}: its messages above tell why.")
        return api

    def zappa(self, command: str, *arguments: str | Path) -> None:
        """Raises Failure if Zappa does not end well."""
        if not ZAPPA.exists():
            raise Failure("Zappa is not installed: run `make .tools/deploy/.installed`.")
        with self._settings_file() as settings:
            named: list[str | Path] = [command, self.stage.name, "--settings_file", settings]
            run([ZAPPA, *named, "--disable_progress", *arguments], self.stage.region)

    @contextmanager
    def _settings_file(self) -> Iterator[Path]:
        """The market's stages, whole; for emulated AWS, without what it cannot do: answer to an
        API's public name, which Zappa would touch."""
        if not self.endpoint_url and self.market == ROOT:
            yield SETTINGS
            return
        settings = load_settings(self.market)
        if self.endpoint_url:
            settings[self.stage.name]["touch"] = False
        with TemporaryDirectory() as folder:
            path = Path(folder, SETTINGS.name)
            path.write_text(json.dumps(settings))
            yield path

    def published_accounts(self) -> Accounts:
        """Where money goes by what is published; nowhere while nothing is."""
        bucket = self.outputs().get("BucketName")
        if bucket is None:
            return {}
        published, _ = load_manifest(S3Store(self.session.client("s3"), bucket))
        return published.accounts if published else {}

    def publish(self, roster_path: Path, *arguments: str) -> None:
        """Raises Failure."""
        named: list[str | Path] = ["--stack", self.stage.infra_stack, "--roster", roster_path]
        run([PAYEES, "publish", *named, *arguments], self.stage.region)

    def pay(self, roster: Roster, code: str, api: Api) -> str:
        """Pay the test payee, as a phone would; what came of it. Raises Failure."""
        remembered = load_note(self.session, self.stage, code)
        payment = plan_smoke_payment(
            roster, code, datetime.now(UTC), secrets.token_bytes(10), remembered
        )
        if payment is None:
            return (
                f"None was sent: the roster has no open payee with the id “{TEST_PAYEE}”. "
                "Add one, and every deployment is tried by a payment."
            )
        if (note := to_remember(payment)) != remembered:
            keep_note(self.session, self.stage, code, note)  # before it is sent
        ledger = DynamoLedger(self.session.client("dynamodb"), self.stage.ledger_table)
        return apply_smoke_payment(payment, self.sender(api), ledger, self.stage.ledger_table)

    def emulated_site(self, api: Api, endpoint_url: str) -> EmulatedCdn:
        """What payers' browsers meet, on emulated AWS."""
        outputs = self.outputs()
        return EmulatedCdn(
            *(endpoint_url, outputs["CdnDomain"], api, self.stage),
            lambda: key_headers(self.session, outputs["DistributionId"]),
        )

    def sender(self, api: Api) -> Send:
        """How a browser's request reaches the site."""
        if self.endpoint_url:
            return self.emulated_site(api, self.endpoint_url).request
        cdn = self.outputs()["CdnDomain"]
        return lambda *request: _send_https(cdn, *request)


def run(command: Sequence[str | Path], region: str) -> None:
    """Run a command whose messages the operator sees. Raises Failure if it exits non-zero."""
    environment = {**os.environ, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    environment["PYTHONWARNINGS"] = "ignore"
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
    if done.returncode:
        name = " ".join(str(part) for part in [Path(command[0]).name, *command[1:]])
        raise Failure(f"`{name}` failed (exit code {done.returncode}): its messages are above.")


def _send_https(
    host: str, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = HTTPSConnection(host, timeout=30)
    try:
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()
    finally:
        connection.close()
