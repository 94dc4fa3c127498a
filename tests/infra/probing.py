"""What somebody may do: a Lambda with some role, or whoever has a key, tries everything."""

import io
import json
import zipfile
from pathlib import Path

from types_boto3_lambda import LambdaClient

PROBE = Path(__file__).with_name("probe.py")
DENIED = "AccessDeniedException"


def create_probe(client: LambdaClient, name: str, role: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.write(PROBE, "probe.py")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="probe.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=30,
    )


def try_everything(client: LambdaClient, name: str, *tables: str) -> list[dict[str, str]]:
    """For each table, each attempt's name and “done” or the error's code."""
    event = json.dumps({"tables": tables})
    answer = client.invoke(FunctionName=name, Payload=event)
    found: list[dict[str, str]] = json.loads(answer["Payload"].read())
    return found


def allowed(tried: dict[str, str]) -> set[str]:
    """What was not refused for want of a right, whatever else became of it."""
    return {name for name, outcome in tried.items() if outcome != DENIED}
