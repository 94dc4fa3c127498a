"""Which system a command talks to: the running demo, or tables and a bucket on AWS."""

import json
import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from botocore.exceptions import BotoCoreError, ClientError
from click.core import ParameterSource

from cli.failure import Failure
from cli.stack import load_outputs
from cli.stage import SETTINGS_NAME, load_place
from publishing.object_store import THREADS, S3Store

if TYPE_CHECKING:
    from types_boto3_athena import AthenaClient
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient

    from backend.dynamo_ledger import DynamoLedger
    from backend.dynamo_registry import DynamoRegistry
    from publishing.bulk_writer import BulkWriter

STATE_FILE = "demo.json"
STACK_OUTPUTS = {"table": "LedgerTable", "registry": "RegistryTable", "bucket": "BucketName"}
_FIELDS = {"table": "ledger_table", "registry": "registry_table", "bucket": "bucket"}
_HELP = {
    "table": "The ledger on AWS, or a copy of it.",
    "registry": "The table of payees on AWS.",
    "bucket": "The bucket on AWS.",
}


@dataclass(frozen=True, slots=True)
class System:
    """Tables and a bucket, and what is known of their surroundings; the demo's are emulated."""

    ledger_table: str = ""
    registry_table: str = ""
    bucket: str = ""
    endpoint_url: str | None = None
    site_url: str | None = None
    api_url: str | None = None
    distribution: str | None = None
    region: str | None = None
    stack: str = ""

    def __str__(self) -> str:
        if self.endpoint_url:
            return f"the demo at {self.site_url}"
        name = f"table {self.ledger_table}"
        if not self.ledger_table:
            name = f"registry {self.registry_table}"
        return f"{name}, bucket {self.bucket}" if self.bucket else name

    def client(self, service: Any) -> Any:
        """Of one of AWS's services. Here and below, what is slow to load is loaded when it is used:
        what is asked of a copy needs nothing of AWS. Raises Failure."""
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        # People wait longer than a payer's phone does, and a publish goes on where a request gives
        # up. Each reader backs off for longer, to 20 s, while the table asks for patience: minutes
        # in all.
        patient = Config(
            connect_timeout=5,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 10},
            max_pool_connections=THREADS,
        )
        with _aws_settings():
            return boto3.client(service, config=patient, **self._client_options())

    def dynamodb(self) -> "DynamoDBClient":
        return cast("DynamoDBClient", self.client("dynamodb"))

    def s3(self) -> "S3Client":
        return cast("S3Client", self.client("s3"))

    def cloudfront(self) -> "CloudFrontClient":
        return cast("CloudFrontClient", self.client("cloudfront"))

    def lambda_(self) -> "LambdaClient":
        return cast("LambdaClient", self.client("lambda"))

    def ssm(self) -> "SSMClient":
        return cast("SSMClient", self.client("ssm"))

    def athena(self) -> "AthenaClient":
        return cast("AthenaClient", self.client("athena"))

    def identity(self) -> str:
        """Whom AWS takes us for, as an ARN. Raises Failure."""
        try:
            with _aws_settings():
                return str(self.client("sts").get_caller_identity()["Arn"])
        except ClientError as error:
            raise Failure(f"AWS does not say who you are: {error} Nothing was changed.") from error

    def ledger(self) -> "DynamoLedger":
        from backend.dynamo_ledger import DynamoLedger  # noqa: PLC0415

        return DynamoLedger(self.dynamodb(), self.ledger_table)

    def registry(self) -> "DynamoRegistry":
        from backend.dynamo_registry import DynamoRegistry  # noqa: PLC0415

        return DynamoRegistry(self.dynamodb(), self.registry_table)

    def store(self) -> S3Store:
        return S3Store(self.s3(), self.bucket)

    def bulk_writer(self) -> "BulkWriter":
        import boto3  # noqa: PLC0415
        from obstore.auth.boto3 import Boto3CredentialProvider  # noqa: PLC0415

        from publishing.bulk_writer import BulkWriter  # noqa: PLC0415

        with _aws_settings():
            session = boto3.Session(**self._credentials())
            return BulkWriter(
                self.bucket,
                region=session.region_name,
                credentials=Boto3CredentialProvider(session),
                endpoint_url=self.endpoint_url,
            )

    def _client_options(self) -> dict[str, Any]:
        if self.endpoint_url:
            return {"endpoint_url": self.endpoint_url, **self._credentials()}
        return self._credentials()

    def _credentials(self) -> dict[str, Any]:
        if not self.endpoint_url:
            return {"region_name": self.region or aws_region()}
        from cli.local.emulator import CREDENTIALS  # noqa: PLC0415

        return {
            "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            "region_name": CREDENTIALS["AWS_DEFAULT_REGION"],
        }


