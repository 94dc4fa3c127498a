"""What a Lambda with some role may do: one that tries everything is made, asked and removed."""

import io
import json
import zipfile
from pathlib import Path

from types_boto3_lambda import LambdaClient

PROBE = Path(__file__).with_name("probe.py")


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
    """For each table, each action's name and “done” or the error's code."""
    event = json.dumps({"tables": tables})
    answer = client.invoke(FunctionName=name, Payload=event)
    found: list[dict[str, str]] = json.loads(answer["Payload"].read())
    return found
