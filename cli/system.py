"""Which system a command talks to: the running demo, or a table and a bucket on AWS."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import click
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from backend.dynamodb import DynamoLedger, DynamoRegistry
from cli.emulator import CREDENTIALS
from cli.failure import Failure
from sitegen.object_store import S3Store

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client

STATE_FILE = "demo.json"

# People wait longer than a payer's phone does, and a publish goes on where a request gives up.
_PATIENT = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard"})


@dataclass(frozen=True, slots=True)
class System:
    """A table and a bucket; `endpoint_url` and `site_url` are set for the demo only."""

    table: str
    bucket: str
    endpoint_url: str | None = None
    site_url: str | None = None

    def __str__(self) -> str:
        if self.endpoint_url:
            return f"the demo at {self.site_url}"
        return ", ".join(
            f"{kind} {name}"
            for kind, name in (("table", self.table), ("bucket", self.bucket))
            if name
        )

    def dynamodb(self) -> "DynamoDBClient":
        with _aws_settings():
            return boto3.client("dynamodb", config=_PATIENT, **self._client_options())

    def s3(self) -> "S3Client":
        with _aws_settings():
            return boto3.client("s3", config=_PATIENT, **self._client_options())

    def ledger(self) -> DynamoLedger:
        return DynamoLedger(self.dynamodb(), self.table)

    def registry(self) -> DynamoRegistry:
        return DynamoRegistry(self.dynamodb(), self.table)

    def store(self) -> S3Store:
        return S3Store(self.s3(), self.bucket)

    def _client_options(self) -> dict[str, Any]:
        if not self.endpoint_url:
            return {}
        return {
            "endpoint_url": self.endpoint_url,
            "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            "region_name": CREDENTIALS["AWS_DEFAULT_REGION"],
        }


@contextmanager
def _aws_settings() -> Iterator[None]:
    try:
        yield
    except BotoCoreError as error:
        raise Failure(
            f"AWS cannot be used from here: {error} Set AWS_REGION, or run `aws configure`."
        ) from error


def save_system(state_dir: Path, system: System) -> None:
    """Let other commands find the running demo."""
    (state_dir / STATE_FILE).write_text(json.dumps(asdict(system)))


def forget_system(state_dir: Path) -> None:
    (state_dir / STATE_FILE).unlink(missing_ok=True)


def system_options(*needed: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Options that name a system, handed to the command as `system`; `needed` are its parts."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_system(
            *, state_dir: Path, table: str | None = None, bucket: str | None = None, **options: Any
        ) -> None:
            given = {"table": table, "bucket": bucket}
            system = _choose(state_dir, {part: given[part] for part in needed})
            command(system=system, **options)

        options = [
            click.option(
                f"--{part}",
                envvar=f"PAYEES_{part.upper()}",
                help=f"The {part} on AWS.",
                show_envvar=True,
            )
            for part in needed
        ]
        options.append(state_dir_option)
        for option in reversed(options):
            with_system = option(with_system)
        return with_system

    return decorate


state_dir_option = click.option(
    "--state-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=".demo",
    envvar="PAYEES_STATE_DIR",
    show_default=True,
    help="Where the demo keeps its data.",
)


def _choose(state_dir: Path, given: dict[str, str | None]) -> System:
    if all(given.values()):
        return System(**{"table": "", "bucket": "", **{k: v or "" for k, v in given.items()}})
    if any(given.values()):
        missing = " and ".join(f"--{part}" for part, value in given.items() if not value)
        raise click.UsageError(f"On AWS, {missing} is needed as well.")
    try:
        return System(**json.loads((state_dir / STATE_FILE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        parts = " and ".join(f"--{part}" for part in given)
        raise click.UsageError(
            f"Which system? No demo is running here (`make demo` starts one); for AWS, say {parts}."
        ) from None