def aws_region() -> str | None:
    """AWS_REGION, as AWS's other tools take it; boto3 itself knows AWS_DEFAULT_REGION and files."""
    return os.environ.get("AWS_REGION")


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
            *,
            state_dir: Path,
            stack: str | None,
            stage: str | None,
            table: str | None = None,
            registry: str | None = None,
            bucket: str | None = None,
            **options: Any,
        ) -> None:
            given = {"table": table, "registry": registry, "bucket": bucket}
            system = _choose(state_dir, stack, stage, {part: given[part] for part in needed})
            command(system=system, **options)

        options = [
            click.option(
                f"--{part}",
                envvar=f"PAYEES_{part.upper()}",
                help=_HELP[part],
                show_envvar=True,
            )
            for part in needed
        ]
        options.append(stack_option)
        options.append(stage_option)
        options.append(state_dir_option)
        for option in reversed(options):
            with_system = option(with_system)
        return with_system

    return decorate


def same_system() -> str:
    """The options that named this command's system, for the next command to repeat."""
    context = click.get_current_context()
    return "".join(
        f" --{name.replace('_', '-')} {shlex.quote(str(context.params[name]))}"
        for name in ("stage", "stack", "table", "registry", "bucket", "state_dir")
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )


stack_option = click.option(
    "--stack",
    envvar="PAYEES_STACK",
    help="The stack on AWS that has them, such as payee-pages-production-infra.",
    show_envvar=True,
)

stage_option = click.option(
    "--stage",
    envvar="PAYEES_STAGE",
    help=f"The stage of {SETTINGS_NAME} here that has them, such as production.",
    show_envvar=True,
)

state_dir_option = click.option(
    "--state-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=".demo",
    envvar="PAYEES_STATE_DIR",
    show_default=True,
    help="Where the demo keeps its data.",
)


def load_stack(name: str, parts: list[str], region: str | None = None) -> System:
    """The system that the stack `name` made, with `parts` of it certainly there; without its
    ledger, unless that is one of them. Raises Failure."""
    outputs = load_stack_outputs(name, [STACK_OUTPUTS[part] for part in parts], region)
    return System(
        ledger_table=outputs["LedgerTable"] if "table" in parts else "",
        registry_table=outputs.get("RegistryTable", ""),
        bucket=outputs.get("BucketName", ""),
        site_url=outputs.get("SiteUrl"),
        api_url=outputs.get("ApiUrl"),
        distribution=outputs.get("DistributionId"),
        region=region,
        stack=name,
    )


def load_stack_outputs(name: str, needed: list[str], region: str | None) -> dict[str, str]:
    """What a stack says of itself, `needed` certainly among it. Raises Failure."""
    return load_outputs(System(region=region).client("cloudformation"), name, needed)


def load_stage(name: str, parts: list[str]) -> System:
    """The system of a stage of the settings here, as load_stack. Raises Failure."""
    place = load_place(name, Path(SETTINGS_NAME))
    return load_stack(place.stack, parts, place.region)


def _choose(
    state_dir: Path, stack: str | None, stage: str | None, given: dict[str, str | None]
) -> System:
    named = [f"--{kind}" for kind, value in (("stage", stage), ("stack", stack)) if value]
    if any(given.values()):
        named.append(_options(given))
    refuse_two_ways(named)
    if stage:
        return load_stage(stage, list(given))
    if stack:
        return load_stack(stack, list(given))
    if all(given.values()):
        return System(**{_FIELDS[part]: value for part, value in given.items() if value})
    if any(given.values()):
        missing = _options(part for part, value in given.items() if not value)
        raise click.UsageError(f"On AWS, {missing} is needed as well.")
    try:
        return System(**json.loads((state_dir / STATE_FILE).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        if (state_dir / "tables").is_dir():
            raise click.UsageError(
                f"No demo is running in {state_dir}, which has the data of one: `payees demo` "
                f"starts it again. For AWS, say --stage, --stack, or {_options(given)}."
            ) from None
        raise click.UsageError(
            f"Which system? No demo keeps its data in {state_dir} (`payees demo` starts one "
            f"there; --state-dir names another place). For AWS, say --stage, --stack, or "
            f"{_options(given)}."
        ) from None


def refuse_two_ways(named: list[str]) -> None:
    """Raises click.UsageError for more than one of the options that name a system."""
    if len(named) > 1:
        every = "both" if len(named) == 2 else "all of them"
        raise click.UsageError(f"Say {' or '.join(named)}, not {every}.")


def _options(parts: Iterable[str]) -> str:
    return " and ".join(f"--{part}" for part in parts)
