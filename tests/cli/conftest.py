"""The maintainer's folder, and ledgers to look at from it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from backend.table import ledger_table, registry_table, table_definition
from cli.system import System, save_system
from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A maintainer's folder with a roster of two, and no system."""
    monkeypatch.chdir(tmp_path)
    for name in ("STACK", "TABLE", "REGISTRY", "BUCKET", "STATE_DIR", "BY"):
        monkeypatch.delenv(f"PAYEES_{name}", raising=False)
    desk = Desk(tmp_path)
    desk.write_roster("mahantesh", "shilpa")
    return desk


@pytest.fixture(scope="module")
def moto() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def system(moto: None) -> System:
    """Tables and a bucket on AWS, which moto plays."""
    name = uuid4().hex
    system = System(ledger_table(name), registry_table(name), f"bucket-{name}")
    create(system)
    return system


@pytest.fixture
def aws_desk(desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A maintainer whose environment names `system`."""
    monkeypatch.setenv("PAYEES_TABLE", system.ledger_table)
    monkeypatch.setenv("PAYEES_REGISTRY", system.registry_table)
    monkeypatch.setenv("PAYEES_BUCKET", system.bucket)
    return desk


@pytest.fixture
def demo_desk(desk: Desk, ministack: str) -> Desk:
    """A maintainer beside whom a demo runs, as far as other commands can tell."""
    name = f"desk-{uuid4().hex}"
    system = System(
        ledger_table(name),
        registry_table(name),
        bucket=name,
        endpoint_url=ministack,
        site_url="http://127.0.0.1:8000/",
    )
    create(system)
    (desk.folder / ".demo").mkdir()
    save_system(desk.folder / ".demo", system)
    return desk


def create(system: System) -> None:
    with (
        closing(boto3.client("dynamodb", endpoint_url=system.endpoint_url)) as dynamodb,
        closing(boto3.client("s3", endpoint_url=system.endpoint_url)) as s3,
    ):
        for table in (system.ledger_table, system.registry_table):
            dynamodb.create_table(**table_definition(table))
        s3.create_bucket(Bucket=system.bucket)


Login = Callable[[str], str]


@pytest.fixture
def login(moto: None, monkeypatch: pytest.MonkeyPatch) -> Login:
    """Become somebody with a role of their own; gives the ARN that AWS knows them by."""

    def become(name: str) -> str:
        client = boto3.client("sts", region_name="us-east-1")
        role = f"arn:aws:iam::123456789012:role/desk-{name}"
        answer = client.assume_role(RoleArn=role, RoleSessionName=name)
        for variable, value in (
            ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
            ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
            ("AWS_SESSION_TOKEN", "SessionToken"),
        ):
            monkeypatch.setenv(variable, answer["Credentials"][value])
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps whom it was first
        return str(answer["AssumedRoleUser"]["Arn"])

    return become
